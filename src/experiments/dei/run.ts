/** The whole experiment: every ensemble for every seed, each measured on the frozen panel as it ends. */
import type { GridShape } from '../../archives/grid.ts'
import { join, type Merged } from '../../archives/merged.ts'
import { makeOf, type Make } from '../../core/generation.ts'
import { ok, type Result } from '../../core/result.ts'
import { runEnsemble, type EnsembleHost, type IslandRun, type Post } from './ensemble.ts'
import { nicheNovelty, peakGenerality, type Cost } from './measure.ts'
import { frozenEnvironment, judge, statsOn } from '../../engine/frozen.ts'
import { eliteName } from '../../core/names.ts'
import { ensemblesOf, type Ensemble, type Plan } from './plan.ts'

/** What one ensemble came to. */
export interface Outcome {
  readonly condition: Ensemble['condition']
  readonly variant: string
  readonly seed: number
  /** Of all islands' last archives together, on the frozen panel. */
  readonly qdScore: number
  readonly coverage: number
  /** The mean of its islands, each for itself. */
  readonly islandQdScore: number
  readonly islandCoverage: number
  /** Null where nobody received anything. */
  readonly eta: number | null
  readonly peak: number
  readonly cost: Cost
}

/** An ensemble as it stands, to be looked at. */
export interface Scene {
  readonly ensemble: Ensemble
  readonly islands: readonly IslandRun[]
  /** Whose generation it was. */
  readonly at: number
  readonly shape: GridShape
}

export interface ExperimentHost extends Omit<EnsembleHost, 'post' | 'tell'> {
  /** Mail for one ensemble. */
  readonly post: (seed: number) => Post
  readonly watch: (scene: Scene) => Promise<void>
  readonly done: (outcome: Outcome, archives: { readonly islands: readonly Merged[]; readonly merged: Merged }) => void
}

/** In the order of seeds, so that an experiment that is stopped has whole seeds. */
export async function runExperiment(
  plan: Plan,
  host: ExperimentHost,
  signal: AbortSignal,
): Promise<Result<readonly Outcome[]>> {
  const outcomes: Outcome[] = []
  for (const seed of plan.seeds) {
    for (const ensemble of ensemblesOf(plan, host.arena, seed)) {
      const outcome = await runOne(ensemble, host, signal)
      if (!outcome.ok) return outcome
      outcomes.push(outcome.value)
    }
  }
  return ok(outcomes)
}

export async function runOne(ensemble: Ensemble, host: ExperimentHost, signal: AbortSignal): Promise<Result<Outcome>> {
  const make = makeFor(ensemble, host)
  const ran = await runEnsemble(
    ensemble,
    {
      ...host,
      post: host.post(ensemble.seed),
      tell: (islands, at) => host.watch({ ensemble, islands, at, shape: make.shape }),
    },
    signal,
  )
  if (!ran.ok) return ran
  const { islands, cost } = ran.value
  const environment = frozenEnvironment(make)
  const archives: Merged[] = []
  for (const { plan, state } of islands) {
    const judged = await judge(
      make,
      plan.id,
      state.elites.map((elite) => ({ words: elite.words, name: eliteName(elite) })),
      environment,
      host.evaluator,
      signal,
    )
    if (!judged.ok) return judged
    archives.push(judged.value)
  }
  const merged = join(...archives)
  const alone = archives.map((archive) => statsOn(make.shape, archive))
  const mean = (of: (stats: (typeof alone)[number]) => number) => alone.reduce((sum, one) => sum + of(one), 0) / Math.max(1, alone.length) // prettier-ignore
  const { condition, variant, seed } = ensemble
  const outcome: Outcome = {
    condition,
    variant,
    seed,
    ...statsOn(make.shape, merged),
    islandQdScore: mean(({ qdScore }) => qdScore),
    islandCoverage: mean(({ coverage }) => coverage),
    eta: nicheNovelty(islands.flatMap(({ state }) => state.rounds ?? [])),
    peak: peakGenerality(islands.flatMap(({ state }) => state.rounds?.champions ?? [])),
    cost,
  }
  host.done(outcome, { islands: archives, merged })
  return ok(outcome)
}

/** Any island's: what is frozen is the same for all. */
function makeFor({ islands }: Ensemble, { arena, strategy }: ExperimentHost): Make {
  const [first] = islands
  if (first === undefined) throw new Error('an ensemble of nobody')
  return makeOf(first.settings, arena, strategy)
}
