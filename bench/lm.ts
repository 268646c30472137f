/**
 * `npm run bench -- lm [--repeats N] [--children N] [--world ID] [--gpu]`: how many children a second our embedded language models
 * write, by engine and kind of prompt. All write the same children, one engine after another in each repeat; the first, untimed round
 * sees that the texts are equal. Where a world's weights are not shipped, random ones of its sizes stand in.
 */
import { existsSync, readFileSync } from 'node:fs'
import { availableParallelism, cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { redcodeDialect, type RedcodeDialect } from '../src/arenas/core-war/dialect/redcode.ts'
import { PRESETS } from '../src/arenas/core-war/options.ts'
import { panelOf } from '../src/arenas/core-war/panel.ts'
import type { Options } from '../src/core/options.ts'
import { createNodeGpu, nodeShaders, restartWithVulkan } from '../src/cli/node-gpu.ts'
import type { WritingPlan } from '../src/llm/dialect.ts'
import { GpuWriter } from '../src/llm/transformer/gpu.ts'
import { Oracle } from '../src/llm/transformer/oracle.ts'
import type { Writing } from '../src/llm/transformer/sequence.ts'
import { WasmNetwork } from '../src/llm/transformer/wasm.ts'
import { readWeights, type Weights } from '../src/llm/transformer/weights.ts'
import { CpuWriter, type Writer } from '../src/llm/transformer/writer.ts'
import { randomWeights } from '../tests/support/tiny-models.ts'
import { busy, limit } from './core.ts'
import { median, ratio, spread } from './stats.ts'
import { numberArgument } from './arguments.ts'

const never = new AbortController().signal
const KINDS = ['write', 'mutate', 'resample'] as const
/** The oracle is there to be right, not fast: it writes so many. */
const ORACLE_CHILDREN = 8
/** Texts in hand on the CPU, as in src/llm/embedded/engines.ts. */
const SLOTS = 16

interface Contestant {
  readonly name: string
  readonly children: number
  readonly writer: Writer
  /** Floating point operations with weights of the last call, where they are counted. */
  operations?(): number
}

function weightsFor(world: string, { vocabulary, context }: RedcodeDialect): { weights: Weights; what: string } {
  const file = new URL(`../public/models/redcode-${world}.safetensors`, import.meta.url)
  if (existsSync(file)) {
    const read = readWeights(new Uint8Array(readFileSync(file)))
    if (!read.ok) throw new Error(read.fault.message)
    return { weights: read.value, what: 'the weights that are shipped' }
  }
  const shape = { vocabulary, context, width: 64, layers: 3, heads: 4, hidden: 256 }
  return { weights: randomWeights(shape, 1), what: 'random weights' }
}

function planFor(kind: (typeof KINDS)[number], dialect: RedcodeDialect, options: Options, seed: number): WritingPlan {
  const panel = panelOf(options)
  const parent = panel[seed % panel.length]!.program
  if (kind === 'write') return dialect.write(5)
  return kind === 'mutate' ? dialect.mutate(5, parent) : dialect.resample(5, parent, seed)
}

export async function bench(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      repeats: { type: 'string', default: '5' },
      children: { type: 'string', default: '256' },
      world: { type: 'string' },
      gpu: { type: 'boolean', default: false },
    },
  })
  if (values.gpu) restartWithVulkan()
  const gpu = values.gpu ? await createNodeGpu() : null
  if (gpu !== null && !gpu.ok) throw new Error(gpu.fault.message)
  const limitNow = limit()
  console.log(`${cpus()[0]?.model ?? 'unknown processor'}, ${availableParallelism()} cores, Node ${process.version}, ${new Date().toISOString().slice(0, 10)}`) // prettier-ignore
  if (gpu === null) console.log('The GPU is left out: --gpu measures it too.')
  for (const { id, options } of PRESETS.filter((one) =>
    values.world === undefined ? ['nano', 'tiny'].includes(one.id) : one.id === values.world,
  )) {
    const dialect = redcodeDialect(options)
    const { weights, what } = weightsFor(id, dialect)
    for (const kind of KINDS) {
      const count = numberArgument('children', values.children)
      const writings = Array.from({ length: count }, (_, seed): Writing => {
        const plan = planFor(kind, dialect, options, seed)
        return { plan, temperature: 0.7, seed, most: plan.most }
      })
      const network = new WasmNetwork(weights, SLOTS)
      const contestants: Contestant[] = [
        { name: 'oracle', children: ORACLE_CHILDREN, writer: new CpuWriter(new Oracle(weights, ORACLE_CHILDREN)) },
        { name: 'WebAssembly, one core', children: count, writer: new CpuWriter(network), operations: () => 2 * network.products },
      ] // prettier-ignore
      if (gpu !== null) {
        const made = await GpuWriter.create(gpu.value, nodeShaders, weights)
        if (!made.ok) throw new Error(made.fault.message)
        contestants.push({ name: gpu.value.label, children: count, writer: made.value })
      }
      const rows = contestants.map((one) => ({ ...one, clock: [] as number[], own: [] as number[], speeds: [] as number[] })) // prettier-ignore
      const limits: number[] = []
      let texts: string[] = []
      for (let round = 0; round <= numberArgument('repeats', values.repeats); round++) {
        // Beside the others: a neighbour on the same core halves it for all.
        if (round > 0) limits.push(limitNow())
        for (const row of rows) {
          network.products = 0
          const [began, busyBefore] = [performance.now(), busy()]
          const written = await row.writer.write(dialect, writings.slice(0, row.children), () => undefined, never)
          const [clock, own] = [(performance.now() - began) / 1000, busy() - busyBefore]
          const found = written.map(({ answer }) => answer.join(' '))
          if (found.length > texts.length) texts = [...texts, ...found.slice(texts.length)]
          const differing = found.filter((text, at) => text !== texts[at]).length
          if (differing > 0) throw new Error(`${row.name} writes ${differing} of ${found.length} texts otherwise`)
          // The first round compiles.
          if (round === 0) continue
          row.clock.push(row.children / clock)
          row.own.push(row.children / own)
          if (row.operations !== undefined) row.speeds.push(row.operations() / own / 1e9)
        }
      }
      console.log(
        `\n### ${id}, ${kind}: ${count} children, ${what}; one core at most ${median(limits).toFixed(1)} GFLOP/s\n`,
      )
      console.log('| | children/s | spread | children a second of the core | x oracle | GFLOP/s | of the limit |\n| --- | --- | --- | --- | --- | --- | --- |') // prettier-ignore
      for (const { name, clock, own, speeds } of rows) {
        const flops = speeds.length === 0 ? ['', ''] : [median(speeds).toFixed(1), `${(100 * ratio(speeds, limits)).toFixed(0)} %`] // prettier-ignore
        console.log(`| ${[name, median(clock).toFixed(0), `${(100 * spread(clock)).toFixed(0)} %`, median(own).toFixed(0), ratio(own, rows[0]!.own).toFixed(0), ...flops].join(' | ')} |`) // prettier-ignore
      }
    }
  }
}
