import { describe, expect, it } from 'vitest'
import { drawCaptions, pictureTask } from '../../../src/arenas/diffusion-cache/environment.ts'
import { planOf } from '../../../src/arenas/diffusion-cache/evaluate.ts'
import { floorFor, heldOutPlan } from '../../../src/arenas/diffusion-cache/held-out.ts'
import { SIZE, SLOTS } from '../../../src/arenas/diffusion-cache/model/shape.ts'
import { MODEL, MODEL_FILE } from '../../../src/arenas/diffusion-cache/options.ts'
import type { PictureRequest, PictureStep } from '../../../src/arenas/diffusion-cache/pictures.ts'
import type { RescoreRequest, RescoreResult } from '../../../src/arenas/diffusion-cache/rescoring.ts'
import { createPictures } from '../../../src/arenas/diffusion-cache/sampling.ts'
import { FEATURES_FILE, readFeatures } from '../../../src/arenas/diffusion-cache/scenes/features.ts'
import { captionAt } from '../../../src/arenas/diffusion-cache/scenes/words.ts'
import { fullSchedule } from '../../../src/arenas/diffusion-cache/schedule.ts'
import { fora, onGrid } from '../../../src/arenas/diffusion-cache/seeds.ts'
import type { Result } from '../../../src/core/result.ts'
import { diffusionFiles, worldOf } from '../../support/diffusion.ts'

const shape = { steps: 4, blocks: MODEL.blocks }
const made = createPictures(diffusionFiles)
if (!made.ok) throw new Error(made.fault.message)
const api = made.value
const request: PictureRequest = { schedule: fora(shape, 2), captions: drawCaptions('seen', 5, 1), seed: 1, guidance: 3 }
const quiet = () => undefined
const valueOf = <T>(result: Result<T>): T => {
  if (!result.ok) throw new Error(result.fault.message)
  return result.value
}
const faultOf = (result: Result<unknown>) => (result.ok ? 'no fault' : `${result.fault.kind}: ${result.fault.message}`)

