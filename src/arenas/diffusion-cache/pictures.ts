/** What the page asks of the worker that samples pictures, and what it is told. */
import type { Options } from '../../core/options.ts'
import type { Result } from '../../core/result.ts'
import type { DitShape } from './model/shape.ts'
import type { RescoreRequest, RescoreResult } from './rescoring.ts'
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
  /** Who painted: the graphics card's name and what is used of it, or WebAssembly. */
  readonly by: string
  /** Why it is not the graphics card, as a sentence; or empty. */
  readonly note: string
}

/** How schedules that people made do, scored as a run scores: FORA, TGATE, fewer steps. */
export interface Baseline {
  readonly id: 'fora' | 'tgate' | 'fewer' | 'grid'
  readonly label: string
  /** Cost and error as the run's objectives have them. */
  readonly points: readonly { readonly cost: number; readonly error: number }[]
}

export interface BaselineRequest {
  readonly options: Options
  /** The run's: baselines are scored on the same captions and noise as its members. */
  readonly seed: number
  /** For `grid`: the sampler that takes only the steps in which each of these computes something. */
  readonly front: readonly Schedule[]
}

/** One request at a time: a new one ends the one before, which then comes to the fault 'superseded'. */
export interface PicturesApi {
  /** The model that is there. */
  open(): Promise<Result<DitShape>>
  /** `onStep` is a Comlink proxy. */
  sample(request: PictureRequest, onStep: (step: PictureStep) => void): Promise<Result<PictureResult>>
  /** What was asked before is remembered: only what is new in `front` is sampled. */
  baselines(request: BaselineRequest): Promise<Result<readonly Baseline[]>>
  /** Scores schedules on captions and noise that no run is scored on. `onShare` is a Comlink proxy, told 0..1. */
  rescore(request: RescoreRequest, onShare: (share: number) => void): Promise<Result<RescoreResult>>
}
