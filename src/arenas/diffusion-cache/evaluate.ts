/** One lane of the CPU evaluator: samples a schedule's pictures and compares them with the uncached ones. */
import type { GenomeBatch, Scores } from '../../core/batch.ts'
import { rowOf } from '../../core/batch.ts'
import type { Evaluate } from '../../core/contracts.ts'
import type { Files } from '../../core/files.ts'
import { meanOf } from '../../core/intervals.ts'
import type { Options } from '../../core/options.ts'
import type { PictureTask } from './environment.ts'
import { scheduleCodec } from './genome.ts'
import { noiseOf, picturesOf, SCALE } from './model/sampler.ts'
import { macsOf, PICTURE, SLOTS, type DitWeights } from './model/shape.ts'
import { WasmSampler, type SamplePlan } from './model/wasm.ts'
import { readDit } from './model/weights.ts'
import { MODEL_FILE, shapeOf } from './options.ts'
import { agreementOf } from './scenes/checker.ts'
import { renderDistance } from './scenes/distance.ts'
import { captionAt } from './scenes/words.ts'
import { costOf, fullSchedule, type Schedule } from './schedule.ts'
import { centreOf, errorBetween, fidelityOf, objectivesOf } from './scores.ts'

/** The weights among the files of the arena: they were checked when they were loaded. */
export function weightsIn(files: Files): DitWeights {
  const read = readDit(files.get(MODEL_FILE) ?? new Uint8Array())
  if (!read.ok) throw new Error(read.fault.message)
  return read.value
}

export const planOf = ({ captions, seed, guidance }: PictureTask): SamplePlan => ({
  captions,
  noise: noiseOf(seed, captions.length / SLOTS),
  guidance,
})

/** What pictures come to, one by one. */
export function measured(captions: Int32Array, pictures: Float32Array, full: Float32Array) {
  const count = pictures.length / PICTURE
  const rgb = picturesOf(pictures)
  const each = <T>(value: (from: number, to: number, index: number) => T): T[] =>
    Array.from({ length: count }, (_, i) => value(i * PICTURE, (i + 1) * PICTURE, i))
  return {
    rgb,
    errors: each((from, to) => errorBetween(pictures.subarray(from, to), full.subarray(from, to), SCALE)),
    agreements: each((from, to, i) => agreementOf(captionAt(captions, i), rgb.subarray(from, to))),
    distances: each((from, to, i) => renderDistance(captionAt(captions, i), rgb.subarray(from, to))),
  }
}

/** Means over pictures; the error is that of all their numbers at once. */
export function scoresOfPictures(captions: Int32Array, pictures: Float32Array, full: Float32Array) {
  const { agreements, distances } = measured(captions, pictures, full)
  return { error: errorBetween(pictures, full, SCALE), agreement: meanOf(agreements), distance: meanOf(distances) }
}

export function scheduleEvaluator(options: Options, files: Files): Evaluate<PictureTask> {
  const weights = weightsIn(files)
  const sampler = new WasmSampler(weights)
  const codec = scheduleCodec(options)
  let known: { readonly task: PictureTask; readonly plan: SamplePlan; readonly full: Float32Array } | null = null
  return (batch, task, cancel) => {
    if (known?.task !== task) {
      const plan = planOf(task)
      known = { task, plan, full: sampler.sample(fullSchedule(shapeOf(options)), plan) }
    }
    const { plan, full } = known
    return scoreBatch(batch, codec.decode, weights, task, full, (schedule) =>
      cancel.aborted ? full : sampler.sample(schedule, plan),
    )
  }
}

/** Scores of a batch whose pictures somebody samples. */
export function scoreBatch(
  batch: GenomeBatch,
  decode: (words: Uint32Array) => Schedule,
  weights: DitWeights,
  { captions, guidance }: PictureTask,
  full: Float32Array,
  sample: (schedule: Schedule, index: number) => Float32Array,
): Scores {
  const macs = macsOf(weights.shape)
  const count = objectivesOf().length
  const objectives = new Float64Array(batch.count * count)
  const measures = new Float64Array(batch.count * 2)
  const pictures = captions.length / SLOTS
  let steps = 0
  for (let i = 0; i < batch.count; i++) {
    const schedule = decode(rowOf(batch, i))
    const { error, agreement, distance } = scoresOfPictures(captions, sample(schedule, i), full)
    const cost = costOf(schedule, macs)
    objectives.set([fidelityOf(error), error, cost, agreement, distance], i * count)
    measures.set([cost, centreOf(schedule, macs)], i * 2)
    const each = (macs[0] + macs[1] + macs[2]) * schedule.blocks * schedule.steps
    steps += cost * each * pictures * (guidance === 1 ? 1 : 2)
  }
  return { count: batch.count, objectives, measures, work: { units: batch.count * pictures, steps } }
}
