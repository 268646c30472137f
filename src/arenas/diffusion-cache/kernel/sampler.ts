/**
 * The sampler on the GPU: many schedules at once, from the same captions and noise. What they have in common is computed once
 * (plan.ts); what a schedule leaves out takes no time. Nothing is read back before the pictures are done; between short dispatches it
 * is seen whether to stop. No number depends on the slices, or on who else is sampled.
 */
import { fail, type Cancellation, type Result } from '../../../core/result.ts'
import { filled, readWords } from '../../../gpu/buffers.ts'
import { checked } from '../../../gpu/checked.ts'
import { Chunker, type ChunkerOptions } from '../../../gpu/chunker.ts'
import type { Gpu } from '../../../gpu/device.ts'
import { GpuFault, resultOf } from '../../../gpu/fault.ts'
import { programsFor, type Programs } from '../../../gpu/programs.ts'
import type { ShaderSource } from '../../../gpu/shaders.ts'
import type { Tiers } from '../../../gpu/tiers.ts'
import { anglesOf } from '../model/sampler.ts'
import type { SamplePlan } from '../model/wasm.ts'
import { HEADS, PICTURE, SLOTS, type DitWeights } from '../model/shape.ts'
import type { Schedule } from '../schedule.ts'
import { Reader, vectorsFor, type Vectors } from './conditions.ts'
import { guessBetween, pathsOf } from './film.ts'
import { hold } from './memory.ts'
import { packForGpu, type Packed } from './pack.ts'
import { allotted } from './pages.ts'
import { planOf, type Plan } from './plan.ts'
import { kindsFor, type ProgramName } from './programs.ts'
import { branchesOf, wrongWith } from './request.ts'
import { bytesAPicture, workFor } from './work.ts'

export interface SamplerOptions {
  /** Bytes of GPU memory for what is being sampled at most. */
  readonly mostBytes?: number
  /** How dispatches are sized; for tests. */
  readonly chunker?: ChunkerOptions
  /** Told after each group of dispatches. */
  readonly onDispatch?: (dispatches: number, milliseconds: number) => void
}

export interface Sampled {
  /** [schedule][picture][token][value]: the network's numbers, patches of the finished pictures. */
  readonly pictures: Float32Array<ArrayBuffer>
  /** Milliseconds that sampling took, all in all. */
  readonly ms: number
  /** A schedule each, where asked for: milliseconds that it takes alone, sharing nothing with others. */
  readonly times: Float64Array | null
}

export interface GpuSampler {
  /** What is used of the card beyond the base line. */
  readonly tiers: Tiers
  /**
   * Samples every picture under every schedule. Faults: `bad-request` (schedules of different or no shape, wrong lengths), `no-fit`
   * (not even one picture fits into the GPU's memory), `cancelled`, `gpu-lost`, `gpu-memory`, `gpu-error`.
   */
  sample(
    schedules: readonly Schedule[],
    request: SamplePlan,
    options?: { readonly signal?: Cancellation; readonly times?: boolean },
  ): Promise<Result<Sampled>>
  /** One schedule's pictures as they look after each step, the last as they are in the end. Faults as above. */
  film(schedule: Schedule, request: SamplePlan, options?: { readonly signal?: Cancellation }): Promise<Result<Film>>
  dispose(): void
}

export interface Film {
  /** [picture][token][value] of each step. */
  readonly frames: readonly Float32Array[]
}

const MOST_BYTES = 2 ** 29
const LEAST_BYTES = 2 ** 24
/** Widest head that attend.wgsl takes. */
const MOST_HEAD = 32

export async function createGpuSampler(
  gpu: Gpu,
  shaders: ShaderSource,
  weights: DitWeights,
  options: SamplerOptions = {},
): Promise<Result<GpuSampler>> {
  const { width } = weights.shape
  if (width % (4 * HEADS) !== 0 || width / HEADS > MOST_HEAD)
    return fail('no-fit', `The graphics card's code takes models as wide as a multiple of ${4 * HEADS}, ${HEADS * MOST_HEAD} at most, not ${width}.`) // prettier-ignore
  return resultOf(async () => {
    const packed = packForGpu(weights, gpu.tiers.halves)
    const programs = await programsFor(gpu, shaders, kindsFor(weights.shape, gpu.tiers, packed))
    return checked(gpu, 'the model cannot be sent to the graphics card', () => new Sampler(gpu, programs, weights, packed, options)) // prettier-ignore
  })
}

