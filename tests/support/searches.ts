/** What strategies that search a space are tried on: a bowl as an arena, and their own ask-and-learn loop. */
import { rowOf } from '../../src/core/batch.ts'
import type { Arena, Strategy } from '../../src/core/contracts.ts'
import type { Search } from '../../src/core/search.ts'
import { makeOf, type Make } from '../../src/core/generation.ts'
import { defaultsOf, type Options } from '../../src/core/options.ts'
import { fail } from '../../src/core/result.ts'
import type { Rng } from '../../src/core/rng.ts'
import type { RunSettings } from '../../src/core/settings.ts'
import cmaEs from '../../src/strategies/cma-es/index.ts'
import gaussianSearch from '../../src/strategies/gaussian-search/index.ts'
import openEs from '../../src/strategies/open-es/index.ts'
import sepCmaEs from '../../src/strategies/sep-cma-es/index.ts'
import snes from '../../src/strategies/snes/index.ts'

/** All strategies that search, by name. */
export const SEARCHES = [cmaEs, sepCmaEs, snes, openEs, gaussianSearch].map(
  (strategy) => [strategy.id, strategy as unknown as Strategy<unknown>] as const,
)
/** Those whose mean moves. */
export const LEARNERS = SEARCHES.filter(([id]) => id !== 'gaussian-search')

export const begun = (strategy: Strategy<unknown>, dimensions: number, tactics: Options = {}): unknown =>
  strategy.init({ ...defaultsOf(strategy.options!), ...tactics }, { dimensions, limit: 100 })

/** Generations of a strategy alone; `after` looks at each state. */
export function searched(
  { search }: Strategy<unknown>,
  state: unknown,
  generations: number,
  count: number,
  random: Rng,
  loss: (point: Float64Array, generation: number) => number,
  after: (state: unknown, search: Search<unknown>) => void = () => undefined,
): unknown {
  for (let generation = 0; generation < generations; generation++) {
    const points = search!.sample(state, count, random)
    state = search!.learn(
      state,
      points,
      points.map((point) => loss(point, generation)),
    )
    after(state, search!)
  }
  return state
}

export const median = (numbers: readonly number[]): number =>
  [...numbers].sort((x, y) => x - y)[numbers.length >>> 1] ?? NaN

/** The bowl's bottom in each dimension, of the environment's generation too: it moves a little from one to the next. */
export const BOTTOM = 0.7
interface Bowl {
  readonly generation: number
}

/** Reward is 1 at the bottom and falls with the square of the distance; 0 beyond. Genomes are single-precision numbers, as arenas have them. */
export function bowlArena(dimensions = 10): Arena<Float32Array, Bowl> {
  const axis = (key: string) => ({ key, label: key, help: '', unit: '', min: 0, max: 1 })
  const decode = (words: Uint32Array) => new Float32Array(words.slice().buffer)
  return {
    id: 'bowl', version: 1, label: 'bowl', summary: '', unit: { one: 'point', many: 'points', steps: 'points' }, options: [],
    presets: [{ id: 'bowl', label: 'bowl', summary: '', options: {} }],
    codec: () => ({
      stride: dimensions,
      encode: (genome) => new Uint32Array(genome.slice().buffer),
      decode,
      print: (genome) => genome.join(' '),
      parse: () => fail('no-text', 'Nobody writes these.'),
    }),
    objectives: () => [axis('reward'), axis('generation')],
    measures: () => ({
      axes: [{ ...axis('a'), thresholds: [0.5, Infinity] }, { ...axis('b'), thresholds: [0.5, Infinity] }],
      reachable: () => true,
    }),
    operators: () => [
      { id: 'any', label: 'Any', help: '', arity: 0, weight: 1, propose: (_parents, random) => Float32Array.from({ length: dimensions }, () => random.unit()) },
    ],
    environment: () => ({ generation: 0 }),
    turned: (_, generation) => ({ generation }),
    space: () => ({
      dimensions,
      limit: 4,
      genome: (point) => Float32Array.from(point, (x) => Math.min(4, Math.max(-4, x))),
      point: (genome) => Float64Array.from(genome),
    }),
    evaluator: () => (batch, { generation }) => {
      const rows = Array.from({ length: batch.count }, (_, index) => [...decode(rowOf(batch, index))])
      const far = (row: readonly number[]) => row.reduce((sum, x) => sum + (x - BOTTOM) ** 2, 0) / dimensions
      return {
        count: batch.count,
        objectives: Float64Array.from(rows.flatMap((row) => [Math.max(0, 1 - far(row)), generation])),
        measures: Float64Array.from(rows.flatMap(([a = 0, b = 0]) => [a, b])),
        work: { units: batch.count, steps: batch.count },
      }
    },
  } // prettier-ignore
}

export function bowlMake(strategy: Strategy<unknown>, change: Partial<RunSettings> = {}): Make {
  const settings: RunSettings = {
    arena: 'bowl', arenaVersion: 1, preset: 'bowl', strategy: strategy.id, seed: 1, population: 16, evaluations: 0, options: {}, operators: {},
    ...change,
  } // prettier-ignore
  return makeOf(settings, bowlArena() as Arena, strategy)
}
