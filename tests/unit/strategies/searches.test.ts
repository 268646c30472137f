import { describe, expect, it } from 'vitest'
import { defaultsOf } from '../../../src/core/options.ts'
import { rng } from '../../../src/core/rng.ts'
import cmaEs from '../../../src/strategies/cma-es/index.ts'
import gaussianSearch from '../../../src/strategies/gaussian-search/index.ts'
import openEs from '../../../src/strategies/open-es/index.ts'
import { parametersOf } from '../../../src/strategies/search/cma-parameters.ts'
import { eigenOf } from '../../../src/strategies/search/eigen.ts'
import { sharedWeights, tiersOf } from '../../../src/strategies/search/ranking.ts'
import sepCmaEs from '../../../src/strategies/sep-cma-es/index.ts'
import { begun, LEARNERS, median, SEARCHES, searched } from '../../support/searches.ts'

const bowl = (x: Float64Array) => x.reduce((sum, one) => sum + (one - 0.5) ** 2, 0)
/** Every number in a state. */
const numbersIn = (state: unknown): number[] =>
  typeof state === 'number' ? [state] : typeof state === 'object' && state !== null ? Object.values(state).flatMap(numbersIn) : [] // prettier-ignore
/** As copyOf in src/storage counts. */
const sizeOf = (state: unknown): number =>
  1 + (typeof state === 'object' && state !== null ? Object.values(state).reduce<number>((sum, one) => sum + sizeOf(one), 0) : 0) // prettier-ignore
const json = (state: unknown): unknown => JSON.parse(JSON.stringify(state))

