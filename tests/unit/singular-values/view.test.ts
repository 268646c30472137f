import { describe, expect, it } from 'vitest'
import { pathOf, rewardCurves } from '../../../src/arenas/singular-values/view/curve.ts'
import { heldAmong, nextStand, POINTS, withHeld } from '../../../src/arenas/singular-values/view/queue.ts'
import type { Stand } from '../../../src/core/journal.ts'

const standsTo = (last: number): Stand[] =>
  Array.from({ length: last }, (_, at) => ({
    generation: at + 1, evaluations: 24 * (at + 1), reward: 0.4, best: 0.6, sigma: 0.3, words: new Uint32Array(1),
  })) // prettier-ignore

describe('the curve of held-out answers', () => {
  it('[Z12] asks for the newest mean first, then for the middle of the widest gap, and ends', () => {
    const known = new Map<number, number>()
    const order: number[] = []
    for (;;) {
      const next = nextStand(standsTo(9), known)
      if (next === null) break
      order.push(next.generation)
      known.set(next.generation, 0)
    }
    expect(order.slice(0, 4)).toEqual([9, 2, 5, 1])
    expect([...order].sort((x, y) => x - y)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9])
    expect(nextStand([], known)).toBeNull()
  })

  it('[Z12] is fine enough with few points, but never without the newest', () => {
    const known = new Map<number, number>()
    let asked = 0
    for (let next = nextStand(standsTo(500), known); next !== null; next = nextStand(standsTo(500), known)) {
      known.set(next.generation, 0)
      asked++
    }
    expect(asked).toBe(POINTS)
    expect(nextStand(standsTo(501), known)?.generation).toBe(501)
  })

  it('[Z12] forgets generations that are no longer told of', () => {
    const held = withHeld(withHeld(new Map(), 3, 0.5), 99, 0.6)
    expect([...heldAmong(held, standsTo(9))]).toEqual([[3, 0.5]])
    expect(heldAmong(held, standsTo(99))).toBe(held)
  })

  it('[Z12] begins with the adapter as it was trained, and cuts the recorded gradient at its own end', () => {
    const curves = rewardCurves(standsTo(20), new Map([[20, 0.9], [10, 0.8]]), 0.7, [[0, 0.7], [10, 0.75], [40, 0.9]]) // prettier-ignore
    expect(curves.last).toBe(20)
    expect(curves.held.map(({ y }) => y)).toEqual([0.7, 0.8, 0.9])
    expect(curves.held.map(({ x }) => x)).toEqual([0, Math.log1p(10) / Math.log1p(20), 1])
    expect(curves.ticks.map(({ generation }) => generation)).toEqual([1])
    expect(curves.gradient.at(-1)?.x).toBe(1)
    expect(curves.gradient.at(-1)?.y).toBeGreaterThan(0.75)
    expect(curves.gradient.at(-1)?.y).toBeLessThan(0.9)
    expect(pathOf([{ x: 0, y: 0.7 }, { x: 0.5, y: 0.8 }], 100, 10)).toBe('M0.0 3.0L50.0 2.0') // prettier-ignore
    // The axis begins at the quarter below the lowest, so that ten points are seen as ten points.
    expect(curves.floor).toBe(0.25)
    expect(rewardCurves([], new Map([[1, 0.9]]), 0.81, []).floor).toBe(0.75)
    expect(rewardCurves([], new Map(), 0, []).floor).toBe(0)
    expect(rewardCurves([], new Map(), 1, []).floor).toBe(0.75)
    expect(pathOf([{ x: 1, y: 0.75 }], 100, 10, 0.5)).toBe('M100.0 5.0')
    expect(rewardCurves([], new Map(), NaN, []).held).toEqual([])
  })
})
