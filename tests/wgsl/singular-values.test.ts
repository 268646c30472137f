import { describe, expect, it } from 'vitest'
import { atPrecision } from '../../src/arenas/singular-values/model/quantise.ts'
import { compared, shipped } from '../support/gpu-nets.ts'
import { gpuForTests } from '../support/gpu.ts'
import { randomAdapters, randomExamples, randomFashion, randomGenomes, randomSums, REAL_SUMS, SMALL_SUMS } from '../support/random-nets.ts' // prettier-ignore

const { gpu, problems } = gpuForTests()

/** Logits are up to about ten; the GPU adds in 32 bits and in its own order. */
const BOUND = 2e-5

describe('a population of networks on the GPU', () => {
  it.each([
    ['f32', 2, 'factors', 1, 1],
    ['f32', 8, 'product', 0.5, 2],
    ['f16', 4, 'factors', 0.5, 3],
    ['f16', 2, 'product', 1, 4],
  ] as const)('[W1] [W4] lies near the oracle at %s, rank %i, %s, a share of %d; seed %i', async (precision, rank, form, alpha, seed) => {
    const network = atPrecision(randomSums(SMALL_SUMS, seed), precision)
    const adapters = randomAdapters(network, { rank, form, alpha, seed })
    const genomes = randomGenomes(adapters, 4, seed)
    // As many places as there can be, and fewer; one answer and several.
    for (const [places, answers] of [[7, 3], [4, 1], [5, 5]] as const) {
      const { apart, sure, kinds } = await compared(gpu(), network, adapters, genomes, randomExamples(network, 5, seed, places, answers))
      expect(Math.max(...apart)).toBeLessThan(BOUND)
      expect(Math.max(...apart)).toBeGreaterThan(0)
      expect(sure).toBeGreaterThan(0.99)
      expect(kinds).toBeGreaterThan(2)
    }
  }) // prettier-ignore

  it('[W1] lies near the oracle with a single layer, with adapters here and there, in the feed-forward part, or of the first layer\'s key alone', async () => {
    for (const [layers, adapted] of [
      [1, /attention/],
      [1, /key/],
      [2, /1\.attention\.(query|output)|feed/],
      [3, /0\.attention\.key|1\.feed\.up|2\.attention\.value/],
    ] as const) {
      const network = randomSums({ ...SMALL_SUMS, layers }, 5)
      const adapters = randomAdapters(network, { rank: 3, adapted: (name) => adapted.test(name) })
      const { apart } = await compared(gpu(), network, adapters, randomGenomes(adapters, 3, 6), randomExamples(network, 3, 7))
      expect(Math.max(...apart)).toBeLessThan(BOUND)
    }
  }) // prettier-ignore

  it.each([
    ['f32', 10, 196],
    ['f16', 4, 50],
  ] as const)('[W1] [W4] lies near the oracle on pictures at %s, %i classes of %i pixels', async (precision, classes, pixels) => {
    const network = atPrecision(randomFashion(classes, pixels, 1), precision)
    for (const alpha of [1, 0.3]) {
      const adapters = randomAdapters(network, { alpha })
      const { apart, sure, kinds } = await compared(gpu(), network, adapters, randomGenomes(adapters, 9, 2), randomExamples(network, 21, 3))
      expect(Math.max(...apart)).toBeLessThan(BOUND)
      expect(sure).toBeGreaterThan(0.99)
      expect(kinds).toBeGreaterThan(2)
    }
  }) // prettier-ignore

  it('[W1] [W4] lies near the oracle at the size that is shipped', async () => {
    const network = randomSums(REAL_SUMS, 1)
    const adapters = randomAdapters(network, { rank: 4 })
    const { apart, sure } = await compared(gpu(), network, adapters, randomGenomes(adapters, 2, 2), randomExamples(network, 2, 3, 8)) // prettier-ignore
    expect(Math.max(...apart)).toBeLessThan(BOUND)
    expect(sure).toBeGreaterThan(0.8)
  })

  it.each(['f32', 'f16'] as const)('[W1] [W4] lies near the oracle at %s with the models that ship', async (precision) => {
    for (const file of ['essa-sums', 'essa-fashion'] as const) {
      const { network, adapters, examples } = await shipped(file, 4)
      const { apart, sure, kinds } = await compared(gpu(), atPrecision(network, precision), adapters, randomGenomes(adapters, 3, 2), examples)
      expect(Math.max(...apart)).toBeLessThan(BOUND)
      expect(sure).toBeGreaterThan(0.9)
      expect(kinds).toBeGreaterThan(2)
    }
  }) // prettier-ignore

  it('[K4] raises no validation error', () => {
    expect(problems).toEqual([])
  })
})
