/**
 * Members of a population a second on one core, judged on the same batch: everything that is shared worked out once, at each
 * precision, beside the same engine with every member's matrices made and packed one by one. The first, untimed round sees that
 * both come to the same logits, and that they are the oracle's.
 */
import { existsSync, readFileSync } from 'node:fs'
import { decompose, genomeLength, memberValues } from '../../src/arenas/singular-values/model/decompose.ts'
import type { Linear, SumsNetwork } from '../../src/arenas/singular-values/model/network.ts'
import { atPrecision } from '../../src/arenas/singular-values/model/quantise.ts'
import { logits } from '../../src/arenas/singular-values/model/reference.ts'
import type { Adapter, Examples, Precision } from '../../src/arenas/singular-values/model/shape.ts'
import { drawSums } from '../../src/arenas/singular-values/model/sums.ts'
import { WasmNet } from '../../src/arenas/singular-values/model/wasm.ts'
import { Decoder } from '../../src/arenas/singular-values/model/wasm/decoder.ts'
import { thinMatrix } from '../../src/arenas/singular-values/model/wasm/unit.ts'
import { readSums, type SumsModel } from '../../src/arenas/singular-values/model/weights.ts'
import { SHIPPED_SUMS, sumsModel } from '../../tests/support/essa-models.ts'
import { drawGenomes, largestGap } from '../../tests/support/essa-members.ts'
import { busy, limit } from '../core.ts'
import { median, ratio, spread } from '../stats.ts'
import { costOf, macsAlone } from './macs.ts'
import { onnxSums } from './onnx.ts'

export interface CpuSettings {
  /** Sizes of populations. */
  readonly members: readonly number[]
  readonly examples: number
  readonly rank: number
  readonly repeats: number
}

/** The model that ships, or random weights of its sizes. */
export function modelFor(rank: number): { readonly model: SumsModel; readonly what: string } {
  const file = new URL('../../public/models/essa-sums.safetensors', import.meta.url)
  const read = existsSync(file) ? readSums(new Uint8Array(readFileSync(file))) : null
  if (read !== null && !read.ok) throw new Error(read.fault.message)
  if (read !== null && read.value.trainings.some((one) => one.rank === rank))
    return { model: read.value, what: 'the model that ships' }
  return { model: sumsModel(SHIPPED_SUMS, [['short', rank]], 1), what: 'random weights of the sizes that ship' }
}

interface Contestant {
  readonly name: string
  /** Logits of members one after another. */
  run(genomes: Float32Array, examples: Examples): Float32Array
  products(): number
}

const shared = (network: SumsNetwork, adapters: readonly Adapter[], precision: Precision): Contestant => {
  const net = new WasmNet(atPrecision(network, precision), adapters)
  return { name: `shared, ${precision}`, run: (genomes, examples) => net.logits(genomes, examples), products: () => net.products } // prettier-ignore
}

/** W0 + B'A' of each member, packed; then the whole network from its first layer on. */
function each(network: SumsNetwork, adapters: readonly Adapter[]): Contestant {
  const engine = new Decoder(network, [])
  const linears = new Map<string, Linear>(
    network.layers.flatMap(({ query, key, value, output }) => [query, key, value, output]).map((linear) => [linear.name, linear]), // prettier-ignore
  )
  const length = genomeLength(adapters)
  return {
    name: 'each made by itself, f32',
    run(genomes, examples) {
      const { vocabulary } = network.shape
      const members = genomes.length / length
      const answers = examples.targets.length / examples.count
      const all = new Float32Array(members * examples.targets.length * vocabulary)
      for (let member = 0; member < members; member++) {
        const values = memberValues(adapters, genomes.subarray(member * length, (member + 1) * length))
        let from = 0
        for (const adapter of adapters) {
          const [a, b, end] = [from, from + adapter.rank, from + 2 * adapter.rank]
          const thin = thinMatrix(adapter, values.subarray(a, b), values.subarray(b, end))
          const { weight, ...rest } = linears.get(adapter.name)!
          engine.replace({ ...rest, weight: { ...weight, values: changed(weight.values, thin, adapter) } })
          from = end
        }
        engine.prepare(examples, 0, examples.count)
        engine.run(new Float32Array(0))
        for (let at = 0; at < examples.targets.length; at++)
          all.set(engine.logits(Math.floor(at / answers), at % answers), (member * examples.targets.length + at) * vocabulary) // prettier-ignore
      }
      return all
    },
    products: () => engine.products,
  }
}

