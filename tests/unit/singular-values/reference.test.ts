import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { materialised, memberValues } from '../../../src/arenas/singular-values/model/decompose.ts'
import { linearsOf, withLinears, type Network } from '../../../src/arenas/singular-values/model/network.ts'
import {
  accumulators,
  atPrecision,
  nearest,
  rounded,
  toHalf,
  wholeNumbers,
} from '../../../src/arenas/singular-values/model/quantise.ts'
import { answersOf, logits } from '../../../src/arenas/singular-values/model/reference.ts'
import type { Adapter, Examples } from '../../../src/arenas/singular-values/model/shape.ts'
import type { Change } from '../../../src/arenas/singular-values/model/decompose.ts'
import { rng } from '../../../src/core/rng.ts'
import { Oracle } from '../../../src/llm/transformer/oracle.ts'
import type { Matrix as LlmMatrix } from '../../../src/llm/transformer/weights.ts'
import { adaptersOf, drawExamples, drawGenomes, largestGap } from '../../support/essa-members.ts'
import { fashionModel, SMALL_SUMS, sumsModel } from '../../support/essa-models.ts'

const MODELS = { fashion: fashionModel(3), sums: sumsModel(SMALL_SUMS, [['short', 2], ['short', 4], ['full', 8]], 4) } // prettier-ignore
const CASES = [['fashion', 10, 'product'], ['sums', 2, 'factors'], ['sums', 4, 'product'], ['sums', 8, 'factors']] as const // prettier-ignore

/** The network with changes added to its matrices: what nobody does for a population. */
const changed = (network: Network, changes: ReadonlyMap<string, ArrayLike<number>>): Network =>
  withLinears(network, 'f32', (linear) => {
    const change = changes.get(linear.name)
    if (change === undefined) return linear
    return { ...linear, weight: { ...linear.weight, values: linear.weight.values.map((value, at) => value + change[at]!) } } // prettier-ignore
  })

function changesOf(adapters: readonly Adapter[], genome: Float32Array): ReadonlyMap<string, Float64Array> {
  const values = memberValues(adapters, genome)
  let from = 0
  return new Map(
    adapters.map((adapter) => {
      const { name, rank } = adapter
      from += 2 * rank
      return [name, materialised(adapter, values.subarray(from - 2 * rank, from - rank), values.subarray(from - rank, from))] // prettier-ignore
    }),
  )
}

const multiplied = (changes: readonly Change[]): ReadonlyMap<string, Float64Array> =>
  new Map(
    changes.map((change) => {
      if ('delta' in change) return [change.name, Float64Array.from(change.delta.values)]
      const { a, b } = change
      const product = Float64Array.from({ length: b.rows * a.columns }, (_, at) => {
        const [row, column] = [Math.floor(at / a.columns), at % a.columns]
        return Array.from({ length: a.rows }, (_, i) => b.values[row * b.columns + i]! * a.values[i * a.columns + column]!).reduce((x, y) => x + y, 0) // prettier-ignore
      })
      return [change.name, product]
    }),
  )

