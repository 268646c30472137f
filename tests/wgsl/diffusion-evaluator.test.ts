import { describe, expect, it } from 'vitest'
import { pictureTask } from '../../src/arenas/diffusion-cache/environment.ts'
import { scheduleEvaluator } from '../../src/arenas/diffusion-cache/evaluate.ts'
import createGpuEvaluator from '../../src/arenas/diffusion-cache/gpu.ts'
import { MODEL } from '../../src/arenas/diffusion-cache/options.ts'
import { COMPUTE, EXTRAPOLATE, fullSchedule, geneAt, REUSE } from '../../src/arenas/diffusion-cache/schedule.ts'
import { fora, tgate } from '../../src/arenas/diffusion-cache/seeds.ts'
import { nodeShaders } from '../../src/cli/node-gpu.ts'
import { batchFor, diffusionFiles, worldOf } from '../support/diffusion.ts'
import { gpuForTests } from '../support/gpu.ts'

const { gpu } = gpuForTests()
const options = worldOf({ steps: 4, pictures: 2, lines: true })
const shape = { steps: 4, blocks: MODEL.blocks }
const task = pictureTask(options, 5)

describe('scores of schedules on the GPU', () => {
  it("[J24] are the CPU's: error, distance and fidelity within 1 in 1,000, cost and measures to the last bit", async () => {
    const lined = fora(shape, 2)
    for (let block = 0; block < shape.blocks; block++) lined.genes[geneAt(shape, 3, block, 2)] = EXTRAPOLATE
    const schedules = [fullSchedule(shape), lined, tgate(shape, 2, 2, 1)]
    expect(new Set(schedules.flatMap(({ genes }) => [...genes]))).toEqual(new Set([COMPUTE, REUSE, EXTRAPOLATE]))
    const made = await createGpuEvaluator(gpu(), nodeShaders, options, diffusionFiles)
    if (!made.ok) throw new Error(made.fault.message)
    const batch = batchFor(options, schedules)
    const found = await made.value.evaluate(batch, task, { aborted: false })
    if (!found.ok) throw new Error(found.fault.message)
    const expected = scheduleEvaluator(options, diffusionFiles)(batch, task, { aborted: false })
    const { objectives, measures, work, count } = found.value
    expect(count).toBe(3)
    expect(work).toEqual(expected.work)
    expect(measures).toEqual(expected.measures)
    schedules.forEach((_, row) => {
      const [fidelity, error, cost, agreement, distance] = objectives.subarray(row * 5, row * 5 + 5)
      const [fidelity0, error0, cost0, agreement0, distance0] = expected.objectives.subarray(row * 5, row * 5 + 5)
      expect(cost).toBe(cost0)
      expect(Math.abs(error! - error0!)).toBeLessThanOrEqual(0.001 * error0!)
      expect(Math.abs(fidelity! - fidelity0!)).toBeLessThan(0.0001)
      expect(Math.abs(distance! - distance0!)).toBeLessThan(0.001 * distance0!)
      // A requirement of few may tip over where a picture stands on the edge.
      expect(Math.abs(agreement! - agreement0!)).toBeLessThanOrEqual(0.1)
    })
    // The uncached pictures were made on the same device: no error at all.
    expect(objectives[1]).toBe(0)
    made.value.dispose()
  })
})
