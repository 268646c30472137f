/** Schedules scored again on captions and noise that no run is scored on. */
import { meanWithInterval } from '../../core/intervals.ts'
import { deriveSeed } from '../../core/rng.ts'
import { drawCaptions } from './environment.ts'
import type { Sample } from './baselines.ts'
import { measured } from './evaluate.ts'
import { noiseOf } from './model/sampler.ts'
import { macsOf, type DitShape } from './model/shape.ts'
import type { SamplePlan } from './model/wasm.ts'
import type { RescoreRequest, RescoreResult, RescoreRow } from './rescoring.ts'
import { distanceToRenders, type FeatureNet } from './scenes/features.ts'
import { costOf, fullSchedule } from './schedule.ts'

/** Captions that training never saw, and noise of its own. */
export function heldOutPlan(count: number, seed: number, guidance: number): SamplePlan & { captions: Int32Array } {
  return {
    captions: drawCaptions('held', count, deriveSeed(seed, 'held-out')),
    noise: noiseOf(deriveSeed(seed, 'held-out noise'), count),
    guidance,
  }
}

/** The floor of the nearest number of pictures; NaN where none was measured. */
export function floorFor(net: FeatureNet, count: number): number {
  const near = [...net.floors].sort(([x], [y]) => Math.abs(x - count) - Math.abs(y - count))[0]
  return near?.[1].mean ?? NaN
}

export async function rescore(
  dit: DitShape,
  net: FeatureNet,
  { schedules, seed, pictures: count, guidance }: RescoreRequest,
  sample: Sample,
  onShare: (share: number) => void,
  now: () => number,
): Promise<RescoreResult> {
  const macs = macsOf(dit)
  const plan = heldOutPlan(count, seed, guidance)
  const steps = schedules[0]?.schedule.steps ?? 12
  const all = fullSchedule({ steps, blocks: dit.blocks })
  const wholes = new Map<number, Float32Array>()
  const rowOf = async (id: number, schedule: RescoreRequest['schedules'][number]['schedule']): Promise<RescoreRow> => {
    const full = wholes.get(schedule.steps) ?? (await sample(fullSchedule(schedule), plan))
    wholes.set(schedule.steps, full)
    const began = now()
    const pictures = await sample(schedule, plan)
    const ms = (now() - began) / count
    const { rgb, errors, agreements, distances } = measured(plan.captions, pictures, full)
    return {
      id,
      cost: costOf(schedule, macs),
      error: meanWithInterval(errors, 'error'),
      agreement: meanWithInterval(agreements, 'agreement'),
      distance: meanWithInterval(distances, 'distance'),
      frechet: distanceToRenders(net, rgb),
      ms,
    }
  }
  const rows: RescoreRow[] = []
  const full = await rowOf(-1, all)
  for (const [at, { id, schedule }] of schedules.entries()) {
    onShare((at + 1) / (schedules.length + 1))
    rows.push(await rowOf(id, schedule))
  }
  onShare(1)
  return { rows, full, floor: floorFor(net, count), pictures: count }
}