describe('the oracle', () => {
  it.each(CASES)('[U6] a member of %s, rank %i, %s, gives what W0 + B\'A\' gives', (kind, rank, form) => {
    const model = MODELS[kind]
    for (const alpha of [1, 0.5]) {
      const adapters = adaptersOf(model, rank, form, alpha)
      fc.assert(
        fc.property(fc.integer(), (seed) => {
          const examples = drawExamples(model.network, 2, seed)
          const genome = drawGenomes(adapters, 1, seed)
          const whole = changed(model.network, changesOf(adapters, genome))
          const own = logits(model.network, adapters, genome, examples)
          expect(largestGap(own, logits(whole, [], [], examples))).toBeLessThan(2e-5)
          // And it is another than the network without adapters, or the test would say nothing.
          expect(largestGap(own, logits(model.network, [], [], examples))).toBeGreaterThan(1e-2)
        }),
        { numRuns: 5 },
      )
    }
  }) // prettier-ignore

  it.each(CASES)('[U6] with no offsets %s, rank %i, %s, is what training came to', (kind, rank, form) => {
    const model = MODELS[kind]
    const adapters = adaptersOf(model, rank, form)
    const examples = drawExamples(model.network, 3, 9)
    const whole = changed(model.network, multiplied(model.trainings.find((one) => one.rank === rank)!.changes))
    const none = new Float32Array(200)
    expect(largestGap(logits(model.network, adapters, none, examples), logits(whole, [], [], examples))).toBeLessThan(2e-5)
  }) // prettier-ignore

  it('[U6] without adapters is the transformer that language models are', () => {
    const { network } = MODELS.sums
    const { shape, layers } = network
    const bare = (matrix: { rows: number; columns: number; values: Float32Array }): LlmMatrix => ({
      ...matrix, quantised: new Int8Array(0), scale: new Float32Array(0),
    }) // prettier-ignore
    const linear = ({ weight, bias }: (typeof layers)[0]['query']) => ({ weight: bare(weight), bias })
    const same = new Oracle(
      {
        shape,
        embedding: bare(network.embedding),
        position: bare(network.position),
        layers: layers.map((layer) => ({
          norm1: layer.norm1,
          attention: { query: linear(layer.query), key: linear(layer.key), value: linear(layer.value), output: linear(layer.output) }, // prettier-ignore
          norm2: layer.norm2,
          feed: { up: linear(layer.up), down: linear(layer.down) },
        })),
        norm: network.norm,
        metadata: new Map(),
      },
      1,
    )
    const examples = drawExamples(network, 1, 5)
    const own = logits(network, [], [], examples)
    examples.inputs.forEach((token, place) => {
      const next = same.next({
        count: 1,
        slots: Int32Array.of(0),
        positions: Int32Array.of(place),
        tokens: Int32Array.of(token),
      })
      const answer = place - 5
      if (answer < 0) return
      const { vocabulary } = shape
      expect(largestGap(next, own.subarray(answer * vocabulary, (answer + 1) * vocabulary))).toBeLessThan(1e-5)
    })
  })

  it('[U7] answers are the largest logits, the first where several are', () => {
    expect([...answersOf([1, 3, 3, 0, 0, 0, -2, -1, -1], 3)]).toEqual([1, 0, 1])
  })

  it('[U6] an example is answered without regard to the others, a place without regard to later ones', () => {
    const { network } = MODELS.sums
    const adapters = adaptersOf(MODELS.sums, 4, 'factors')
    const genome = drawGenomes(adapters, 1, 3)
    const examples = drawExamples(network, 3, 4)
    const all = logits(network, adapters, genome, examples)
    const one: Examples = { count: 1, inputs: examples.inputs.slice(8, 16), targets: examples.targets.slice(3, 6) }
    const size = 3 * network.shape.vocabulary
    expect(logits(network, adapters, genome, one)).toEqual(all.slice(size, 2 * size))
    const later = { ...one, inputs: Int32Array.from(one.inputs, (token, place) => (place === 7 ? (token + 1) % 16 : token)) } // prettier-ignore
    const other = logits(network, adapters, genome, later)
    expect(other.slice(0, 32)).toEqual(all.slice(size, size + 32))
    expect(other.slice(32)).not.toEqual(all.slice(size + 32, 2 * size))
  })
})

