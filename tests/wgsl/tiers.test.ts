import { beforeAll, describe, expect, it } from 'vitest'
import { createGpuSampler } from '../../src/arenas/diffusion-cache/kernel/sampler.ts'
import { sampleOne } from '../../src/arenas/diffusion-cache/model/reference.ts'
import { SLOTS, TOKENS, VALUES, type DitWeights } from '../../src/arenas/diffusion-cache/model/shape.ts'
import { atPrecision, toHalf } from '../../src/arenas/singular-values/model/quantise.ts'
import { nodeShaders } from '../../src/cli/node-gpu.ts'
import { rng } from '../../src/core/rng.ts'
import { PLAIN, shareOf, tiersText, type Tiers } from '../../src/gpu/tiers.ts'
import { compared, gpuNet } from '../support/gpu-nets.ts'
import { gpuForTests } from '../support/gpu.ts'
import { randomAdapters, randomExamples, randomFashion, randomGenomes, randomSums, SMALL_SUMS } from '../support/random-nets.ts' // prettier-ignore
import { runShader } from '../support/run-shader.ts'
import { normal, randomDit, randomRequest, randomSchedule, SMALL } from '../support/shapes-dit.ts'

const { gpu, problems } = gpuForTests()
const on = (tiers: Tiers) => ({ ...gpu(), tiers })
/** What the adapter has, each alone; what it lacks is told. */
let tiers: readonly Tiers[] = []
beforeAll(() => {
  const { subgroups } = gpu().tiers
  if (subgroups === 0) console.log('the adapter has no subgroups: that tier is not tested here')
  tiers = [PLAIN, ...(subgroups > 0 ? [{ ...PLAIN, subgroups }] : []), { ...PLAIN, halves: true }]
})

const furthest = (found: ArrayLike<number>, expected: ArrayLike<number>) =>
  Array.from(expected, (value, i) => Math.abs(value - found[i]!)).reduce((most, one) => Math.max(most, one), 0)

describe('tiers of the kernels', () => {
  it('[G32] pictures lie within the bound under each; 16-bit weights change no bit', async () => {
    const random = randomDit(SMALL, 3)
    const tensors = new Map([...random.tensors].map(([name, values]) => [name, values.map(toHalf)]))
    const weights: DitWeights = { ...random, tensors }
    const schedules = [0.3, 0.8].map((share) => randomSchedule({ steps: 3, blocks: 2 }, share, rng(5)))
    const request = randomRequest(1, 3, 5)
    const size = TOKENS * VALUES
    const expected = schedules.flatMap((schedule) => [...sampleOne(weights, schedule, request.captions.subarray(0, SLOTS), request.noise.subarray(0, size), 3)]) // prettier-ignore
    const found = new Map<string, Float32Array>()
    for (const one of tiers) {
      const made = await createGpuSampler(on(one), nodeShaders, weights)
      if (!made.ok) throw new Error(made.fault.message)
      expect(made.value.tiers).toEqual(one)
      const sampled = await made.value.sample(schedules, request)
      if (!sampled.ok) throw new Error(sampled.fault.message)
      expect(furthest(sampled.value.pictures, expected)).toBeLessThan(2e-5)
      found.set(tiersText(one), sampled.value.pictures)
      made.value.dispose()
    }
    expect(found.get('16-bit weights')).toEqual(found.get(''))
    // Numbers that 16 bits do not hold are not rounded to them.
    const wide = await createGpuSampler(on({ ...PLAIN, halves: true }), nodeShaders, random)
    expect(wide.ok && wide.value.tiers.halves).toBe(false)
  })

  it('[W11] logits lie within the bound under each; 16-bit weights change no bit', async () => {
    for (const network of [randomSums(SMALL_SUMS, 3), randomFashion(10, 50, 1)]) {
      const half = atPrecision(network, 'f16')
      const adapters = randomAdapters(half, { rank: 2 })
      const [genomes, examples] = [randomGenomes(adapters, 3, 2), randomExamples(half, 4, 3)]
      const found = new Map<string, Float32Array>()
      for (const one of tiers) {
        if (network.kind === 'fashion' && one.subgroups > 0) continue
        if (one === PLAIN || one.subgroups > 0) {
          const { apart } = await compared(on(one), half, adapters, genomes, examples)
          expect(Math.max(...apart)).toBeLessThan(2e-5)
        }
        const { net, logits } = await gpuNet(on(one), half, adapters)
        expect(net.tiers).toEqual(one)
        found.set(tiersText(one), await logits(genomes, examples))
        net.dispose()
      }
      expect(found.get('16-bit weights')).toEqual(found.get(''))
      const { net } = await gpuNet(on({ ...PLAIN, halves: true }), network, adapters)
      expect(net.tiers.halves).toBe(false)
      net.dispose()
    }
  })

  it('[W12] rows are made the same whole numbers with the same scales under each, to the last bit', async () => {
    const [rows, inputs, words] = [21, 44, 16]
    const random = rng(1)
    const numbers = Float32Array.from({ length: rows * inputs }, () => normal(random)).fill(0, 0, inputs)
    numbers[2 * inputs + 7] = -1e4
    const runs = await Promise.all(
      [...new Set(tiers.map(({ subgroups }) => subgroups))].map((subgroups) => {
        const { files, constants } = shareOf({ ...PLAIN, subgroups })
        const packed = new Uint32Array(rows * (words + 1)).fill(0xdeadbeef)
        return runShader(gpu(), [...files, 'lib/quantise.wgsl'], constants, [numbers, packed], 1, [0, rows, inputs / 4, words], [1, Math.ceil(rows / 8)]) // prettier-ignore
      }),
    )
    for (const run of runs) expect(run).toEqual(runs[0])
    expect(new Set(runs[0]).size).toBeGreaterThan(rows)
  })

  it('[K4] raises no validation error', () => {
    expect(problems).toEqual([])
  })
})
