/** The settings of the arena, as data, and what they say of the network. */
import type { Preset } from '../../core/contracts.ts'
import { numberOption, textOption, type OptionField, type Options } from '../../core/options.ts'
import { STEPS } from './calibrate.ts'
import type { Precision, Warmth } from './model/shape.ts'
import { AGAINST } from './warriors/against.ts'

export type TaskId = 'fashion' | 'sums' | 'warriors'

/** The models (training/singular-values, training/redcode-lm), by task. */
export const MODEL_FILES: Readonly<Record<TaskId, string>> = {
  fashion: 'models/essa-fashion.safetensors',
  sums: 'models/essa-sums.safetensors',
  warriors: 'models/essa-redcode.safetensors',
}

/** Ranks that adapters in the models' files were trained in; the picture model's change is kept whole, and has ten. */
export const RANKS = [2, 4, 8, 16] as const
/** Of the sums there are adapters of this rank too, in a file of their own that is loaded where they are wanted. */
export const WIDE_RANK = 32
export const WIDE_FILE = 'models/essa-sums-32.safetensors'
export const FASHION_RANK = 10

export const FIELDS: readonly OptionField[] = [
  {
    key: 'task', label: 'Task', kind: 'choice', group: 'world', default: 'fashion',
    choices: [
      { value: 'fashion', label: 'New kinds of clothes' },
      { value: 'sums', label: 'A new sign for minus' },
      { value: 'warriors', label: 'Writing warriors' },
    ],
    help: 'What the adapted model is to do: tell four kinds of clothes that it was not made for, learn that a sign which it never saw means minus, or write warriors of Core War that win.',
  },
  {
    key: 'warmth', label: 'Training before', kind: 'choice', group: 'world', default: 'short',
    choices: [
      { value: 'none', label: 'None: a random adapter' },
      { value: 'short', label: 'Short' },
      { value: 'medium', label: 'Longer' },
      { value: 'full', label: 'To the end' },
    ],
    help: 'How long the adapter was trained by gradients (SFT) before the search. Without it directions mean little; at its end little is left to gain (writing warriors apart: docs/singular-values.md).',
  },
  {
    key: 'rank', label: 'Rank', kind: 'choice', group: 'world', default: '4',
    choices: [...RANKS, WIDE_RANK].map((rank) => ({ value: String(rank), label: String(rank) })),
    help: 'Rank of the adapters of the two language models: so many singular values has each factor. 32 is for the sums, after any training; warriors then have 16. The clothes model\'s one change has ten.',
  },
  {
    key: 'svd', label: 'Take apart', kind: 'choice', group: 'world', default: 'factors', advanced: true,
    choices: [
      { value: 'factors', label: 'Each factor (ESSA)' },
      { value: 'product', label: 'Their product' },
    ],
    help: 'An adapter is a product of two matrices. ESSA takes each apart and moves the values of both; of the product there are half as many.',
  },
  {
    key: 'alpha', label: 'Share of values', kind: 'number', group: 'world', min: 0.1, max: 1, step: 0.1, default: 1, advanced: true,
    help: 'Of each spectrum, only so large a share of the greatest values is moved (alpha).',
  },
  {
    key: 'moved', label: 'What is moved', kind: 'choice', group: 'world', default: 'values',
    choices: [
      { value: 'values', label: 'Singular values of the adapter' },
      { value: 'weights', label: 'All weights, along random directions' },
    ],
    help: 'All weights: every matrix goes along directions of low rank, drawn at random (EGGROLL, the strategy for it). The base is then reckoned with in floats, rounded as it is kept. Writing warriors moves singular values always.',
  },
  {
    key: 'directions', label: 'Directions', kind: 'integer', group: 'world', min: 16, max: 4096, default: 1024, advanced: true,
    help: 'Of all weights: how many random directions there are, so many numbers has a genome. A generation takes half as many new ones as it has members; after the last the first come round again.',
  },
  {
    key: 'noiseRank', label: 'Rank of directions', kind: 'integer', group: 'world', min: 1, max: 16, default: 1, advanced: true,
    help: 'Of all weights: the rank that a direction has in each matrix. Their sum has any.',
  },
  {
    key: 'noise', label: 'Which directions', kind: 'integer', group: 'world', min: 0, max: 0x7fffffff, default: 1, advanced: true,
    help: 'Of all weights: the key that directions are drawn by. Another key, other directions.',
  },
  {
    key: 'precision', label: 'Base in', kind: 'choice', group: 'world', default: 'f32',
    choices: [
      { value: 'f32', label: '32-bit floats' },
      { value: 'f16', label: '16-bit floats' },
      { value: 'int8', label: '8-bit whole numbers' },
      { value: 'int4', label: '4-bit whole numbers' },
    ],
    help: 'How the frozen weights are kept. The adapter stays in floats. The model of warriors comes in 8 bits and stays so.',
  },
  {
    key: 'batch', label: 'Examples a generation', kind: 'integer', group: 'selection', min: 8, max: 500, default: 100,
    help: 'Every member of a generation answers the same examples; its reward is the share of right answers. More of them, less luck, slower.',
  },
  {
    key: 'temperature', label: 'Temperature', kind: 'number', group: 'world', min: 0.1, max: 1.5, step: 0.05, default: 0.5,
    help: 'Of writing warriors: the lower, the surer the model is of itself, and the more alike they are. That alone makes them better.',
  },
  {
    key: 'against', label: 'Warriors against', kind: 'choice', group: 'selection', default: 'panel',
    choices: AGAINST.map(({ id, label }) => ({ value: id, label })),
    help: 'Who the warriors that it writes have to fight. What is held out are others of their kind, whom they never met.',
  },
  {
    key: 'fresh', label: 'New examples each generation', kind: 'boolean', group: 'selection', default: true,
    help: 'Off: all generations answer the same ones, and learn them by heart.',
  },
  {
    key: 'step', label: 'Reach', kind: 'number', group: 'variation', min: STEPS.least, max: STEPS.most, step: 0.05, default: 1,
    unit: 'mean values',
    help: 'What a step of 1 adds to a singular value, in mean singular values; where all weights are moved, to a weight, in mean weights. Too small, and nobody answers differently: the search is blind.',
  },
] // prettier-ignore

