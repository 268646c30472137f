import { describe, expect, it } from 'vitest'
import arena from '../../../src/arenas/diffusion-cache/index.ts'
import { drawCaptions, pictureTask } from '../../../src/arenas/diffusion-cache/environment.ts'
import { planOf, scheduleEvaluator, scoresOfPictures, weightsIn } from '../../../src/arenas/diffusion-cache/evaluate.ts'
import { noiseOf } from '../../../src/arenas/diffusion-cache/model/sampler.ts'
import { macsOf, SLOTS } from '../../../src/arenas/diffusion-cache/model/shape.ts'
import { WasmSampler } from '../../../src/arenas/diffusion-cache/model/wasm.ts'
import { MODEL } from '../../../src/arenas/diffusion-cache/options.ts'
import { hasUnseenPair } from '../../../src/arenas/diffusion-cache/scenes/split.ts'
import { captionAt } from '../../../src/arenas/diffusion-cache/scenes/words.ts'
import { costOf, fullSchedule, type Schedule } from '../../../src/arenas/diffusion-cache/schedule.ts'
import { fidelityOf } from '../../../src/arenas/diffusion-cache/scores.ts'
import { fora, made, tgate } from '../../../src/arenas/diffusion-cache/seeds.ts'
import { sliceBatch, type Scores } from '../../../src/core/batch.ts'
import { batchFor, diffusionFiles, worldOf } from '../../support/diffusion.ts'

const options = worldOf({ steps: 6, pictures: 5 })
const shape = { steps: 6, blocks: MODEL.blocks }
const task = pictureTask(options, 7)
const cancel = { aborted: false }
const schedules = [fullSchedule(shape), fora(shape, 2), fora(shape, 6), tgate(shape, 3, 2), made(shape, (_, block) => block < 3)] // prettier-ignore
const evaluate = scheduleEvaluator(options, diffusionFiles)
const scored = (some: readonly Schedule[]): Scores => evaluate(batchFor(options, some), task, cancel)
const axes = arena.objectives(options)
const value = ({ objectives }: Scores, row: number, key: string): number =>
  objectives[row * axes.length + axes.findIndex((axis) => axis.key === key)]!

describe('scores of schedules', () => {
  const all = scored(schedules)

  it('[J11] who computes everything has no error, and all of the fidelity and the cost', () => {
    expect(['fidelity', 'error', 'cost'].map((key) => value(all, 0, key))).toEqual([1, 0, 1])
    expect(all.measures[0]).toBe(1)
    expect(all.measures[1]).toBeCloseTo(0.5, 12)
    expect(all.work.units).toBe(schedules.length * 5)
  })

  it('[J11] to compute every second step errs less than to compute every sixth; all numbers are in their range', () => {
    expect(value(all, 1, 'error')).toBeGreaterThan(1e-6)
    expect(value(all, 2, 'error')).toBeGreaterThan(2 * value(all, 1, 'error'))
    expect(value(all, 2, 'fidelity')).toBeLessThan(value(all, 1, 'fidelity'))
    for (let row = 0; row < schedules.length; row++) {
      for (const { key, min, max } of axes) {
        expect(value(all, row, key), key).toBeLessThanOrEqual(max)
        if (key !== 'error') expect(value(all, row, key), key).toBeGreaterThanOrEqual(min)
      }
      expect(value(all, row, 'fidelity')).toBe(fidelityOf(value(all, row, 'error')))
      expect(value(all, row, 'cost')).toBe(costOf(schedules[row]!, macsOf(MODEL)))
      expect(all.measures[2 * row]).toBe(value(all, row, 'cost'))
    }
    // Early compute has an early centre.
    expect(all.measures[2 * 2 + 1]).toBe(0)
    expect([1, 1e-2, 1e-3, 1e-6, 0, 5].map(fidelityOf).map((one) => Math.round(one * 6))).toEqual([0, 2, 3, 6, 6, 0])
  })

  it('[J12] do not depend on the batch, its order, what was scored before, or the lane', () => {
    const turned = scored([...schedules].reverse())
    const row = (scores: Scores, at: number) => [
      ...scores.objectives.subarray(at * axes.length, (at + 1) * axes.length),
      ...scores.measures.subarray(2 * at, 2 * at + 2),
    ]
    schedules.forEach((_, at) => expect(row(turned, schedules.length - 1 - at)).toEqual(row(all, at)))
    const lane = scheduleEvaluator(options, diffusionFiles)
    lane(batchFor(options, [fora(shape, 3)]), pictureTask(options, 8), cancel)
    const batch = batchFor(options, schedules)
    const alone = lane(sliceBatch(batch, 3, 4), structuredClone(task), cancel)
    expect(row(alone, 0)).toEqual(row(all, 3))
    const other = lane(sliceBatch(batch, 3, 4), pictureTask(options, 8), cancel)
    expect(row(other, 0)).not.toEqual(row(all, 3))
  })

  it('[J12] the same plan sampled in another number of steps begins anew', () => {
    const weights = weightsIn(diffusionFiles)
    const plan = { ...planOf(task), captions: captionAt(task.captions, 0), noise: noiseOf(1, 1) }
    const kept = new WasmSampler(weights)
    kept.sample(fullSchedule(shape), plan)
    const four = fullSchedule({ steps: 4, blocks: MODEL.blocks })
    expect(kept.sample(four, plan)).toEqual(new WasmSampler(weights).sample(four, plan))
  })

  it('[J13] the model draws what captions ask for that it never saw: at least 0.85 of all requirements', () => {
    const captions = drawCaptions('held', 32, 2)
    for (let i = 0; i < 32; i++) expect(hasUnseenPair(captionAt(captions, i))).toBe(false)
    const plan = { captions, noise: noiseOf(11, 32), guidance: 3 }
    const pictures = new WasmSampler(weightsIn(diffusionFiles)).sample(fullSchedule({ steps: 12, blocks: MODEL.blocks }), plan) // prettier-ignore
    const { agreement, error, distance } = scoresOfPictures(captions, pictures, pictures)
    expect(agreement).toBeGreaterThan(0.85)
    expect(error).toBe(0)
    expect(distance).toBeLessThan(0.05)
    // Captions of other scenes are not what is seen.
    const wrong = drawCaptions('held', 32, 3)
    expect(scoresOfPictures(wrong, pictures, pictures).agreement).toBeLessThan(agreement - 0.2)
  })

  it('[J14] a world is as many captions as it says, the same for the same seed, some of one object', () => {
    const many = pictureTask(worldOf({ pictures: 64 }), 1)
    expect(many.captions.length).toBe(64 * SLOTS)
    expect(pictureTask(worldOf({ pictures: 64 }), 1)).toEqual(many)
    expect(pictureTask(worldOf({ pictures: 64 }), 2)).not.toEqual(many)
    const single = Array.from({ length: 64 }, (_, i) => captionAt(many.captions, i)[3]).filter((word) => word === 0)
    expect(single.length).toBeGreaterThan(8)
    expect(single.length).toBeLessThan(32)
    // What few are judged on is among what many are judged on.
    expect(pictureTask(worldOf({ pictures: 8 }), 1).captions).toEqual(many.captions.slice(0, 8 * SLOTS))
  })
})
