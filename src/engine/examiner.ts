/**
 * Measures champions: against the frozen panels of their arena and against the champions before them. What comes out follows
 * from the champion alone, so a run that is played again has the same exams. Nothing of it flows back into evolution.
 */
import type { Standing } from '../core/contracts.ts'
import type { Make } from '../core/generation.ts'
import type { Champion, Exam, RunState } from '../core/journal.ts'

/** Games go on for so long before others on this thread get a turn. */
const SLICE_MS = 12

/** Null when it was cancelled, or where there is nothing to measure. */
export async function examine(
  { rounds, codec }: Make,
  champion: Pick<Champion, 'words'>,
  { rounds: past }: Pick<RunState, 'rounds'>,
  signal: AbortSignal,
): Promise<readonly Exam[] | null> {
  if (rounds === null) return null
  const { panels, play } = rounds.coevolution
  const genome = codec.decode(champion.words)
  const tests: readonly { readonly panel: Exam['panel']; readonly members: readonly unknown[] }[] = [
    ...panels.map(({ id, members }) => ({ panel: id, members: members.map((member) => member.genome) })),
    { panel: 'champions', members: (past?.champions ?? []).map(({ words }) => codec.decode(words)) },
  ]
  const exams: Exam[] = []
  let due = performance.now() + SLICE_MS
  for (const { panel, members } of tests) {
    const standings: Standing[] = []
    for (const member of members) {
      standings.push(play(genome, member))
      if (performance.now() < due) continue
      await turnOfOthers()
      if (signal.aborted) return null
      due = performance.now() + SLICE_MS
    }
    exams.push({ panel, standings })
  }
  return exams
}

const turnOfOthers = () => new Promise<void>((resolve) => setTimeout(resolve, 0))
