/** The settings of the arena, as data, and the model behind them. */
import type { Preset } from '../../core/contracts.ts'
import { numberOption, type OptionField, type Options } from '../../core/options.ts'
import type { DitShape } from './model/shape.ts'
import type { ScheduleShape } from './schedule.ts'

/** The model that is sampled from (training/shapes-dit). */
export const MODEL_FILE = 'models/shapes-dit.safetensors'
export const MODEL: DitShape = { width: 96, blocks: 6, output: 'x0' }

export const FIELDS: readonly OptionField[] = [
  {
    key: 'steps', label: 'Sampling steps', kind: 'integer', group: 'world', min: 4, max: 20, default: 12,
    help: 'Steps from noise to picture. What a schedule saves, it saves in these.',
  },
  {
    key: 'pictures', label: 'Pictures a schedule', kind: 'integer', group: 'selection', min: 1, max: 64, default: 8,
    help: 'Pictures that each schedule is judged by, of the same captions and noise for all. More of them, less luck, slower.',
  },
  {
    key: 'guidance', label: 'Guidance', kind: 'number', group: 'world', min: 1, max: 8, step: 0.5, default: 3, advanced: true,
    help: 'How strongly the caption pulls (classifier-free guidance); 1 leaves it alone, and halves the work.',
  },
  {
    key: 'moves', label: 'Moves', kind: 'choice', group: 'variation', default: 'more',
    choices: [
      { value: 'ecad', label: 'ECAD\'s: four cuts, single bits' },
      { value: 'more', label: 'And steps that shift, parts that trade' },
    ],
    help: 'ECAD crosses at four places and flips single bits. Shifting a computed step and trading parts keep the cost as it is.',
  },
  {
    key: 'lines', label: 'Follow lines', kind: 'boolean', group: 'variation', default: false,
    help: 'A third kind of gene: instead of taking the last output as it is, go on in a line through the last two (as TaylorSeer does).',
  },
  {
    key: 'seeds', label: 'Begins with', kind: 'choice', group: 'variation', default: 'few',
    choices: [
      { value: 'few', label: 'Twenty-four schedules that people made' },
      { value: 'ecad', label: 'Seventy-two, in ECAD\'s proportions' },
      { value: 'none', label: 'Random ones' },
    ],
    help: 'FORA recomputes every n-th step, TGATE drops the caption late, others rest one component evenly.',
  },
] // prettier-ignore

const defaults: Options = { steps: 12, pictures: 8, guidance: 3, moves: 'more', lines: false, seeds: 'few' }
const nsga2 = (population: number, crossoverShare: number, mutatedShare: number) => ({
  strategy: 'nsga2', population, tactics: { crossoverShare, mutatedShare },
}) // prettier-ignore

export const PRESETS: readonly Preset[] = [
  {
    id: 'quick', label: 'Quick', options: defaults, run: nsga2(24, 0.5, 0.9),
    summary: 'Twenty-four schedules at a time, eight pictures each, and moves by whole steps: quick to leave behind what people made.',
  },
  {
    id: 'ecad', label: 'ECAD', options: { ...defaults, pictures: 24, moves: 'ecad', seeds: 'ecad' }, run: nsga2(72, 0.9, 0.05),
    summary: 'ECAD (2025) with its own numbers: 72 schedules, four-point crossover for 9 of 10, single bits in 1 of 20.',
  },
  {
    id: 'ecad-moves', label: 'ECAD and our moves', options: { ...defaults, pictures: 24, seeds: 'ecad' }, run: nsga2(72, 0.5, 0.9),
    summary: 'The same beginning, and moves by whole steps beside ECAD\'s.',
  },
  {
    id: 'lines', label: 'Lines', options: { ...defaults, lines: true }, run: nsga2(24, 0.5, 0.9),
    summary: 'What is not computed may be followed in a line instead of kept as it was.',
  },
  {
    id: 'kinds', label: 'Kinds of schedules', options: { ...defaults, lines: true }, run: { strategy: 'map-elites', population: 24 },
    summary: 'MAP-Elites: the best schedule for every share of compute and every place in time where it is spent.',
  },
] // prettier-ignore

export const shapeOf = (options: Options): ScheduleShape => ({
  steps: numberOption(options, 'steps'),
  blocks: MODEL.blocks,
})
