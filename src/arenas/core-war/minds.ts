/**
 * Four classical minds: the arena's operators, dealt out so that none has two of a kind. Where there are no language models
 * to differ, islands differ by these. All can begin from nothing and rewrite a line, so that none is stuck for ever.
 */
import type { Mind } from '../../core/contracts.ts'
import { numberOption, type Options } from '../../core/options.ts'

const SHARED = { random: 4, line: 3 }

const MINDS: readonly Mind[] = [
  {
    id: 'tuner', label: 'Tuner', help: 'Turns numbers: steps, distances, where execution starts.',
    operators: { ...SHARED, field: 12, tweak: 16, constant: 8, start: 3 },
  },
  {
    id: 'translator', label: 'Translator', help: 'Changes what lines do: opcodes, modifiers, addressing modes.',
    operators: { ...SHARED, opcode: 12, modifier: 9, mode: 15 },
  },
  {
    id: 'builder', label: 'Builder', help: 'Puts lines in, takes them out, doubles and moves them.',
    operators: { ...SHARED, insert: 10, delete: 10, swap: 8, duplicate: 8 },
  },
  {
    id: 'breeder', label: 'Breeder', help: 'Mixes two warriors: blocks of one in the other, heads with tails.',
    operators: { ...SHARED, graft: 15, crossover: 20 },
  },
] // prettier-ignore

/** In a world of one line there is nothing to build or breed. */
export const classicalMinds = (options: Options): readonly Mind[] =>
  MINDS.filter(({ id }) => numberOption(options, 'maxLength') > 1 || id === 'tuner' || id === 'translator')
