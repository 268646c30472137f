/** What an ensemble came to: DEI's measures beside those of archives (`src/engine/frozen.ts`), and what it cost. */
import type { Exam, RoundsState, RunState } from '../../core/journal.ts'
import { heldShare, standingsOf } from '../../core/standing.ts'

/** Share of received champions whose kind the receiver did not have; null where none were received. */
export function nicheNovelty(rounds: readonly RoundsState[]): number | null {
  const received = rounds.reduce((sum, one) => sum + one.received, 0)
  return received === 0 ? null : rounds.reduce((sum, one) => sum + one.novel, 0) / received
}

/** Share of the held-out panel that somebody beats or ties, of the champion that beats or ties most. */
export const peakGenerality = (champions: readonly { readonly exams?: readonly Exam[] }[]): number =>
  champions.reduce((most, champion) => Math.max(most, heldShare(standingsOf(champion, 'held-out'))), 0)

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
