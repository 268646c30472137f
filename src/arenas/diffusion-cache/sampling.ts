/** Samples pictures for the page: a few at a time, so that another wish can come in between. */
import { fail, ok, type Result } from '../../core/result.ts'
import { Baselines, type Sample } from './baselines.ts'
import { measured } from './evaluate.ts'
import { rescore } from './held-out.ts'
import { noiseOf, picturesOf } from './model/sampler.ts'
import { PICTURE, SLOTS } from './model/shape.ts'
import { WasmSampler, type SamplePlan } from './model/wasm.ts'
import { TOGETHER_PICTURES } from './model/wasm/layout.ts'
import { readDit } from './model/weights.ts'
import { MODEL, MODEL_FILE } from './options.ts'
import type { CreatePictures, PictureRequest, PictureResult, PicturesApi, PictureStep } from './pictures.ts'
import { wrongBaselines, wrongRescore, wrongSample } from './requests.ts'
import { FEATURES_FILE, readFeatures } from './scenes/features.ts'
import { COMPUTE, fullSchedule, type Schedule } from './schedule.ts'

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

export const createPictures: CreatePictures = (files) => {
  const net = readFeatures(files.get(FEATURES_FILE) ?? new Uint8Array())
  if (!net.ok) return net
  const weights = readDit(files.get(MODEL_FILE) ?? new Uint8Array())
  if (!weights.ok) return weights
  const sampler = new WasmSampler(weights.value)
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
      const from = part * TOGETHER_PICTURES
      pictures.set(
        sampler.sample(schedule, some, (step, _, guess) => onGuess(step, from, guess)),
        from * PICTURE,
      )
      await breath()
      if (!isWanted()) throw new Superseded()
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

  /** A request is answered unless it cannot be, or until there is a newer one. */
  async function answered<T>(wrong: string | null, work: (isWanted: () => boolean) => Promise<T>): Promise<Result<T>> {
    if (wrong !== null) return fail('bad-request', wrong)
    const wish = ++wishes
    try {
      return ok(await work(() => wish === wishes))
    } catch (error) {
      if (error instanceof Superseded) return fail('superseded', 'Something else was asked for meanwhile.')
      throw error
    }
  }
  const until =
    (isWanted: () => boolean): Sample =>
    (schedule, plan) => sampleAll(schedule, plan, isWanted) // prettier-ignore
  const baselines = new Baselines(MODEL)

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
    sample: (request, onStep) => answered(wrongSample(request), (isWanted) => film(request, onStep, isWanted)),
    baselines: (request) => answered(wrongBaselines(request), (isWanted) => baselines.of(request, until(isWanted))),
    rescore: (request, onShare) =>
      answered(wrongRescore(request), (isWanted) =>
        rescore(MODEL, net.value, request, until(isWanted), onShare, () => performance.now()),
      ),
  }
  return ok(api)
}
