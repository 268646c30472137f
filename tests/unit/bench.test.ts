import { describe, expect, it } from 'vitest'
import { battleSets } from '../../bench/mars/sets.ts'
import { OURS } from '../../bench/mars/contestants.ts'
import { median, ratio, spread } from '../../bench/stats.ts'

describe('the benchmark', () => {
  it('[B1] tells medians, spreads and ratios of what was measured side by side', () => {
    expect(median([3, 1, 2])).toBe(2)
    expect(median([4, 1, 2, 3])).toBe(2.5)
    expect(spread([10, 10, 10])).toBe(0)
    expect(spread([8, 9, 10, 11, 12])).toBeCloseTo(0.1)
    // Everything took twice as long in the second repeat; the ratio does not see it.
    expect(ratio([1, 2], [2, 4])).toBe(0.5)
  })

  it('[B1] times the same battles each time, and all engines of ours come to the same results', () => {
    const [first, second] = [battleSets('nano'), battleSets('nano')]
    expect(second.map(({ instructions }) => instructions)).toEqual(first.map(({ instructions }) => instructions))
    expect(first.map(({ kind }) => kind)).toEqual(['hand-written', 'evolved', 'random survivors'])
    for (const set of first) {
      expect(set.setups.length).toBe(set.pairs.length * set.rounds)
      const results = OURS.map((contestant) => contestant.run(set).results)
      for (const result of results) expect(result).toEqual(results[0])
      expect(results[0]?.reduce((sum, count) => sum + count, 0)).toBe(set.setups.length)
    }
  })
})
