/** What a generation orders from the models: which arm, of which parents. Follows from the run's state and the models in play. */
import type { Completion } from '../core/completion.ts'
import { PARENTS } from '../core/completion.ts'
import { archiveNow, childrenWanted, lossesIn, weighed, type Make } from '../core/generation.ts'
import type { Birth, RunState } from '../core/journal.ts'
import { callsFor, type Arm } from '../core/mix.ts'
import { deriveSeed, rng } from '../core/rng.ts'

/** One child to be written. */
export interface Order {
  readonly model: string
  readonly kind: Completion['kind']
  readonly parents: readonly Birth[]
  /** 0 to 2^31 - 1; further attempts derive theirs from it. */
  readonly seed: number
}

/** Of the elites, the longest unimproved: a quarter, at least one. Dear models are called where cheap ones got stuck. */
const STUCK = 0.25

export function ordersFor(make: Make, state: RunState, arms: readonly Arm[]): readonly Order[] {
  const generation = state.generation + 1
  const { seed } = make.settings
  const wanted = childrenWanted(make, state)
  // Where a round begins there are no parents yet.
  const elites = archiveNow(make, state)
  const random = rng(deriveSeed(seed, 'orders', generation))
  const bandit = state.models?.bandit ?? []
  const calls = callsFor(make.mix, bandit, weighed(make), arms, wanted, generation)
  const losses = lossesIn(make, elites)
  const cells = elites.map(({ cell }) => cell)
  const byCell = new Map(elites.map((elite) => [elite.cell, elite]))
  const stuck = [...elites]
    .sort((x, y) => x.generation - y.generation || x.id - y.id)
    .slice(0, Math.max(1, Math.ceil(elites.length * STUCK)))
  const dear = make.mix.policy === 'ladder' ? dearest(state, arms) : null
  return arms.flatMap(({ model, kind: asked }, index) => {
    const kind: Completion['kind'] = asked === 'fix' || cells.length === 0 ? 'new' : asked
    // The strategy chooses the parents of models' children as it does those of all others.
    const asks = make.strategy.ask(
      state.strategy,
      cells,
      [{ arity: PARENTS[kind], weight: 1 }],
      Math.min(wanted, calls[index] ?? 0),
      random,
      losses,
    )
    return asks.map(({ parents }, place): Order => ({
      model,
      kind,
      parents:
        dear !== null && model === dear && kind === 'mutate'
          ? [random.pick(stuck)]
          : parents.flatMap((cell) => byCell.get(cell) ?? []),
      seed: deriveSeed(seed, 'completion', generation, index, place) >>> 1,
    }))
  })
}

/** The model whose completions cost most, where several have been measured. */
function dearest(state: RunState, arms: readonly Arm[]): string | null {
  const costs = new Map<string, { ms: number; completions: number }>()
  for (const { model, ms, completions } of state.models?.tallies ?? []) {
    const sum = costs.get(model) ?? { ms: 0, completions: 0 }
    costs.set(model, { ms: sum.ms + ms, completions: sum.completions + completions })
  }
  const known = [...costs].filter(([model]) => arms.some((arm) => arm.model === model))
  if (known.length < 2) return null
  const mean = ({ ms, completions }: { ms: number; completions: number }) => ms / Math.max(1, completions)
  return known.reduce((most, one) => (mean(one[1]) > mean(most[1]) ? one : most))[0]
}
