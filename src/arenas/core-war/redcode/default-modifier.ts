/** The modifier of an instruction written without one; see the table in section 3.5 of the pMARS reference. */
import { MODE, OP, type Modifier } from './instruction.ts'

const IMMEDIATE = MODE['#']
const COMPARE_OR_COPY = new Set([OP.MOV, OP.CMP, OP.SEQ, OP.SNE])
const ARITHMETIC = new Set([OP.ADD, OP.SUB, OP.MUL, OP.DIV, OP.MOD])
const ONE_FIELD = new Set([OP.SLT, OP.LDP, OP.STP])

export function defaultModifier(opcode: number, aMode: number, bMode: number): Modifier {
  if (opcode === OP.DAT || opcode === OP.NOP) return 'F'
  const both = COMPARE_OR_COPY.has(opcode) ? 'I' : ARITHMETIC.has(opcode) ? 'F' : null
  if (both === null && !ONE_FIELD.has(opcode)) return 'B'
  if (aMode === IMMEDIATE) return 'AB'
  return both === null || bMode === IMMEDIATE ? 'B' : both
}
