import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decompose, type Change } from '../../../src/arenas/singular-values/model/decompose.ts'
import { MovingNet } from '../../../src/arenas/singular-values/model/moving-net.ts'
import { MovingWeights } from '../../../src/arenas/singular-values/model/moving.ts'
import { linearsOf, outputsOf, type Network } from '../../../src/arenas/singular-values/model/network.ts'
import { factorsOf, noisy, unitOf, type Noise } from '../../../src/arenas/singular-values/model/noise.ts'
import { atPrecision } from '../../../src/arenas/singular-values/model/quantise.ts'
import { answersOf, logits } from '../../../src/arenas/singular-values/model/reference.ts'
import { trained } from '../../../src/arenas/singular-values/model/trained.ts'
import { counterNormal } from '../../../src/core/counter.ts'
import { rng } from '../../../src/core/rng.ts'
import { largestGap } from '../../support/essa-members.ts'
import { randomExamples, randomFashion, randomSums, SMALL_SUMS } from '../../support/random-nets.ts'

const NETWORKS: Readonly<Record<'fashion' | 'sums', Network>> = {
  fashion: randomFashion(10, 30, 1),
  sums: randomSums(SMALL_SUMS, 2),
}

const setting = fc.record({
  kind: fc.constantFrom('fashion' as const, 'sums' as const),
  rank: fc.integer({ min: 1, max: 3 }),
  directions: fc.integer({ min: 1, max: 12 }),
  members: fc.integer({ min: 1, max: 4 }),
  key: fc.nat(),
  seed: fc.integer(),
})
type Setting = typeof setting extends fc.Arbitrary<infer T> ? T : never

/** Genomes where some directions were not gone, one after another. */
function genomesOf({ directions, members, seed }: Setting): Float32Array {
  const random = rng(seed)
  return Float32Array.from({ length: members * directions }, () => (random.chance(0.4) ? 0 : random.unit() - 0.5))
}
const noiseOf = ({ key, rank, directions }: Setting): Noise => ({ key, rank, directions })
const rowOf = (genomes: Float32Array, member: number, directions: number) =>
  genomes.subarray(member * directions, (member + 1) * directions)
const weightsAt = (weights: MovingWeights, genome: Float32Array) =>
  weights.at(genome).map(({ weight }) => weight.values.slice())

