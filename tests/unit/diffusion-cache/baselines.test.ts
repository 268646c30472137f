import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  Baselines,
  fewer,
  gridOf,
  onGridAlone,
  waysFor,
  type Sample,
} from '../../../src/arenas/diffusion-cache/baselines.ts'
import { pictureTask } from '../../../src/arenas/diffusion-cache/environment.ts'
import { planOf, weightsIn } from '../../../src/arenas/diffusion-cache/evaluate.ts'
import { anglesOf, noiseOf } from '../../../src/arenas/diffusion-cache/model/sampler.ts'
import { macsOf } from '../../../src/arenas/diffusion-cache/model/shape.ts'
import { WasmSampler } from '../../../src/arenas/diffusion-cache/model/wasm.ts'
import { MODEL } from '../../../src/arenas/diffusion-cache/options.ts'
import { COMPUTE, costOf, fullSchedule, geneAt } from '../../../src/arenas/diffusion-cache/schedule.ts'
import { fora, onGrid } from '../../../src/arenas/diffusion-cache/seeds.ts'
import { diffusionFiles, worldOf } from '../../support/diffusion.ts'

const shape = { steps: 4, blocks: MODEL.blocks }
const options = worldOf({ steps: 4, pictures: 2 })
const macs = macsOf(MODEL)

/** Samples nothing: pictures are of one number that follows from the request. Counts what it is asked. */
function counting() {
  const asked: string[] = []
  const sample: Sample = async (schedule, plan) => {
    asked.push(`${schedule.genes.join('')} ${Array.from(plan.angles ?? []).join()}`)
    await Promise.resolve()
    const full = schedule.steps === 4 && plan.angles === undefined && schedule.genes.every((gene) => gene === COMPUTE)
    return new Float32Array(4).fill(full ? 0 : plan.noise[0]! + schedule.genes.reduce((sum, gene) => sum + gene, 1))
  }
  return { asked, sample }
}

describe('curves that a front is seen against', () => {
  it("[J15] the grid of whole steps is those steps; else those of at least half a step's work", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 11 })), (steps) => {
        const grid = [0, ...steps].sort((x, y) => x - y)
        expect(gridOf(onGrid({ steps: 12, blocks: MODEL.blocks }, grid), macs)).toEqual(grid)
      }),
    )
    // Feed-forward alone is more than half of a step, both attentions less.
    expect(gridOf(fora({ steps: 3, blocks: 6 }, 3, [0, 1]), macs)).toEqual([0, 1, 2])
    expect(gridOf(fora({ steps: 3, blocks: 6 }, 3, [2]), macs)).toEqual([0])
    const some = onGrid(shape, [0])
    some.genes[geneAt(some, 2, 0, 2)] = COMPUTE
    expect(gridOf(some, macs)).toEqual([0])
  })

  it('[J15] on the grid of all steps it is the full sampler; on another it is another', () => {
    const sampler = new WasmSampler(weightsIn(diffusionFiles))
    const plan = planOf(pictureTask(options, 3))
    const full = sampler.sample(fullSchedule(shape), plan)
    const on = (way: ReturnType<typeof onGridAlone>) => sampler.sample(way.schedule, { ...plan, angles: way.angles! })
    expect(on(onGridAlone('grid', shape, [0, 1, 2, 3]))).toEqual(full)
    expect(on(fewer(shape, 4))).toEqual(full)
    expect(on(onGridAlone('grid', shape, [0, 2]))).toEqual(on(fewer(shape, 2)))
    expect(on(onGridAlone('grid', shape, [0, 1]))).not.toEqual(on(fewer(shape, 2)))
    expect(onGridAlone('grid', shape, [0, 3])).toMatchObject({ cost: 0.5, angles: Float64Array.of(anglesOf(4)[0]!, anglesOf(4)[3]!, 0) }) // prettier-ignore
  })

  it('[J16] are sorted by cost, which is what a schedule costs, and have every way once', async () => {
    const front = [onGrid(shape, [0, 1]), onGrid(shape, [0, 1]), onGrid(shape, [0, 1, 3]), fullSchedule(shape)]
    const found = await new Baselines(MODEL).of({ options, seed: 3, front }, counting().sample)
    expect(found.map(({ id }) => id)).toEqual(['fora', 'tgate', 'fewer', 'grid'])
    for (const { points } of found) {
      expect(points.map(({ cost }) => cost)).toEqual(points.map(({ cost }) => cost).sort((x, y) => x - y))
      expect(points.every(({ error }) => error > 0)).toBe(true)
    }
    const costs = (id: string) => found.find((one) => one.id === id)!.points.map(({ cost }) => cost)
    expect(costs('fora')).toEqual([4, 2].map((every) => costOf(fora(shape, every), macs)))
    expect(costs('fewer')).toEqual([1 / 4, 2 / 4, 3 / 4])
    // Everything computed is no few-step sampler, and the same grid is sampled once.
    expect(costs('grid')).toEqual([2 / 4, 3 / 4])
    expect(waysFor({ steps: 12, blocks: 6 }, macs, []).filter(({ id }) => id === 'fora').length).toBe(5)
  })

  it('[J16] what is known is not sampled again, not even what was sampled before an asking was broken off', async () => {
    const baselines = new Baselines(MODEL)
    const first = counting()
    const request = { options, seed: 3, front: [onGrid(shape, [0, 1])] }
    const found = await baselines.of(request, first.sample)
    expect(new Set(first.asked).size).toBe(first.asked.length)
    const again = counting()
    expect(await baselines.of(request, again.sample)).toEqual(found)
    expect(again.asked).toEqual([])
    await baselines.of({ ...request, front: [onGrid(shape, [0, 1]), onGrid(shape, [0, 3])] }, again.sample)
    expect(again.asked.length).toBe(1)
    const other = counting()
    await baselines.of({ ...request, seed: 4 }, other.sample)
    expect(other.asked.length).toBe(first.asked.length)

    const broken = counting()
    const three: Sample = (...args) => (broken.asked.length < 3 ? broken.sample(...args) : Promise.reject(new Error('broken off'))) // prettier-ignore
    await expect(baselines.of({ ...request, seed: 5 }, three)).rejects.toThrow('broken off')
    const rest = counting()
    await baselines.of({ ...request, seed: 5 }, rest.sample)
    expect(rest.asked.length).toBe(first.asked.length - 3)
  })

  it('[J16] askings for two runs at once do not mix them up', async () => {
    const seeds = [3, 4, 3]
    const together = new Baselines(MODEL)
    const found = await Promise.all(seeds.map((seed) => together.of({ options, seed, front: [] }, counting().sample)))
    const alone = await Promise.all(seeds.map((seed) => new Baselines(MODEL).of({ options, seed, front: [] }, counting().sample))) // prettier-ignore
    expect(found).toEqual(alone)
    expect(found[0]).not.toEqual(found[1])
    expect(await together.of({ options, seed: 4, front: [] }, counting().sample)).toEqual(alone[1])
    expect(noiseOf(1, 1)).not.toEqual(noiseOf(2, 1))
  })
})
