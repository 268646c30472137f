import { describe, expect, it } from 'vitest'
import { EFFECT } from '../../../src/core/effect.ts'
import { rng } from '../../../src/core/rng.ts'
import { begun, LEARNERS, SEARCHES } from '../../support/searches.ts'

const DIMENSIONS = 40
const LIMIT = 100
/** Root of the mean square. */
const far = (x: Float64Array) => Math.sqrt(x.reduce((sum, one) => sum + one * one, 0) / x.length)
/** Two members at sigma are the root of 2 sigma apart, so they differ in the aim where sigma is `wanted`. */
const effectFor = (wanted: number) => (x: Float64Array) => Math.min(1, (EFFECT.aim * far(x)) / (Math.SQRT2 * wanted))
const bowl = (x: Float64Array) => x.reduce((sum, one) => sum + (one - 2) ** 2, 0)

type Effect = (x: Float64Array) => number
function searchedBy(strategy: (typeof SEARCHES)[number][1], effect: Effect | null, generations: number, count = 24, seed = 1) {
  let state = begun(strategy, DIMENSIONS, { steps: 'effect' })
  const random = rng(seed)
  for (let generation = 0; generation < generations; generation++) {
    const points = strategy.search!.sample(state, count, random)
    state = strategy.search!.learn(state, points, points.map(bowl), ...(effect === null ? [] : [points.map(effect)]))
  }
  return state
} // prettier-ignore
const json = (state: unknown): unknown => JSON.parse(JSON.stringify(state))

describe.each(SEARCHES)('steps by effect: %s', (_, strategy) => {
  const search = strategy.search!

  it('[Y30] are found in one generation: two members differ then as they should, wherever that is', () => {
    for (const wanted of [1.5, 6, 30]) {
      const state = searchedBy(strategy, effectFor(wanted), 1)
      const { sigma, mean, found } = search.spread(state)
      expect(sigma / wanted, `${wanted}`).toBeGreaterThan(0.8)
      expect(sigma / wanted, `${wanted}`).toBeLessThan(1.25)
      expect(found).toEqual({ unit: expect.closeTo(sigma / 0.3, 9) as number, effect: EFFECT.aim })
      expect([...mean]).toEqual(Array(DIMENSIONS).fill(0))
      const points = search.sample(state, 200, rng(2))
      const effects = points.map((point, at) => effectFor(wanted)(point.map((x, i) => Math.SQRT1_2 * (x - points[(at + 2) % 200]![i]!)))) // prettier-ignore
      const mean2 = effects.reduce((sum, one) => sum + one, 0) / 200
      expect(mean2 * Math.SQRT2).toBeGreaterThan(EFFECT.least)
      expect(mean2 * Math.SQRT2).toBeLessThan(EFFECT.most)
    }
  })

  it('[Y30] that change nothing, or everything, are as wide or as narrow as is tried', () => {
    const [none, all] = [() => 0, () => 1].map((effect) => search.spread(searchedBy(strategy, effect, 1)))
    expect(none).toMatchObject({ sigma: expect.closeTo(LIMIT / 2, 6) as number, found: { effect: 0 } })
    expect(all).toMatchObject({ sigma: expect.closeTo(LIMIT / 150, 6) as number, found: { effect: 1 } })
  })

  it('[Y31] are in the state, which is as before its first generation told: same seed, same search, on from JSON', () => {
    const [fresh, one, five] = [0, 1, 5].map((generations) => searchedBy(strategy, effectFor(4), generations))
    expect(search.spread(fresh!).found).toBeNull()
    expect(searchedBy(strategy, effectFor(4), 5)).toEqual(five)
    expect(searchedBy(strategy, effectFor(4), 5, 24, 2)).not.toEqual(five)
    for (const state of [fresh!, one!, five!]) {
      expect(json(state)).toEqual(state)
      expect(search.sample(json(state), 6, rng(3))).toEqual(search.sample(state, 6, rng(3)))
    }
  })

  it('[Y31] as set leave the state as it ever was; where nobody tells effects, or too few are asked, 1 stays 1', () => {
    expect(begun(strategy, 3, { steps: 'set' })).toEqual(begun(strategy, 3))
    expect(search.spread(begun(strategy, 3)).found).toBeUndefined()
    const before = search.spread(begun(strategy, DIMENSIONS))
    for (const state of [searchedBy(strategy, null, 1), searchedBy(strategy, effectFor(4), 1, 1)])
      expect(search.spread(state)).toEqual({ ...before, found: null })
    expect(search.sample(begun(strategy, 3, { steps: 'effect' }), 0, rng(1))).toEqual([])
    const spoilt = searchedBy(strategy, (x) => (x[0]! > 0 ? NaN : effectFor(4)(x)), 1)
    expect(search.spread(spoilt).sigma).toBeGreaterThan(0)
  })
})

it.each(LEARNERS)('[Y31] by effect %s goes the same way in a space of another scale', (id, strategy) => {
  const search = strategy.search!
  const found = searchedBy(strategy, effectFor(3), 1)
  const { unit } = search.spread(found).found!
  let [scaled, plain] = [found, strategy.init({ ...(found as { tactics: object }).tactics, steps: 'set' }, { dimensions: DIMENSIONS, limit: LIMIT / unit })] // prettier-ignore
  // Axes as long as each other may be any, and rounding decides which: of a whole matrix only the first step is the same.
  for (let generation = 0; generation < (id === 'cma-es' ? 1 : 8); generation++) {
    const [wide, narrow] = [scaled, plain].map((state) => search.sample(state, 12, rng(generation)))
    scaled = search.learn(scaled, wide!, wide!.map(bowl))
    plain = search.learn(
      plain,
      narrow!,
      narrow!.map((point) => bowl(point.map((x) => unit * x))),
    )
  }
  const [end, other] = [search.spread(scaled), search.spread(plain)]
  expect(end.sigma / other.sigma).toBeCloseTo(unit, 6)
  for (const [at, x] of end.mean.entries()) expect(x).toBeCloseTo(unit * other.mean[at]!, 6)
})
