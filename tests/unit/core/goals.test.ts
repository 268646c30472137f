import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Axis } from '../../../src/core/contracts.ts'
import { goalsOf, lossesOf, sharesOf } from '../../../src/core/goals.ts'

const error: Axis = { key: 'error', label: '', help: '', unit: '', min: 1e-6, max: 1, scale: 'log', goal: 'min' }
const goals = goalsOf([error])

describe('objectives that are read by their logarithm', () => {
  it('[N16] are seen by it: every factor of ten is as far, and what lies below counts as the beginning', () => {
    const share = (value: number) => sharesOf(goals, lossesOf(goals, [value]))[0]
    for (const [value, expected] of [[1, 1], [0.1, 5 / 6], [1e-3, 0.5], [1e-6, 0], [0, 0], [1e-9, 0]] as const)
      expect(share(value)).toBeCloseTo(expected, 12) // prettier-ignore
    expect(share(NaN)).toBe(1)
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 1, noNaN: true }), fc.double({ min: 1e-6, max: 1, noNaN: true }), (x, y) => {
        const [a, b] = [lossesOf(goals, [x])[0]!, lossesOf(goals, [y])[0]!]
        if (x < y) expect(a).toBeLessThanOrEqual(b)
      }),
    ) // prettier-ignore
  })
})
