/** Control words, as shaders/core-war/control.wgsl reads them: a packed instruction and what executing it asks, a bit each. */
import { aModeOf, bModeOf, MODE, MODIFIER, modifierOf, OP, opcodeOf } from '../redcode/instruction.ts'

const RAW_BITS = 14
const THROUGH = new Set<number>([MODE['@'], MODE['<'], MODE['>'], MODE['*'], MODE['{'], MODE['}']])
const BY_A = new Set<number>([MODE['*'], MODE['{'], MODE['}']])
const COUNTS_DOWN = new Set<number>([MODE['<'], MODE['{']])
const COUNTS_UP = new Set<number>([MODE['>'], MODE['}']])
/** Modifiers that write (or compare with, or test) B's A field, its B field; and those where A's fields meet the other ones. */
const TO_A = new Set<number>([MODIFIER.A, MODIFIER.BA, MODIFIER.F, MODIFIER.X, MODIFIER.I])
const TO_B = new Set<number>([MODIFIER.B, MODIFIER.AB, MODIFIER.F, MODIFIER.X, MODIFIER.I])
const EXCHANGES = new Set<number>([MODIFIER.AB, MODIFIER.BA, MODIFIER.X])
const STORES = new Set<number>([OP.MOV, OP.ADD, OP.SUB, OP.MUL, OP.DIV, OP.MOD, OP.DJN])
const RARE = new Set<number>([OP.MUL, OP.DIV, OP.MOD])

const modeBits = (mode: number): readonly boolean[] => [
  mode === MODE['#'], THROUGH.has(mode), BY_A.has(mode), COUNTS_DOWN.has(mode), COUNTS_UP.has(mode),
] // prettier-ignore

/** The empty cell's is 0. */
export function controlOf(instruction: number): number {
  const [opcode, modifier] = [opcodeOf(instruction), modifierOf(instruction)]
  const bits = [
    ...modeBits(aModeOf(instruction)),
    ...modeBits(bModeOf(instruction)),
    !TO_A.has(modifier),
    !TO_B.has(modifier),
    EXCHANGES.has(modifier),
    STORES.has(opcode),
    opcode === OP.MOV && modifier === MODIFIER.I,
    RARE.has(opcode),
    modifier === MODIFIER.I,
  ]
  return bits.reduce((word, bit, at) => (bit ? word | (1 << (RAW_BITS + at)) : word), instruction)
}

export const instructionOf = (control: number): number => control & ((1 << RAW_BITS) - 1)
