/** Samples pictures for the page: a few at a time, so that another wish can come in between. */
import { fail, ok, type Result } from '../../core/result.ts'
import { Baselines, type Sample } from './baselines.ts'
import { measured, rescore } from './held-out.ts'
import { weightsIn } from './evaluate.ts'
import { noiseOf, picturesOf } from './model/sampler.ts'
import { SLOTS, TOKENS, VALUES } from './model/shape.ts'
import { WasmSampler, type SamplePlan } from './model/wasm.ts'
import { TOGETHER_PICTURES } from './model/wasm/layout.ts'
import { MODEL } from './options.ts'
import type { CreatePictures, PictureRequest, PictureResult, PicturesApi, PictureStep } from './pictures.ts'
import { FEATURES_FILE, readFeatures } from './scenes/features.ts'
import { isCaption, captionAt } from './scenes/words.ts'
import { COMPUTE, fullSchedule, genesOf, type Schedule } from './schedule.ts'

const PICTURE = TOKENS * VALUES
const MOST_PICTURES = 512
const MOST_STEPS = 100

class Superseded extends Error {}

/** Lets messages in. */
const breath = () => new Promise<void>((resolve) => setTimeout(resolve, 0))

/** Clamped numbers of the network's to bytes, RGBA. */
export function pixelsOf(patches: Float32Array): Uint8ClampedArray<ArrayBuffer> {
  const rgb = picturesOf(patches)
  const pixels = new Uint8ClampedArray((rgb.length / 3) * 4).fill(255)
  for (let i = 0; i < rgb.length; i++) pixels[Math.floor(i / 3) * 4 + (i % 3)] = 255 * (rgb[i] ?? 0)
  return pixels
}

function wrongWith({ schedule, captions, guidance }: PictureRequest): string | null {
  const { steps, blocks, genes } = schedule
  if (blocks !== MODEL.blocks || !(steps >= 1 && steps <= MOST_STEPS) || genes.length !== genesOf(schedule))
    return `A schedule of ${steps} steps and ${blocks} blocks with ${genes.length} genes does not fit: the model has ${MODEL.blocks} blocks, and takes 1 to ${MOST_STEPS} steps.` // prettier-ignore
  const count = captions.length / SLOTS
  if (!Number.isInteger(count) || count < 1 || count > MOST_PICTURES)
    return `Captions are ${SLOTS} words each, for 1 to ${MOST_PICTURES} pictures; there are ${captions.length} words.`
  const odd = Array.from({ length: count }, (_, i) => i).find((i) => !isCaption(captionAt(captions, i)))
  if (odd !== undefined) return `Caption ${odd + 1} is not one that the model knows.`
  return Number.isFinite(guidance) && guidance >= 1 && guidance <= 20 ? null : 'Guidance is a number from 1 to 20.'
}

export const createPictures: CreatePictures = (files) => {
  const net = readFeatures(files.get(FEATURES_FILE) ?? new Uint8Array())
  if (!net.ok) return net
  const sampler = new WasmSampler(weightsIn(files))
  let wishes = 0
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

  /** A few pictures at a time; `onGuess` sees what they look like after each step. */
  async function sampleAll(
    schedule: Schedule,
    plan: SamplePlan,
    isWanted: () => boolean,
    onGuess: (step: number, from: number, guess: Float32Array) => void = () => undefined,
  ): Promise<Float32Array> {
    const pictures = new Float32Array(plan.noise.length)
    for (const [part, some] of partsOf(plan).entries()) {
      if (!isWanted()) throw new Superseded()
      const from = part * TOGETHER_PICTURES
      pictures.set(
        sampler.sample(schedule, some, (step, _, guess) => onGuess(step, from, guess)),
        from * PICTURE,
      )
      await breath()
    }
    return pictures
  }

  /** Pictures with what they looked like after each step. */
  interface Film {
    readonly pictures: Float32Array
    readonly frames: readonly Float32Array[]
    readonly ms: number
  }

  /** While it is made, what is there already is shown as it will be in the end. */
  async function filmed(
    schedule: Schedule,
    plan: SamplePlan,
    isWanted: () => boolean,
    onStep: (step: PictureStep) => void,
  ): Promise<Film> {
    const frames = Array.from({ length: schedule.steps }, () => new Float32Array(plan.noise.length))
    const began = performance.now()
    const pictures = await sampleAll(schedule, plan, isWanted, (step, from, guess) => {
      const frame = frames[step]
      frame?.set(guess, from * PICTURE)
      if (frame !== undefined && step === schedule.steps - 1) onStep({ step, pixels: pixelsOf(frame) })
    })
    return { pictures, frames, ms: performance.now() - began }
  }

  let shown: { readonly key: string; readonly plan: SamplePlan; readonly full: Film } | null = null
  async function twins(
    { schedule, captions, seed, guidance }: PictureRequest,
    isWanted: () => boolean,
    onStep: (step: PictureStep) => void,
  ) {
    const key = JSON.stringify([schedule.steps, Array.from(captions), seed, guidance])
    if (shown?.key === key) return shown
    const plan: SamplePlan = { captions: captions.slice(), noise: noiseOf(seed, captions.length / SLOTS), guidance }
    shown = { key, plan, full: await filmed(fullSchedule(schedule), plan, isWanted, onStep) }
    return shown
  }

  const untilSuperseded = async <T>(work: () => Promise<T>): Promise<Result<T>> => {
    try {
      return ok(await work())
    } catch (error) {
      if (error instanceof Superseded) return fail('superseded', 'Something else was asked for meanwhile.')
      throw error
    }
  }

  const always: Sample = (schedule, plan) => sampleAll(schedule, plan, () => true)
  const baselines = new Baselines(MODEL, always)

  async function film(
    request: PictureRequest,
    onStep: (step: PictureStep) => void,
    isWanted: () => boolean,
  ): Promise<PictureResult> {
    const isFull = request.schedule.genes.every((gene) => gene === COMPUTE)
    const { plan, full } = await twins(request, isWanted, isFull ? onStep : () => undefined)
    const { pictures, frames, ms } = isFull ? full : await filmed(request.schedule, plan, isWanted, onStep)
    frames.forEach((frame, step) => onStep({ step, pixels: pixelsOf(frame) }))
    const { errors, agreements } = measured(request.captions, pictures, full.pictures)
    return {
      pixels: pixelsOf(pictures),
      errors: Float64Array.from(errors),
      agreements: Float64Array.from(agreements),
      ms,
    }
  }

  const api: PicturesApi = {
    open: () => Promise.resolve(ok(MODEL)),
    sample(request, onStep) {
      const wrong = wrongWith(request)
      if (wrong !== null) return Promise.resolve(fail('bad-request', wrong))
      const wish = ++wishes
      return untilSuperseded(() => film(request, onStep, () => wish === wishes))
    },
    baselines: (request) => untilSuperseded(() => baselines.of(request)),
    rescore: (request, onShare) =>
      untilSuperseded(() => rescore(MODEL, net.value, request, always, onShare, () => performance.now())),
  }
  return ok(api)
}
