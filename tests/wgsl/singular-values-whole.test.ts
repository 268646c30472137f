import { describe, expect, it } from 'vitest'
import { atPrecision } from '../../src/arenas/singular-values/model/quantise.ts'
import { compared, gpuNet, shipped } from '../support/gpu-nets.ts'
import { gpuForTests } from '../support/gpu.ts'
import { randomAdapters, randomExamples, randomFashion, randomGenomes, randomSums, SMALL_SUMS } from '../support/random-nets.ts' // prettier-ignore

const { gpu, problems } = gpuForTests()

/**
 * Where all numbers are rounded as the oracle rounds them, only 32-bit sums differ. A number that lies half-way between two whole ones
 * may be rounded the other way, though, for it comes from such sums: then what follows is about a 127th of a number off.
 */
const BOUND = 2e-5
const ROUNDED = 0.2

describe('a population of networks of whole numbers on the GPU', () => {
  it.each([
    ['int8', 2, 'product', 1],
    ['int8', 8, 'factors', 2],
    ['int4', 4, 'factors', 3],
  ] as const)('[W2] [W4] lies near the oracle at %s, rank %i, %s; seed %i', async (precision, rank, form, seed) => {
    const network = atPrecision(randomSums(SMALL_SUMS, seed), precision)
    const adapters = randomAdapters(network, { rank, form, seed })
    const { apart, sure, kinds } = await compared(gpu(), network, adapters, randomGenomes(adapters, 4, seed), randomExamples(network, 5, seed, 7))
    expect(Math.max(...apart)).toBeLessThan(ROUNDED)
    expect(apart.filter((one) => one < BOUND).length / apart.length).toBeGreaterThan(0.8)
    expect(sure).toBeGreaterThan(0.9)
    expect(kinds).toBeGreaterThan(2)
  }) // prettier-ignore

  it.each([
    ['int8', 10, 196],
    ['int4', 10, 196],
  ] as const)('[W2] [W4] lies near the oracle on pictures at %s, %i classes of %i pixels', async (precision, classes, pixels) => {
    const network = atPrecision(randomFashion(classes, pixels, 1), precision)
    const adapters = randomAdapters(network)
    const { apart, sure } = await compared(gpu(), network, adapters, randomGenomes(adapters, 9, 2), randomExamples(network, 21, 3))
    // Pixels are no sums, so they are rounded alike.
    expect(Math.max(...apart)).toBeLessThan(BOUND)
    expect(sure).toBeGreaterThan(0.99)
  }) // prettier-ignore

  it.each(['int8', 'int4'] as const)('[W2] [W4] lies near the oracle at %s with the models that ship', async (precision) => {
    for (const file of ['essa-sums', 'essa-fashion'] as const) {
      const { network, adapters, examples } = await shipped(file, 4)
      const { apart, sure } = await compared(gpu(), atPrecision(network, precision), adapters, randomGenomes(adapters, 3, 2), examples)
      expect(Math.max(...apart)).toBeLessThan(file === 'essa-sums' ? ROUNDED : BOUND)
      expect(sure).toBeGreaterThan(0.8)
    }
  }) // prettier-ignore

  it('[W3] comes to the same bits with and without dot4I8Packed', async () => {
    const network = atPrecision(randomSums(SMALL_SUMS, 4), 'int8')
    const adapters = randomAdapters(network)
    const [genomes, examples] = [randomGenomes(adapters, 3, 5), randomExamples(network, 4, 6)]
    expect(gpu().language.has('packed_4x8_integer_dot_product')).toBe(true)
    const [own, plain] = await Promise.all([true, false].map(async (packedDot) => (await gpuNet(gpu(), network, adapters, { packedDot })).logits(genomes, examples)))
    expect(own).toEqual(plain)
  }) // prettier-ignore

  it('[K4] raises no validation error', () => {
    expect(problems).toEqual([])
  })
})