describe('pictures for the page', () => {
  it('[J17] come with a frame of every step, the last of which is the result', async () => {
    const steps: PictureStep[] = []
    const result = valueOf(await api.sample(request, (step) => steps.push(step)))
    expect(result.pixels.length).toBe(5 * SIZE * SIZE * 4)
    expect([result.errors.length, result.agreements.length]).toEqual([5, 5])
    expect(result.errors.every((error) => error > 0 && error < 1)).toBe(true)
    // What is there already is shown while the rest is made; at the end all steps come in order.
    expect(steps.slice(-4).map(({ step }) => step)).toEqual([0, 1, 2, 3])
    expect(steps.slice(0, -4).every(({ step }) => step === 3)).toBe(true)
    expect(steps.every(({ pixels }) => pixels.length === result.pixels.length)).toBe(true)
    expect(steps.at(-1)?.pixels).toEqual(result.pixels)
    expect(steps.at(-4)?.pixels).not.toEqual(result.pixels)
    expect(result.pixels.every((value, at) => at % 4 !== 3 || value === 255)).toBe(true)
  })

  it('[J17] of everything computed have no error, and frames too; the same request gives the same again', async () => {
    const steps: number[] = []
    const full = { ...request, schedule: fullSchedule(shape) }
    const one = valueOf(await api.sample(full, ({ step }) => steps.push(step)))
    expect([...one.errors]).toEqual([0, 0, 0, 0, 0])
    expect(steps.slice(-4)).toEqual([0, 1, 2, 3])
    const alone = { ...full, captions: request.captions.slice(0, SLOTS) }
    const first = valueOf(await api.sample(alone, quiet))
    expect(first.pixels).toEqual(one.pixels.slice(0, SIZE * SIZE * 4))
    expect(valueOf(await api.sample(full, quiet)).pixels).toEqual(one.pixels)
  })

  it('[J18] a newer request, of whatever kind, ends the older one, which is told as superseded', async () => {
    const rescoring: RescoreRequest = { schedules: [{ id: 0, schedule: request.schedule }], seed: 1, pictures: 2, guidance: 1 } // prettier-ignore
    const asked = await Promise.all([
      api.sample({ ...request, seed: 2 }, quiet),
      api.rescore(rescoring, quiet),
      api.baselines({ options: worldOf({ steps: 4, pictures: 1 }), seed: 1, front: [] }),
      api.sample({ ...request, seed: 3, captions: request.captions.slice(0, SLOTS) }, quiet),
    ])
    expect(asked.slice(0, 3).map(faultOf)).toEqual(new Array(3).fill('superseded: Something else was asked for meanwhile.')) // prettier-ignore
    expect(asked[3]?.ok).toBe(true)
    // What was broken off left nothing wrong behind.
    const again = valueOf(await api.sample({ ...request, seed: 2 }, quiet))
    const fresh = valueOf(createPictures(diffusionFiles))
    expect(again.pixels).toEqual(valueOf(await fresh.sample({ ...request, seed: 2 }, quiet)).pixels)
  })

  it('[J19] that cannot be made are refused with a sentence, and end nothing that goes on', async () => {
    const going = api.sample({ ...request, seed: 4 }, quiet)
    const many = (count: number) => Int32Array.from({ length: count * SLOTS }, (_, i) => request.captions[i % SLOTS]!)
    const { schedule } = request
    const wrong: Partial<PictureRequest>[] = [
      { schedule: { ...schedule, blocks: 5 } },
      { schedule: { ...schedule, steps: 1.5, genes: schedule.genes.slice(0, 27) } },
      { schedule: { ...schedule, steps: NaN } },
      { schedule: { ...schedule, genes: schedule.genes.slice(1) } },
      { schedule: { ...schedule, genes: schedule.genes.map(() => 3) } },
      { schedule: fullSchedule({ steps: 101, blocks: 6 }) },
      { captions: new Int32Array(0) },
      { captions: request.captions.slice(0, SLOTS + 1) },
      { captions: many(10_000) },
      { captions: new Int32Array(SLOTS).fill(1) },
      { captions: request.captions.map((word, at) => (at === 2 * SLOTS ? -7 : word)) },
      { guidance: NaN },
      { guidance: 0 },
      { guidance: Infinity },
      { seed: NaN },
    ]
    for (const change of wrong)
      expect(faultOf(await api.sample({ ...request, ...change }, quiet))).toMatch(/^bad-request: .*\w\.$/)
    const third = { ...request, captions: request.captions.map((word, at) => (at === 2 * SLOTS ? -7 : word)) }
    expect(faultOf(await api.sample(third, quiet))).toMatch(/Caption 3 is/)

    const rescoring: RescoreRequest = { schedules: [{ id: 0, schedule }], seed: 1, pictures: 2, guidance: 3 }
    for (const change of [
      { pictures: 10_000 },
      { pictures: 1 },
      { pictures: NaN },
      { guidance: NaN },
      { seed: 0.5 },
      { schedules: [{ id: 1, schedule: { ...schedule, blocks: 7 } }] },
    ])
      // prettier-ignore
      expect(faultOf(await api.rescore({ ...rescoring, ...change }, quiet))).toMatch(/^bad-request: .*\.$/)
    const curves = { options: worldOf({ steps: 4, pictures: 1 }), seed: 1, front: [schedule] }
    for (const change of [
      { options: {}, front: [schedule] },
      { options: worldOf({ pictures: 10_000 }) },
      { seed: NaN },
      { front: [fullSchedule({ steps: 5, blocks: 6 })] },
    ])
      // prettier-ignore
      expect(faultOf(await api.baselines({ ...curves, ...change }))).toMatch(/^bad-request: .*\.$/)
    expect((await going).ok).toBe(true)
  })

  it('[J19] a model or features that are none are refused with a sentence', async () => {
    for (const path of [MODEL_FILE, FEATURES_FILE]) {
      const cut = new Map([...diffusionFiles].map(([name, bytes]) => [name, name === path ? bytes.slice(0, 500) : bytes])) // prettier-ignore
      expect(faultOf(createPictures(cut))).toMatch(/cannot be used|cut/)
      const missing = new Map([...diffusionFiles].filter(([name]) => name !== path))
      expect(createPictures(missing).ok).toBe(false)
    }
  })
})

