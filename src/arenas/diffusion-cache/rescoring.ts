/** What is asked when schedules are scored again on pictures that evolution never saw, and what comes of it. */
import type { Schedule } from './schedule.ts'

export interface RescoreRequest {
  /** `id` is given back with the row. */
  readonly schedules: readonly { readonly id: number; readonly schedule: Schedule }[]
  /** Of captions and noise. No run's scores come from them, whatever its seed. */
  readonly seed: number
  /** Pictures a schedule: below 40 the order of schedules may turn; 128 are plenty. */
  readonly pictures: number
  readonly guidance: number
}

/** A mean over pictures with its 95 % interval. */
export interface Estimate {
  readonly mean: number
  readonly low: number
  readonly high: number
}

export interface RescoreRow {
  readonly id: number
  /** Share of the full schedule's multiply-accumulates. */
  readonly cost: number
  /** Mean squared difference to the uncached picture of the same noise. */
  readonly error: Estimate
  /** Share of what the caption requires, 0..1. */
  readonly agreement: Estimate
  /** Caption-render distance (scenes/distance.ts). */
  readonly distance: Estimate
  /** Fréchet distance of features to held-out renders. */
  readonly frechet: number
  /** Measured milliseconds a picture. */
  readonly ms: number
}

export interface RescoreResult {
  /** In the order asked. */
  readonly rows: readonly RescoreRow[]
  /** The same for the schedule that computes everything. */
  readonly full: RescoreRow
  /** Fréchet distance between two sets of held-out renders: nothing can be told from what lies below. */
  readonly floor: number
  readonly pictures: number
}
