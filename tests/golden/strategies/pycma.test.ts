/** Evolution strategies beside what tests/fixtures/strategies/pycma.py wrote down: formulas step by step, and whole runs of pycma. */
import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import type { Options } from '../../../src/core/options.ts'
import { rng } from '../../../src/core/rng.ts'
import cmaEs from '../../../src/strategies/cma-es/index.ts'
import openEs from '../../../src/strategies/open-es/index.ts'
import { cmaSearch, cmaState, type CmaState } from '../../../src/strategies/search/cma.ts'
import snes from '../../../src/strategies/snes/index.ts'
import { median } from '../../support/searches.ts'

interface Step {
  readonly points: readonly (readonly number[])[]
  readonly losses: readonly number[]
  readonly mean: readonly number[]
}
interface Run {
  readonly problem: string
  readonly dimensions: number
  readonly population: number
  readonly sigma: number
  readonly target?: number
  readonly evaluations?: number
  /** Evaluations to the target, or the best after so many, a seed each. */
  readonly values: readonly number[]
}
interface Golden {
  readonly cma: readonly {
    readonly dimensions: number
    readonly sigma: number
    readonly active: boolean
    readonly diagonal: boolean
    readonly stalls: number
    readonly steps: readonly (Step & Pick<CmaState, 'sigma' | 'pc' | 'ps' | 'covariance'>)[]
  }[]
  readonly snes: readonly {
    readonly dimensions: number
    readonly sigma: number
    readonly steps: readonly (Step & { readonly sigmas: readonly number[] })[]
  }[]
  readonly openEs: readonly {
    readonly dimensions: number
    readonly sigma: number
    readonly step: number
    readonly steps: readonly Step[]
  }[]
  readonly runs: readonly Run[]
}

const file = new URL('../../fixtures/strategies/pycma.json.gz', import.meta.url)
const golden = JSON.parse(gunzipSync(readFileSync(file)).toString()) as Golden
const WIDE: Options = { sigmaMost: 1e9, sigmaLeast: 0, active: true }

/** Largest distance, as a share of the largest expected number. */
function apart(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  expect(found.length).toBe(expected.length)
  const scale = Math.max(...Array.from(expected, Math.abs), 1e-3)
  return Math.max(...Array.from(expected, (value, at) => Math.abs(value - found[at]!))) / scale
}
const pointsOf = ({ points }: Step) => points.map((point) => Float64Array.from(point))

describe('one generation after another', () => {
  it.each(golden.cma.map((one, index) => [index, one.dimensions, one.diagonal ? 'diagonal' : 'full', one] as const))(
    '[Y3] CMA-ES, case %i: %i dimensions, %s',
    (_index, dimensions, _shape, { sigma, active, diagonal, steps }) => {
      let state = cmaState({ ...WIDE, sigma, active }, dimensions, diagonal)
      for (const step of steps) {
        state = cmaSearch.learn(state, pointsOf(step), step.losses)
        for (const part of ['mean', 'pc', 'ps', 'covariance'] as const) expect(apart(state[part], step[part]), part).toBeLessThan(1e-10) // prettier-ignore
        expect(apart([state.sigma], [step.sigma])).toBeLessThan(1e-10)
      }
    },
  )

  it('[Y3] the cases are worth something: paths that stall and that do not, both halves and one', () => {
    const stalls = golden.cma.flatMap(({ stalls, steps }) => [stalls, steps.length - stalls])
    expect(stalls.filter((count) => count > 0).length).toBeGreaterThan(golden.cma.length)
    expect(new Set(golden.cma.map(({ active, diagonal }) => `${active} ${diagonal}`)).size).toBe(4)
  })

  it.each(golden.snes)('[Y5] SNES in $dimensions dimensions', ({ dimensions, sigma, steps }) => {
    let state = snes.init({ ...WIDE, sigma }, { dimensions, limit: 100 })
    for (const step of steps) {
      state = snes.search!.learn(state, pointsOf(step), step.losses)
      const { mean, sigmas } = state as { readonly mean: readonly number[]; readonly sigmas: readonly number[] }
      expect(apart(mean, step.mean)).toBeLessThan(1e-12)
      expect(apart(sigmas, step.sigmas)).toBeLessThan(1e-12)
    }
  })

  it.each(golden.openEs)('[Y5] OpenAI-ES in $dimensions dimensions', ({ dimensions, sigma, step: rate, steps }) => {
    let state = openEs.init({ sigma, step: rate }, { dimensions, limit: 100 })
    for (const step of steps) {
      state = openEs.search!.learn(state, pointsOf(step), step.losses)
      expect(apart(openEs.search!.spread(state).mean, step.mean)).toBeLessThan(1e-12)
    }
  })
})

const sum = (numbers: ArrayLike<number>) => Array.from(numbers).reduce((total, number) => total + number, 0)
/** Where minima lie. */
const off = (x: number, i: number) => x - (i % 2 === 0 ? 1 : -1)
const PROBLEMS: Readonly<Record<string, (x: Float64Array) => number>> = {
  sphere: (x) => sum(x.map((one, i) => off(one, i) ** 2)),
  ellipsoid: (x) => sum(x.map((one, i) => 10 ** ((4 * i) / (x.length - 1)) * off(one, i) ** 2)),
  rosenbrock: (x) => sum(x.subarray(1).map((next, i) => 100 * (next - x[i]! ** 2) ** 2 + (1 - x[i]!) ** 2)),
  rastrigin: (x) => sum(x.map((one, i) => 10 + off(one, i) ** 2 - 10 * Math.cos(2 * Math.PI * off(one, i)))),
}

/** The same measure of a run of ours. */
function measured({ problem, dimensions, population, sigma, target, evaluations }: Run, seed: number): number {
  const random = rng(seed)
  const { sample, learn } = cmaEs.search!
  let state = cmaEs.init({ ...WIDE, sigma }, { dimensions, limit: 1e9 })
  let [spent, best] = [0, Infinity]
  while (target === undefined ? spent + population <= evaluations! : best > target && spent < 1e5) {
    const points = sample(state, population, random)
    const losses = points.map(PROBLEMS[problem]!)
    state = learn(state, points, losses)
    spent += population
    best = Math.min(best, ...losses)
  }
  return target === undefined ? best : spent
}

describe('whole runs', () => {
  it.each(golden.runs)('[Y4] $problem in $dimensions dimensions: as far as pycma comes', (run) => {
    const theirs = run.values
    // Three where a generation takes long.
    const ours = (run.dimensions > 10 ? [1, 2, 3] : [1, 2, 3, 4, 5]).map((seed) => measured(run, seed))
    const [least, most] = [Math.min(...theirs), Math.max(...theirs)]
    // The band: the median within what pycma's eleven seeds reach, each within as much again on either side, by ratio.
    const room = Math.max(most / least, 1.1)
    expect(median(ours)).toBeGreaterThanOrEqual(least)
    expect(median(ours)).toBeLessThanOrEqual(most)
    expect(Math.min(...ours)).toBeGreaterThan(least / room)
    expect(Math.max(...ours)).toBeLessThan(most * room)
  })
})
