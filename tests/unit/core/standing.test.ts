import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Standing } from '../../../src/core/contracts.ts'
import { rng } from '../../../src/core/rng.ts'
import {
  cyclesOf,
  distanceOf,
  heldShare,
  isHeld,
  phenotypeOf,
  pointsOf,
  rungsOf,
  varianceOf,
} from '../../../src/core/standing.ts'

const standing = fc.record({ won: fc.nat(20), tied: fc.nat(20), lost: fc.nat(20) })
const standings = fc.array(standing, { maxLength: 12 })
const of = (won: number, tied: number, lost: number): Standing => ({ won, tied, lost })

describe('what games say', () => {
  it('[D25] points per 100 games, by hand', () => {
    expect(pointsOf([])).toBe(0)
    expect(pointsOf([of(0, 0, 0)])).toBe(0)
    expect(pointsOf([of(8, 0, 0)])).toBe(300)
    expect(pointsOf([of(0, 8, 0), of(0, 2, 0)])).toBe(100)
    expect(pointsOf([of(2, 1, 1), of(0, 0, 4)])).toBe((100 * 7) / 8)
  })

  it('[D25] are 0..300, and those of a sum lie between those of its parts', () => {
    fc.assert(
      fc.property(fc.array(standing, { minLength: 1 }), (all) => {
        const played = all.filter(({ won, tied, lost }) => won + tied + lost > 0)
        const each = played.map((one) => pointsOf([one]))
        const points = pointsOf(all)
        expect(points).toBeGreaterThanOrEqual(Math.min(...each, 300) - (played.length === 0 ? 300 : 1e-9))
        expect(points).toBeLessThanOrEqual(Math.max(...each, 0) + 1e-9)
      }),
    )
  })

  it('[D25] a win more is never worse, a loss more never better', () => {
    fc.assert(
      fc.property(standing, ({ won, tied, lost }) => {
        expect(pointsOf([of(won + 1, tied, lost)])).toBeGreaterThanOrEqual(pointsOf([of(won, tied, lost)]))
        expect(pointsOf([of(won, tied, lost + 1)])).toBeLessThanOrEqual(pointsOf([of(won, tied, lost)]))
        expect(isHeld(of(won, tied, lost)) || isHeld(of(lost, tied, won))).toBe(true)
      }),
    )
  })

  it('[D25] the held share counts opponents, not games', () => {
    expect(heldShare([])).toBe(0)
    expect(heldShare([of(1, 6, 1), of(0, 8, 0), of(3, 0, 5), of(8, 0, 0)])).toBe(0.75)
  })

  it('[D25] rungs are climbed from below, and an even one is not', () => {
    expect(rungsOf([])).toBe(0)
    expect(rungsOf([of(3, 5, 0), of(4, 0, 3), of(5, 0, 5), of(8, 0, 0)])).toBe(2)
    expect(rungsOf([of(0, 8, 0), of(8, 0, 0)])).toBe(0)
    expect(rungsOf([of(1, 0, 0), of(1, 0, 0)])).toBe(2)
    fc.assert(
      fc.property(standings, standing, (ladder, more) => {
        const rungs = rungsOf(ladder)
        expect(ladder.slice(0, rungs).every(({ won, lost }) => won > lost)).toBe(true)
        expect(rungsOf([...ladder, more])).toBeGreaterThanOrEqual(rungs)
        expect(rungsOf([...ladder, more])).toBeLessThanOrEqual(rungs < ladder.length ? rungs : rungs + 1)
      }),
    )
  })
})

