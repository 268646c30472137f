import { describe, expect, it } from 'vitest'
import { batchIn, batchOfGeneration } from '../../src/arenas/singular-values/environment.ts'
import { zeroOf } from '../../src/arenas/singular-values/genome.ts'
import createGpuEvaluator from '../../src/arenas/singular-values/gpu.ts'
import { groupsOf, MovingGpuNet } from '../../src/arenas/singular-values/kernel/moving.ts'
import type { NetOptions } from '../../src/arenas/singular-values/kernel/net.ts'
import { outputsOf, type Network } from '../../src/arenas/singular-values/model/network.ts'
import { noisy, type Noise } from '../../src/arenas/singular-values/model/noise.ts'
import { answersOf, logits } from '../../src/arenas/singular-values/model/reference.ts'
import type { Examples } from '../../src/arenas/singular-values/model/shape.ts'
import { nodeShaders } from '../../src/cli/node-gpu.ts'
import { batchOf } from '../../src/core/batch.ts'
import { rng } from '../../src/core/rng.ts'
import { largestGap } from '../support/essa-members.ts'
import { gpuForTests } from '../support/gpu.ts'
import { randomExamples, randomFashion, randomSums, SMALL_SUMS } from '../support/random-nets.ts'
import { singular, singularFiles, worldFor } from '../support/singular.ts'

const { gpu } = gpuForTests()

async function netOf(network: Network, noise: Noise, options: NetOptions = {}): Promise<MovingGpuNet> {
  const made = await MovingGpuNet.create(gpu(), nodeShaders, network, noise, options)
  if (!made.ok) throw new Error(made.fault.message)
  return made.value
}
const logitsOf = async (net: MovingGpuNet, genomes: readonly Float32Array[], examples: Examples): Promise<Float32Array> => {
  const found = await net.logits(genomes, examples)
  if (!found.ok) throw new Error(found.fault.message)
  return found.value
} // prettier-ignore

/** A generation of EGGROLL: a mean, and pairs beyond it. */
function generation(directions: number, pairs: number, seed: number): readonly Float32Array[] {
  const random = rng(seed)
  const mean = Float32Array.from({ length: directions }, (_, k) => (k < directions - pairs ? 0.2 * random.unit() - 0.1 : 0))
  const beyond = (pair: number, much: number) => mean.map((value, k) => (k === directions - pairs + pair ? value + much : value))
  return Array.from({ length: pairs }, (_, pair) => [beyond(pair, 0.2), beyond(pair, -0.2)]).flat()
} // prettier-ignore

const NETWORKS: readonly (readonly [string, Network, number])[] = [
  ['pictures', randomFashion(10, 30, 1), 1],
  ['pictures, rank 3', randomFashion(7, 21, 2), 3],
  ['sums', randomSums(SMALL_SUMS, 3), 1],
  ['sums, rank 2', randomSums(SMALL_SUMS, 4), 2],
]

describe('all weights moved on the GPU', () => {
  it.each(NETWORKS)("[W20] a generation's logits lie within 2e-5 of the oracle's: %s", async (_name, network, rank) => {
    const noise: Noise = { key: 77, rank, directions: 9 }
    // The middle, and one that goes far from all others.
    const genomes = [...generation(9, 3, 5), new Float32Array(9), new Float32Array(9).fill(0.15)]
    const examples = randomExamples(network, 5, 6)
    const net = await netOf(network, noise)
    const own = await logitsOf(net, genomes, examples)
    const expected = Float64Array.from(genomes.flatMap((genome) => [...logits(noisy(network, noise, genome), [], [], examples)])) // prettier-ignore
    // Of numbers of a size around 1: noise that is rounded the other way adds its half.
    expect(largestGap(own, expected)).toBeLessThan(2e-5 * Math.max(1, ...expected.map(Math.abs)))
    const answers = await net.answers(genomes, examples)
    expect(answers.ok && answers.value).toEqual(answersOf(own, outputsOf(network)))
    // Members are not alike, or all this says nothing.
    expect(largestGap(own.subarray(0, own.length / genomes.length), own.subarray(own.length / genomes.length, (2 * own.length) / genomes.length))).toBeGreaterThan(0.01) // prettier-ignore
  })

  it('[W21] slices and memory show in nothing, and the same is said again', async () => {
    const [, network] = NETWORKS[2]!
    const noise: Noise = { key: 5, rank: 1, directions: 12 }
    const genomes = generation(12, 4, 9)
    const examples = randomExamples(network, 6, 7)
    const whole = await logitsOf(await netOf(network, noise), genomes, examples)
    const sliced = await netOf(network, noise, { mostBytes: 400_000, chunker: { first: 1 } })
    expect(await logitsOf(sliced, genomes, examples)).toEqual(whole)
    expect(await logitsOf(sliced, genomes, examples)).toEqual(whole)
    const stopped = await sliced.answers(genomes, examples, { signal: { aborted: true } })
    expect(stopped.ok ? 'answered' : stopped.fault.kind).toBe('cancelled')
  })

  it('[W22] what most members have is shared; who is far from them is apart', () => {
    const genomes = [...generation(20, 3, 1), new Float32Array(20).fill(2)]
    const [near, far, ...more] = groupsOf(genomes)
    expect(more).toEqual([])
    expect(near!.members).toEqual([0, 1, 2, 3, 4, 5])
    expect(near!.own.map((pairs) => pairs.map(([direction]) => direction))).toEqual([[17], [17], [18], [18], [19], [19]])
    expect([...near!.common.subarray(17)]).toEqual([0, 0, 0])
    expect(far).toMatchObject({ members: [6], own: [[]] })
    expect(far!.common).toEqual(genomes[6])
    expect(groupsOf([genomes[6]!])).toMatchObject([{ members: [0], own: [[]] }])
  }) // prettier-ignore

  it('[W20] scores are those of the CPU, but for answers on the edge', async () => {
    const options = worldFor('eggroll', { task: 'fashion', directions: 16, batch: 40 })
    const made = await createGpuEvaluator(gpu(), nodeShaders, options, singularFiles)
    if (!made.ok) throw new Error(made.fault.message)
    const codec = singular.codec(options)
    const genomes = [zeroOf(options), ...generation(16, 4, 3)]
    const batch = batchOf(codec.stride, genomes.map(codec.encode))
    const task = batchOfGeneration(batchIn(options, 2), 3)
    const found = await made.value.evaluate(batch, task, { aborted: false })
    if (!found.ok) throw new Error(found.fault.message)
    const expected = singular.evaluator(options, singularFiles)(batch, task, { aborted: false })
    expected.objectives.forEach((value, at) => expect(Math.abs(found.value.objectives[at]! - value)).toBeLessThanOrEqual(1 / 40)) // prettier-ignore
    expected.measures.forEach((value, at) => expect(Math.abs(found.value.measures[at]! - value)).toBeLessThanOrEqual(1 / 40)) // prettier-ignore
    made.value.dispose()
  })
})
