/**
 * The experiment of DEI (arXiv 2605.27130): one island, several of one mind, several of different minds, all with the same
 * number of children. What is compared is the diversity of minds, not the number of islands.
 */
import { MIX_DEFAULTS } from '../../core/mix.ts'
import type { Arena, Mind, Preset } from '../../core/contracts.ts'
import { deriveSeed, rng } from '../../core/rng.ts'
import type { Options } from '../../core/options.ts'
import type { RunSettings } from '../../core/settings.ts'

export const CONDITIONS = ['solo', 'homogeneous', 'heterogeneous'] as const
export type Condition = (typeof CONDITIONS)[number]

export const CONDITION_LABELS: Readonly<Record<Condition, string>> = {
  solo: 'Solo: one island',
  homogeneous: 'Homogeneous: islands of one mind',
  heterogeneous: 'Heterogeneous: islands of different minds',
}

/** Islands that belong together. */
export interface Ensemble {
  readonly condition: Condition
  /** The mind of all its islands, or `all` for different ones. */
  readonly variant: string
  readonly seed: number
  readonly islands: readonly IslandPlan[]
}

export interface IslandPlan {
  readonly id: string
  readonly mind: Mind
  readonly settings: RunSettings
  /** How long a child takes here, beside the others: models differ in speed, and nobody waits for the slow. */
  readonly pace: number
}

export interface Plan {
  readonly arena: string
  readonly arenaVersion: number
  readonly preset: string
  readonly options: Options
  readonly minds: readonly Mind[]
  readonly seeds: readonly number[]
  readonly rounds: number
  /** Children a round of all islands of an ensemble together. */
  readonly iterations: number
  readonly population: number
  /** The strategy's options beside these. */
  readonly tactics: Options
}

/** How large an experiment is. */
export interface Size {
  readonly seeds: readonly number[]
  readonly rounds: number
  /** Children a round, of all islands of an ensemble together. */
  readonly children: number
}

/** Children of a generation: what islands with a quarter of the children can still have many of. */
const POPULATION = 16

export const planOf = (
  { seeds, rounds, children }: Size,
  { id, version }: Arena,
  preset: Preset,
  minds: readonly Mind[],
): Plan => ({
  arena: id, arenaVersion: version, preset: preset.id, options: preset.options, minds, seeds, rounds, iterations: children,
  population: POPULATION, tactics: { ...preset.run?.tactics, remembered: 20, guests: 20, fresh: Math.max(8, Math.round(children / 25)) },
}) // prettier-ignore

/** As many children a round for each island as there are in all, whatever is left over is lost: DEI's 4 x 62 of 250. */
export const share = (total: number, islands: number): number => Math.max(1, Math.floor(total / islands))

/** Every ensemble for one seed: each mind alone, islands of each mind, and one of all minds. */
export function ensemblesOf(plan: Plan, arena: Arena, seed: number): readonly Ensemble[] {
  const { minds } = plan
  const ensemble = (condition: Condition, variant: string, of: readonly Mind[]): Ensemble => ({
    condition,
    variant,
    seed,
    islands: of.map((mind, at) => islandOf(plan, arena, { mind, at, count: of.length, key: `${seed} ${condition} ${variant}` })), // prettier-ignore
  })
  return [
    ...minds.map((mind) => ensemble('solo', mind.id, [mind])),
    ...minds.map((mind) => ensemble('homogeneous', mind.id, minds.map(() => mind))),
    ensemble('heterogeneous', 'all', minds),
  ] // prettier-ignore
}

function islandOf(
  plan: Plan,
  arena: Arena,
  { mind, at, count, key }: { readonly mind: Mind; readonly at: number; readonly count: number; readonly key: string },
): IslandPlan {
  const seed = deriveSeed('island', key, at) >>> 1
  const iterations = share(plan.iterations, count)
  const fresh = share(Number(plan.tactics['fresh'] ?? 8), count)
  return {
    id: `${at + 1}-${mind.id}`,
    mind,
    // Between once and twice the quickest's.
    pace: 1 + rng(deriveSeed('pace', at)).unit(),
    settings: {
      arena: plan.arena,
      arenaVersion: plan.arenaVersion,
      preset: plan.preset,
      strategy: 'red-queen',
      seed,
      population: Math.min(plan.population, iterations),
      evaluations: 0,
      options: plan.options,
      operators: operatorsOf(mind, arena, plan.options),
      tactics: { ...plan.tactics, rounds: plan.rounds, iterations, fresh },
      ...(mind.models === undefined ? {} : { mix: ALL_WRITTEN }),
    },
  }
}

/** As in Digital Red Queen: one child in ten from nothing, the others from one parent; operators only where models fail. */
const ALL_WRITTEN: Options = {
  ...MIX_DEFAULTS, policy: 'shares', pace: 'lockstep', classical: 0, mutate: 0.9, new: 0.1, crossover: 0, resample: 0, context: 'blind', temperature: 0.5,
} // prettier-ignore

/** A weight for every operator of the arena: what a mind does not name is off. */
const operatorsOf = ({ operators }: Mind, arena: Arena, options: Options): Readonly<Record<string, number>> =>
  Object.fromEntries(arena.operators(options).map(({ id }) => [id, operators[id] ?? 0]))
