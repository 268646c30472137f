import { describe, expect, it } from 'vitest'
import { factorsOf } from '../../../src/arenas/singular-values/model/noise.ts'
import type { Arena, Strategy } from '../../../src/core/contracts.ts'
import { rng } from '../../../src/core/rng.ts'
import { Library } from '../../../src/engine/library.ts'
import { settingsIn } from '../../../src/core/settings.ts'
import cmaEs from '../../../src/strategies/cma-es/index.ts'
import eggroll from '../../../src/strategies/eggroll/index.ts'
import { singular } from '../../support/singular.ts'
import { begun, bowlArena, searched } from '../../support/searches.ts'

const strategy = eggroll as unknown as Strategy<unknown>
const search = strategy.search!
const json = (state: unknown): unknown => JSON.parse(JSON.stringify(state))

const [ROWS, COLUMNS] = [6, 5]
const target = Float64Array.from({ length: ROWS * COLUMNS }, (_, at) => Math.sin(3 * at + 1))
const reward = (weights: Float64Array) => -weights.reduce((sum, value, at) => sum + (value - target[at]!) ** 2, 0)
const known = new Map<string, Float64Array>()
/** A direction of rank `rank`, as a matrix. */
function matrixOf(direction: number, rank: number): Float64Array {
  const found = known.get(`${direction} ${rank}`) ?? madeMatrix(direction, rank)
  known.set(`${direction} ${rank}`, found)
  return found
}
function madeMatrix(direction: number, rank: number): Float64Array {
  const { a, b } = factorsOf({ key: 5, rank, directions: 0 }, direction, 0, ROWS, COLUMNS)
  return Float64Array.from({ length: ROWS * COLUMNS }, (_, at) => {
    const [row, column] = [Math.floor(at / COLUMNS), at % COLUMNS]
    let sum = 0
    for (let j = 0; j < rank; j++) sum += a[row * rank + j]! * b[column * rank + j]!
    return sum / Math.sqrt(rank)
  })
}
/** Weights of a point of a space of noise, from nothing. */
function weightsOf(point: ArrayLike<number>, rank: number): Float64Array {
  const weights = new Float64Array(ROWS * COLUMNS)
  for (let k = 0; k < point.length; k++)
    if (point[k] !== 0) matrixOf(k, rank).forEach((value, at) => (weights[at]! += point[k]! * value))
  return weights
}

