import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Form } from '../../../src/arenas/singular-values/model/decompose.ts'
import { genomeLength } from '../../../src/arenas/singular-values/model/decompose.ts'
import { outputsOf } from '../../../src/arenas/singular-values/model/network.ts'
import { accumulators, atPrecision, rounded, wholeNumbers } from '../../../src/arenas/singular-values/model/quantise.ts'
import { answersOf, logits } from '../../../src/arenas/singular-values/model/reference.ts'
import type { Examples, Precision } from '../../../src/arenas/singular-values/model/shape.ts'
import { WasmNet } from '../../../src/arenas/singular-values/model/wasm.ts'
import { prefixesOf } from '../../../src/arenas/singular-values/model/wasm/prefixes.ts'
import { rng } from '../../../src/core/rng.ts'
import { program } from '../../../src/wasm/encode.ts'
import { compile, createMemory } from '../../../src/wasm/instance.ts'
import { packWhole, quantiseKernel, wholeKernel } from '../../../src/wasm/whole.ts'
import { adaptersOf, drawExamples, drawGenomes, largestGap } from '../../support/essa-members.ts'
import { fashionModel, SMALL_SUMS, sumsModel } from '../../support/essa-models.ts'

const RANKS = [2, 4, 8] as const
const MODELS = {
  fashion: fashionModel(3, 10, 21),
  sums: sumsModel(SMALL_SUMS, RANKS.map((rank) => ['short', rank] as const), 4),
} as const // prettier-ignore
const PRECISIONS = ['f32', 'f16', 'int8', 'int4'] as const

const setting = fc.record({
  kind: fc.constantFrom('fashion' as const, 'sums' as const),
  precision: fc.constantFrom(...PRECISIONS),
  rank: fc.constantFrom(...RANKS),
  form: fc.constantFrom<Form>('factors', 'product'),
  alpha: fc.constantFrom(0.3, 1),
  examples: fc.integer({ min: 1, max: 9 }),
  members: fc.integer({ min: 1, max: 3 }),
  places: fc.integer({ min: 3, max: 8 }),
  seed: fc.integer(),
})

function made({
  kind,
  precision,
  rank,
  form,
  alpha,
  examples,
  members,
  places,
  seed,
}: typeof setting extends fc.Arbitrary<infer T> ? T : never) {
  // prettier-ignore
  const model = MODELS[kind]
  const network = atPrecision(model.network, precision)
  const adapters = adaptersOf(model, kind === 'fashion' ? 10 : rank, form, alpha)
  return {
    network,
    adapters,
    genomes: drawGenomes(adapters, members, seed),
    examples: drawExamples(network, examples, seed, places, 3),
    bound: bounds[precision],
  }
}

/** Of the largest logit. Where whole numbers are made, one at the edge between two may fall to either side. */
const bounds: Readonly<Record<Precision, number>> = { f32: 1e-5, f16: 1e-5, int8: 2e-2, int4: 2e-2 }

const firstOf = ({ count, inputs, targets }: Examples, few: number): Examples => ({
  count: few,
  inputs: inputs.slice(0, (inputs.length / count) * few),
  targets: targets.slice(0, (targets.length / count) * few),
})

