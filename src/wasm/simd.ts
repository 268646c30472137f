/**
 * Numbers with a point, one or four at a time: what encode.ts has for integers. Every operation is IEEE 754's, rounded once,
 * so results are the same on every machine; nothing of "relaxed SIMD" is used, whose results are not.
 * Source: WebAssembly Core Specification 2.0, sections 5.4.6 and 5.4.8.
 */
import { unsigned, type Code } from './encode.ts'

const bits = new DataView(new ArrayBuffer(4))
/** The four bytes of a 32-bit float. */
function bytesOf(value: number): readonly number[] {
  bits.setFloat32(0, value, true)
  return [0, 1, 2, 3].map((at) => bits.getUint8(at))
}

export const f32 = (value: number): Code => [0x43, ...bytesOf(value)]
export const loadFloat = (offset = 0): Code => [0x2a, 0, ...unsigned(offset)]
export const storeFloat = (offset = 0): Code => [0x38, 0, ...unsigned(offset)]
export const ROOT = [0x91]
export const ADD_F = [0x92]
export const MUL_F = [0x94]
export const DIV_F = [0x95]
export const MAX_F = [0x97]

const simd = (opcode: number): Code => [0xfd, ...unsigned(opcode)]

/** Four floats from an address on the stack. */
export const load4 = (offset = 0): Code => [...simd(0x00), 0, ...unsigned(offset)]
/** One float, four times. */
export const loadSplat = (offset = 0): Code => [...simd(0x09), 0, ...unsigned(offset)]
export const store4 = (offset = 0): Code => [...simd(0x0b), 0, ...unsigned(offset)]
/** The same number four times. */
export const f32x4 = (value: number): Code => {
  const bytes = bytesOf(value)
  return [...simd(0x0c), ...bytes, ...bytes, ...bytes, ...bytes]
}
export const i32x4 = (value: number): Code => {
  const bytes = [value & 255, (value >> 8) & 255, (value >> 16) & 255, value >>> 24]
  return [...simd(0x0c), ...bytes, ...bytes, ...bytes, ...bytes]
}
export const SPLAT: Code = simd(0x13)
/** One of the four. */
export const lane = (index: number): Code => [...simd(0x1f), index]
export const NEAREST4: Code = simd(0x6a)
export const ADD4: Code = simd(0xe4)
export const SUB4: Code = simd(0xe5)
export const MUL4: Code = simd(0xe6)
export const DIV4: Code = simd(0xe7)
export const ABS4: Code = simd(0xe0)
export const NEG4: Code = simd(0xe1)
/** All bits of a lane where x >= y, else none. */
export const GE4: Code = simd(0x46)
/** Of x, y and bits: x where a bit is set, else y. */
export const CHOOSE: Code = simd(0x52)
/** Of x and y: y where x < y, else x; of a number and what is none, it depends on the order. One machine instruction. */
export const MAX4: Code = simd(0xeb)
/** To whole numbers, towards zero. */
export const TRUNC4: Code = simd(0xf8)
export const ADD_I4: Code = simd(0xae)
/** Takes four whole numbers and how far they are shifted. */
export const SHL_I4: Code = simd(0xab)
/** Takes four whole numbers and how far they are shifted, keeping the sign. */
export const SHR_I4: Code = simd(0xac)
export const SUB_I4: Code = simd(0xb1)
export const XOR: Code = simd(0x51)
/** Four whole numbers to floats; exact below 2^24. */
export const CONVERT4: Code = simd(0xfa)
/** Of eight pairs of 16-bit numbers the products, each two neighbours' added: four numbers of 32 bits. */
export const DOT8: Code = simd(0xba)
/** Two times four whole numbers to eight of 16 bits. */
export const NARROW8: Code = simd(0x85)
