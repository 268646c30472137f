/**
 * What an ensemble came to, on one frozen panel that no island ever met as an opponent: all elites judged anew against it, so
 * that scores of islands with different opponents can be compared. DEI (arXiv 2605.27130): QD-Score and coverage of the
 * merged archive, niche novelty eta, peak generality.
 */
import { cellOf, statsOf, type GridShape } from '../../archives/grid.ts'
import { EMPTY, elitesOf, mergedOf, type Merged } from '../../archives/merged.ts'
import { batchOf } from '../../core/batch.ts'
import { eliteName } from '../../core/names.ts'
import type { Evaluator, Standing } from '../../core/contracts.ts'
import type { Make } from '../../core/generation.ts'
import { hashWords } from '../../core/hash.ts'
import type { Birth, Exam, RoundsState, RunState } from '../../core/journal.ts'
import { ok, type Cancellation, type Result } from '../../core/result.ts'
import { heldShare } from '../../core/standing.ts'

/** The environment of the frozen panel: its members as opponents, at the places of seed 0 whatever the run's seed is. */
export function frozenEnvironment(make: Make): unknown {
  const { rounds, arena, settings } = make
  const panel = rounds?.coevolution.panels.find(({ id, members }) => id === 'held-out' && members.length > 0)
  if (rounds === null || panel === undefined) throw new Error(`${arena.id} has no held-out panel in this world`)
  return rounds.coevolution.facing(arena.environment(settings.options, 0), panel.members)
}

/** An island's elites on the frozen panel, in the cells where that puts them. */
export async function judge(
  make: Make,
  island: string,
  elites: readonly Pick<Birth, 'id' | 'words'>[],
  environment: unknown,
  evaluator: Evaluator,
  cancel: Cancellation,
): Promise<Result<Merged>> {
  if (elites.length === 0) return ok(EMPTY)
  const batch = batchOf(make.codec.stride, elites.map(({ words }) => words)) // prettier-ignore
  const scores = await evaluator.evaluate(batch, environment, cancel)
  if (!scores.ok) return scores
  const { objectives, measures } = scores.value
  return ok(
    mergedOf(
      elites.map((elite, index) => ({
        cell: cellOf(make.shape, measures.subarray(2 * index, 2 * index + 2)),
        objective: objectives[index * make.objectiveCount] ?? 0,
        words: elite.words,
        hash: hashWords(elite.words),
        island,
        name: eliteName(elite),
      })),
    ),
  )
}

/** QD-Score: the sum of first objectives, each 0..1. Coverage: the filled share of reachable cells. */
export function statsOn(shape: GridShape, archive: Merged): { readonly qdScore: number; readonly coverage: number } {
  const elites = elitesOf(archive).map(({ cell, objective }) => ({ cell, objectives: [objective] }))
  const { qdScore, coverage } = statsOf(elites, shape.reachableCount)
  return { qdScore, coverage }
}

/** Share of received champions whose kind the receiver did not have; null where none were received. */
export function nicheNovelty(rounds: readonly RoundsState[]): number | null {
  const received = rounds.reduce((sum, one) => sum + one.received, 0)
  return received === 0 ? null : rounds.reduce((sum, one) => sum + one.novel, 0) / received
}

/** Share of the held-out panel that somebody beats or ties, of the champion that beats or ties most. */
export const peakGenerality = (champions: readonly { readonly exams?: readonly Exam[] }[]): number =>
  champions.reduce((most, { exams }) => Math.max(most, heldShare(standingsOf(exams))), 0)

export const standingsOf = (exams: readonly Exam[] = []): readonly Standing[] =>
  exams.find(({ panel }) => panel === 'held-out')?.standings ?? []

/** What it took. */
export interface Cost {
  /** Children made: DEI's calls. */
  readonly calls: number
  /** All that was judged, those at the beginning of rounds among them. */
  readonly evaluations: number
  /** Milliseconds of models and of judging, on however many cores there were. */
  readonly ms: number
}

/** Children of a run: all that was judged, less those who returned at the beginning of a round. */
export const callsOf = ({ operators, models }: Pick<RunState, 'operators' | 'models'>): number =>
  operators.reduce((sum, { proposed }) => sum + proposed, 0) +
  (models?.tallies ?? []).reduce((sum, { novel }) => sum + novel, 0)