function changed(
  values: Float32Array,
  thin: Float32Array,
  { rank, v: { columns, values: directions } }: Adapter,
): Float32Array {
  // prettier-ignore
  const all = values.slice()
  for (let row = 0; row * columns < all.length; row++)
    for (let i = 0; i < rank; i++) {
      const scale = thin[row * rank + i]!
      for (let column = 0; column < columns; column++)
        all[row * columns + column]! += scale * directions[i * columns + column]!
    }
  return all
}

/** Members with matrices of their own, and those at other precisions, are timed up to here: more would take as long each. */
const MOST_ALONE = 8

/** Something that is timed: so many members at once, or the base model alone. */
interface Entry {
  readonly name: string
  readonly members: number
  run(): unknown
  /** Multiplications with matrices of one run. */
  products(): number
}

export async function benchCpu({ members, examples: count, rank, repeats }: CpuSettings): Promise<void> {
  const { model, what } = modelFor(rank)
  const training = model.trainings.find((training) => training.rank === rank)!
  const adapters = decompose(training.changes, 'factors', 1)
  const examples = drawSums(model.asked, 'train', count, 1)
  const genomes = drawGenomes(adapters, Math.max(MOST_ALONE, ...members), 2).map((offset) => offset / 4)
  const length = genomeLength(adapters)
  const { network } = model
  const [alone, f32, int8, int4] = [each(network, adapters), ...(['f32', 'int8', 'int4'] as const).map((precision) => shared(network, adapters, precision))] as [Contestant, Contestant, Contestant, Contestant] // prettier-ignore
  console.log(`sums, ${what}, rank ${rank}: ${count} examples of 8 tokens, one core; ${length} genes of ${network.layers.length * 4} matrices`) // prettier-ignore

  const few = { count: 4, inputs: examples.inputs.slice(0, 32), targets: examples.targets.slice(0, 12) }
  const oracle = logits(network, adapters, genomes.subarray(0, length), few)
  const largest = oracle.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  for (const contestant of [alone, f32, int8, int4]) {
    const gap = largestGap(contestant.run(genomes.subarray(0, length), few), oracle) / largest
    console.log(`  ${contestant.name}: ${gap.toExponential(1)} of the largest logit from the oracle at f32`)
    if (contestant.name.endsWith('f32') && gap > 1e-4) throw new Error('that is too far')
  }

  const entryOf = (contestant: Contestant, size: number): Entry => {
    const own = genomes.subarray(0, size * length)
    return {
      name: `${contestant.name}: ${size}`,
      members: size,
      run: () => contestant.run(own, examples),
      products: () => contestant.products(),
    }
  }
  const onnx = await onnxSums(network, examples, 1)
  const shape = { members: 1, examples: count, places: 8, answers: 3 }
  let asked = 0
  const peer: Entry = {
    name: 'onnxruntime-web, one thread: the base model',
    members: 1,
    run: () => (asked++, onnx(examples)),
    products: () => asked * macsAlone(costOf(network.shape, []), shape),
  }
  const entries = [
    entryOf(alone, MOST_ALONE),
    peer,
    ...members.map((size) => entryOf(f32, size)),
    ...[int8, int4].map((contestant) => entryOf(contestant, MOST_ALONE)),
  ]

  const limitNow = limit()
  const limits: number[] = []
  const speeds = entries.map(() => [] as number[])
  const rates = entries.map(() => [] as number[])
  for (let repeat = 0; repeat <= repeats; repeat++) {
    if (repeat > 0) limits.push(limitNow())
    for (const [at, entry] of entries.entries()) {
      const [began, before] = [busy(), entry.products()]
      await entry.run()
      const seconds = busy() - began
      // The first round warms up.
      if (repeat === 0) continue
      speeds[at]!.push(entry.members / seconds)
      rates[at]!.push((2 * (entry.products() - before)) / seconds / 1e9)
    }
  }
  const peak = median(limits)
  console.log(`  one core at most: ${peak.toFixed(1)} GFLOP/s of 32-bit floats, without loads and stores`)
  console.log('| engine: members | members/s | spread | x each made by itself, f32 | x onnxruntime-web | G operations/s with matrices | of the floats that a core can |') // prettier-ignore
  console.log('|---|---|---|---|---|---|---|')
  entries.forEach(({ name }, at) => {
    const rate = median(rates[at]!)
    console.log(`| ${name} | ${median(speeds[at]!).toFixed(1)} | ${(100 * spread(speeds[at]!)).toFixed(0)} % | ${ratio(speeds[at]!, speeds[0]!).toFixed(2)} | ${ratio(speeds[at]!, speeds[1]!).toFixed(2)} | ${rate.toFixed(1)} | ${((100 * rate) / peak).toFixed(0)} % |`) // prettier-ignore
  })
}
