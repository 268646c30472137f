import { describe, expect, it } from 'vitest'
import { dimensionsOf } from '../../../src/arenas/singular-values/layout.ts'
import arena from '../../../src/arenas/singular-values/index.ts'
import { genomeLength, materialised, memberValues } from '../../../src/arenas/singular-values/model/decompose.ts'
import type { SumsNetwork } from '../../../src/arenas/singular-values/model/network.ts'
import { logits } from '../../../src/arenas/singular-values/model/reference.ts'
import type { Matrix } from '../../../src/arenas/singular-values/model/shape.ts'
import { MODEL_FILES, RANKS, worldOf } from '../../../src/arenas/singular-values/options.ts'
import { merged } from '../../../src/arenas/singular-values/model/merge.ts'
import { loadedWriter, readWriter, wrongWithWriter } from '../../../src/arenas/singular-values/warriors/model.ts'
import { textSeeds } from '../../../src/arenas/singular-values/warriors/evaluate.ts'
import { rng } from '../../../src/core/rng.ts'
import { Oracle } from '../../../src/llm/transformer/oracle.ts'
import { writeAtOnce } from '../../../src/llm/transformer/desk.ts'
import { weightsFile } from '../../../src/llm/transformer/saving.ts'
import { WasmNetwork } from '../../../src/llm/transformer/wasm.ts'
import { readWeights, type Linear, type Weights } from '../../../src/llm/transformer/weights.ts'
import { CpuWriter } from '../../../src/llm/transformer/writer.ts'
import { readTensors } from '../../../src/share/safetensors.ts'
import { writerBytes, writerFiles, writerJudge, writerOptions } from '../../support/warriors-essa.ts'

const options = writerOptions()
const { base, adapters } = loadedWriter(worldOf(options), writerFiles)
const random = rng(5)
const genome = Float32Array.from({ length: genomeLength(adapters) }, () => 2 * random.unit() - 1)

/** The same network as the arena's own reference has it, adapters apart. */
function referenceOf({ shape, embedding, position, layers, norm }: Weights): SumsNetwork {
  const plain = ({ rows, columns, values }: Matrix) => ({ rows, columns, values, quantised: null })
  const linear = (name: string, { weight, bias }: Linear) => ({ name, weight: plain(weight), bias })
  return {
    kind: 'sums', precision: 'f32', shape, vocabulary: '', embedding: plain(embedding), position: plain(position), norm,
    layers: layers.map(({ norm1, attention, norm2, feed }, at) => ({
      norm1, norm2,
      query: linear(`layers.${at}.attention.query`, attention.query), key: linear(`layers.${at}.attention.key`, attention.key),
      value: linear(`layers.${at}.attention.value`, attention.value), output: linear(`layers.${at}.attention.output`, attention.output),
      up: linear(`layers.${at}.feed.up`, feed.up), down: linear(`layers.${at}.feed.down`, feed.down),
    })),
  } // prettier-ignore
}

/** Logits after each of the tokens, one sequence read by the transformer's oracle. */
function read(weights: Weights, tokens: readonly number[]): number[][] {
  const oracle = new Oracle(weights, 1)
  return tokens.map((token, place) =>
    Array.from(oracle.next({ count: 1, slots: Int32Array.of(0), positions: Int32Array.of(place), tokens: Int32Array.of(token) })),
  ) // prettier-ignore
}

