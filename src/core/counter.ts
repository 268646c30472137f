/**
 * Random numbers by place instead of by order: Philox4x32-10 (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3").
 * The same key and counter give the same four words anywhere, so that noise is regenerated where it is needed instead of kept.
 * `shaders/lib/counter.wgsl` is its twin: words equal to the last bit, normal numbers within {@link NORMAL_BOUND}.
 */
import { boxMuller } from './normal.ts'

/** How far a normal number of the GPU lies from one of {@link counterNormal}, at most. */
export const NORMAL_BOUND = 4e-6

type Words = readonly [number, number, number, number]

const ROUNDS = 10
const [MULTIPLIER_0, MULTIPLIER_2] = [0xd2511f53, 0xcd9e8d57]
/** The golden ratio and the root of 3 less 1, as fractions of 2^32: what keys are raised by from round to round. */
const [WEYL_0, WEYL_1] = [0x9e3779b9, 0xbb67ae85]

/** Four words of 32 bits, without sign. `counter` and `key` are taken modulo 2^32. */
export function philox(counter: Words, key: readonly [number, number]): Words {
  let [c0, c1, c2, c3] = counter
  let [k0, k1] = key
  for (let round = 0; round < ROUNDS; round++) {
    const [low0, low2] = [Math.imul(MULTIPLIER_0, c0), Math.imul(MULTIPLIER_2, c2)]
    const [high0, high2] = [highOf(MULTIPLIER_0, c0), highOf(MULTIPLIER_2, c2)]
    ;[c0, c1, c2, c3] = [high2 ^ c1 ^ k0, low2, high0 ^ c3 ^ k1, low0]
    k0 = (k0 + WEYL_0) | 0
    k1 = (k1 + WEYL_1) | 0
  }
  return [c0 >>> 0, c1 >>> 0, c2 >>> 0, c3 >>> 0]
}

/** The upper 32 bits of a product. In halves: a double holds 53 bits. */
function highOf(x: number, y: number): number {
  const [xLow, xHigh, yLow, yHigh] = [x & 0xffff, x >>> 16, y & 0xffff, y >>> 16]
  const middle = xHigh * yLow + ((xLow * yLow) >>> 16)
  // Neither sum passes 2^32: (2^16 - 1)^2 + 2 * (2^16 - 1) = 2^32 - 1.
  const other = xLow * yHigh + (middle & 0xffff)
  return (xHigh * yHigh + Math.floor(middle / 65536) + Math.floor(other / 65536)) | 0
}

/** A word as a number in (0, 1). Of its bits the upper 23 count: so it is exact in single precision too, and never 0 or 1. */
const unitOf = (word: number): number => ((word >>> 9) + 0.5) * 2 ** -23

/** Four normal numbers: those of dimensions 4 * `block` and the three after it. */
function normalsOf(seed: number, generation: number, member: number, block: number): Words {
  const [a, b, c, d] = philox([block, member, generation, 0], [seed, 0])
  return [...boxMuller(unitOf(a), unitOf(b)), ...boxMuller(unitOf(c), unitOf(d))]
}

/** A standard normal number; all four are whole numbers modulo 2^32, `dimension` from 0. At most 5.8 away from 0. */
export const counterNormal = (seed: number, generation: number, member: number, dimension: number): number =>
  normalsOf(seed, generation, member, dimension >>> 2)[dimension & 3] ?? 0

/** Fills `target` with those of all its dimensions, and returns it. */
export function fillCounterNormal(
  target: Float64Array,
  seed: number,
  generation: number,
  member: number,
): Float64Array {
  for (let at = 0; at < target.length; at += 4) {
    const four = normalsOf(seed, generation, member, at >>> 2)
    target.set(four.slice(0, target.length - at), at)
  }
  return target
}