describe('directions of low rank', () => {
  it('[U16] are of their key, direction and matrix alone; numbers are normal, and directions have nothing to do with each other', () => {
    const noise: Noise = { key: 9, rank: 2, directions: 0 }
    const { a, b } = factorsOf(noise, 7, 3, 5, 4)
    expect([a.length, b.length]).toEqual([10, 8])
    a.forEach((value, at) => expect(value).toBe(counterNormal(9, 7, 3, at)))
    b.forEach((value, at) => expect(Math.abs(value - counterNormal(9, 7, 3, 10 + at))).toBeLessThanOrEqual(2 ** -17))
    const [rows, columns, many] = [8, 6, 3000]
    const entries = (direction: number): Float64Array => {
      const own = factorsOf(noise, direction, 0, rows, columns)
      return Float64Array.from({ length: rows * columns }, (_, at) => {
        const [row, column] = [Math.floor(at / columns), at % columns]
        return (own.a[2 * row]! * own.b[2 * column]! + own.a[2 * row + 1]! * own.b[2 * column + 1]!) / Math.SQRT2
      })
    }
    const all = Array.from({ length: many }, (_, k) => entries(k))
    const meanOf = (of: (k: number) => number) => all.reduce((sum, _, k) => sum + of(k), 0) / many
    for (const at of [0, 17, 47]) {
      expect(Math.abs(meanOf((k) => all[k]![at]!))).toBeLessThan(0.1)
      expect(Math.abs(meanOf((k) => all[k]![at]! ** 2) - 1)).toBeLessThan(0.15)
      expect(Math.abs(meanOf((k) => all[k]![at]! * all[(k + 1) % many]![at]!))).toBeLessThan(0.1)
      expect(Math.abs(meanOf((k) => all[k]![at]! * all[k]![(at + 1) % 48]!))).toBeLessThan(0.1)
    }
  })

  it('[U17] a genome adds the sum of its outer products, in mean weights of the network', () => {
    fc.assert(
      fc.property(setting, (one) => {
        const network = NETWORKS[one.kind]
        const noise = noiseOf(one)
        const genome = rowOf(genomesOf(one), 0, one.directions)
        const own = new MovingWeights(network, noise).at(genome)
        const unit = unitOf(network)
        linearsOf(network).forEach(({ weight: { rows, columns, values } }, matrix) => {
          const plain = Float64Array.from(values)
          for (let k = 0; k < one.directions; k++)
            for (let row = 0; row < rows; row++)
              for (let column = 0; column < columns; column++)
                for (let j = 0; j < one.rank; j++)
                  plain[row * columns + column]! +=
                    ((genome[k]! * unit) / Math.sqrt(one.rank)) * noiseAt(noise, k, matrix, row * one.rank + j) * noiseAt(noise, k, matrix, (rows + column) * one.rank + j) // prettier-ignore
          // B is rounded to 2^-16, weights to 32 bits.
          expect(largestGap(own[matrix]!.weight.values, plain)).toBeLessThan(2e-4)
        })
        const oracle = noisy(network, noise, genome)
        linearsOf(oracle).forEach(({ weight }, matrix) => {
          expect(largestGap(own[matrix]!.weight.values, weight.values)).toBeLessThan(1e-6)
        })
      }),
      { numRuns: 6 },
    )
  })

  it('[U17] and no more: how far a matrix went is the root of the sum of squares, about', () => {
    const network = NETWORKS.sums
    const noise: Noise = { key: 1, rank: 4, directions: 30 }
    const genome = new Float32Array(30).fill(0.1)
    const shares = new MovingWeights(network, noise).shares(genome)
    // All matrices of this network are about as large, and so is what they went.
    for (const share of shares) expect(Math.abs(share / Math.hypot(...genome) - 1)).toBeLessThan(0.6)
    expect(new MovingWeights(network, noise).shares(new Float32Array(30))).toEqual(shares.map(() => 0))
  })

  it('[U18] weights are the same to the last bit whoever was before', () => {
    fc.assert(
      fc.property(setting, setting, (one, other) => {
        const network = NETWORKS[one.kind]
        const noise = noiseOf(one)
        const genome = rowOf(genomesOf(one), 0, one.directions)
        const fresh = weightsAt(new MovingWeights(network, noise), genome)
        const used = new MovingWeights(network, noise)
        const before = genomesOf({ ...other, directions: one.directions })
        for (let member = 0; member < other.members; member++) used.at(rowOf(before, member, one.directions))
        expect(weightsAt(used, genome)).toEqual(fresh)
        expect(weightsAt(used, new Float32Array(one.directions))).toEqual(linearsOf(network).map(({ weight }) => weight.values)) // prettier-ignore
      }),
      { numRuns: 10 },
    )
  })

  it('[U18] the network in WebAssembly agrees with the oracle on them within 1e-5 of the largest logit', () => {
    fc.assert(
      fc.property(setting, fc.integer({ min: 1, max: 9 }), (one, count) => {
        const network = NETWORKS[one.kind]
        const noise = noiseOf(one)
        const genomes = genomesOf(one)
        const examples = randomExamples(network, count, one.seed)
        const net = new MovingNet(network, noise)
        const own = net.logits(genomes, examples)
        const size = own.length / one.members
        for (let member = 0; member < one.members; member++) {
          const theirs = logits(noisy(network, noise, rowOf(genomes, member, one.directions)), [], [], examples)
          const largest = theirs.reduce((most, value) => Math.max(most, Math.abs(value)), 1)
          expect(largestGap(own.subarray(member * size, (member + 1) * size), theirs)).toBeLessThan(1e-5 * largest)
        }
        expect(net.answers(genomes, examples)).toEqual(answersOf(own, outputsOf(network)))
        // More examples than a block holds, and members the other way round.
        expect(net.logits(rowOf(genomes, 0, one.directions), examples)).toEqual(own.slice(0, size))
      }),
      { numRuns: 15 },
    )
  })

  it('[U18] on more examples than a block holds', () => {
    const network = NETWORKS.fashion
    const noise: Noise = { key: 3, rank: 1, directions: 2 }
    const genome = Float32Array.of(0.3, -0.2)
    const examples = randomExamples(network, 700, 4)
    const own = new MovingNet(network, noise).logits(genome, examples)
    const theirs = logits(noisy(network, noise, genome), [], [], examples)
    expect(largestGap(own, theirs)).toBeLessThan(1e-4)
  })

  it('[U19] begin at the network with its training in it, in floats, whatever its base was rounded to', () => {
    const random = rng(5)
    const floats = (rows: number, columns: number) => ({ rows, columns, values: Float32Array.from({ length: rows * columns }, () => 0.4 * (random.unit() - 0.5)) }) // prettier-ignore
    for (const kind of ['fashion', 'sums'] as const) {
      const network = NETWORKS[kind]
      const changes = linearsOf(network)
        .filter(({ name }) => /attention|base/.test(name))
        .map(({ name, weight: { rows, columns } }): Change => kind === 'fashion' ? { name, delta: floats(rows, columns) } : { name, a: floats(3, columns), b: floats(rows, 3) }) // prettier-ignore
      const examples = randomExamples(network, 5, 6)
      const adapters = decompose(changes, 'product', 1)
      const theirs = logits(network, adapters, new Float32Array(1000), examples)
      expect(largestGap(logits(trained(network, changes), [], [], examples), theirs)).toBeLessThan(1e-5)
      for (const precision of ['f16', 'int8', 'int4'] as const) {
        const kept = atPrecision(network, precision)
        const begun = trained(kept, [])
        expect(begun.precision).toBe('f32')
        linearsOf(begun).forEach(({ weight }, at) => {
          expect(weight.quantised).toBeNull()
          expect(weight.values).toEqual(linearsOf(kept)[at]!.weight.values)
        })
      }
    }
  })
})

const noiseAt = ({ key }: Noise, direction: number, matrix: number, at: number): number =>
  counterNormal(key, direction, matrix, at)