describe('the model of warriors', () => {
  it('[F2] its file has a training of every length and rank that settings know, and nothing is wrong with it', () => {
    const model = readWriter(writerBytes)
    if (!model.ok) throw new Error(model.fault.message)
    expect(wrongWithWriter(writerBytes)).toBeNull()
    expect(arena.checkFile?.(MODEL_FILES.warriors, writerBytes)).toBeNull()
    expect(model.value.trainings).toHaveLength(3 * RANKS.length)
    for (const rank of RANKS)
      for (const [warmth, svd] of [
        ['none', 'factors'],
        ['full', 'product'],
      ] as const) {
        const world = worldOf(writerOptions({ rank: String(rank), warmth, svd }))
        expect(genomeLength(loadedWriter(world, writerFiles).adapters)).toBe(dimensionsOf(world))
      }
    expect(genomeLength(adapters)).toBe(96)
  })

  it('[F2] one that is cut, of another task, or lacks an adapter is a sentence', () => {
    expect(wrongWithWriter(writerBytes.subarray(0, 5000))).toMatch(/^cannot be used/)
    expect(wrongWithWriter(new Uint8Array())).toMatch(/^cannot be used/)
    const bare = weightsFile(base, { adapters: '[["short", 4]]' })
    expect(wrongWithWriter(bare)).toContain('short.r4.layers.0.attention.query.a is missing')
    expect(wrongWithWriter(weightsFile(base, { task: 'sums' }))).toContain('"sums", not warriors')
    expect(wrongWithWriter(weightsFile(base, { adapters: 'none' }))).toContain('do not list its adapters')
    const text = new TextDecoder('latin1').decode(writerBytes)
    const at = text.indexOf('medium.r8.layers.2.attention.key.b')
    const renamed = writerBytes.slice()
    renamed.set(new TextEncoder().encode('x'), at)
    expect(wrongWithWriter(renamed)).toContain('medium.r8.layers.2.attention.key.b is missing')
  })

  it('[F3] a member merged into one model gives the numbers of the formula in factors', () => {
    const tokens = [0, 1, 11, 40, 90, 100, 91, 130, 20, 88, 95]
    const found = read(merged(base, adapters, genome), tokens)
    const expected = logits(referenceOf(base), adapters, genome, {
      count: 1, inputs: Int32Array.from(tokens), targets: new Int32Array(tokens.length),
    }) // prettier-ignore
    const flat = found.flat()
    expect(flat).toHaveLength(expected.length)
    const apart = flat.map((value, at) => Math.abs(value - expected[at]!))
    const plain = read(base, tokens).flat()
    // The members' own numbers are far from the base's, and near the formula's.
    expect(Math.max(...plain.map((value, at) => Math.abs(value - expected[at]!)))).toBeGreaterThan(0.5)
    expect(Math.max(...apart)).toBeLessThan(2e-4)
  })

  it('[F3] the merged matrices are the base plus what adapters materialise to; all else is the base', () => {
    const member = merged(base, adapters, genome)
    const values = memberValues(adapters, genome)
    const { rank } = adapters[5]!
    const change = materialised(adapters[5]!, values.subarray(10 * rank, 11 * rank), values.subarray(11 * rank, 12 * rank)) // prettier-ignore
    const [before, after] = [base.layers[1]!.attention.key.weight, member.layers[1]!.attention.key.weight]
    for (let at = 0; at < change.length; at++) expect(after.values[at]).toBeCloseTo(before.values[at]! + change[at]!, 6)
    expect(member.layers[1]!.feed).toBe(base.layers[1]!.feed)
    expect(member.embedding).toBe(base.embedding)
  })

  it('[F4] an engine that gets other weights is as one that was made with them, bit for bit', async () => {
    const { dialect } = await writerJudge()
    const plan = dialect.plan('write 0')
    if (!plan.ok) throw new Error(plan.fault.message)
    const writings = textSeeds(3, 20).map((seed) => ({ plan: plan.value, temperature: 0.7, seed, most: 40 }))
    const member = merged(base, adapters, genome)
    const never = { aborted: false }
    const used = new WasmNetwork(base, 16)
    const first = writeAtOnce(used, dialect, writings, never)
    used.fit(member)
    const second = writeAtOnce(used, dialect, writings, never)
    expect(second).toEqual(writeAtOnce(new WasmNetwork(member, 16), dialect, writings, never))
    expect(second).not.toEqual(first)
    // Written at once or with pauses: the same texts.
    expect(await new CpuWriter(used).write(dialect, writings, () => undefined, new AbortController().signal)).toEqual(second) // prettier-ignore
    expect(writeAtOnce(used, dialect, writings, { aborted: true }).map(({ finish }) => finish)).toEqual(writings.map(() => 'aborted')) // prettier-ignore
  })

  it('[F10] a model saved as a file is read back: untouched matrices to the byte, merged ones to half a step', () => {
    const member = merged(base, adapters, genome)
    const again = readWeights(weightsFile(member, { id: 'evolved' }))
    if (!again.ok) throw new Error(again.fault.message)
    expect(again.value.shape).toEqual(base.shape)
    expect(again.value.metadata.get('id')).toBe('evolved')
    expect(again.value.embedding).toEqual(base.embedding)
    expect(again.value.layers[2]!.feed).toEqual(base.layers[2]!.feed)
    const [kept, meant] = [again.value.layers[0]!.attention.value.weight, member.layers[0]!.attention.value.weight]
    for (let at = 0; at < kept.values.length; at++) {
      const step = kept.scale[Math.floor(at / kept.columns)]!
      expect(Math.abs(kept.values[at]! - meant.values[at]!)).toBeLessThanOrEqual(0.5001 * step)
    }
    const file = readTensors(weightsFile(base, {}))
    if (!file.ok) throw new Error(file.fault.message)
    // Adapters are left behind.
    expect([...file.value.tensors.keys()].filter((name) => name.includes('.r4.'))).toEqual([])
  })
})
