/**
 * `npm run bench -- singular-values [--members 1,8,64,256] [--examples N] [--rank N] [--precision f32|f16|int8|int4] [--repeats N]`:
 * how many members a second the GPU evaluates on the sums transformer, by size of the population; what of that is due to running them
 * as one, against members one by one with their matrices added up; and how it compares with onnxruntime-web, which runs the base model.
 * Random weights of the model's size stand in for it: time does not depend on them.
 */
import { availableParallelism, cpus } from 'node:os'
import { createGpuNet, type GpuNet } from '../../src/arenas/singular-values/kernel/net.ts'
import { genomeLength, materialised, memberValues } from '../../src/arenas/singular-values/model/decompose.ts'
import { withLinears, type SumsNetwork } from '../../src/arenas/singular-values/model/network.ts'
import { atPrecision } from '../../src/arenas/singular-values/model/quantise.ts'
import type { Adapter, Examples } from '../../src/arenas/singular-values/model/shape.ts'
import { createNodeGpu, nodeShaders, restartWithVulkan } from '../../src/cli/node-gpu.ts'
import type { Gpu } from '../../src/gpu/device.ts'
import {
  randomAdapters,
  randomExamples,
  randomGenomes,
  randomSums,
  REAL_SUMS,
} from '../../tests/support/random-nets.ts'
import { median, ratio, spread } from '../stats.ts'
import { costOf, macsAlone, macsOfPopulation } from './macs.ts'
import { onnxSums } from './onnx.ts'
import { optionsOf, type BenchOptions } from './options.ts'

/** Logits of engines may lie so far apart at `f32`: sums of 32 bits in different orders. */
const APART = 1e-3
/** Members with matrices of their own are timed up to here; more would take as long each. */
const MOST_ALONE = 8

/** W0 + B A, rounded once, with nothing left to adapt. */
function addedUp(network: SumsNetwork, adapters: readonly Adapter[], genome: Float32Array): SumsNetwork {
  const values = memberValues(adapters, genome)
  let at = 0
  const changes = new Map(
    adapters.map((adapter) => {
      const { rank } = adapter
      at += 2 * rank
      return [adapter.name, materialised(adapter, values.subarray(at - 2 * rank, at - rank), values.subarray(at - rank, at))] // prettier-ignore
    }),
  )
  return withLinears(network, 'f32', (linear) => {
    const change = changes.get(linear.name)
    if (change === undefined) return linear
    const { rows, columns, values: weights } = linear.weight
    return { ...linear, weight: { rows, columns, values: weights.map((value, i) => value + change[i]!), quantised: null } } // prettier-ignore
  }) as SumsNetwork
}

function known<T>(result: { readonly ok: true; readonly value: T } | { readonly ok: false; readonly fault: { readonly message: string } }): T {
  if (!result.ok) throw new Error(result.fault.message)
  return result.value
} // prettier-ignore

async function timed<T>(action: () => Promise<T>): Promise<readonly [value: T, ms: number]> {
  const began = performance.now()
  const value = await action()
  return [value, performance.now() - began]
}

interface Alone {
  /** Milliseconds a member: running it, and all in all with adding up, packing and sending its matrices. */
  readonly run: number
  readonly whole: number
}

/** Members one after another, each with its own matrices, through the same kernels. */
async function oneByOne(gpu: Gpu, network: SumsNetwork, adapters: readonly Adapter[], genomes: readonly Float32Array[], examples: Examples, precision: BenchOptions['precision'], expected: Float32Array | null): Promise<Alone> {
  let [run, whole] = [0, 0]
  for (const [at, genome] of genomes.entries()) {
    const began = performance.now()
    const own = known(await createGpuNet(gpu, nodeShaders, atPrecision(addedUp(network, adapters, genome), precision), []))
    const made = performance.now()
    const found = known(await own.logits(new Float32Array(), examples))
    const ended = performance.now()
    own.dispose()
    run += ended - made
    whole += ended - began
    if (expected !== null) check(`member ${at} with its own matrices`, found, expected.subarray(at * found.length, (at + 1) * found.length))
  }
  return { run: run / genomes.length, whole: whole / genomes.length }
} // prettier-ignore

function check(name: string, found: ArrayLike<number>, expected: ArrayLike<number>): void {
  let most = 0
  for (let i = 0; i < expected.length; i++) most = Math.max(most, Math.abs(found[i]! - expected[i]!))
  if (!(most < APART)) throw new Error(`${name} comes to other numbers: ${most} apart`)
}

/** Milliseconds of the base model in onnxruntime-web and on the GPU, and of a population with as many matrices of their own as are timed. */
interface Round {
  readonly onnx: number
  readonly base: number
  readonly alone: Alone
  readonly together: readonly number[]
}

