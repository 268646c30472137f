/** What came of models' completions, in numbers that people compare. */
import type { ModelTally } from '../core/journal.ts'
import { compact, percent1, precise } from './format.ts'

export type Counts = Omit<ModelTally, 'model' | 'kind'>

export interface TallyRow {
  readonly label: string
  readonly help: string
  show(counts: Counts): string
}

const per = (part: number, whole: number): number => (whole > 0 ? part / whole : NaN)

export const TALLY_ROWS: readonly TallyRow[] = [
  { label: 'Written', help: 'Completions that came back', show: ({ completions }) => compact(completions) },
  {
    label: 'Legal',
    help: 'Could be read as one of this world',
    show: ({ completions, refused }) => percent1(per(completions - refused, completions)),
  },
  { label: 'Refused', help: 'Nothing of this world', show: ({ refused }) => compact(refused) },
  { label: 'Known', help: 'Seen before, or nearer to a parent than this run allows', show: ({ duplicate }) => compact(duplicate) },
  { label: 'Lazy', help: 'The parent again, unchanged', show: ({ lazy }) => compact(lazy) },
  { label: 'Novel', help: 'Became children and were judged', show: ({ novel }) => compact(novel) },
  { label: 'Repaired', help: 'Of the novel ones: after a fix or another try', show: ({ repaired }) => compact(repaired) },
  { label: 'New kinds', help: 'Children that opened an empty cell', show: ({ opened }) => compact(opened) },
  { label: 'Better', help: 'Children that beat the elite of their cell', show: ({ improved }) => compact(improved) },
  {
    label: 'Per 1 k tokens',
    help: 'New kinds and better ones for each thousand tokens written',
    show: ({ opened, improved, tokens }) => precise(per((opened + improved) * 1000, tokens)),
  },
  {
    label: 'ms a child',
    help: 'Milliseconds of the machine for each novel child',
    show: ({ ms, novel }) => precise(per(ms, novel)),
  },
] // prettier-ignore

const ZERO: Counts = {
  completions: 0, tokens: 0, ms: 0, novel: 0, repaired: 0, refused: 0, duplicate: 0, lazy: 0, opened: 0, improved: 0,
} // prettier-ignore

export const totalOf = (tallies: readonly Counts[]): Counts =>
  tallies.reduce<Counts>(
    (sum, one) => ({
      completions: sum.completions + one.completions,
      tokens: sum.tokens + one.tokens,
      ms: sum.ms + one.ms,
      novel: sum.novel + one.novel,
      repaired: sum.repaired + one.repaired,
      refused: sum.refused + one.refused,
      duplicate: sum.duplicate + one.duplicate,
      lazy: sum.lazy + one.lazy,
      opened: sum.opened + one.opened,
      improved: sum.improved + one.improved,
    }),
    ZERO,
  )

/** Models by name, each once. */
export const modelsOf = (tallies: readonly ModelTally[]): readonly string[] => [
  ...new Set(tallies.map(({ model }) => model)),
]
