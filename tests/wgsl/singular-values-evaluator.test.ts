import { describe, expect, it } from 'vitest'
import { batchIn, batchOfGeneration } from '../../src/arenas/singular-values/environment.ts'
import { zeroOf } from '../../src/arenas/singular-values/genome.ts'
import createGpuEvaluator from '../../src/arenas/singular-values/gpu.ts'
import { nodeShaders } from '../../src/cli/node-gpu.ts'
import { batchOf } from '../../src/core/batch.ts'
import { rng } from '../../src/core/rng.ts'
import { gpuForTests } from '../support/gpu.ts'
import { singular, singularFiles, worldFor } from '../support/singular.ts'

const { gpu } = gpuForTests()

describe('scores of spectra on the GPU', () => {
  it.each([
    ['clothes', 'f32', 48],
    ['sums', 'f32', 12],
  ])("[W10] are the CPU's: %s, %s", async (preset, precision, count) => {
    const options = worldFor(preset, { batch: count, precision })
    const made = await createGpuEvaluator(gpu(), nodeShaders, options, singularFiles)
    if (!made.ok) throw new Error(made.fault.message)
    const codec = singular.codec(options)
    const random = rng(6)
    const genomes = [zeroOf(options), ...[0.5, 1.5].map((size) => zeroOf(options).map(() => size * (2 * random.unit() - 1)))] // prettier-ignore
    const batch = batchOf(codec.stride, genomes.map(codec.encode))
    const task = batchOfGeneration(batchIn(options, 2), 3)
    const found = await made.value.evaluate(batch, task, { aborted: false })
    if (!found.ok) throw new Error(found.fault.message)
    const expected = singular.evaluator(options, singularFiles)(batch, task, { aborted: false })
    expect(found.value.work).toEqual(expected.work)
    for (const [at, value] of expected.objectives.entries())
      // An answer may tip over where two logits are as near as the bound.
      expect(Math.abs(found.value.objectives[at]! - value)).toBeLessThanOrEqual(1 / count)
    expect(found.value.measures[0]).toBe(0)
    for (const [at, value] of expected.measures.entries())
      expect(Math.abs(found.value.measures[at]! - value)).toBeLessThanOrEqual(1 / count)
    const stopped = await made.value.evaluate(batch, task, { aborted: true })
    expect(stopped.ok ? 'scored' : stopped.fault.kind).toBe('cancelled')
    made.value.dispose()
  })
})