describe.each(SEARCHES)('%s', (_id, strategy) => {
  const search = strategy.search!

  it('[Y6] same seed, same search; it begins at 0, and asks nothing of operators', () => {
    const ends = [1, 1, 2].map((seed) => searched(strategy, begun(strategy, 5), 20, 8, rng(seed), bowl))
    expect(ends[0]).toEqual(ends[1])
    expect(ends[0]).not.toEqual(ends[2])
    expect([...search.spread(begun(strategy, 5)).mean]).toEqual([0, 0, 0, 0, 0])
    expect(strategy.ask(ends[0], [], [], 8, rng(1), () => [])).toEqual([])
    expect(strategy.tell(ends[0], [], { phase: { kind: 'on', most: 8 }, children: 8 })).toBe(ends[0])
  })

  it('[Y6] goes on from its state as JSON to the last bit, which is small enough to be kept', () => {
    const middle = searched(strategy, begun(strategy, 7), 12, 9, rng(4), bowl)
    expect(json(middle)).toEqual(middle)
    expect(searched(strategy, json(middle), 12, 9, rng(5), bowl)).toEqual(searched(strategy, middle, 12, 9, rng(5), bowl)) // prettier-ignore
    for (const dimensions of [1, 400, 401, 24_000]) expect(sizeOf(begun(strategy, dimensions)), `${dimensions}`).toBeLessThan(100_000) // prettier-ignore
    expect(() => begun(strategy, 1e6)).toThrow('dimensions')
    expect(() => strategy.init(defaultsOf(strategy.options!), null)).toThrow('space')
  })

  it('[Y7] losses that are no numbers, or infinite, spoil nothing', () => {
    const strange = [NaN, Infinity, -Infinity, 1e308, -1e308, 0]
    const chance = rng(8)
    const state = searched(strategy, begun(strategy, 4), 60, 6, rng(9), (x) => (chance.chance(0.5) ? chance.pick(strange) : bowl(x)), (now) => {
      expect(numbersIn(now).every(Number.isFinite)).toBe(true)
    }) // prettier-ignore
    const end = searched(strategy, state, 5, 6, rng(10), () => NaN)
    expect(numbersIn(end).every(Number.isFinite)).toBe(true)
    // Nobody with a score counts for less than somebody without one.
    const half = searched(strategy, begun(strategy, 4), 80, 16, rng(11), (x) => (x[0]! < 0 ? NaN : bowl(x)))
    expect(search.spread(half).mean[0]).toBeGreaterThan(0)
  })

  it('[Y7] learns from any number of samples: none, one, two, three, many, and not always as many', () => {
    expect(search.sample(begun(strategy, 3), 0, rng(1))).toEqual([])
    for (const count of [1, 2, 3, 5, 64]) {
      const state = searched(strategy, begun(strategy, 3), 15, count, rng(count), bowl)
      expect(numbersIn(state).every(Number.isFinite), `${count}`).toBe(true)
      expect(search.sample(state, count, rng(1)).map((point) => point.length)).toEqual(Array.from({ length: count }, () => 3)) // prettier-ignore
    }
    const mixed = [4, 7, 2, 12].reduce((state, count) => searched(strategy, state, 1, count, rng(count), bowl), begun(strategy, 3)) // prettier-ignore
    expect(numbersIn(mixed).every(Number.isFinite)).toBe(true)
  })

  it('[Y8] a generation of equals moves neither mean nor sigma, nor do many', () => {
    const before = searched(strategy, begun(strategy, 6), 6, 10, rng(1), bowl)
    for (const loss of [0, 3, Infinity, NaN]) {
      // With another key the same loss as before is the best so far of nobody.
      const after = searched(strategy, before, 40, 10, rng(2), () => (strategy.id === 'gaussian-search' ? Infinity : loss)) // prettier-ignore
      const [was, is] = [search.spread(before), search.spread(after)]
      expect(is.sigma).toBe(was.sigma)
      for (const [i, value] of was.mean.entries()) expect(is.mean[i]).toBeCloseTo(value, 12)
    }
  })

  it('[Y9] axes are told longest first, with a mean square of 1', () => {
    const state = searched(strategy, begun(strategy, 6), 60, 12, rng(1), (x) => x.reduce((sum, one, i) => sum + 10 ** i * (one - 0.3) ** 2, 0)) // prettier-ignore
    const { axes, sigma } = search.spread(state)
    expect([...axes].sort((x, y) => y - x)).toEqual(axes)
    expect(axes.reduce((sum, one) => sum + one * one, 0) / axes.length).toBeCloseTo(1, 9)
    // What is told of sigma is what is seen of samples.
    const points = search.sample(state, 4000, rng(3))
    const middle = strategy.id === 'gaussian-search' ? new Float64Array(6) : search.spread(state).mean
    const variance = points.reduce((sum, x) => sum + x.reduce((squares, one, i) => squares + (one - middle[i]!) ** 2, 0), 0) / 6 / 4000 // prettier-ignore
    expect(Math.sqrt(variance) / sigma).toBeGreaterThan(0.93)
    expect(Math.sqrt(variance) / sigma).toBeLessThan(1.07)
  })
})

describe.each(LEARNERS)('%s finds its way', (id, strategy) => {
  it('[Y10] from 0 to the bottom of a bowl', () => {
    const state = searched(strategy, begun(strategy, 10), 120, 20, rng(1), bowl)
    expect(bowl(strategy.search!.spread(state).mean)).toBeLessThan(id === 'open-es' ? 0.1 : 0.001)
  })

  it('[Y10] from accuracy alone: a share of ten examples, the same for most of a generation', () => {
    const directions = Array.from({ length: 10 }, (_, k) => Float64Array.from({ length: 8 }, (_, i) => Math.sin(3 * k + 7 * i) + 0.8)) // prettier-ignore
    const right = (x: Float64Array) => directions.filter((one) => one.reduce((sum, value, i) => sum + value * x[i]!, 0) > 0.5).length / 10 // prettier-ignore
    const reached = [1, 2, 3, 4, 5].map((seed) => right(strategy.search!.spread(searched(strategy, begun(strategy, 8), 60, 16, rng(seed), (x) => -right(x))).mean)) // prettier-ignore
    expect(right(new Float64Array(8))).toBe(0)
    expect(median(reached)).toBeGreaterThanOrEqual(0.9)
  })

  it('[Y11] where scale changes no score, sigma stays within its bounds for 150 generations', () => {
    const bounds = { sigma: 0.3, sigmaMost: 0.9, sigmaLeast: 0.05 }
    // An accuracy: signs of four sums. Its batch turns, as a run's does.
    const accuracy = (x: Float64Array, generation: number) =>
      [0, 1, 2, 3].filter((k) => x.reduce((sum, one, i) => sum + one * Math.sin(generation * 5 + k * 3 + i), 0) > 0).length / 4 // prettier-ignore
    for (const seed of [1, 2, 3]) {
      searched(strategy, begun(strategy, 6, bounds), 150, 12, rng(seed), (x, generation) => -accuracy(x, generation), (now, search) => {
        const { sigma } = search.spread(now)
        expect(sigma).toBeGreaterThanOrEqual(0.05 * (1 - 1e-9))
        expect(sigma).toBeLessThanOrEqual(0.9 * (1 + 1e-9))
        expect(numbersIn(now).every((number) => Math.abs(number) < 1e6)).toBe(true)
      }) // prettier-ignore
    }
  })
})

