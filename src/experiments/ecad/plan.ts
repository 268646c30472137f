/**
 * The experiment of ECAD (arXiv 2506.15682) on the diffusion-cache arena: ways of searching for schedules, all with as many
 * evaluations on the same captions and noise, and what people would do without any search.
 */
import type { Arena } from '../../core/contracts.ts'
import type { Options } from '../../core/options.ts'
import type { RunSettings } from '../../core/settings.ts'

export const SEARCHES = ['ecad', 'moves', 'lines', 'quick', 'random'] as const
export type Search = (typeof SEARCHES)[number]

export const SEARCH_LABELS: Readonly<Record<Search, string>> = {
  ecad: 'ECAD',
  moves: 'ECAD and our moves',
  lines: 'Our moves and lines',
  quick: 'Our moves, 24 at a time',
  random: 'Random',
}

/** What fronts are carried over to other numbers of steps and models. */
export const CARRIED = ['moves', 'lines'] as const satisfies readonly Search[]

/** FORA recomputes every so many steps: at the cost of each of these fronts are compared. */
export const EVERIES = [3, 5] as const

/** How large an experiment is. */
export interface Size {
  readonly seeds: readonly number[]
  /** Schedules judged in each run. */
  readonly evaluations: number
  /** Pictures a schedule is judged by while searching. */
  readonly pictures: number
  /** Pictures that what was found is judged by. */
  readonly heldOut: number
}

export interface Plan extends Size {
  readonly steps: number
  readonly guidance: number
  /** Schedules a generation. */
  readonly population: number
  /** Evaluations after which fronts are looked at; the last is all. */
  readonly checkpoints: readonly number[]
  /** Sampling steps that fronts are carried over to. */
  readonly otherSteps: readonly number[]
  /** Of the pictures that fronts which are carried over are judged by. */
  readonly carriedPictures: number
  /** A file of a second model of the same shape. */
  readonly model?: string
}

/** ECAD's. */
const POPULATION = 72
const CARRIED_PICTURES = 40

export const planOf = (size: Size, change: Partial<Plan> = {}): Plan => ({
  ...size,
  steps: 12,
  guidance: 3,
  population: POPULATION,
  checkpoints: [...[POPULATION, 200].filter((at) => at < size.evaluations), size.evaluations],
  otherSteps: [20, 8],
  carriedPictures: Math.min(size.heldOut, CARRIED_PICTURES),
  ...change,
})

/** One seed of all that is compared on what nobody searched on: not a run's, whatever its seed. */
export const HELD_OUT_SEED = 0x6c0de

const ALL: Readonly<Record<Search, { readonly strategy: string; readonly options: Options; readonly tactics?: Options; readonly population?: number }>> = {
  ecad: { strategy: 'nsga2', options: { moves: 'ecad', lines: false, seeds: 'ecad' }, tactics: { crossoverShare: 0.9, mutatedShare: 0.05 } },
  moves: { strategy: 'nsga2', options: { moves: 'more', lines: false, seeds: 'ecad' }, tactics: { crossoverShare: 0.5, mutatedShare: 0.9 } },
  lines: { strategy: 'nsga2', options: { moves: 'more', lines: true, seeds: 'ecad' }, tactics: { crossoverShare: 0.5, mutatedShare: 0.9 } },
  quick: { strategy: 'nsga2', options: { moves: 'more', lines: false, seeds: 'few' }, tactics: { crossoverShare: 0.5, mutatedShare: 0.9 }, population: 24 },
  random: { strategy: 'random', options: { moves: 'more', lines: false, seeds: 'none' } },
} // prettier-ignore

/** What all searches of a plan have in common. */
export const optionsOf = ({ steps, pictures, guidance }: Plan): Options => ({
  steps, pictures, guidance, moves: 'more', lines: true, seeds: 'ecad',
}) // prettier-ignore

export function settingsOf(
  plan: Plan,
  { id, version }: Pick<Arena, 'id' | 'version'>,
  search: Search,
  seed: number,
): RunSettings {
  const { strategy, options, tactics, population = plan.population } = ALL[search]
  return {
    arena: id,
    arenaVersion: version,
    preset: 'ecad',
    strategy,
    seed,
    population: Math.min(population, plan.population),
    evaluations: plan.evaluations,
    options: { ...optionsOf(plan), ...options },
    operators: {},
    ...(tactics === undefined ? {} : { tactics }),
  }
}