describe('behaviour as a vector', () => {
  const phenotypes = fc.integer({ min: 1, max: 8 }).chain((length) => {
    const one = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: length, maxLength: length })
    return fc.tuple(one, one, one)
  })

  it('[D26] has a share of the points for each opponent', () => {
    expect(phenotypeOf([of(8, 0, 0), of(0, 8, 0), of(0, 0, 8)])).toEqual([1, 1 / 3, 0])
  })

  it('[D26] distance is a metric, and at most 1', () => {
    expect(distanceOf([], [])).toBe(0)
    expect(distanceOf([0, 0], [1, 1])).toBe(1)
    expect(distanceOf([0, 0.5], [0.3, 0.1])).toBeCloseTo(Math.sqrt((0.09 + 0.16) / 2), 12)
    fc.assert(
      fc.property(phenotypes, ([a, b, c]) => {
        expect(distanceOf(a, a)).toBe(0)
        expect(distanceOf(a, b)).toBe(distanceOf(b, a))
        expect(distanceOf(a, b)).toBeLessThanOrEqual(1)
        expect(distanceOf(a, c)).toBeLessThanOrEqual(distanceOf(a, b) + distanceOf(b, c) + 1e-12)
        if (a.some((value, at) => Math.abs(value - b[at]!) > 1e-100)) expect(distanceOf(a, b)).toBeGreaterThan(0)
      }),
    )
  })

  it('[D26] equals have no variance; of two it is a quarter of the squared distance', () => {
    expect(varianceOf([])).toBe(0)
    expect(varianceOf([[], []])).toBe(0)
    fc.assert(
      fc.property(phenotypes, fc.integer({ min: 1, max: 6 }), ([a, b, c], times) => {
        expect(varianceOf(Array.from({ length: times }, () => a))).toBeCloseTo(0, 12)
        expect(varianceOf([a, b])).toBeCloseTo(distanceOf(a, b) ** 2 / 4, 12)
        expect(varianceOf([a, b, c])).toBeCloseTo(varianceOf([c, a, b]), 12)
      }),
    )
  })
})

describe('rock, paper, scissors', () => {
  /** Who beats whom, at random; a third of all pairs are even. */
  const tournament = (count: number, seed: number) => {
    const random = rng(seed)
    const signs = Array.from({ length: count * count }, () => random.int(3) - 1)
    return (one: number, other: number) =>
      one !== other && (one < other ? signs[one * count + other] === 1 : signs[other * count + one] === -1)
  }
  const field = fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer())

  it('[D27] three in a circle are one cycle, told from its smallest', () => {
    const circle = (one: number, other: number) => (one + 1) % 3 === other
    expect(cyclesOf(3, circle)).toEqual({ triples: [[0, 1, 2]], of: 1 })
    expect(cyclesOf(3, (one, other) => circle(other, one))).toEqual({ triples: [[0, 2, 1]], of: 1 })
    expect(cyclesOf(2, () => true)).toEqual({ triples: [], of: 0 })
  })

  it('[D27] an order has none', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 12 }), (strengths) => {
        expect(cyclesOf(strengths.length, (one, other) => strengths[one]! > strengths[other]!).triples).toEqual([])
      }),
    )
  })

  it('[D27] all are found, each once', () => {
    let found = 0
    fc.assert(
      fc.property(field, ([count, seed]) => {
        const beats = tournament(count, seed)
        const all = new Set<string>()
        const numbers = Array.from({ length: count }, (_, at) => at)
        for (const a of numbers)
          for (const b of numbers)
            for (const c of numbers)
              if (a < b && a < c && b !== c && beats(a, b) && beats(b, c) && beats(c, a)) all.add([a, b, c].join())
        const { triples, of: total } = cyclesOf(count, beats)
        expect(triples.length).toBe(all.size)
        expect(new Set(triples.map((triple) => triple.join()))).toEqual(all)
        expect(total).toBe(numbers.flatMap((a) => numbers.flatMap((b) => numbers.filter((c) => a < b && b < c))).length)
        found += all.size
      }),
    )
    expect(found).toBeGreaterThan(50)
  })

  it('[D27] other names, the same cycles', () => {
    fc.assert(
      fc.property(field, fc.integer(), ([count, seed], shuffle) => {
        const beats = tournament(count, seed)
        const random = rng(shuffle)
        const names = Array.from({ length: count }, (_, at) => at)
        for (let at = count - 1; at > 0; at--) {
          const other = random.int(at + 1)
          ;[names[at], names[other]] = [names[other]!, names[at]!]
        }
        const turned = ([a, b, c]: readonly [number, number, number]) => {
          const [x, y, z] = [names[a]!, names[b]!, names[c]!]
          const least = Math.min(x, y, z)
          return (x === least ? [x, y, z] : y === least ? [y, z, x] : [z, x, y]).join()
        }
        const renamed = cyclesOf(count, (one, other) => beats(names[one]!, names[other]!)).triples.map(turned)
        expect(renamed.sort()).toEqual(cyclesOf(count, beats).triples.map((triple) => triple.join()).sort())
      }),
    ) // prettier-ignore
  })
})
