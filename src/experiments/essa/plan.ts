/**
 * The experiment of ESSA (arXiv 2507.04453) on the singular-values arena: where scaling an adapter's directions helps (how long it was
 * trained before, in which precision the base is kept), and which strategy finds it with how many evaluations.
 */
import type { Options } from '../../core/options.ts'
import type { RunSettings } from '../../core/settings.ts'
import type { Arena } from '../../core/contracts.ts'

export const WARMTHS = ['short', 'medium', 'full', 'none'] as const
export const PRECISIONS = ['f32', 'f16', 'int8', 'int4'] as const
export const STRATEGIES = [
  'cma-es',
  'sep-cma-es',
  'snes',
  'open-es',
  'eggroll',
  'gaussian-search',
  'map-elites',
] as const
export type StrategyId = (typeof STRATEGIES)[number]

export const LABELS: Readonly<Record<StrategyId | (typeof WARMTHS)[number], string>> = {
  'cma-es': 'CMA-ES (ESSA)', 'sep-cma-es': 'separable CMA-ES', snes: 'SNES', 'open-es': 'OpenAI-ES', eggroll: 'EGGROLL, all weights', 'gaussian-search': 'random search', 'map-elites': 'MAP-Elites, the best elite',
  short: 'short', medium: 'longer', full: 'to the end', none: 'none (random adapter)',
} // prettier-ignore

export interface Plan {
  readonly seeds: readonly number[]
  /** Generations of the first table, and those after which the mean is judged. */
  readonly generations: number
  /** Members a generation, of both tables. */
  readonly population: number
  /** Spectra that each strategy judges on the sums. */
  readonly evaluations: number
  /** Examples of a generation on the sums. */
  readonly batch: number
  readonly rank: number
  /** Whether first steps are those of the settings, or found by effect (src/strategies/search/by-effect.ts). */
  readonly steps: StepsId
}

export const STEPS = ['set', 'effect'] as const
export type StepsId = (typeof STEPS)[number]

const CHECKPOINTS = [10, 25, 50, 100, 200]
/** Generations after which the mean is judged. */
export const checkpointsOf = (generations: number): readonly number[] => [
  ...CHECKPOINTS.filter((at) => at < generations),
  generations,
]

/** One run of a search. */
export interface Job {
  readonly seed: number
  readonly table: 'clothes' | 'sums'
  readonly strategy: StrategyId
  readonly options: Options
}

export function jobsOf(plan: Plan): readonly Job[] {
  const clothes = WARMTHS.flatMap((warmth) =>
    PRECISIONS.map((precision) => ({ task: 'fashion', warmth, precision, batch: 64 })),
  )
  // All weights beside them, for comparison.
  const whole = WARMTHS.map((warmth) => ({ task: 'fashion', warmth, precision: 'f32', batch: 64, moved: 'weights' }))
  const sums = STRATEGIES.map((strategy) => ({ strategy, options: { ...sumsIn(plan, 'short'), ...(strategy === 'eggroll' ? { moved: 'weights' } : {}) } })) // prettier-ignore
  const others = (['medium', 'full', 'none'] as const).map((warmth) => ({
    strategy: 'cma-es' as const,
    options: sumsIn(plan, warmth),
  }))
  return plan.seeds.flatMap((seed) => [
    ...clothes.map((options): Job => ({ seed, table: 'clothes', strategy: 'cma-es', options })),
    ...whole.map((options): Job => ({
      seed,
      table: 'clothes',
      strategy: 'eggroll',
      options: { ...options, noise: seed },
    })),
    ...[...sums, ...others].map((one): Job => ({
      seed,
      table: 'sums',
      ...one,
      options: { ...one.options, noise: seed },
    })),
  ])
}

const sumsIn = ({ batch, rank }: Plan, warmth: string): Options => ({ task: 'sums', warmth, batch, rank: String(rank) })

export function settingsOf(plan: Plan, arena: Pick<Arena, 'id' | 'version' | 'presets'>, job: Job): RunSettings {
  const { population, generations, evaluations } = plan
  // The first generation has the adapter as it was trained beside its samples.
  const all = job.table === 'clothes' ? 1 + generations * population : 1 + evaluations
  return {
    arena: arena.id,
    arenaVersion: arena.version,
    preset: 'clothes',
    strategy: job.strategy,
    seed: job.seed,
    population,
    ...(job.strategy === 'map-elites' ? {} : { tactics: { steps: plan.steps } }),
    evaluations: all,
    options: { ...arena.presets[0]?.options, ...job.options },
    operators: {},
  }
}
