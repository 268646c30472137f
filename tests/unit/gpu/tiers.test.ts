import { describe, expect, it } from 'vitest'
import { halvesOf, pairedInputs } from '../../../src/gpu/halves.ts'
import { labelWith, PLAIN, shareOf, tiersFor } from '../../../src/gpu/tiers.ts'
import { toHalf } from '../../../src/arenas/singular-values/model/quantise.ts'
import { rng } from '../../../src/core/rng.ts'

/** A half by IEEE 754: sign, five bits of exponent, ten of fraction. */
const valueOf = (bits: number): number => {
  const [power, part] = [(bits >> 10) & 31, bits & 1023]
  return (bits & 0x8000 ? -1 : 1) * (power === 0 ? part * 2 ** -24 : (1 + part / 1024) * 2 ** (power - 15))
}

describe('numbers of 16 bits', () => {
  it('[K11] are kept to the bit, all that there are, two to a word', () => {
    const finite = Array.from({ length: 1 << 16 }, (_, bits) => bits).filter((bits) => ((bits >> 10) & 31) !== 31)
    const words = halvesOf(Float32Array.from(finite, valueOf))
    expect(words?.length).toBe(finite.length / 2)
    expect([...new Uint16Array(words!.buffer)]).toEqual(finite)
  })

  it('[K11] are told from all others, which stay as they are', () => {
    const random = rng(1)
    for (let at = 0; at < 2000; at++) {
      const value = Math.fround((random.unit() - 0.5) * 2 ** (random.int(44) - 26))
      expect(halvesOf(Float32Array.of(value, 1)) !== null, String(value)).toBe(toHalf(value) === value)
    }
    for (const value of [65_520, 2 ** 16, 2 ** -25, 1.5 * 2 ** -24, NaN, Infinity, -Infinity])
      expect(halvesOf(Float32Array.of(0, value)), String(value)).toBeNull()
    expect([...halvesOf(Float32Array.of(65_504, -(2 ** -24)))!]).toEqual([0x80017bff])
  })

  it('[K11] of a matrix stand four outputs of an input before those of the next, by pairs of inputs', () => {
    // An input a row: its number, then the output's.
    const matrix = Float32Array.from({ length: 4 * 8 }, (_, at) => 10 * Math.floor(at / 8) + (at % 8))
    expect([...pairedInputs(matrix, 8)]).toEqual([
      0, 1, 2, 3, 10, 11, 12, 13, 4, 5, 6, 7, 14, 15, 16, 17,
      20, 21, 22, 23, 30, 31, 32, 33, 24, 25, 26, 27, 34, 35, 36, 37,
    ]) // prettier-ignore
  })
})

describe('what a device has beyond the base line', () => {
  it('[K11] is seen by its features: subgroups of 4 threads at least, and halves everywhere', () => {
    expect(tiersFor([], { subgroupMinSize: 32 })).toEqual({ subgroups: 0, halves: true })
    expect(tiersFor(['subgroups'], { subgroupMinSize: 32 })).toEqual({ subgroups: 32, halves: true })
    expect(tiersFor(['subgroups'], {}).subgroups).toBe(4)
    const shares = [4, 8, 16, 128].map((subgroups) => shareOf({ ...PLAIN, subgroups }).constants)
    expect(shares).toEqual([{ SHARE: 4 }, { SHARE: 8 }, { SHARE: 8 }, { SHARE: 8 }])
    expect(shareOf(PLAIN)).toEqual({ files: ['lib/plain-share.wgsl'], constants: {} })
  })

  it('[K11] is told beside the name of the card', () => {
    expect(labelWith('Card', { subgroups: 32, halves: true })).toBe('Card, subgroups, 16-bit weights')
    expect(labelWith('Card', PLAIN)).toBe('Card')
  })
})
