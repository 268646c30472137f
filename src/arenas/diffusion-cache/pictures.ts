/** What the page asks of the worker that samples pictures, and what it is told. */
import type { Result } from '../../core/result.ts'
import type { Schedule } from './schedule.ts'

export interface PictureRequest {
  readonly schedule: Schedule
  /** Seven words a picture (scenes/words.ts). */
  readonly captions: Int32Array
  /** Noise of picture i follows from the seed and i alone, so the same request with another schedule begins with the same noise. */
  readonly seed: number
  /** Strength of classifier-free guidance; 1 = none. */
  readonly guidance: number
}

/** What the pictures look like after a step: the network's guess at the end, clamped. */
export interface PictureStep {
  /** 0..steps-1. */
  readonly step: number
  /** SIZE * SIZE * 4 bytes a picture, RGBA. */
  readonly pixels: Uint8ClampedArray<ArrayBuffer>
}

export interface PictureResult {
  readonly pixels: Uint8ClampedArray<ArrayBuffer>
  /** A picture each: mean squared difference to the uncached picture of the same noise, in RGB of 0..1. */
  readonly errors: Float64Array
  /** A picture each: share of what the caption requires that the picture meets, 0..1. */
  readonly agreements: Float64Array
  /** Milliseconds that sampling took, without the uncached twins. */
  readonly ms: number
}

/** One request at a time: a new one ends the one before, which then comes to the fault 'superseded'. */
export interface PicturesApi {
  /** Loads the model once. */
  open(): Promise<Result<{ readonly blocks: number }>>
  /** `onStep` is a Comlink proxy. */
  sample(request: PictureRequest, onStep: (step: PictureStep) => void): Promise<Result<PictureResult>>
}
