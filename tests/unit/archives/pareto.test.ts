import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hypervolume } from '../../../src/archives/hypervolume.ts'
import { crowdingOf, dominates, frontOf, frontsOf } from '../../../src/archives/pareto.ts'

/** Few values, so that there are ties and twins. */
const points = (objectives: number, most = 40) =>
  fc.array(fc.array(fc.integer({ min: 0, max: 6 }), { minLength: objectives, maxLength: objectives }), {
    maxLength: most,
  })
const anyPoints = fc.integer({ min: 1, max: 4 }).chain((objectives) => points(objectives)) // prettier-ignore

/** What stands in Deb's paper, without any haste: peel off whom nobody beats, again and again. */
function peeled(all: readonly (readonly number[])[]): number[][] {
  let left = all.map((_, index) => index)
  const fronts: number[][] = []
  while (left.length > 0) {
    const front = left.filter((x) => !left.some((y) => dominates(all[y]!, all[x]!)))
    fronts.push(front)
    left = left.filter((x) => !front.includes(x))
  }
  return fronts
}

describe('non-dominated sorting', () => {
  it('[N4] is what peeling off front after front gives', () => {
    fc.assert(
      fc.property(anyPoints, (all) => {
        expect(frontsOf(all)).toEqual(peeled(all))
        expect(frontOf(all)).toEqual(peeled(all)[0] ?? [])
      }),
      { numRuns: 500 },
    )
  })

  it('[N4] takes the lost for what they are, and nobody beats its twin', () => {
    expect(dominates([1, 2], [1, 2])).toBe(false)
    expect(dominates([1, 2], [1, 3])).toBe(true)
    expect(dominates([1, 3], [2, 2])).toBe(false)
    expect(frontsOf([[Infinity, Infinity], [0, Infinity], [1, 1], [1, 1]])).toEqual([[1, 2, 3], [0]]) // prettier-ignore
  })
})

describe('crowding', () => {
  /** No two alike in any objective: then neighbours are neighbours in whatever order points come. */
  const distinct = fc
    .integer({ min: 1, max: 4 })
    .chain((objectives) =>
      fc
        .integer({ min: 1, max: 20 })
        .chain((count) =>
          fc.tuple(
            ...Array.from({ length: objectives }, () =>
              fc.uniqueArray(fc.integer({ min: -1000, max: 1000 }), { minLength: count, maxLength: count }),
            ),
          ),
        ),
    )

  it('[N5] does not depend on the order of points, nor on units and directions', () => {
    fc.assert(
      fc.property(distinct, fc.infiniteStream(fc.nat()), (columns, order) => {
        const all = columns[0]!.map((_, index) => columns.map((column) => column[index]!))
        const keys = [...order.take(all.length)]
        const shuffled = all.map((_, index) => index).sort((x, y) => keys[x]! - keys[y]!)
        const before = crowdingOf(all)
        expect(crowdingOf(shuffled.map((index) => all[index]!))).toEqual(shuffled.map((index) => before[index]))
        for (const [index, distance] of crowdingOf(all.map((point) => point.map((x, at) => (at === 0 ? -x : 3 * x + 5)))).entries())
          expect(distance).toBeCloseTo(before[index]!, 9)
      }), // prettier-ignore
    )
  })

  it('[N5] is Infinity at the ends and for two alone; what is equal or lost says nothing', () => {
    expect(crowdingOf([[1, 1], [1, 1]])).toEqual([Infinity, Infinity]) // prettier-ignore
    expect(crowdingOf([[0, 4], [1, 2], [4, 0]])).toEqual([Infinity, 1, Infinity]) // prettier-ignore
    expect(crowdingOf([[0, 7], [1, 7], [4, 7], [5, 7]])).toEqual([Infinity, 0.4, 0.4, Infinity]) // prettier-ignore
    expect(crowdingOf([[7], [7], [7]])).toEqual([0, 0, 0])
    for (const distance of crowdingOf([[0, Infinity], [1, 3], [2, 2], [3, 1]])) expect(distance).not.toBeNaN() // prettier-ignore
  })
})

describe('hypervolume', () => {
  const SIDE = 7

  /** Whole coordinates: count the unit boxes that somebody dominates. */
  function counted(all: readonly (readonly number[])[], objectives: number): number {
    const corners = Array.from({ length: SIDE ** objectives }, (_, index) =>
      Array.from({ length: objectives }, (_unused, at) => Math.floor(index / SIDE ** at) % SIDE),
    )
    return corners.filter((corner) => all.some((point) => point.every((x, at) => x <= corner[at]!))).length
  }

  it.each([1, 2, 3])('[N6] of %i objectives is as many unit boxes as points dominate', (objectives) => {
    const reference = Array.from({ length: objectives }, () => SIDE)
    fc.assert(
      fc.property(points(objectives, 25), (all) => {
        expect(hypervolume(all, reference)).toBe(counted(all, objectives))
      }),
      { numRuns: 300 },
    )
  })

  it('[N6] grows with every point that nobody dominates, and with no other', () => {
    const place = fc.integer({ min: 0, max: SIDE - 1 })
    fc.assert(
      fc.property(points(3, 15), fc.tuple(place, place, place), (all, more) => {
        const reference = [SIDE, SIDE, SIDE]
        const [before, after] = [hypervolume(all, reference), hypervolume([...all, more], reference)]
        const isKnown = all.some((point) => point.every((x, at) => x <= more[at]!))
        if (isKnown) expect(after).toBe(before)
        else expect(after).toBeGreaterThan(before)
      }),
      { numRuns: 500 },
    )
    expect(hypervolume([[0, 0], [2, 0]], [1, 1])).toBe(1) // prettier-ignore
    expect(hypervolume([[1, 0], [0, Infinity]], [1, 1])).toBe(0) // prettier-ignore
    expect(hypervolume([], [1, 1])).toBe(0)
  })
})
