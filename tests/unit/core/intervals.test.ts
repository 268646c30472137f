import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { meanWithInterval } from '../../../src/core/intervals.ts'
import { deriveSeed, rng } from '../../../src/core/rng.ts'

describe('what a mean of few may be', () => {
  it('[D28] of none, of one, and of equals', () => {
    expect(meanWithInterval([])).toEqual({ mean: NaN, low: NaN, high: NaN })
    expect(meanWithInterval([0.4])).toEqual({ mean: 0.4, low: 0.4, high: 0.4 })
    expect(meanWithInterval([2, 2, 2, 2])).toEqual({ mean: 2, low: 2, high: 2 })
  })

  it('[D28] of 0 and 1 it is all there is: one resample in four has 0 alone', () => {
    expect(meanWithInterval([0, 1])).toEqual({ mean: 0.5, low: 0, high: 1 })
  })

  it('[D28] of a hundred coins it is as wide as the binomial says', () => {
    const { mean, low, high } = meanWithInterval(Array.from({ length: 100 }, (_, at) => at % 2))
    expect(mean).toBe(0.5)
    // 1.96 standard errors of 0.05 each; the bootstrap's own noise, and steps of 0.01.
    expect(low).toBeGreaterThan(0.38)
    expect(low).toBeLessThan(0.43)
    expect(high).toBeGreaterThan(0.57)
    expect(high).toBeLessThan(0.62)
  })

  it('[D28] holds its mean, lies among the values, moves with them, and is the same each time', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 2, maxLength: 12 }), (values) => {
        const found = meanWithInterval(values, 'a')
        expect(found.low).toBeLessThanOrEqual(found.mean)
        expect(found.high).toBeGreaterThanOrEqual(found.mean)
        expect(found.low).toBeGreaterThanOrEqual(Math.min(...values))
        expect(found.high).toBeLessThanOrEqual(Math.max(...values))
        expect(meanWithInterval(values, 'a')).toEqual(found)
        const moved = meanWithInterval(values.map((value) => 2 * value + 10), 'a')
        expect(moved.low).toBeCloseTo(2 * found.low + 10, 9)
        expect(moved.high).toBeCloseTo(2 * found.high + 10, 9)
      }),
      { numRuns: 40, seed: 1 },
    ) // prettier-ignore
  })

  it('[D28] holds the truth about as often as it says: with ten values in nine cases of ten', () => {
    const random = rng(deriveSeed('coverage'))
    const trials = 600
    let held = 0
    for (let trial = 0; trial < trials; trial++) {
      // A sum of uniform ones, of mean 1.5: about normal.
      const values = Array.from({ length: 10 }, () => random.unit() + random.unit() + random.unit())
      const { low, high } = meanWithInterval(values, String(trial))
      if (low <= 1.5 && 1.5 <= high) held++
    }
    // The percentile bootstrap is a little too narrow for so few: about 0.90 instead of 0.95.
    expect(held / trials).toBeGreaterThan(0.86)
    expect(held / trials).toBeLessThan(0.96)
  })
})
