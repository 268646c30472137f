/** What sampling one schedule gave, step by step, and in the end. Plain, and made anew with every step. */
import type { PictureResult, PictureStep } from '../pictures.ts'

export interface Film {
  /** What was sampled: another key, another film. */
  readonly key: string
  /** Pixels of all pictures after each step, as far as it is. */
  readonly frames: readonly (Uint8ClampedArray<ArrayBuffer> | undefined)[]
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
  before: last.result?.pixels ?? last.frames.at(-1) ?? last.before,
})

/** Steps and the result come on different ways: a step may be told after the result. */
export function withStep(film: Film, { step, pixels }: PictureStep): Film {
  const frames = [...film.frames]
  frames[step] = pixels
  return { ...film, frames }
}

/** After `step`, or after the last one that is there. */
export function frameAt({ frames, result, before }: Film, step: number): Uint8ClampedArray<ArrayBuffer> | null {
  const end = result?.pixels ?? frames.at(-1) ?? before
  return step < frames.length - 1 ? (frames[step] ?? end) : end
}

export const mean = (values: ArrayLike<number>): number =>
  values.length === 0 ? NaN : Array.from(values).reduce((sum, value) => sum + value, 0) / values.length
