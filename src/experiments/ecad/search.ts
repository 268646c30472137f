/** One run of a search: everything that it judged, in order. */
import type { Arena, Evaluator, Strategy } from '../../core/contracts.ts'
import { rowOf, sliceBatch } from '../../core/batch.ts'
import { apply, initialState, isOver, makeOf, propose, record } from '../../core/generation.ts'
import { ok, type Cancellation, type Result } from '../../core/result.ts'
import type { RunSettings } from '../../core/settings.ts'
import type { Point } from './measure.ts'

export interface Scored extends Point {
  readonly words: Uint32Array
}

/**
 * Exactly as many as the settings say: of the last generation those that are still to be judged, the first ones. All are
 * judged in `environment`, so that searches of one seed can share what they know.
 */
export async function search(
  settings: RunSettings,
  { arena, strategy }: { readonly arena: Arena; readonly strategy: Strategy<unknown> },
  evaluator: Evaluator,
  environment: unknown,
  signal: Cancellation,
): Promise<Result<readonly Scored[]>> {
  const make = makeOf(settings, arena, strategy)
  const objectives = arena.objectives(settings.options)
  const [cost, error] = ['cost', 'error'].map((wanted) => objectives.findIndex(({ key }) => key === wanted))
  const judged: Scored[] = []
  let state = initialState(make)
  while (!isOver(make, state)) {
    const children = propose(make, state)
    const left = settings.evaluations - judged.length
    const isLast = children.batch.count >= left
    const batch = isLast ? sliceBatch(children.batch, 0, left) : children.batch
    const scores = await evaluator.evaluate(batch, environment, signal)
    if (!scores.ok) return scores
    const valueOf = (row: number, objective = -1) => scores.value.objectives[row * objectives.length + objective] ?? NaN
    for (let row = 0; row < batch.count; row++)
      judged.push({ cost: valueOf(row, cost), error: valueOf(row, error), words: rowOf(batch, row).slice() })
    if (isLast) break
    state = apply(make.shape, state, record(make, state, children, scores.value))
  }
  return ok(judged)
}
