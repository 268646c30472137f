import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { elitesOf, EMPTY, join, mergedOf, type MergedElite } from '../../../src/archives/merged.ts'

/** Few different values, so that cells are contested and ties are common. */
const elite: fc.Arbitrary<MergedElite> = fc.record({
  cell: fc.nat(5),
  objective: fc.constantFrom(-1, -0, 0, 0.25, 0.5, 1, Infinity),
  words: fc.constant(Uint32Array.of(1)),
  hash: fc.constantFrom('0a', '0b', '0c'),
  island: fc.constantFrom('a', 'b', 'c'),
  name: fc.constantFrom('x', 'y'),
})
const additions = fc.array(elite, { maxLength: 30 })
const archive = additions.map(mergedOf)
const RUNS = { seed: 5, numRuns: 2000 }

describe('the merged archive', () => {
  it('[I7] joining is commutative', () => {
    fc.assert(fc.property(archive, archive, (one, other) => {
      expect(join(one, other)).toEqual(join(other, one))
    }), RUNS) // prettier-ignore
  })

  it('[I7] joining is associative', () => {
    fc.assert(fc.property(archive, archive, archive, (a, b, c) => {
      expect(join(join(a, b), c)).toEqual(join(a, join(b, c)))
      expect(join(a, b, c)).toEqual(join(join(a, b), c))
    }), RUNS) // prettier-ignore
  })

  it('[I7] joining is idempotent, and the empty archive changes nothing', () => {
    fc.assert(fc.property(archive, archive, (one, other) => {
      expect(join(one, one)).toEqual(one)
      expect(join(join(one, other), other)).toEqual(join(one, other))
      expect(join(one, EMPTY)).toEqual(one)
      expect(join(EMPTY, one)).toEqual(one)
      expect(join()).toEqual(EMPTY)
    }), RUNS) // prettier-ignore
  })

  it('[I8] the join of islands is the archive of all that any of them added, in any order', () => {
    const dealt = additions.chain((all) =>
      fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }), fc.array(fc.nat(3), { minLength: all.length, maxLength: all.length })),
    ) // prettier-ignore
    fc.assert(fc.property(dealt, ([all, shuffled, owners]) => {
      const islands = [0, 1, 2, 3].map((island) => mergedOf(shuffled.filter((_, index) => owners[index] === island)))
      expect(join(...islands)).toEqual(mergedOf(all))
    }), RUNS) // prettier-ignore
  })

  it('[I8] a cell has its greatest objective, and of equals the smaller hash', () => {
    fc.assert(fc.property(additions, (all) => {
      const merged = mergedOf(all)
      expect(Object.keys(merged).map(Number).sort()).toEqual([...new Set(all.map(({ cell }) => cell))].sort())
      for (const { cell, objective, hash } of elitesOf(merged)) {
        const rivals = all.filter((other) => other.cell === cell)
        expect(rivals.every((other) => other.objective <= objective)).toBe(true)
        // The two zeros are told apart, so that the choice between them is one.
        const equals = rivals.filter((other) => Object.is(other.objective, objective))
        expect(equals.every((other) => other.hash >= hash)).toBe(true)
      }
      expect(elitesOf(merged).map(({ cell }) => cell)).toEqual([...Object.keys(merged)].map(Number).sort((a, b) => a - b))
    }), RUNS) // prettier-ignore
  })

  it('[I8] it is a plain value, and joining leaves its parts as they were', () => {
    const one = mergedOf([{ cell: 3, objective: 1, words: Uint32Array.of(1), hash: 'a', island: 'a', name: 'x' }])
    const other = mergedOf([{ cell: 3, objective: 2, words: Uint32Array.of(2), hash: 'b', island: 'b', name: 'y' }])
    const copy = structuredClone(one)
    expect(join(one, other)[3]?.island).toBe('b')
    expect(one).toEqual(copy)
    expect(EMPTY).toEqual({})
  })
})
