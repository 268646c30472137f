/**
 * The models, by the last part of their names, and how their corpora are made. Changing a number here changes the corpus. Those
 * after the first of a world are other minds for it: of seeds of their own, selected by other rules or in another world with
 * the same language.
 */
import coreWar from '../../src/arenas/core-war/index.ts'
import type { Options } from '../../src/core/options.ts'

export interface Recipe {
  readonly preset: string
  /** Whose model it makes, where it is not Core War's own. */
  readonly arena?: string
  readonly options: Options
  /** Seeds whose warriors are trained on. */
  readonly trained: readonly number[]
  /** Seeds whose warriors are only ever opponents, parents and validation text; the model never sees one of them. */
  readonly heldOut: readonly number[]
  /** Judged children a seed. */
  readonly evaluations: number
  /** Judged children between two changes of opponents and places. */
  readonly epoch: number
  /** Opponents at once: panel warriors, and slots for elites of the run itself. */
  readonly panel: number
  readonly slots: number
  /** Starting places, each met by every opponent; who begins alternates. */
  readonly rounds: number
  /** What a tie is worth when warriors are selected, where a win is 1; a third, as in points, unless told. */
  readonly tie?: number
  readonly model: Shape
}

/** How large the transformer is, and how long it learns. */
export interface Shape {
  readonly width: number
  readonly layers: number
  readonly steps: number
  /** Warriors to write, and as many pairs, a step. */
  readonly batch: number
}

const optionsOf = (preset: string, changed: Options = {}): Options => ({
  ...coreWar.presets.find(({ id }) => id === preset)?.options,
  rounds: 8,
  opponents: 20,
  ...changed,
})

const range = (from: number, count: number) => Array.from({ length: count }, (_, index) => from + index)

export const RECIPES: Readonly<Record<string, Recipe>> = {
  nano: {
    preset: 'nano', options: optionsOf('nano'), trained: range(1001, 24), heldOut: range(2001, 6),
    evaluations: 32_000, epoch: 4_000, panel: 12, slots: 8, rounds: 8,
    model: { width: 64, layers: 3, steps: 1200, batch: 32 },
  },
  // A tie is worth a win, and short warriors are kept beside long ones: not to be beaten is all.
  'nano-survivor': {
    preset: 'nano', options: optionsOf('nano', { axes: 'covered-length' }), tie: 1,
    trained: range(11_001, 28), heldOut: range(12_001, 2),
    evaluations: 12_000, epoch: 2_000, panel: 12, slots: 8, rounds: 8,
    model: { width: 64, layers: 3, steps: 1200, batch: 32 },
  },
  // SPL starts nothing, so loops and jumps are what is left.
  'nano-loner': {
    preset: 'nano', options: optionsOf('nano', { axes: 'covered-opcodes', maxProcesses: 1 }),
    trained: range(21_001, 40), heldOut: range(22_001, 2),
    evaluations: 16_000, epoch: 2_000, panel: 12, slots: 8, rounds: 8,
    model: { width: 48, layers: 2, steps: 1200, batch: 32 },
  },
  // For the singular-values arena: few seeds, of which the early warriors and the late ones are told apart (split.ts).
  'nano-essa': {
    preset: 'nano', arena: 'singular-values', options: optionsOf('nano'), trained: range(31_001, 6), heldOut: range(32_001, 4),
    evaluations: 28_000, epoch: 4_000, panel: 12, slots: 8, rounds: 8,
    model: { width: 64, layers: 3, steps: 260, batch: 64 },
  },
  tiny: {
    preset: 'tiny', options: optionsOf('tiny'), trained: range(1001, 14), heldOut: range(2001, 3),
    evaluations: 5_000, epoch: 1_250, panel: 8, slots: 4, rounds: 4,
    model: { width: 64, layers: 3, steps: 800, batch: 16 },
  },
} // prettier-ignore

/** One warrior that entered the archive, as `evolve.ts` writes it: a line of JSON. */
export interface Entry {
  /** From 1; unique in its seed. */
  readonly id: number
  /** Judged children before it: its time of discovery. */
  readonly at: number
  readonly operator: string
  readonly parents: readonly number[]
  /** Points as a share of the most there is, 0..1, and the first parent's against the same opponents; null without one. */
  readonly score: number
  readonly parentScore: number | null
  /** The encoded genome (src/arenas/core-war/genome.ts). */
  readonly words: readonly number[]
}
