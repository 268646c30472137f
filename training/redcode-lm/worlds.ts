/** The worlds a model is trained for, and how their corpora are made. Changing a number here changes the corpus. */
import coreWar from '../../src/arenas/core-war/index.ts'
import type { Options } from '../../src/core/options.ts'

export interface Recipe {
  readonly preset: string
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
}

const optionsOf = (preset: string): Options => ({
  ...coreWar.presets.find(({ id }) => id === preset)?.options,
  rounds: 8,
  opponents: 20,
})

const range = (from: number, count: number) => Array.from({ length: count }, (_, index) => from + index)

export const RECIPES: Readonly<Record<string, Recipe>> = {
  nano: {
    preset: 'nano', options: optionsOf('nano'), trained: range(1001, 24), heldOut: range(2001, 6),
    evaluations: 32_000, epoch: 4_000, panel: 12, slots: 8, rounds: 8,
  },
  tiny: {
    preset: 'tiny', options: optionsOf('tiny'), trained: range(1001, 14), heldOut: range(2001, 3),
    evaluations: 5_000, epoch: 1_250, panel: 8, slots: 4, rounds: 4,
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