class Sampler implements GpuSampler {
  readonly tiers: Tiers
  readonly #gpu: Gpu
  readonly #programs: Programs<ProgramName>
  readonly #model: DitWeights
  readonly #options: SamplerOptions
  readonly #packed: Packed
  readonly #reader: Reader
  readonly #weights: GPUBuffer
  readonly #chunker: Chunker
  #mostBytes: number
  /** By angles. */
  readonly #vectors = new Map<string, Vectors>()
  /** Requests wait for each other: each would slow the others down, and spoil their times. */
  #last: Promise<unknown> = Promise.resolve()

  constructor(gpu: Gpu, programs: Programs<ProgramName>, weights: DitWeights, packed: Packed, options: SamplerOptions) {
    this.#gpu = gpu
    this.#programs = programs
    this.#model = weights
    this.#options = options
    this.#packed = packed
    this.tiers = { ...gpu.tiers, halves: packed.hasHalves }
    this.#reader = new Reader(weights)
    this.#mostBytes = options.mostBytes ?? MOST_BYTES
    this.#chunker = new Chunker(options.chunker ?? { first: 64 })
    this.#weights = filled(gpu, 'weights', this.#packed.values)
  }

  sample(
    schedules: readonly Schedule[],
    request: SamplePlan,
    { signal, times = false }: { readonly signal?: Cancellation; readonly times?: boolean } = {},
  ): Promise<Result<Sampled>> {
    return this.#inTurn(schedules, request, async () => {
      const began = performance.now()
      const pictures = await this.#fitted(schedules, request, signal)
      const ms = performance.now() - began
      return { pictures, ms, times: times ? await this.#alone(schedules, request, signal) : null }
    })
  }

  film(
    schedule: Schedule,
    request: SamplePlan,
    { signal }: { readonly signal?: Cancellation } = {},
  ): Promise<Result<Film>> {
    return this.#inTurn([schedule], request, async () => {
      const xs = await this.#fitted([schedule], request, signal, true)
      const at = (step: number) => xs.subarray(step * request.noise.length, (step + 1) * request.noise.length)
      const angles = request.angles ?? anglesOf(schedule.steps)
      const frames = Array.from({ length: schedule.steps }, (_, step) => guessBetween(at(step), at(step + 1), angles[step] ?? 0, angles[step + 1] ?? 0)) // prettier-ignore
      return { frames }
    })
  }

  #inTurn<T>(schedules: readonly Schedule[], request: SamplePlan, work: () => Promise<T>): Promise<Result<T>> {
    const wrong = wrongWith(schedules, this.#model.shape, request)
    if (wrong !== null) return Promise.resolve(fail('bad-request', wrong))
    const done = this.#last.then(() => resultOf(work))
    this.#last = done.catch(() => undefined)
    return done
  }

  dispose(): void {
    this.#weights.destroy()
  }

  async #alone(schedules: readonly Schedule[], request: SamplePlan, signal?: Cancellation): Promise<Float64Array> {
    const times = new Float64Array(schedules.length)
    for (const [at, schedule] of schedules.entries()) {
      const began = performance.now()
      await this.#fitted([schedule], request, signal)
      times[at] = performance.now() - began
    }
    return times
  }

  /** Tries with half the memory where the card has less than it seemed. */
  async #fitted(
    schedules: readonly Schedule[],
    request: SamplePlan,
    signal?: Cancellation,
    keepsXs = false,
  ): Promise<Float32Array<ArrayBuffer>> {
    for (;;) {
      try {
        return await this.#all(schedules, request, signal, keepsXs)
      } catch (error) {
        if (!(error instanceof GpuFault && error.fault.kind === 'gpu-memory') || this.#mostBytes <= LEAST_BYTES)
          throw error
        this.#mostBytes /= 2
      }
    }
  }

  /**
   * As many pictures at once as fit, with all schedules: what schedules share is worth more. [schedule][picture]; with `keepsXs`
   * [schedule][step][picture], x from the noise on.
   */
  async #all(
    schedules: readonly Schedule[],
    request: SamplePlan,
    signal: Cancellation | undefined,
    keepsXs: boolean,
  ): Promise<Float32Array<ArrayBuffer>> {
    const pictures = request.noise.length / PICTURE
    const steps = keepsXs ? (schedules[0]?.steps ?? 0) + 1 : 1
    const all = new Float32Array(schedules.length * steps * pictures * PICTURE)
    if (schedules.length === 0 || pictures === 0) return all
    const plan = allotted(planOf(schedules), keepsXs)
    const pages = keepsXs ? pathsOf(plan).flat() : plan.ends
    const fit = this.#picturesThatFit(plan, branchesOf(request))
    if (fit === 0) {
      if (schedules.length === 1)
        throw new GpuFault('gpu-memory', 'not even one picture fits into the graphics card: lower the number of steps or blocks') // prettier-ignore
      const half = schedules.length >> 1
      const first = await this.#all(schedules.slice(0, half), request, signal, keepsXs)
      all.set(first)
      all.set(await this.#all(schedules.slice(half), request, signal, keepsXs), first.length)
      return all
    }
    // Evenly: a last batch of one picture would leave the card idle.
    const each = Math.ceil(pictures / Math.ceil(pictures / fit))
    for (let first = 0; first < pictures; first += each) {
      const end = Math.min(pictures, first + each)
      const part = {
        ...request,
        captions: Array.from(request.captions).slice(first * SLOTS, end * SLOTS),
        noise: request.noise.subarray(first * PICTURE, end * PICTURE),
      }
      const xs = await this.#batch(plan, part, signal)
      const block = (end - first) * PICTURE
      pages.forEach((page, at) =>
        all.set(xs.subarray(page * block, (page + 1) * block), (at * pictures + first) * PICTURE),
      )
    }
    return all
  }

  #picturesThatFit(plan: Plan, branches: 1 | 2): number {
    const { maxStorageBufferBindingSize, maxBufferSize } = this.#gpu.device.limits
    const bytes = Object.values(bytesAPicture(plan, this.#model.shape, branches))
    const largest = Math.min(maxStorageBufferBindingSize, maxBufferSize) / Math.max(...bytes)
    const together = this.#mostBytes / bytes.reduce((sum, one) => sum + one, 0)
    return Math.floor(Math.min(largest, together))
  }

  /** Pages of x in the end. */
  async #batch(plan: Plan, request: SamplePlan, signal?: Cancellation): Promise<Float32Array> {
    const { shape } = this.#model
    const [pictures, branches] = [request.noise.length / PICTURE, branchesOf(request)]
    const angles = Float64Array.from(request.angles ?? anglesOf(plan.steps))
    const vectors = this.#vectorsFor(angles)
    const { work, lists } = workFor(plan, { shape, pictures, branches, angles, guidance: request.guidance }, this.#packed, vectors) // prettier-ignore
    const text = this.#reader.read(request.captions, branches)
    const sent = { weights: this.#weights, lists, vectors: vectors.values, text, noise: request.noise }
    const held = await checked(this.#gpu, `${pictures} pictures cannot be sent to the graphics card`, () =>
      hold(this.#gpu, this.#programs, { plan, shape, pictures, branches }, sent),
    )
    try {
      await held.desk.run(work, this.#chunker, 'sampling was cancelled', signal, this.#options.onDispatch)
      return new Float32Array(
        (await readWords(this.#gpu, held.desk.buffers.xs, plan.xPages * pictures * PICTURE)).buffer,
      )
    } finally {
      held.dispose()
    }
  }

  #vectorsFor(angles: Float64Array): Vectors {
    const key = angles.join()
    const vectors = this.#vectors.get(key) ?? vectorsFor(this.#model, angles)
    this.#vectors.set(key, vectors)
    return vectors
  }
}
