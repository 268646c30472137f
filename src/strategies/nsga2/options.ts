/** NSGA-II's own settings; ECAD's are the defaults. */
import type { OptionField } from '../../core/options.ts'

export const TACTICS: readonly OptionField[] = [
  {
    key: 'crossoverShare', label: 'Children of two', kind: 'number', group: 'variation', min: 0, max: 1, step: 0.01, default: 0.9,
    help: 'How many of a generation are crossed from two parents; the others have one.',
  },
  {
    key: 'mutatedShare', label: 'Children mutated', kind: 'number', group: 'variation', min: 0, max: 1, step: 0.01, default: 0.05,
    help: 'How many of a generation are mutated, after crossing if they are children of two. How much a mutation changes is the operator\'s.',
  },
] // prettier-ignore
