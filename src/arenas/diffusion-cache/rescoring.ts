/** What is asked when schedules are scored again on pictures that evolution never saw, and what comes of it. */
import type { Interval } from '../../core/intervals.ts'
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

/** Intervals are of 95 %, over pictures. */
export interface RescoreRow {
  readonly id: number
  /** Share of the full schedule's multiply-accumulates. */
  readonly cost: number
  /** Mean squared difference to the uncached picture of the same noise. */
  readonly error: Interval
  /** Share of what the caption requires, 0..1. */
  readonly agreement: Interval
  /** Caption-render distance (scenes/distance.ts). */
  readonly distance: Interval
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
