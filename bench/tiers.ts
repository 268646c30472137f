/**
 * `npm run bench -- tiers [--members N] [--pictures N] [--examples N] [--repeats N]`: the WGSL engines with and without what this device has
 * beyond the base line, on the models that ship, one after another in each repeat. The first, untimed round sees how far apart their
 * numbers lie.
 */
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { createGpuSampler } from '../src/arenas/diffusion-cache/kernel/sampler.ts'
import { noiseOf } from '../src/arenas/diffusion-cache/model/sampler.ts'
import { readDit } from '../src/arenas/diffusion-cache/model/weights.ts'
import { drawCaptions } from '../src/arenas/diffusion-cache/environment.ts'
import { createGpuNet } from '../src/arenas/singular-values/kernel/net.ts'
import { decompose, genomeLength } from '../src/arenas/singular-values/model/decompose.ts'
import { atPrecision } from '../src/arenas/singular-values/model/quantise.ts'
import type { Precision } from '../src/arenas/singular-values/model/shape.ts'
import { drawSums } from '../src/arenas/singular-values/model/sums.ts'
import { readSums } from '../src/arenas/singular-values/model/weights.ts'
import { createNodeGpu, nodeShaders, restartWithVulkan } from '../src/cli/node-gpu.ts'
import type { Result } from '../src/core/result.ts'
import type { Gpu } from '../src/gpu/device.ts'
import { PLAIN, tiersText, type Tiers } from '../src/gpu/tiers.ts'
import { drawGenomes, largestGap } from '../tests/support/essa-members.ts'
import { numberArgument } from './arguments.ts'
import { generation } from './diffusion/population.ts'
import { median, ratio, spread } from './stats.ts'

function known<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(result.fault.message)
  return result.value
}

const file = (name: string) => readFileSync(new URL(`../public/models/${name}.safetensors`, import.meta.url))

/** Work that comes to numbers, on a device as it is given. */
interface Task {
  readonly name: string
  on(gpu: Gpu): Promise<() => Promise<Float32Array>>
}

function schedules(members: number, pictures: number): Task {
  const weights = known(readDit(file('shapes-dit')))
  const all = generation({ steps: 12, blocks: weights.shape.blocks }, members, 1)
  const request = { captions: drawCaptions('seen', pictures, 1), noise: noiseOf(1, pictures), guidance: 3 }
  return {
    name: `diffusion cache: ${members} schedules, pictures of each: ${pictures}`,
    async on(gpu) {
      const sampler = known(await createGpuSampler(gpu, nodeShaders, weights))
      return async () => known(await sampler.sample(all, request)).pictures
    },
  }
}

function sums(members: number, examples: number, precision: Precision): Task {
  const model = known(readSums(file('essa-sums')))
  const training = model.trainings.find(({ warmth }) => warmth === 'short')!
  const adapters = decompose(training.changes, 'factors', 1)
  const network = atPrecision(model.network, precision)
  const asked = drawSums(model.asked, 'train', examples, 1)
  const genomes = drawGenomes(adapters, members, 2).map((offset) => offset / 4)
  return {
    name: `singular values, ${precision}: ${members} members of ${genomeLength(adapters)} genes, examples: ${examples}`,
    async on(gpu) {
      const net = known(await createGpuNet(gpu, nodeShaders, network, adapters))
      return async () => known(await net.logits(genomes, asked))
    },
  }
}

/** Milliseconds: by the clock on a card, of the process's own time where a program stands in for one. */
async function timed(software: boolean, action: () => Promise<unknown>): Promise<number> {
  const [began, own] = [performance.now(), process.cpuUsage()]
  await action()
  const { user, system } = process.cpuUsage(own)
  return software ? (user + system) / 1000 : performance.now() - began
}

async function compare(gpu: Gpu, { name, on }: Task, tiers: readonly Tiers[], repeats: number): Promise<void> {
  const runs: (() => Promise<Float32Array>)[] = []
  for (const one of tiers) runs.push(await on({ ...gpu, tiers: one }))
  const times = tiers.map((): number[] => [])
  let base: Float32Array | null = null
  const apart: number[] = []
  for (const run of runs) {
    const found = await run()
    apart.push(largestGap(found, (base ??= found)))
  }
  for (let repeat = 0; repeat < repeats; repeat++)
    for (const [at, run] of runs.entries()) times[at]!.push(await timed(gpu.software, run))
  console.log(`\n### ${name}\n\n| | ms | spread | x the base line | numbers apart from the base line |\n| --- | --- | --- | --- | --- |`) // prettier-ignore
  for (const [at, one] of tiers.entries()) {
    const own = times[at]!
    console.log(`| ${[tiersText(one) || 'base line', median(own).toFixed(0), `${(100 * spread(own)).toFixed(0)} %`, ratio(times[0]!, own).toFixed(2), at === 0 ? '' : apart[at] === 0 ? 'none' : `up to ${apart[at]!.toExponential(1)}`].join(' | ')} |`) // prettier-ignore
  }
}

export async function bench(args: readonly string[]): Promise<void> {
  const text = { type: 'string' } as const
  const { values } = parseArgs({ args: [...args], options: { members: text, pictures: text, examples: text, repeats: { ...text, default: '5' } } }) // prettier-ignore
  restartWithVulkan()
  const gpu = known(await createNodeGpu())
  const count = (name: 'members' | 'pictures' | 'examples', software: string, card: string) =>
    numberArgument(name, values[name] ?? (gpu.software ? software : card), { most: 4096 })
  const [members, pictures, examples] = [count('members', '4', '24'), count('pictures', '1', '16'), count('examples', '8', '100')] // prettier-ignore
  const repeats = numberArgument('repeats', values.repeats)
  console.log(`${gpu.label}${gpu.software ? " (a program that stands in for a graphics card; times are the process's own)" : ''}, Node ${process.version}; subgroups of ${gpu.tiers.subgroups || 'no'} threads at least`) // prettier-ignore
  const { subgroups } = gpu.tiers
  const tiers = [PLAIN, ...(subgroups > 0 ? [{ ...PLAIN, subgroups }] : []), { ...PLAIN, halves: true }, ...(subgroups > 0 ? [{ subgroups, halves: true }] : [])] // prettier-ignore
  for (const task of [schedules(members, pictures), sums(members, examples, 'f16'), sums(members, examples, 'int8')])
    await compare(gpu, task, tiers, repeats)
}