/** The settings of one world, read. */
export interface World {
  readonly task: TaskId
  readonly warmth: Warmth
  readonly rank: number
  readonly svd: 'factors' | 'product'
  readonly alpha: number
  /** Of what is frozen; of the model of warriors, as it comes. */
  readonly precision: Precision
  /** Where all weights are moved, along how many directions (model/noise.ts); 0 where singular values are. */
  readonly directions: number
  readonly noiseRank: number
  readonly noise: number
  /** Offsets of a point's coordinate of 1. */
  readonly step: number
}

const rankOf = (task: TaskId, rank: number): number =>
  task === 'fashion' ? FASHION_RANK : task === 'warriors' ? Math.min(16, rank) : rank

/** What a world needs of `public/`. */
export const filesOf = ({ task, rank }: Pick<World, 'task' | 'rank'>): readonly string[] =>
  task === 'sums' && rank === WIDE_RANK ? [MODEL_FILES.sums, WIDE_FILE] : [MODEL_FILES[task]]

/** Whether all weights are moved; a writer of warriors has its singular values moved whatever is set. */
export const movesWeights = (options: Options): boolean =>
  textOption(options, 'moved') === 'weights' && textOption(options, 'task') !== 'warriors'

export function worldOf(options: Options): World {
  const task = textOption(options, 'task') as TaskId
  return {
    task,
    warmth: textOption(options, 'warmth') as Warmth,
    rank: rankOf(task, Number(textOption(options, 'rank'))),
    // The clothes model's change has no factors.
    svd: task === 'fashion' ? 'product' : (textOption(options, 'svd') as World['svd']),
    alpha: numberOption(options, 'alpha'),
    precision: task === 'warriors' ? 'f32' : (textOption(options, 'precision') as Precision),
    directions: movesWeights(options) ? numberOption(options, 'directions') : 0,
    noiseRank: numberOption(options, 'noiseRank'),
    noise: numberOption(options, 'noise'),
    step: numberOption(options, 'step'),
  }
}

const defaults: Options = {
  task: 'fashion', warmth: 'short', rank: '4', svd: 'factors', alpha: 1, moved: 'values', directions: 1024, noiseRank: 1, noise: 1, precision: 'f32', batch: 64, temperature: 0.5, against: 'panel', fresh: true, step: 1,
} // prettier-ignore
const sums: Options = { ...defaults, task: 'sums' }
/** Steps by effect: two samples of the first generation answer 20 to 60 % of the questions differently (docs/singular-values.md). */
const cma = (population: number, sigma = 0.3, sigmaMost = 1) => ({
  strategy: 'cma-es',
  population,
  tactics: { sigma, sigmaMost },
})

export const PRESETS: readonly Preset[] = [
  {
    id: 'clothes', label: 'Clothes', options: defaults, run: cma(24),
    summary: 'ESSA\'s own small example: ten singular values teach a model of six kinds of clothes four new ones. Ten generations are enough.',
  },
  {
    id: 'sums', label: 'Sums', options: sums, run: cma(24, 0.8, 2),
    summary: 'A transformer that adds and subtracts, trained a little on a new sign for minus: 128 numbers beside 786,432, and a reward for whole answers alone.',
  },
  {
    id: 'essa', label: 'ESSA\'s settings', options: { ...sums, rank: '8', batch: 100 }, run: cma(96, 0.8, 2),
    summary: 'The paper\'s defaults on the sums: rank 8, all values, populations of 96, batches of 100. For a graphics card.',
  },
  {
    id: 'eggroll', label: 'All weights', options: { ...sums, moved: 'weights' }, run: { strategy: 'eggroll', population: 24 },
    summary: 'The sums without singular values: EGGROLL moves all 786,432 weights at once, along random directions of rank 1, and keeps of each what it did better there than back.',
  },
  {
    id: 'warriors', label: 'Warriors', options: { ...defaults, task: 'warriors', batch: 16 },
    run: { strategy: 'open-es', population: 16, tactics: { sigma: 0.3 } },
    summary: 'A small model that writes Redcode and has seen beginners alone, trained a little on better ones: 96 numbers, and points in battle as the only reward.',
  },
  {
    id: 'untrained', label: 'Without training', options: { ...defaults, warmth: 'none' }, run: cma(24),
    summary: 'The same search on a random adapter: nothing moves, for no direction means anything.',
  },
  {
    id: 'spectra', label: 'Kinds of spectra', options: defaults, run: { strategy: 'map-elites', population: 24 },
    summary: 'MAP-Elites: the best spectrum for every number of changed answers and every distance from the trained one.',
  },
] // prettier-ignore
