/** Samples pictures for the page, so that another wish can come in between. */
import type { Files } from '../../core/files.ts'
import { fail, ok, type Result } from '../../core/result.ts'
import type { AcquireGpu } from '../../engine/workshop.ts'
import { Baselines, type Sample } from './baselines.ts'
import { measured } from './evaluate.ts'
import { rescore } from './held-out.ts'
import { noiseOf, picturesOf } from './model/sampler.ts'
import { PICTURE, SLOTS } from './model/shape.ts'
import type { SamplePlan } from './model/wasm.ts'
import { readDit } from './model/weights.ts'
import { MODEL, MODEL_FILE } from './options.ts'
import { Easel, Superseded } from './painters.ts'
import type { PictureRequest, PictureResult, PicturesApi, PictureStep } from './pictures.ts'
import { wrongBaselines, wrongRescore, wrongSample } from './requests.ts'
import { FEATURES_FILE, readFeatures } from './scenes/features.ts'
import { COMPUTE, fullSchedule, type Schedule } from './schedule.ts'

/** Clamped numbers of the network's to bytes, RGBA. */
export function pixelsOf(patches: Float32Array): Uint8ClampedArray<ArrayBuffer> {
  const rgb = picturesOf(patches)
  const pixels = new Uint8ClampedArray((rgb.length / 3) * 4).fill(255)
  for (let i = 0; i < rgb.length; i++) pixels[Math.floor(i / 3) * 4 + (i % 3)] = 255 * (rgb[i] ?? 0)
  return pixels
}

/** The sampler on the files that the arena needs; without `acquire` it is on the CPU. */
export function createPictures(files: Files, acquire?: AcquireGpu): Result<PicturesApi> {
  const net = readFeatures(files.get(FEATURES_FILE) ?? new Uint8Array())
  if (!net.ok) return net
  const weights = readDit(files.get(MODEL_FILE) ?? new Uint8Array())
  if (!weights.ok) return weights
  const easel = new Easel(weights.value, acquire ?? null)
  let wishes = 0

  /** Pictures with what they looked like after each step. */
  interface Film {
    readonly pictures: Float32Array
    readonly frames: readonly Float32Array[]
    readonly ms: number
    /** Who painted them. */
    readonly by: string
  }

  /** While it is made, what is there already is shown as it will be in the end. */
  async function filmed(
    schedule: Schedule,
    plan: SamplePlan,
    isWanted: () => boolean,
    onStep: (step: PictureStep) => void,
  ): Promise<Film> {
    const frames = Array.from({ length: schedule.steps }, () => new Float32Array(plan.noise.length))
    await easel.ready()
    const began = performance.now()
    const pictures = await easel.paint(schedule, plan, isWanted, (step, from, guess) => {
      const frame = frames[step]
      frame?.set(guess, from * PICTURE)
      if (frame !== undefined && step === schedule.steps - 1) onStep({ step, pixels: pixelsOf(frame) })
    })
    return { pictures, frames, ms: performance.now() - began, by: easel.label }
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
    (schedule, plan) => easel.paint(schedule, plan, isWanted) // prettier-ignore
  const baselines = new Baselines(MODEL)

  async function film(
    request: PictureRequest,
    onStep: (step: PictureStep) => void,
    isWanted: () => boolean,
  ): Promise<PictureResult> {
    const isFull = request.schedule.genes.every((gene) => gene === COMPUTE)
    const { plan, full } = await twins(request, isWanted, isFull ? onStep : () => undefined)
    const { pictures, frames, ms, by } = isFull ? full : await filmed(request.schedule, plan, isWanted, onStep)
    frames.forEach((frame, step) => onStep({ step, pixels: pixelsOf(frame) }))
    const { errors, agreements } = measured(request.captions, pictures, full.pictures)
    return {
      pixels: pixelsOf(pictures),
      errors: Float64Array.from(errors),
      agreements: Float64Array.from(agreements),
      ms,
      by,
      note: easel.note,
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
