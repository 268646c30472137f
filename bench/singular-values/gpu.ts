/**
 * `npm run bench -- singular-values --gpu [--members 1,8,64,256] [--examples N] [--rank N] [--precision f32|f16|int8|int4] [--repeats N]`:
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

/** Milliseconds by the clock, and of the process's own time on all cores: beside other work, a software GPU's clock says little. */
interface Took {
  readonly clock: number
  readonly own: number
}

function watch(): () => Took {
  const [began, ownBegan] = [performance.now(), process.cpuUsage()]
  return () => {
    const { user, system } = process.cpuUsage(ownBegan)
    return { clock: performance.now() - began, own: (user + system) / 1000 }
  }
}

const each = ({ clock, own }: Took, count: number): Took => ({ clock: clock / count, own: own / count })
const sum = (one: Took, other: Took): Took => ({ clock: one.clock + other.clock, own: one.own + other.own })

async function timed<T>(action: () => Promise<T>): Promise<readonly [value: T, took: Took]> {
  const took = watch()
  const value = await action()
  return [value, took()]
}

interface Alone {
  /** A member: running it, and all in all with adding up, packing and sending its matrices. */
  readonly run: Took
  readonly whole: Took
}

/** Members one after another, each with its own matrices, through the same kernels. */
async function oneByOne(gpu: Gpu, network: SumsNetwork, adapters: readonly Adapter[], genomes: readonly Float32Array[], examples: Examples, precision: BenchOptions['precision'], expected: Float32Array | null): Promise<Alone> {
  let run: Took = { clock: 0, own: 0 }
  let whole = run
  for (const [at, genome] of genomes.entries()) {
    const wholeTook = watch()
    const own = known(await createGpuNet(gpu, nodeShaders, atPrecision(addedUp(network, adapters, genome), precision), []))
    const [found, took] = await timed(async () => known(await own.logits(new Float32Array(), examples)))
    own.dispose()
    run = sum(run, took)
    whole = sum(whole, wholeTook())
    if (expected !== null) check(`member ${at} with its own matrices`, found, expected.subarray(at * found.length, (at + 1) * found.length))
  }
  return { run: each(run, genomes.length), whole: each(whole, genomes.length) }
} // prettier-ignore

function check(name: string, found: ArrayLike<number>, expected: ArrayLike<number>): void {
  let most = 0
  for (let i = 0; i < expected.length; i++) most = Math.max(most, Math.abs(found[i]! - expected[i]!))
  if (!(most < APART)) throw new Error(`${name} comes to other numbers: ${most} apart`)
}

/** The base model in onnxruntime-web and on the GPU, members one by one, and a member of each population. */
interface Round {
  readonly onnx: Took
  readonly base: Took
  readonly alone: Alone
  readonly together: readonly Took[]
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
    const together: Took[] = []
    for (const size of members)
      together.push(each(await population(net, genomes.slice(0, size * dimensions), examples), size))
    // The first compiles.
    if (round > 0) rounds.push({ onnx: onnxMs, base: baseMs, alone, together })
  }
  net.dispose()
  base.dispose()
  print({ ...asked.value, examples: count }, examples, adapters, rounds, software)
}

async function population(net: GpuNet, genomes: Float32Array, examples: Examples): Promise<Took> {
  const [found, took] = await timed(() => net.answers(genomes, examples))
  known(found)
  return took
}

function print(
  { members, rank, precision, repeats, examples: count }: BenchOptions,
  { inputs, targets }: Examples,
  adapters: readonly Adapter[],
  rounds: readonly Round[],
  software: boolean,
): void {
  const batchOf = (size: number) => ({ members: size, examples: count!, places: inputs.length / count!, answers: targets.length / count! }) // prettier-ignore
  const cost = costOf(REAL_SUMS, adapters)
  // By the clock on a card; of the process's own time where a program stands in for one.
  const measure = ({ clock, own }: Took) => (software ? own : clock)
  const gflops = (macs: number, ms: readonly number[]) => ((2 * macs) / median(ms) / 1e6).toFixed(2)
  const aSecond = (ms: readonly number[]) => (1000 / median(ms)).toFixed(2)
  console.log(`\n### Sums, rank ${rank}, ${precision}: ${count} examples a member; medians of ${repeats}\n`)
  console.log('| | members/s | members a second of own time | spread | x own matrices (all in all) | x own matrices (running alone) | x onnxruntime-web, base model, one thread | GFLOP/s |\n| --- | --- | --- | --- | --- | --- | --- | --- |') // prettier-ignore
  const ofAll = (of: (round: Round) => Took) => rounds.map((round) => measure(of(round)))
  const [onnx, whole, run] = [ofAll((one) => one.onnx), ofAll((one) => one.alone.whole), ofAll((one) => one.alone.run)]
  const row = (name: string, of: (round: Round) => Took, macs: number) => {
    const took = ofAll(of)
    const [clocks, owns] = [rounds.map((one) => of(one).clock), rounds.map((one) => of(one).own)]
    console.log(`| ${[name, aSecond(clocks), aSecond(owns), `${(100 * spread(took)).toFixed(0)} %`, ratio(whole, took).toFixed(2), ratio(run, took).toFixed(2), ratio(onnx, took).toFixed(2), gflops(macs, took)].join(' | ')} |`) // prettier-ignore
  }
  const alone = macsAlone(cost, batchOf(1))
  row('onnxruntime-web, WebAssembly: the base model', (one) => one.onnx, alone)
  row('ours on the GPU: the base model', (one) => one.base, alone)
  row('one by one, own matrices: all in all', (one) => one.alone.whole, alone)
  row('one by one, own matrices: running alone', (one) => one.alone.run, alone)
  for (const [at, size] of members.entries())
    row(`together, a population of ${size}`, ({ together }) => together[at]!, macsOfPopulation(cost, batchOf(size)) / size) // prettier-ignore
  console.log(`\nRatios and GFLOP/s are by ${software ? "the process's own time, on all cores" : 'the clock'}. GFLOP/s are of what is done, two a multiply-accumulate. "All in all" adds up, packs and sends each member's matrices; "running alone" has them on the GPU already.`) // prettier-ignore
}
