import { parseArgs } from 'node:util'
import { describe, expect, it } from 'vitest'
import { battleSets, pairsOf } from '../../bench/mars/sets.ts'
import { differing, OURS } from '../../bench/mars/contestants.ts'
import { badArgument, BadArgument, numberArgument } from '../../bench/arguments.ts'
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

  it('[B3] is told a wrong number in a sentence, and throws no other', () => {
    for (const [text, whole] of [
      ['banana', true],
      ['0', true],
      ['2.5', true],
      ['-1', false],
      ['0', false],
      ['', true],
      ['1e9', true],
    ] as const)
      // prettier-ignore
      expect(() => numberArgument('members', text, { whole })).toThrow(BadArgument)
    expect(numberArgument('members', '24')).toBe(24)
    expect(numberArgument('minutes', '0.5', { whole: false })).toBe(0.5)
    expect(badArgument(new BadArgument('--members must be 1.'))).toBe('--members must be 1.')
    expect(badArgument(new Error('a bug'))).toBeNull()
    let wrong: unknown = null
    try {
      parseArgs({ args: ['--frobnicate'], options: {} })
    } catch (error) {
      wrong = error
    }
    expect(badArgument(wrong)).toMatch(/frobnicate/)
  })

  it('[B1] sees two battles change hands that leave the totals as they were', () => {
    expect(differing([[2, 1, 0], [1, 2, 0]], [[1, 2, 0], [2, 1, 0]])).toBe(2) // prettier-ignore
    expect(differing([[2, 1, 0]], [[2, 1, 0]])).toBe(0)
  })

  it('[B1] chooses pairs of different warriors evenly, the same each time', () => {
    expect(pairsOf(3)).toEqual([[0, 1], [0, 2], [1, 2]]) // prettier-ignore
    const pairs = pairsOf(16)
    expect(new Set(pairs.map(String)).size).toBe(12)
    for (const [one, other] of pairs) expect(one).toBeLessThan(other)
    expect(pairsOf(16)).toEqual(pairs)
  })

  it('[B1] times the same battles each time, and all engines of ours come to the same results', () => {
    const [first, second] = [battleSets('nano', undefined, 20_000), battleSets('nano', undefined, 20_000)]
    expect(second.map(({ instructions }) => instructions)).toEqual(first.map(({ instructions }) => instructions))
    expect(first.map(({ kind }) => kind)).toEqual(['hand-written', 'evolved', 'random survivors', 'random soup'])
    for (const set of first) {
      expect(set.setups.length).toBe(set.pairs.length * set.rounds)
      const results = OURS.map((contestant) => contestant.run(set).results)
      for (const result of results) expect(result).toEqual(results[0])
      expect(results[0]?.flat().reduce((sum, count) => sum + count, 0)).toBe(set.setups.length)
    }
  })
})
