import { describe, expect, it } from 'vitest'
import { counterNormal, fillCounterNormal, philox } from '../../../src/core/counter.ts'
import { boxMuller, fillNormal } from '../../../src/core/normal.ts'
import { rng } from '../../../src/core/rng.ts'

/** Mean, variance, and the shares beyond one and two deviations. */
function moments(numbers: Float64Array) {
  const mean = numbers.reduce((sum, x) => sum + x, 0) / numbers.length
  const variance = numbers.reduce((sum, x) => sum + (x - mean) ** 2, 0) / numbers.length
  const beyond = (far: number) => numbers.filter((x) => Math.abs(x) > far).length / numbers.length
  return { mean, variance, one: beyond(1), two: beyond(2) }
}

function expectNormal(numbers: Float64Array) {
  const { mean, variance, one, two } = moments(numbers)
  // Five standard errors each.
  const error = 5 / Math.sqrt(numbers.length)
  expect(Math.abs(mean)).toBeLessThan(error)
  expect(Math.abs(variance - 1)).toBeLessThan(error * Math.SQRT2)
  expect(Math.abs(one - 0.3173)).toBeLessThan(error * 0.47)
  expect(Math.abs(two - 0.0455)).toBeLessThan(error * 0.21)
}

describe('numbers by counter', () => {
  // Random123's known answers (kat_vectors, philox4x32, 10 rounds).
  it.each([
    [[0, 0, 0, 0], [0, 0], '6627e8d5 e169c58d bc57ac4c 9b00dbd8'],
    [[0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff], [0xffffffff, 0xffffffff], '408f276d 41c83b0e a20bc7c6 6d5451fd'],
    [[0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], [0xa4093822, 0x299f31d0], 'd16cfe09 94fdcceb 5001e420 24126ea1'],
  ] as const)('[Y1] Philox of %j with %j is %s', (counter, key, words) => {
    expect(philox([...counter], [...key]).map((word) => word.toString(16).padStart(8, '0')).join(' ')).toBe(words)
  }) // prettier-ignore

  it('[Y1] normal numbers are of their place, whoever asks, alone or with their neighbours', () => {
    for (const dimensions of [1, 2, 3, 4, 5, 11]) {
      const all = fillCounterNormal(new Float64Array(dimensions), 7, 3, 2)
      expect([...all]).toEqual(Array.from(all, (_, dimension) => counterNormal(7, 3, 2, dimension)))
    }
    const places = [[7, 3, 2, 1], [8, 3, 2, 1], [7, 4, 2, 1], [7, 3, 1, 1], [7, 3, 2, 0], [7, 3, 2, 5]] as const // prettier-ignore
    expect(
      new Set(places.map(([seed, generation, member, dimension]) => counterNormal(seed, generation, member, dimension)))
        .size,
    ).toBe(places.length)
  })

  it('[Y1] they are normal, and members and generations have nothing to do with each other', () => {
    const [one, other, later] = [[5, 0], [5, 1], [6, 0]].map(([generation = 0, member = 0]) => fillCounterNormal(new Float64Array(40_000), 1, generation, member)) // prettier-ignore
    for (const numbers of [one!, other!, later!]) expectNormal(numbers)
    for (const numbers of [other!, later!]) {
      const product = numbers.reduce((sum, x, i) => sum + x * one![i]!, 0) / numbers.length
      expect(Math.abs(product)).toBeLessThan(5 / Math.sqrt(numbers.length))
    }
  })

  it('[Y1] those of a generator are normal, and the same from the same seed', () => {
    const drawn = fillNormal(new Float64Array(40_001), rng(3))
    expectNormal(drawn)
    expect(fillNormal(new Float64Array(40_001), rng(3))).toEqual(drawn)
    expect(boxMuller(1, 0.3).map(Math.abs)).toEqual([0, 0])
    // The ends of what a generator gives.
    for (const u of [2 ** -53, 1]) for (const v of [0, 1]) expect(boxMuller(u, v).every(Number.isFinite)).toBe(true)
  })
})
