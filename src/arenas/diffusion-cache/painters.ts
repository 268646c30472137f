/** Who samples pictures for the page: a graphics card where there is one to use, else WebAssembly, which always can. */
import type { Fault, Result } from '../../core/result.ts'
import { fail, ok } from '../../core/result.ts'
import type { AcquireGpu } from '../../engine/workshop.ts'
import { labelWith } from '../../gpu/tiers.ts'
import { createGpuSampler } from './kernel/sampler.ts'
import { NO_CAPTION } from './model/reference.ts'
import { PICTURE, SLOTS, type DitWeights } from './model/shape.ts'
import { WasmSampler, type SamplePlan } from './model/wasm.ts'
import { TOGETHER_PICTURES } from './model/wasm/layout.ts'
import { fullSchedule, type Schedule } from './schedule.ts'

/** Thrown when pictures are not wanted any more. */
export class Superseded extends Error {}

/** Thrown when a painter cannot go on. */
class GaveUp extends Error {
  constructor({ message }: Fault) {
    super(message)
  }
}

/** Sees what the pictures `from`.. look like after a step. */
export type OnGuess = (step: number, from: number, guess: Float32Array) => void

export interface Painter {
  /** For people. */
  readonly label: string
  /** Clamped pictures in the network's numbers, PICTURE each. Throws {@link Superseded} soon after they are not wanted. */
  paint(schedule: Schedule, plan: SamplePlan, isWanted: () => boolean, onGuess?: OnGuess): Promise<Float32Array>
}

/** Lets messages in. */
const breath = () => new Promise<void>((resolve) => setTimeout(resolve, 0))

/** A few pictures at a time, so that another wish can come in between. */
export function wasmPainter(weights: DitWeights): Painter {
  const sampler = new WasmSampler(weights)
  /** Parts of plans are kept as they are: the sampler knows a plan by its identity. */
  const parts = new WeakMap<SamplePlan, SamplePlan[]>()
  const partsOf = (plan: SamplePlan): SamplePlan[] => {
    const known = parts.get(plan)
    if (known !== undefined) return known
    const count = plan.noise.length / PICTURE
    const made = Array.from({ length: Math.ceil(count / TOGETHER_PICTURES) }, (_, part) => {
      const [from, to] = [part * TOGETHER_PICTURES, Math.min(count, (part + 1) * TOGETHER_PICTURES)]
      return {
        ...plan,
        captions: Array.from(plan.captions).slice(from * SLOTS, to * SLOTS),
        noise: plan.noise.slice(from * PICTURE, to * PICTURE),
      }
    })
    parts.set(plan, made)
    return made
  }
  return {
    label: 'WebAssembly on the CPU',
    async paint(schedule, plan, isWanted, onGuess = () => undefined) {
      const pictures = new Float32Array(plan.noise.length)
      for (const [part, some] of partsOf(plan).entries()) {
        const from = part * TOGETHER_PICTURES
        pictures.set(
          sampler.sample(schedule, some, (step, _, guess) => onGuess(step, from, guess)),
          from * PICTURE,
        )
        await breath()
        if (!isWanted()) throw new Superseded()
      }
      return pictures
    },
  }
}

/** All pictures at once. Faults: why there is no card to use, as a sentence. */
async function gpuPainter(weights: DitWeights, acquire: AcquireGpu): Promise<Result<Painter>> {
  const found = await acquire()
  if (!found.ok) return found
  const { gpu, shaders } = found.value
  const made = await createGpuSampler(gpu, shaders, weights)
  if (!made.ok) return made
  const sampler = made.value
  // A card that cannot do a single step is none; and how long dispatches may be is learnt before anything is timed.
  const step = fullSchedule({ steps: 1, blocks: weights.shape.blocks })
  const tried = await sampler.sample([step], { captions: NO_CAPTION, noise: new Float32Array(PICTURE), guidance: 3 })
  if (!tried.ok) return tried
  const valueOf = <T>(result: Result<T>, isWanted: () => boolean): T => {
    if (!isWanted()) throw new Superseded()
    if (!result.ok) throw new GaveUp(result.fault)
    return result.value
  }
  return ok({
    label: labelWith(gpu.label, sampler.tiers),
    async paint(schedule, plan, isWanted, onGuess) {
      const signal = {
        get aborted() {
          return !isWanted()
        },
      }
      if (onGuess === undefined) return valueOf(await sampler.sample([schedule], plan, { signal }), isWanted).pictures
      const { frames } = valueOf(await sampler.film(schedule, plan, { signal }), isWanted)
      frames.forEach((frame, step) => onGuess(step, 0, frame))
      return frames.at(-1) ?? new Float32Array()
    },
  })
}

/** A card that is not ready after so long is not waited for. */
const START_MS = 10_000

/** Paints with the card until that fails, then with WebAssembly: what was under way too. */
export class Easel {
  readonly #wasm: Painter
  readonly #open: (() => Promise<Result<Painter>>) | null
  #card: Promise<Painter | null> | null = null
  /** Who painted last. */
  label = ''
  /** Why it is not the card, as a sentence; or empty. */
  note = ''

  /** Without `acquire` no card is asked for. */
  constructor(weights: DitWeights, acquire: AcquireGpu | null) {
    this.#wasm = wasmPainter(weights)
    this.#open = acquire === null ? null : () => gpuPainter(weights, acquire)
  }

  /** Settles when it is known who will paint: what is timed begins after that. */
  async ready(): Promise<void> {
    await (this.#card ??= this.#opened())
  }

  async paint(schedule: Schedule, plan: SamplePlan, isWanted: () => boolean, onGuess?: OnGuess): Promise<Float32Array> {
    const card = await (this.#card ??= this.#opened())
    if (!isWanted()) throw new Superseded()
    if (card !== null)
      try {
        const pictures = await card.paint(schedule, plan, isWanted, onGuess)
        this.label = card.label
        return pictures
      } catch (error) {
        if (!(error instanceof GaveUp)) throw error
        this.#card = Promise.resolve(null)
        this.note = `${card.label} gave up (${error.message}), so the CPU paints.`
      }
    const pictures = await this.#wasm.paint(schedule, plan, isWanted, onGuess)
    this.label = this.#wasm.label
    return pictures
  }

  async #opened(): Promise<Painter | null> {
    if (this.#open === null) return null
    let timer: ReturnType<typeof setTimeout> | undefined
    const late = new Promise<Result<Painter>>((resolve) => {
      timer = setTimeout(() => resolve(fail('silent', `The graphics card was not ready after ${START_MS / 1000} s, so the CPU paints.`)), START_MS) // prettier-ignore
    })
    const opened = await Promise.race([this.#open(), late])
    clearTimeout(timer)
    if (!opened.ok) this.note = opened.fault.message
    return opened.ok ? opened.value : null
  }
}
