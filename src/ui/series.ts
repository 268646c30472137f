/** The curves: what each shows, and where it lies between 0 and 1. */
import type { HistoryPoint } from '../core/journal.ts'
import { percent, percent1, precise } from './format.ts'

export interface Series {
  readonly key: 'best' | 'mean' | 'coverage' | 'qd'
  readonly label: string
  readonly help: string
  /** Told apart by its dashes too. */
  readonly dash: string
  share(point: HistoryPoint): number
  show(point: HistoryPoint): string
}

/** Of a map of kinds. */
const OF_GRIDS: readonly Series[] = [
  {
    key: 'best',
    label: 'Best',
    help: 'The best fitness in the archive.',
    dash: '',
    share: ({ best }) => best,
    show: ({ best }) => percent1(best),
  },
  {
    key: 'mean',
    label: 'Mean',
    help: 'The mean fitness of all kinds that have been found.',
    dash: '2 3',
    share: ({ mean }) => mean,
    show: ({ mean }) => percent1(mean),
  },
  {
    key: 'coverage',
    label: 'Coverage',
    help: 'The share of kinds that have been found.',
    dash: '7 3',
    share: ({ coverage }) => coverage,
    show: ({ coverage }) => percent(coverage),
  },
  {
    key: 'qd',
    label: 'QD-Score',
    help: "The sum of all elites' fitness: quality and diversity in one number.",
    dash: '10 3 2 3',
    share: ({ coverage, mean }) => coverage * mean,
    show: ({ qdScore }) => precise(qdScore),
  },
]

/** Of a population with several goals: kinds mean nothing there. */
const OF_POPULATIONS: readonly Series[] = [
  {
    key: 'qd',
    label: 'Dominated',
    help: 'The share of all that the goals allow that is no better than somebody of the front: the hypervolume.',
    dash: '',
    share: ({ qdScore }) => qdScore,
    show: ({ qdScore }) => percent1(qdScore),
  },
]

export const seriesOf = (kind: 'grid' | 'population'): readonly Series[] =>
  kind === 'grid' ? OF_GRIDS : OF_POPULATIONS