describe('the networks in WebAssembly', () => {
  it('[U10] agree with the oracle within their bound, for any members, examples, ranks, forms and precisions', () => {
    fc.assert(
      fc.property(setting, (one) => {
        const { network, adapters, genomes, examples, bound } = made(one)
        const own = new WasmNet(network, adapters).logits(genomes, examples)
        const length = genomeLength(adapters)
        const size = own.length / one.members
        for (let member = 0; member < one.members; member++) {
          const theirs = logits(network, adapters, genomes.subarray(member * length, (member + 1) * length), examples)
          const largest = theirs.reduce((most, value) => Math.max(most, Math.abs(value)), 1)
          expect(largestGap(own.subarray(member * size, (member + 1) * size), theirs)).toBeLessThan(bound * largest)
        }
      }),
      { numRuns: 60 },
    )
  })

  it('[U10] run without adapters, and on as many examples as there are', () => {
    for (const kind of ['fashion', 'sums'] as const) {
      const { network } = MODELS[kind]
      const examples = drawExamples(network, 700, 3)
      const net = new WasmNet(network, [])
      const own = net.logits(new Float32Array(0), examples)
      const size = own.length / 700
      for (const at of [0, 127, 128, 511, 512, 699]) {
        const one = { count: 1, inputs: examples.inputs.slice(at * (examples.inputs.length / 700), (at + 1) * (examples.inputs.length / 700)), targets: examples.targets.slice(0, examples.targets.length / 700) } // prettier-ignore
        expect(largestGap(own.subarray(at * size, (at + 1) * size), logits(network, [], [], one))).toBeLessThan(1e-3)
      }
    }
  })

  it('[U11] say the same to the last bit whoever else is in the batch, and whatever was run before', () => {
    fc.assert(
      fc.property(setting, setting, (one, other) => {
        const { network, adapters, genomes, examples } = made(one)
        const before = made({ ...one, members: other.members, examples: other.examples, places: other.places, seed: other.seed }) // prettier-ignore
        const fresh = new WasmNet(network, adapters).logits(genomes, examples)
        const net = new WasmNet(network, adapters)
        net.logits(before.genomes, before.examples)
        expect(net.logits(genomes, examples)).toEqual(fresh)
        const first = genomes.subarray(0, genomeLength(adapters))
        const size = fresh.length / one.members / one.examples
        expect(net.logits(first, firstOf(examples, 1))).toEqual(fresh.slice(0, size))
        expect(net.answers(genomes, examples)).toEqual(answersOf(fresh, outputsOf(network)))
      }),
      { numRuns: 40 },
    )
  })

  it('[U11] work out beginnings that texts share once', () => {
    const texts = ['12+3', '12+4', '13+3', '12+3']
    const tokens = texts.flatMap((text) => Array.from(text, (letter) => letter.charCodeAt(0)))
    const { rows, begins, paths, rowOf } = prefixesOf(tokens, 4, 4)
    // 1; 12, 13; 12+, 13+; 12+3, 12+4, 13+3
    expect([rows, ...begins]).toEqual([8, 0, 1, 3, 5, 8])
    expect([...rowOf.subarray(12)]).toEqual([...rowOf.subarray(0, 4)])
    for (let example = 0; example < 4; example++)
      expect(paths[rowOf[example * 4 + 3]!]).toEqual([...rowOf.subarray(example * 4, example * 4 + 4)])
    const { network } = MODELS.sums
    const adapters = adaptersOf(MODELS.sums, 4, 'factors')
    const genomes = drawGenomes(adapters, 1, 1)
    const one = drawExamples(network, 1, 2)
    const twenty: Examples = { count: 20, inputs: Int32Array.from({ length: 160 }, (_, at) => one.inputs[at % 8]!), targets: new Int32Array(60) } // prettier-ignore
    const [alone, together] = [new WasmNet(network, adapters), new WasmNet(network, adapters)]
    const [few, many] = [alone.logits(genomes, one), together.logits(genomes, twenty)]
    expect(together.products).toBe(alone.products)
    for (let at = 0; at < 20; at++) expect(many.slice(at * few.length, (at + 1) * few.length)).toEqual(few)
  })

  it('[U12] count whole numbers exactly as integers do, and make the same ones of what goes in', () => {
    fc.assert(
      fc.property(fc.constantFrom('int8' as const, 'int4' as const), fc.constantFrom(8, 21, 64, 200), fc.integer({ min: 1, max: 19 }), fc.integer(), (precision, columns, outputs, seed) => {
        const random = rng(seed)
        const rows = 8
        const filled = Math.ceil(columns / 8) * 8
        const stride = Math.ceil(columns / 32) * 32
        const matrix = rounded({ rows: outputs, columns, values: Float32Array.from({ length: outputs * columns }, () => random.unit() - 0.5) }, precision)
        const quantised = matrix.quantised!
        const groups = Math.ceil(columns / quantised.group)
        const group = Math.ceil(quantised.group / 8) * 8
        const to = Math.ceil(outputs / 8) * 8
        const memory = createMemory(16)
        const floats = new Float32Array(memory.buffer)
        const [x, q, scales, y, w] = [64, 1 << 16, 1 << 17, 1 << 18, 1 << 19]
        const kernels = compile<Record<string, (...all: number[]) => void>>(
          program({
            quantise: quantiseKernel(filled, stride, 127),
            product: wholeKernel({ groups, group, from: stride, to, then: 'store', thin: { inputs: 0, from: 0 } }),
          }),
          memory,
        )
        const inputs = Array.from({ length: rows }, (_, row) => Float32Array.from({ length: columns }, () => (row === 3 ? 0 : (random.unit() - 0.5) * 2 ** random.int(9))))
        inputs.forEach((input, row) => floats.set(input, x / 4 + row * filled))
        kernels['quantise']!(rows, x, q, scales)
        const expected = inputs.map(wholeNumbers)
        const words = new Int16Array(memory.buffer)
        expected.forEach(({ whole, scale }, row) => {
          expect([...words.subarray(q / 2 + row * stride, q / 2 + row * stride + columns)]).toEqual([...whole])
          expect(floats[scales / 4 + row]).toBe(scale)
        })
        floats.fill(1, scales / 4, scales / 4 + rows)
        // One group at a time has the scale 1, the others 0: what comes out is its sum.
        for (let one = 0; one < groups; one++) {
          const only = quantised.scales.map((_, at) => Number(at % groups === one))
          packWhole(memory.buffer, w, { ...matrix, ...quantised, scales: only }, new Float32Array(outputs), group, 0)
          kernels['product']!(q, y, w, to / 8, rows / 4, 0, scales)
          expected.forEach(({ whole }, row) => {
            const sums = accumulators(quantised, whole)
            for (let output = 0; output < outputs; output++)
              expect(floats[y / 4 + row * to + output]! + 0).toBe(sums[output * groups + one]! + 0)
          })
        }
      }),
      { numRuns: 30 },
    )
  }) // prettier-ignore
})