describe('CMA-ES', () => {
  it('[Y11] without its bound sigma would run away there, and with it both ends hold', () => {
    // Rounded, and the same however long x is.
    const angle = (x: Float64Array) => -Math.round((20 * (x[0]! - x[1]! + x[2]! / 2)) / Math.hypot(...x, 1e-9))
    const sigmaAfter = (tactics: Record<string, number>, loss: (x: Float64Array) => number) =>
      cmaEs.search!.spread(searched(SEARCHES[0]![1], begun(SEARCHES[0]![1], 4, tactics), 150, 12, rng(3), loss) as never).sigma // prettier-ignore
    expect(sigmaAfter({ sigmaMost: 1e12 }, angle)).toBeGreaterThan(10)
    expect(sigmaAfter({ sigmaMost: 1 }, angle)).toBeLessThanOrEqual(1 + 1e-9)
    expect(sigmaAfter({ sigmaLeast: 0.02 }, bowl)).toBeCloseTo(0.02, 2)
    expect(sigmaAfter({ sigmaLeast: 0 }, bowl)).toBeLessThan(1e-6)
    // Bounds that contradict each other: the upper one holds.
    expect(sigmaAfter({ sigmaLeast: 0.5, sigmaMost: 0.1 }, bowl)).toBeCloseTo(0.1, 9)
  })

  it('[Y9] in more than 400 dimensions is the separable one', () => {
    const [full, separable] = [cmaEs, sepCmaEs].map((strategy) => searched(strategy as never, begun(strategy as never, 401), 3, 6, rng(2), bowl)) // prettier-ignore
    expect(full).toEqual(separable)
    expect((begun(SEARCHES[0]![1], 400) as { covariance: readonly number[] }).covariance.length).toBe(200 * 401)
  })

  it('[Y9] weights fall, the better half sums to 1, and the worse takes away no more than is there', () => {
    for (const [dimensions, count] of [[1, 2], [3, 4], [10, 10], [40, 96], [400, 24]] as const) {
      for (const diagonal of [false, true]) {
        const { weights, c1, cmu, muEff } = parametersOf(dimensions, count, { diagonal, active: true })
        const [good, bad] = [weights.filter((one) => one > 0), weights.filter((one) => one < 0)]
        expect([...weights].sort((x, y) => y - x)).toEqual(weights)
        expect(good.reduce((sum, one) => sum + one, 0)).toBeCloseTo(1, 12)
        expect(1 - c1 - cmu + dimensions * cmu * bad.reduce((sum, one) => sum + one, 0)).toBeGreaterThan(-1e-9)
        expect(muEff).toBeGreaterThanOrEqual(1)
        expect(c1 + cmu).toBeLessThanOrEqual(1)
      }
    }
  }) // prettier-ignore

  it('[Y8] under random ranks sigma goes neither up nor down, with ties or without', () => {
    for (const levels of [2, 1000]) {
      const chance = rng(levels)
      // By logarithm: sigma is multiplied. Were paths not told of ties, two levels would come to -1.1.
      const sigmas = Array.from({ length: 100 }, (_, seed) => {
        const state = searched(SEARCHES[0]![1], begun(SEARCHES[0]![1], 10, { sigmaMost: 1e9, sigmaLeast: 0 }), 20, 12, rng(seed), () => chance.int(levels)) // prettier-ignore
        return Math.log(cmaEs.search!.spread(state as never).sigma / 0.3)
      })
      const mean = sigmas.reduce((sum, one) => sum + one, 0) / sigmas.length
      expect(Math.abs(mean), `${levels} levels`).toBeLessThan(0.3)
    }
  })
})

