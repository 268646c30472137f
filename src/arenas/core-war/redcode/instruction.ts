/**
 * Redcode's vocabulary as data, and how one instruction is packed into numbers.
 *
 * Every engine, the assembler and the genome codec share these tables: the index of a name in its list is its code.
 * Source: ICWS'94 draft 3.3 with the pMARS extensions (SEQ, SNE, NOP, LDP, STP, `*`, `{`, `}`).
 */

/** CMP and SEQ act alike but are different opcodes, as in pMARS: `.I` comparison tells them apart. */
export const OPCODES = [
  'DAT', 'MOV', 'ADD', 'SUB', 'MUL', 'DIV', 'MOD', 'JMP', 'JMZ', 'JMN',
  'DJN', 'CMP', 'SEQ', 'SNE', 'SLT', 'SPL', 'NOP', 'LDP', 'STP',
] as const // prettier-ignore
export type Opcode = (typeof OPCODES)[number]

/** `F` comes first so that the empty cell, `DAT.F $0,$0`, packs to 0. */
export const MODIFIERS = ['F', 'A', 'B', 'AB', 'BA', 'X', 'I'] as const
export type Modifier = (typeof MODIFIERS)[number]

/** `$` comes first so that the empty cell packs to 0. */
export const MODES = ['$', '#', '@', '<', '>', '*', '{', '}'] as const
export type Mode = (typeof MODES)[number]

/** Name to code: `OP.MOV === 1`, `MODIFIER.AB === 3`, `MODE['#'] === 1`. */
export const OP = codes(OPCODES)
export const MODIFIER = codes(MODIFIERS)
export const MODE = codes(MODES)

function codes<const T extends readonly string[]>(names: T): Readonly<Record<T[number], number>> {
  return Object.fromEntries(names.map((name, code) => [name, code])) as Record<T[number], number>
}

/**
 * One instruction without its fields, in 14 bits: `opcode << 9 | modifier << 6 | aMode << 3 | bMode`.
 * Two cells have the same opcode, modifier and modes exactly when these numbers are equal.
 */
export function pack(opcode: number, modifier: number, aMode: number, bMode: number): number {
  return (opcode << 9) | (modifier << 6) | (aMode << 3) | bMode
}
export const opcodeOf = (instruction: number): number => instruction >> 9
export const modifierOf = (instruction: number): number => (instruction >> 6) & 7
export const aModeOf = (instruction: number): number => (instruction >> 3) & 7
export const bModeOf = (instruction: number): number => instruction & 7

/** One above the largest packed instruction: STP.I },} + 1. */
export const INSTRUCTION_CODES = OPCODES.length << 9

/**
 * An assembled warrior for one core size: a struct of arrays, one entry a line.
 * Fields are normalised to 0..coreSize-1 (coreSize <= 65536, so 16 bits hold them).
 */
export interface Program {
  /** Packed opcode, modifier and modes; see {@link pack}. */
  readonly instructions: Uint16Array
  readonly a: Uint16Array
  readonly b: Uint16Array
  /** Index of the line executed first, 0..length-1. */
  readonly start: number
  /** `PIN n`: warriors with equal pins share a P-space. Not normalised. */
  readonly pin: number | null
}
