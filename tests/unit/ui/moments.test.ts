import { describe, expect, it } from 'vitest'
import type { HistoryPoint } from '../../../src/core/journal.ts'
import { kindOf } from '../../../src/ui/kinds.ts'
import { momentsOf } from '../../../src/ui/moments.ts'
import { onAxis, percent1 } from '../../../src/ui/format.ts'

const point = (generation: number, best: number, coverage: number): HistoryPoint => ({
  generation, best, coverage, mean: best / 2, qdScore: 1, evaluations: generation * 64,
}) // prettier-ignore

describe('moments', () => {
  it('[P16] are leaps of the best and quarters of the coverage, in the order of time', () => {
    const history = [
      point(1, 0.2, 0.1), point(10, 0.2, 0.3), point(20, 0.4, 0.3), point(30, 0.41, 0.55), point(40, 0.41, 1),
    ] // prettier-ignore
    expect(momentsOf(history)).toEqual([
      { generation: 10, kind: 'kinds', text: 'A quarter of all kinds is found' },
      { generation: 20, kind: 'leap', text: 'The best leaps from 20.0 % to 40.0 %' },
      { generation: 30, kind: 'kinds', text: 'Half of all kinds are found' },
      { generation: 40, kind: 'kinds', text: 'Every kind is found' },
    ])
    expect(momentsOf([])).toEqual([])
    expect(momentsOf([point(1, 0.9, 1)])).toEqual([])
  })

  it('[P16] are eight at most, the greatest, and never cover each other', () => {
    const history = Array.from({ length: 400 }, (_, index) => point(index + 1, (index % 40) / 41, 0.1))
    const moments = momentsOf(history.map((item, index) => ({ ...item, best: index * 0.031 })))
    expect(moments.length).toBe(8)
    moments.slice(1).forEach(({ generation }, index) => {
      expect(generation - (moments[index]?.generation ?? 0)).toBeGreaterThanOrEqual(0.035 * 400)
    })
  })
})

describe('words for numbers', () => {
  it('[P6] shares are percent with three digits, other values stay as they are', () => {
    expect([0.5312, 0.0425, 1, 0, NaN].map(percent1)).toEqual(['53.1 %', '4.25 %', '100 %', '0.00 %', '-'])
    expect(onAxis(0.25, { unit: '', min: 0, max: 1 })).toBe('25.0 %')
    expect(onAxis(156.25, { unit: 'per 100 rounds', min: 0, max: 300 })).toBe('156')
  })

  it('[P6] a kind is told by its place on both axes', () => {
    const axis = { key: 'a', label: 'Length', help: '', unit: '', min: 0, max: 9, thresholds: [1, 10_000, Infinity] }
    expect(kindOf({ axes: [axis, { ...axis, label: 'Opcodes' }], columns: 3 }, 5)).toBe('Length 1, opcodes 10 k+')
  })
})
