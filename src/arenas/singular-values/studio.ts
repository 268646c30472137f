/** What the page asks of the worker that holds the model, and what it is told. Genomes are offsets, laid out as in layout.ts. */
import type { Result } from '../../core/result.ts'
import type { Reach } from './calibrate.ts'
import type { Part } from './layout.ts'
import type { Precision } from './model/shape.ts'
import type { Control } from './warriors/control.ts'

/** The spectrum of one factor as the adapter's training left it. */
export interface Spectrum extends Part {
  readonly factor: Exclude<Part['factor'], 'noise'>
  /** The searched values, falling. */
  readonly values: readonly number[]
  /** What an offset of 1 adds. */
  readonly unit: number
}

export interface Opened {
  /** Numbers in the matrices of the network. */
  readonly weights: number
  /** None where all weights are moved. */
  readonly spectra: readonly Spectrum[]
  /** Share of held-out examples that the adapter answers right as it was trained, and how many there are. */
  readonly trained: number
  readonly examples: number
  /** Held-out share of right answers by step of a gradient method on the same values, as the training script recorded it; empty where it did not. */
  readonly gradient: readonly (readonly [step: number, right: number])[]
}

/** A matrix of the network, and how far all its weights went: the norm of the change in norms of what it was. */
export interface MovedMatrix {
  /** E.g. `layers.0.feed.up`. */
  readonly name: string
  readonly share: number
}

export interface HeldRequest {
  readonly genomes: readonly Float32Array[]
  /** Another precision than the run's. */
  readonly precision?: Precision
}
export interface HeldResult {
  /** Share of held-out examples answered right, by genome. */
  readonly right: readonly number[]
  readonly ms: number
}

export interface AskRequest {
  readonly genomes: readonly Float32Array[]
  /** Sums such as `84-27`; for pictures the number of one; for warriors that of the noise. Empty: a few held-out ones. */
  readonly typed: string
}
/** A question, what is right, and what each genome answers. */
export interface Asked {
  readonly question: string
  /** 14 x 14 bytes of grey, where the question is a picture. */
  readonly picture: Uint8Array | null
  readonly right: string
  readonly answers: readonly string[]
  /** Of written warriors: what each came to against those held out, as a share of the most there is. */
  readonly points?: readonly number[]
}

export interface CostRequest {
  readonly genome: Float32Array
  readonly members: readonly number[]
  /** Examples each answers. */
  readonly examples: number
}
export interface CostResult {
  readonly members: number
  /** Milliseconds for all of them. */
  readonly ms: number
}

export interface StudioApi {
  open(): Promise<Result<Opened>>
  held(request: HeldRequest): Promise<Result<HeldResult>>
  ask(request: AskRequest): Promise<Result<readonly Asked[]>>
  /** Mean share of answers that differ between two of the genomes, on one batch. */
  effect(request: { readonly genomes: readonly Float32Array[] }): Promise<Result<number>>
  /** The setting `step` at which two samples of this sigma around the genome differ in about a third of their answers (calibrate.ts). */
  reach(request: { readonly genome: Float32Array; readonly sigma: number }): Promise<Result<Reach>>
  /** How far each matrix has gone, where all weights are moved. */
  moved(request: { readonly genome: Float32Array }): Promise<Result<readonly MovedMatrix[]>>
  /** What a writer of warriors is to be seen beside; other tasks have none. */
  controls(request: { readonly genome: Float32Array }): Promise<Result<readonly Control[]>>
  cost(request: CostRequest): Promise<Result<readonly CostResult[]>>
  /** The model with its adapters merged in, as a safetensors file with matrices of 8 bits; of written warriors alone. */
  save(request: { readonly genome: Float32Array }): Promise<Result<Uint8Array>>
}
