/**
 * Opcode and modifier as one of 70: modifiers that change nothing are folded together, so that equal behaviour is equal
 * text to a model. Folding a line changes no battle, unless a comparison `.I` looks at that very line.
 */
import {
  MODIFIER,
  MODIFIERS,
  modifierOf,
  OP,
  OPCODES,
  opcodeOf,
  pack,
  aModeOf,
  bModeOf,
} from '../redcode/instruction.ts'

const { F, A, B, AB, BA, X, I } = MODIFIER

/** Jumps that test: .AB tests B as .B does, .BA tests A, and .X and .I test both as .F does. */
const TESTED: Readonly<Record<number, number>> = { [AB]: B, [BA]: A, [X]: F, [I]: F }

/** The modifier that stands for all that do the same with this opcode. */
export function foldModifier(opcode: number, modifier: number): number {
  switch (opcode) {
    case OP.DAT:
    case OP.NOP:
      return F
    case OP.JMP:
    case OP.SPL:
      return B
    case OP.JMZ:
    case OP.JMN:
    case OP.DJN:
      return TESTED[modifier] ?? modifier
    case OP.MOV:
    case OP.SEQ:
    case OP.SNE:
      return modifier
    default:
      // Arithmetic and SLT: there is no whole instruction to add or compare by size, so .I is .F.
      return modifier === I ? F : modifier
  }
}

/** CMP is SEQ by another name. */
const foldOpcode = (opcode: number): number => (opcode === OP.CMP ? OP.SEQ : opcode)

/** The same instruction with opcode and modifier folded; see redcode/instruction.ts for the packing. */
export function canonical(instruction: number): number {
  const opcode = foldOpcode(opcodeOf(instruction))
  const modifier = foldModifier(opcode, modifierOf(instruction))
  return pack(opcode, modifier, aModeOf(instruction), bModeOf(instruction))
}

/** The 70 pairs, `opcode << 3 | modifier`, in the order of the tables of instruction.ts; P-space opcodes are left out. */
export const OPERATIONS: readonly number[] = OPCODES.flatMap((_, opcode) =>
  opcode === OP.LDP || opcode === OP.STP || opcode === OP.CMP
    ? []
    : MODIFIERS.flatMap((_name, modifier) =>
        foldModifier(opcode, modifier) === modifier ? [(opcode << 3) | modifier] : [],
      ),
)
