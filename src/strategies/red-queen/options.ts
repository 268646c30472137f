/** The Red Queen's settings; sources: DRQ's README, "full run" (arXiv 2601.03335). */
import type { OptionField } from '../../core/options.ts'

export const TACTICS: readonly OptionField[] = [
  {
    key: 'rounds', label: 'Rounds of the Red Queen', kind: 'integer', group: 'budget', min: 0, max: 1000, default: 20,
    help: 'After each round the best becomes an opponent. 0 goes on for ever.',
  },
  {
    key: 'iterations', label: 'Children a round', kind: 'integer', group: 'budget', min: 1, max: 1e6, default: 250,
    help: 'Children made in each round, besides those that it begins with.',
  },
  {
    key: 'remembered', label: 'Champions remembered', kind: 'integer', group: 'selection', min: 0, max: 60, default: 20,
    help: 'How many of the newest champions are opponents. Few forget, and may run in circles; many take longer to fight.',
  },
  {
    key: 'fresh', label: 'New ones at the beginning', kind: 'integer', group: 'variation', min: 0, max: 4096, default: 8,
    help: 'Made from nothing when a round begins with its empty archive.',
  },
  {
    key: 'newShare', label: 'Share of new ones', kind: 'number', group: 'variation', min: 0, max: 1, step: 0.01, default: 0.1,
    help: 'Share of children that operators make from nothing; the others are made of kept ones.',
  },
  {
    key: 'warmRivals', label: 'First opponents take part', kind: 'boolean', group: 'selection', default: true, advanced: true,
    help: 'When a round begins, the world\'s own opponents are judged and kept like anybody else.',
  },
  {
    key: 'warmChampions', label: 'Champions take part', kind: 'boolean', group: 'selection', default: true, advanced: true,
    help: 'When a round begins, remembered champions are judged anew and kept like anybody else.',
  },
  {
    key: 'guests', label: 'Guests remembered', kind: 'integer', group: 'selection', min: 0, max: 60, default: 20, advanced: true,
    help: 'How many of the newest champions of other islands are opponents.',
  },
  {
    key: 'threshold', label: 'Good enough', kind: 'number', group: 'budget', min: 0, max: 1000, step: 0.01, default: 0, advanced: true,
    help: 'A round ends early once the best has more than this; 0 never. Digital Red Queen has 0.8 of survival fitness, where 1 is a fair share.',
  },
  {
    key: 'thresholdOf', label: 'Good enough in', kind: 'integer', group: 'budget', min: 0, max: 15, default: 0, advanced: true,
    help: 'Which score "Good enough" is about, counted from 0: 0 is the fitness shown, 1 the score after it.',
  },
] // prettier-ignore