describe('roundings', () => {
  /** What the bits of a binary16 say. */
  const valueOf = (bits: number): number => {
    const [power, part] = [(bits >> 10) & 31, bits & 1023]
    return power === 0 ? part * 2 ** -24 : (1 + part / 1024) * 2 ** (power - 15)
  }

  it('[U8] f16 is the nearest number of 16 bits, ties to even', () => {
    for (let bits = 0; bits < 0x7bff; bits++) {
      const [low, high] = [valueOf(bits), valueOf(bits + 1)]
      const middle = (low + high) / 2
      const even = bits % 2 === 0 ? low : high
      const found = [low, middle, middle - (high - low) / 1e6, middle + (high - low) / 1e6].map(toHalf)
      if (found.join() !== [low, even, low, high].join()) expect(found).toEqual([low, even, low, high])
      if (toHalf(-middle) !== -even) expect(toHalf(-middle)).toBe(-even)
    }
    expect([65_519, 65_520, -1e9].map(toHalf)).toEqual([65_504, Infinity, -Infinity])
  })

  it('[U8] int8 and int4 are within half a step of their row or group, and reach its largest', () => {
    const random = rng(6)
    const columns = 76
    const matrix = { rows: 5, columns, values: Float32Array.from({ length: 5 * columns }, () => random.unit() ** 3 - 0.3) }
    for (const [precision, most, group] of [['int8', 127, columns], ['int4', 7, 32]] as const) {
      const { values, quantised } = rounded(matrix, precision)
      expect([quantised!.most, quantised!.group]).toEqual([most, group])
      const groups = Math.ceil(columns / group)
      values.forEach((value, at) => {
        const scale = quantised!.scales[Math.floor(at / columns) * groups + Math.floor((at % columns) / group)]!
        expect(Math.abs(value - matrix.values[at]!)).toBeLessThanOrEqual(0.5001 * scale)
        expect(value).toBe(Math.fround(quantised!.whole[at]! * scale))
      })
      const largest = Math.max(...Array.from(quantised!.whole.subarray(0, group), Math.abs))
      expect(largest).toBe(most)
    }
  }) // prettier-ignore

  it('[U8] whole numbers are the nearest, halves away from nothing; nothing stays nothing', () => {
    expect([0.5, -0.5, 1.49, -2.5, 0].map((x) => nearest(x) + 0)).toEqual([1, -1, 1, -3, 0])
    const { whole, scale } = wholeNumbers([254, -127, 1, -1, 0.99, 0])
    expect([...whole, scale]).toEqual([127, -64, 1, -1, 0, 0, 2])
    expect(wholeNumbers([0, 0])).toEqual({ whole: new Int8Array(2), scale: 0 })
    expect(rounded({ rows: 1, columns: 2, values: new Float32Array(2) }, 'int8').values).toEqual(new Float32Array(2))
  })

  it('[U8] sums of whole numbers are those of integers, a group at a time', () => {
    const matrix = rounded({ rows: 3, columns: 40, values: Float32Array.from({ length: 120 }, (_, i) => ((i * 37) % 101) - 50) }, 'int4') // prettier-ignore
    const x = Int8Array.from({ length: 40 }, (_, i) => ((i * 91) % 255) - 127)
    const sums = accumulators(matrix.quantised!, x)
    const bySlice = (row: number, from: number, to: number) => {
      let sum = 0n
      for (let i = from; i < to; i++) sum += BigInt(matrix.quantised!.whole[row * 40 + i]!) * BigInt(x[i]!)
      return Number(sum)
    }
    expect([...sums]).toEqual([0, 1, 2].flatMap((row) => [bySlice(row, 0, 32), bySlice(row, 32, 40)]))
  })

  it.each(['fashion', 'sums'] as const)('[U9] %s at lesser precisions answers nearly as at f32, the less the farther', (kind) => {
    const { network } = MODELS[kind]
    const examples = drawExamples(network, 6, 8)
    const full = logits(network, [], [], examples)
    const gap = (precision: 'f32' | 'f16' | 'int8' | 'int4') => {
      const other = logits(atPrecision(network, precision), [], [], examples)
      return Math.sqrt(other.reduce((sum, value, i) => sum + (value - full[i]!) ** 2, 0) / full.reduce((sum, value) => sum + value ** 2, 0))
    }
    // The file's numbers are halves already.
    expect([gap('f32'), gap('f16')]).toEqual([0, 0])
    expect(gap('int8')).toBeGreaterThan(0)
    expect(gap('int8')).toBeLessThan(0.05)
    expect(gap('int4')).toBeGreaterThan(2 * gap('int8'))
    expect(gap('int4')).toBeLessThan(0.5)
    expect(linearsOf(atPrecision(network, 'int4')).every(({ weight }) => weight.quantised?.most === 7)).toBe(true)
  }) // prettier-ignore
})