describe('schedules scored again', () => {
  const schedules = [fora(shape, 2), onGrid(shape, [0, 1]), fullSchedule({ steps: 6, blocks: MODEL.blocks }), fora({ steps: 6, blocks: MODEL.blocks }, 3)] // prettier-ignore
  const rescoring: RescoreRequest = { schedules: schedules.map((schedule, id) => ({ id: 10 + id, schedule })), seed: 5, pictures: 3, guidance: 3 } // prettier-ignore
  const timeless = ({ rows, full, ...rest }: RescoreResult) => ({ ...rest, rows: [...rows, full].map((row) => ({ ...row, ms: 0 })) }) // prettier-ignore

  it('[J20] are met with captions and noise of no run, whatever the seeds', () => {
    const keys = (captions: Int32Array) => Array.from({ length: captions.length / SLOTS }, (_, i) => captionAt(captions, i).join()) // prettier-ignore
    const runs = new Set(Array.from({ length: 60 }, (_, seed) => keys(pictureTask(worldOf({ pictures: 64 }), seed).captions)).flat()) // prettier-ignore
    const held = Array.from({ length: 20 }, (_, seed) => keys(heldOutPlan(128, seed, 3).captions)).flat()
    expect(runs.size).toBeGreaterThan(1000)
    expect(new Set(held).size).toBeGreaterThan(100)
    expect(held.filter((caption) => runs.has(caption))).toEqual([])
    for (const seed of [0, 1, 20_260])
      expect(heldOutPlan(1, seed, 3).noise).not.toEqual(planOf(pictureTask(worldOf({ pictures: 1 }), seed)).noise)
  })

  it('[J20] the same request gives the same, but for the time it takes; each row is what it is alone', async () => {
    const shares: number[] = []
    const one = valueOf(await api.rescore(rescoring, (share) => shares.push(share)))
    const fresh = valueOf(createPictures(diffusionFiles))
    expect(timeless(valueOf(await fresh.rescore(rescoring, quiet)))).toEqual(timeless(one))
    const alone = valueOf(await fresh.rescore({ ...rescoring, schedules: rescoring.schedules.slice(3) }, quiet))
    expect({ ...alone.rows[0], ms: 0 }).toEqual({ ...one.rows[3], ms: 0 })
    expect(shares.at(-1)).toBe(1)
    expect(shares).toEqual([...shares].sort((x, y) => x - y))
    expect(one.rows.map(({ id }) => id)).toEqual([10, 11, 12, 13])
    expect([one.full.error.mean, one.rows[2]?.error.mean]).toEqual([0, 0])
    expect([one.full.cost, one.rows[1]?.cost, one.pictures]).toEqual([1, 0.5, 3])
    for (const { error, agreement, frechet, ms } of one.rows) {
      expect(error.low).toBeLessThanOrEqual(error.mean)
      expect(error.high).toBeGreaterThanOrEqual(error.mean)
      expect(agreement.mean).toBeGreaterThan(0.2)
      expect(frechet).toBeGreaterThan(0)
      expect(ms).toBeGreaterThan(0)
    }
  })

  it('[J20] has the floor that was measured for the nearest number of pictures', () => {
    const net = valueOf(readFeatures(diffusionFiles.get(FEATURES_FILE)!))
    const counts = [...net.floors.keys()]
    expect(counts.length).toBeGreaterThan(1)
    for (const count of counts) expect(floorFor(net, count)).toBe(net.floors.get(count)?.mean)
    expect(floorFor(net, 1)).toBe(net.floors.get(Math.min(...counts))?.mean)
    expect(floorFor({ ...net, floors: new Map() }, 8)).toBeNaN()
  })
})