describe('ranks', () => {
  it('[Y8] equals share the weights of their places, in whatever order they come', () => {
    const losses = [3, 1, NaN, 1, Infinity, 2]
    expect(tiersOf(losses)).toEqual([[1, 3], [5], [0], [2, 4]])
    expect(sharedWeights(tiersOf(losses), [6, 4, 3, 2, 1, 0])).toEqual([2, 5, 0.5, 5, 0.5, 3])
    expect(tiersOf([])).toEqual([])
    expect(tiersOf([0, -0])).toEqual([[0, 1]])
  }) // prettier-ignore
})

describe('axes of a matrix', () => {
  it.each([1, 2, 7, 60])('[Y9] of %i dimensions: orthogonal, and put together again they are the matrix', (n) => {
    const random = rng(n)
    const lower = Array.from({ length: (n * (n + 1)) / 2 }, () => random.unit() - 0.5)
    const { values, vectors } = eigenOf(n, lower)
    for (let i = 0, at = 0; i < n; i++)
      for (let j = 0; j <= i; j++, at++) {
        let [sum, dot] = [0, 0]
        for (let k = 0; k < n; k++) {
          sum += vectors[i * n + k]! * values[k]! * vectors[j * n + k]!
          dot += vectors[k * n + i]! * vectors[k * n + j]!
        }
        expect(sum).toBeCloseTo(lower[at]!, 11)
        expect(dot).toBeCloseTo(i === j ? 1 : 0, 11)
      }
    expect([...values].sort((x, y) => x - y)).toEqual([...values])
  })
})

describe('OpenAI-ES', () => {
  it('[Y9] samples are pairs there and back; whoever is left over stays at the mean', () => {
    const state = searched(SEARCHES[3]![1], begun(SEARCHES[3]![1], 5), 3, 8, rng(1), bowl) as never
    const { mean } = openEs.search!.spread(state)
    const points = openEs.search!.sample(state, 7, rng(2))
    for (const pair of [0, 2, 4])
      for (const [i, value] of mean.entries()) expect((points[pair]![i]! + points[pair + 1]![i]!) / 2).toBeCloseTo(value, 12) // prettier-ignore
    expect(points[6]).toEqual(mean)
  })

  it('[Y9] its mean stays within the space', () => {
    const { search } = openEs
    let state = openEs.init({ sigma: 0.3, step: 10 }, { dimensions: 3, limit: 2 })
    const random = rng(1)
    for (let generation = 0; generation < 50; generation++) {
      const points = search!.sample(state, 10, random)
      state = search!.learn(state, points, points.map(([x = 0]) => x)) // prettier-ignore
      expect(Math.max(...search!.spread(state).mean.map(Math.abs))).toBeLessThanOrEqual(2)
    }
    expect(search!.spread(state).mean[0]).toBe(-2)
  })
})

describe('random steps', () => {
  it('[Y9] are around the beginning for good, and the luckiest is kept', () => {
    const { search } = gaussianSearch
    const seen: number[] = []
    const state = searched(SEARCHES[4]![1], begun(SEARCHES[4]![1], 3), 30, 20, rng(1), (x) => {
      seen.push(bowl(x))
      return bowl(x)
    }) as never
    expect(bowl(search!.spread(state).mean)).toBe(Math.min(...seen))
    const later = search!.sample(state, 2000, rng(2))
    for (let i = 0; i < 3; i++) expect(Math.abs(later.reduce((sum, x) => sum + x[i]!, 0) / 2000)).toBeLessThan(0.03)
  })
})
