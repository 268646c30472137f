/** What is said when a run has come to its end by itself. */
import type { Snapshot } from '../engine/protocol.ts'
import { compact } from './format.ts'

export function endingOf({ run, rounds }: Pick<Snapshot, 'run' | 'rounds'>): string {
  if (rounds?.phase !== 'over')
    return `Finished: the budget of ${compact(run.settings.evaluations)} judged children is used up. Raise it in the settings to go on in a new run, or look around.`
  const all =
    rounds.opened === 1 ? 'the only round is over' : `all ${rounds.opened.toLocaleString('en')} rounds are over`
  return `Finished: ${all}. Choose a round to see its champion fight, or set more rounds in the settings, which begins a new run.`
}

/** What came of a tape, in a sentence. */
export const outcomeOf = ({ of, generations, same }: NonNullable<Snapshot['replay']>): string =>
  same === null
    ? `Playing "${of}" again from its tape, without any model: ${generations} generations.`
    : same
      ? `Same archive: the tape of "${of}" gave every elite again, without any model.`
      : `Not the same archive: the tape of "${of}" came out otherwise. It may have been made by another version.`
