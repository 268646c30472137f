/** The small models of ours that an arena ships, and the dialect in which each reads and writes ({@link Dialect}). */
import type { Dialect } from '../core/dialect.ts'
import type { Options } from '../core/options.ts'

export type { Dialect, WritingPlan } from '../core/dialect.ts'

/** A model of ours that an arena ships: its weights' file under `public/models/` and its dialect. */
export interface EmbeddedModel {
  /** E.g. `redcode-nano`; the file is `public/models/<id>.safetensors`. */
  readonly id: string
  readonly label: string
  /** One line for the picker. */
  readonly summary: string
  /** Whether it writes for a world. */
  fits(options: Options): boolean
  readonly dialect: Dialect
}

/** What an arena's `dialect.ts` exports as default. */
export type EmbeddedModels = readonly EmbeddedModel[]