describe('EGGROLL', () => {
  it.each([1, 3])(
    '[Y18] on a quadratic, its mean update is the gradient of the smoothed reward, at rank %i',
    (rank) => {
      // The gradient of a quadratic is that of its smoothing by any noise of mean 0: 2 (target - weights).
      const [pairs, sigma] = [30_000, 0.1]
      const at = Float64Array.from({ length: ROWS * COLUMNS }, (_, i) => Math.cos(i))
      const gradient = at.map((value, i) => 2 * (target[i]! - value))
      const update = new Float64Array(ROWS * COLUMNS)
      for (let pair = 0; pair < pairs; pair++) {
        const noise = matrixOf(pair, rank)
        const f = (sign: number) => reward(at.map((value, i) => value + sign * sigma * noise[i]!))
        const slope = (f(1) - f(-1)) / (2 * sigma)
        noise.forEach((value, i) => (update[i]! += (slope * value) / pairs))
      }
      const norm = (x: Float64Array) => Math.hypot(...x)
      // Of 30 weights and so many pairs the error's expected size is about root(30 * 4 / pairs) = 6 %.
      expect(norm(update.map((value, i) => value - gradient[i]!)) / norm(gradient)).toBeLessThan(0.1)
      expect(update.reduce((sum, value, i) => sum + value * gradient[i]!, 0) / norm(update) / norm(gradient)).toBeGreaterThan(0.995) // prettier-ignore
    },
  )

  it('[Y19] pairs go there and back along one new direction; whoever is left over stays at the mean', () => {
    let state = begun(strategy, 10, { sigma: 0.25, rate: 0.1 })
    for (const first of [0, 3, 6]) {
      const { mean } = search.spread(state)
      const points = search.sample(state, 7, rng(1))
      points.slice(0, 6).forEach((point, index) => {
        const own = first + (index >> 1)
        expect([...point]).toEqual([...mean].map((value, k) => (k === own ? value + (index % 2 === 0 ? 0.25 : -0.25) : value)))
        expect(mean[own]).toBe(0)
      })
      expect(points[6]).toEqual(mean)
      state = search.learn(state, points, [3, 1, 2, 5, 4, 6, 0])
    }
    // After the last direction the first come round, and go on from where they are.
    const before = [...search.spread(state).mean]
    const [point] = search.sample(state, 7, rng(1)).slice(2)
    expect(point![0]).toBe(before[0]! + 0.25)
  }) // prettier-ignore

  it('[Y19] an update is rate / (N sigma) times the sum of centred ranks and directions', () => {
    const [sigma, rate] = [0.2, 0.3]
    const state = searched(strategy, begun(strategy, 40, { sigma, rate }), 3, 8, rng(1), (point) => reward(weightsOf(point, 2)), () => undefined) // prettier-ignore
    const points = search.sample(state, 8, rng(2))
    const losses = points.map((point) => -reward(weightsOf(point, 2)))
    const order = losses.map((_, i) => i).sort((x, y) => losses[x]! - losses[y]!)
    const ranks = losses.map((_, i) => 0.5 - order.indexOf(i) / 7)
    const { mean } = search.spread(state)
    const after = weightsOf(search.spread(search.learn(state, points, losses)).mean, 2)
    const start = weightsOf(mean, 2)
    const plain = start.map((value, at) => {
      let sum = 0
      points.forEach((_, i) => (sum += ranks[i]! * (i % 2 === 0 ? 1 : -1) * matrixOf(12 + (i >> 1), 2)[at]!))
      return value + (rate / (8 * sigma)) * sum
    })
    plain.forEach((value, at) => expect(after[at]).toBeCloseTo(value, 12))
  })

  it('[Y8] a constant reward cancels exactly, and so do scores that are none', () => {
    const before = searched(strategy, begun(strategy, 300), 5, 10, rng(1), (point) => point[3]! - point[1]!)
    for (const loss of [0, 3, Infinity, NaN]) {
      const after = searched(strategy, before, 40, 10, rng(2), () => loss)
      expect(search.spread(after)).toEqual(search.spread(before))
    }
  })

  it('[Y10] moves weights to the bottom of a bowl, also when it has gone round', () => {
    for (const directions of [700, 90]) {
      const state = searched(strategy, begun(strategy, directions, { sigma: 0.1, rate: 0.1 }), 50, 24, rng(1), (point) => -reward(weightsOf(point, 1))) // prettier-ignore
      expect(reward(weightsOf(search.spread(state).mean, 1)), `${directions}`).toBeGreaterThan(0.1 * reward(new Float64Array(ROWS * COLUMNS))) // prettier-ignore
    }
  })

  it('[Y6] begins at 0, goes on from its state as JSON to the last bit, and takes any number of samples', () => {
    const of = (state: unknown, generations: number) => searched(strategy, state, generations, 9, rng(1), (x) => x[4]! - x[2]!) // prettier-ignore
    expect([...search.spread(begun(strategy, 3)).mean]).toEqual([0, 0, 0])
    const middle = of(begun(strategy, 70), 8)
    expect(json(middle)).toEqual(middle)
    expect(of(json(middle), 8)).toEqual(of(middle, 8))
    expect(search.sample(middle, 0, rng(1))).toEqual([])
    for (const count of [1, 2, 3, 300]) {
      const { mean } = search.spread(searched(strategy, begun(strategy, 5), 6, count, rng(1), (x) => x[0]!))
      expect(mean.every(Number.isFinite), `${count}`).toBe(true)
      expect(mean.every((value) => Math.abs(value) <= 100)).toBe(true)
    }
    expect(() => begun(strategy, 1e6)).toThrow('dimensions')
  })

  it('[Y20] is refused with a sentence where genomes are no directions; others take directions too', () => {
    const library = new Library([singular, bowlArena() as Arena], [strategy, cmaEs as unknown as Strategy<unknown>])
    const settings = (preset: string, change: object) => ({ ...settingsIn(singular, singular.presets.find(({ id }) => id === preset)!), ...change }) // prettier-ignore
    const faultOf = (one: ReturnType<typeof settings>) => {
      const checked = library.check(one)
      return checked.ok ? 'fine' : checked.fault.message
    }
    expect(faultOf(settings('eggroll', {}))).toBe('fine')
    expect(faultOf(settings('eggroll', { strategy: 'cma-es', tactics: {} }))).toBe('fine')
    expect(faultOf(settings('sums', { strategy: 'eggroll', tactics: {} }))).toBe(
      'EGGROLL moves all weights along random directions; with these settings singular values are moved themselves. Choose another strategy, or all weights as what is moved.',
    )
    const bowl = { arena: 'bowl', arenaVersion: 1, preset: 'bowl', strategy: 'eggroll', seed: 1, population: 16, evaluations: 0, options: {}, operators: {} } // prettier-ignore
    expect(faultOf(bowl)).toMatch(/^EGGROLL moves all weights/)
  })
})
