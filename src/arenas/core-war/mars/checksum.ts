/** Warriors' code as one number: what pMARS seeds its series of places with under `-f`. */
import {
  aModeOf, bModeOf, modifierOf, MODES, MODIFIERS, opcodeOf, OPCODES, type Program,
} from '../redcode/instruction.ts' // prettier-ignore

/** pMARS numbers its names in this order; only its checksum depends on that. */
const THEIR_OPCODES = [
  'MOV', 'ADD', 'SUB', 'MUL', 'DIV', 'MOD', 'JMZ', 'JMN', 'DJN', 'CMP',
  'SLT', 'SPL', 'DAT', 'JMP', 'SEQ', 'SNE', 'NOP', 'LDP', 'STP',
] // prettier-ignore
const THEIR_MODIFIERS = ['A', 'B', 'AB', 'BA', 'F', 'X', 'I']
const THEIR_MODES: Readonly<Record<string, number>> = {
  '#': 0, $: 1, '@': 2, '<': 3, '>': 4, '*': 0x82, '{': 0x83, '}': 0x84,
} // prettier-ignore

/** Opcode with modifier, A mode and B mode of a packed instruction, in pMARS's own numbers. */
export function theirCodes(instruction: number): readonly [number, number, number] {
  const opcode = THEIR_OPCODES.indexOf(OPCODES[opcodeOf(instruction)]!)
  return [
    opcode * 8 + THEIR_MODIFIERS.indexOf(MODIFIERS[modifierOf(instruction)]!),
    THEIR_MODES[MODES[aModeOf(instruction)]!]!,
    THEIR_MODES[MODES[bModeOf(instruction)]!]!,
  ]
}

/** What `-f` seeds the sequence with: a sum over all warriors' code that depends on the order. */
export function checksum(programs: readonly Program[]): number {
  let sum = 0
  let shuffle = 0
  for (const { instructions, a, b } of programs) {
    instructions.forEach((instruction, line) => {
      for (const value of [...theirCodes(instruction), a[line]!, b[line]!]) sum = (sum + (value ^ shuffle++)) | 0
    })
  }
  return sum
}