export async function bench(args: readonly string[]): Promise<void> {
  const asked = optionsOf(args)
  if (!asked.ok) {
    console.error(asked.fault.message)
    process.exit(2)
  }
  restartWithVulkan()
  const gpu = known(await createNodeGpu())
  const { label, software } = gpu
  const { members, rank, precision, repeats } = asked.value
  const count = asked.value.examples ?? (software ? 4 : 100)
  console.log(`${label}${software ? ' (a program that stands in for a graphics card: only ratios mean something)' : ''}; ${cpus()[0]?.model ?? 'unknown processor'}, ${availableParallelism()} cores, Node ${process.version}`) // prettier-ignore

  const network = randomSums(REAL_SUMS, 1)
  const adapters = randomAdapters(network, { rank })
  const dimensions = genomeLength(adapters)
  const examples = randomExamples(network, count, 2, REAL_SUMS.context)
  const genomes = randomGenomes(adapters, Math.max(...members), 3)
  const memberAt = (at: number) => genomes.subarray(at * dimensions, (at + 1) * dimensions)
  const some = Array.from({ length: Math.min(MOST_ALONE, Math.max(...members)) }, (_, at) => memberAt(at))
  const net = known(await createGpuNet(gpu, nodeShaders, atPrecision(network, precision), adapters))
  const base = known(await createGpuNet(gpu, nodeShaders, atPrecision(network, precision), []))
  const onnx = await onnxSums(network, examples, 1)

  const rounds: Round[] = []
  for (let round = 0; round <= repeats; round++) {
    const [theirs, onnxMs] = await timed(() => onnx(examples))
    const [ours, baseMs] = await timed(() => base.logits(new Float32Array(), examples))
    if (precision === 'f32') check('onnxruntime-web', theirs, known(ours))
    const expected = precision === 'f32' ? known(await net.logits(genomes.slice(0, some.length * dimensions), examples)) : null // prettier-ignore
    const alone = await oneByOne(gpu, network, adapters, some, examples, precision, expected)
    const together: number[] = []
    for (const size of members) together.push(await population(net, genomes.slice(0, size * dimensions), examples))
    // The first compiles.
    if (round > 0) rounds.push({ onnx: onnxMs, base: baseMs, alone, together })
  }
  net.dispose()
  base.dispose()
  print({ ...asked.value, examples: count }, examples, adapters, rounds)
}

async function population(net: GpuNet, genomes: Float32Array, examples: Examples): Promise<number> {
  const [found, ms] = await timed(() => net.answers(genomes, examples))
  known(found)
  return ms
}

function print(
  { members, rank, precision, repeats, examples: count }: BenchOptions,
  { inputs, targets }: Examples,
  adapters: readonly Adapter[],
  rounds: readonly Round[],
): void {
  const batchOf = (size: number) => ({ members: size, examples: count!, places: inputs.length / count!, answers: targets.length / count! }) // prettier-ignore
  const cost = costOf(REAL_SUMS, adapters)
  const gflops = (macs: number, ms: readonly number[]) => ((2 * macs) / median(ms) / 1e6).toFixed(2)
  const aSecond = (each: readonly number[]) => (1000 / median(each)).toFixed(2)
  console.log(`\n### Sums, rank ${rank}, ${precision}: ${count} examples a member; medians of ${repeats}\n`)
  console.log('| | members/s | spread | x own matrices (all in all) | x own matrices (running alone) | x onnxruntime-web, base model, one thread | GFLOP/s |\n| --- | --- | --- | --- | --- | --- | --- |') // prettier-ignore
  const [onnx, whole, run] = [(one: Round) => one.onnx, (one: Round) => one.alone.whole, (one: Round) => one.alone.run].map((of) => rounds.map(of)) as [number[], number[], number[]] // prettier-ignore
  /** Of milliseconds a member, round by round. */
  const row = (name: string, each: readonly number[], macs: number) =>
    `| ${[name, aSecond(each), `${(100 * spread(each)).toFixed(0)} %`, ratio(whole, each).toFixed(2), ratio(run, each).toFixed(2), ratio(onnx, each).toFixed(2), gflops(macs, each)].join(' | ')} |` // prettier-ignore
  const alone = macsAlone(cost, batchOf(1))
  console.log(row('onnxruntime-web, WebAssembly: the base model', onnx, alone))
  console.log(row('ours on the GPU: the base model', rounds.map((one) => one.base), alone)) // prettier-ignore
  console.log(row('one by one, own matrices: all in all', whole, alone))
  console.log(row('one by one, own matrices: running alone', run, alone))
  for (const [at, size] of members.entries())
    console.log(row(`together, a population of ${size}`, rounds.map(({ together }) => together[at]! / size), macsOfPopulation(cost, batchOf(size)) / size)) // prettier-ignore
  console.log(`\nGFLOP/s are of what is done, two a multiply-accumulate. "All in all" adds up, packs and sends each member's matrices; "running alone" has them on the GPU already.`) // prettier-ignore
}
