/** What sampling one schedule gave, step by step, and in the end. Plain, and made anew with every step. */
import type { PictureResult, PictureStep } from '../pictures.ts'

export interface Film {
  /** What was sampled: another key, another film. */
  readonly key: string
  /** Pixels of all pictures after each step, as far as it is. */
  readonly frames: readonly Uint8ClampedArray<ArrayBuffer>[]
  /** Null while it is being made. */
  readonly result: PictureResult | null
  /** What is shown until the first step is there: the end of the film before. */
  readonly before: Uint8ClampedArray<ArrayBuffer> | null
}

export const NO_FILM: Film = { key: '', frames: [], result: null, before: null }

export const filmAfter = (last: Film, key: string): Film => ({
  key,
  frames: [],
  result: null,
  before: last.frames.at(-1) ?? last.before,
})

export const withStep = (film: Film, { pixels }: PictureStep): Film => ({ ...film, frames: [...film.frames, pixels] })

/** After `step`, or after the last one that is there. */
export const frameAt = ({ frames, before }: Film, step: number): Uint8ClampedArray<ArrayBuffer> | null =>
  frames[Math.min(step, frames.length - 1)] ?? before

export const mean = (values: ArrayLike<number>): number =>
  values.length === 0 ? NaN : Array.from(values).reduce((sum, value) => sum + value, 0) / values.length
