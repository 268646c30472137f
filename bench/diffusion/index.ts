/**
 * `npm run bench -- diffusion [--members N] [--pictures N] [--steps N] [--repeats N] [--schedules N]`: how many pictures a second the
 * GPU samples under a whole generation of schedules, what of that is due to sampling them together, how that compares with the CPU and
 * with onnxruntime-web, and whether a cheaper schedule takes less time. Where the weights are not there, random ones of their size stand in: time does not depend on them.
 */
import { availableParallelism, cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { createGpuSampler, type GpuSampler } from '../../src/arenas/diffusion-cache/kernel/sampler.ts'
import { SLOTS, type DitWeights } from '../../src/arenas/diffusion-cache/model/shape.ts'
import { WasmSampler } from '../../src/arenas/diffusion-cache/model/wasm.ts'
import { fullSchedule, type Schedule, type ScheduleShape } from '../../src/arenas/diffusion-cache/schedule.ts'
import { createNodeGpu, nodeShaders, restartWithVulkan } from '../../src/cli/node-gpu.ts'
import { randomDit, randomRequest, REAL } from '../../tests/support/shapes-dit.ts'
import { median, pearson, ratio, spread } from '../stats.ts'
import { onnxSampler } from './onnx.ts'
import { generation, macsOfPlan, macsOfSchedule, ofEveryCost } from './population.ts'
import { numberArgument } from '../arguments.ts'

type Request = ReturnType<typeof randomRequest>

async function timed(sampler: GpuSampler, schedules: readonly Schedule[], request: Request) {
  const done = await sampler.sample(schedules, request)
  if (!done.ok) throw new Error(done.fault.message)
  return done.value
}

/** Pictures of engines may lie so far apart: sums of 32 bits in different orders. */
const APART = 1e-3

/** The full schedule on the GPU, in our WebAssembly and in onnxruntime-web, one after another in each repeat. */
async function peers(gpu: GpuSampler, weights: DitWeights, request: Request, of: ScheduleShape, repeats: number) {
  const full = fullSchedule(of)
  const pictures = request.captions.length / SLOTS
  const wasm = new WasmSampler(weights)
  const onnx = await onnxSampler(weights, pictures, 1)
  const contestants: readonly (readonly [string, () => Promise<Float32Array>])[] = [
    ['onnxruntime-web, WebAssembly, one thread', () => onnx(request, of.steps)],
    ['ours, WebAssembly, one core', () => Promise.resolve(wasm.sample(full, { ...request }))],
    ['ours, on the GPU', async () => (await timed(gpu, [full], request)).pictures],
  ]
  const clocks = contestants.map((): number[] => [])
  const owns = contestants.map((): number[] => [])
  let expected: Float32Array | null = null
  for (let round = 0; round <= repeats; round++)
    for (const [at, [name, sample]] of contestants.entries()) {
      const [began, ownBegan] = [performance.now(), process.cpuUsage()]
      const found = await sample()
      const { user, system } = process.cpuUsage(ownBegan)
      const known = (expected ??= found)
      const apart = found.reduce((most: number, value, i) => Math.max(most, Math.abs(value - known[i]!)), 0)
      if (!(apart < APART)) throw new Error(`${name} comes to other pictures: ${apart} apart`)
      // The first round compiles.
      if (round === 0) continue
      clocks[at]!.push(performance.now() - began)
      owns[at]!.push((user + system) / 1000)
    }
  console.log(
    `\n### Everything computed: ${pictures} pictures at once, ${of.steps} steps, guided; ${repeats} repeats\n`,
  )
  console.log('| | pictures/s | spread | x onnxruntime-web | pictures a second of own time | x onnxruntime-web |\n| --- | --- | --- | --- | --- | --- |') // prettier-ignore
  const speed = (ms: readonly number[]) => ((1000 * pictures) / median(ms)).toFixed(1)
  for (const [at, [name]] of contestants.entries()) {
    const [clock, own] = [clocks[at]!, owns[at]!]
    console.log(`| ${[name, speed(clock), `${(100 * spread(clock)).toFixed(0)} %`, ratio(clocks[0]!, clock).toFixed(2), speed(own), ratio(owns[0]!, own).toFixed(2)].join(' | ')} |`) // prettier-ignore
  }
}

export async function bench(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      members: { type: 'string' },
      pictures: { type: 'string' },
      steps: { type: 'string', default: '12' },
      repeats: { type: 'string', default: '3' },
      schedules: { type: 'string', default: '20' },
    },
  })
  restartWithVulkan()
  const gpu = await createNodeGpu()
  if (!gpu.ok) throw new Error(gpu.fault.message)
  const { label, software } = gpu.value
  console.log(`${label}${software ? ' (a program that stands in for a graphics card)' : ''}; ${cpus()[0]?.model ?? 'unknown processor'}, ${availableParallelism()} cores, Node ${process.version}, ${new Date().toISOString().slice(0, 10)}`) // prettier-ignore
  const weights = randomDit(REAL, 1)
  const { shape } = weights
  const made = await createGpuSampler(gpu.value, nodeShaders, weights)
  if (!made.ok) throw new Error(made.fault.message)
  const of = { steps: numberArgument('steps', values.steps, { most: 20 }), blocks: shape.blocks }
  const repeats = numberArgument('repeats', values.repeats)
  const size = numberArgument('members', values.members ?? (software ? '8' : '24'), { most: 4096 })
  const pictures = numberArgument('pictures', values.pictures ?? (software ? '1' : '16'), { most: 4096 })
  const request = randomRequest(pictures, 3, 1)

  const members = generation(of, size, 1)
  const alone = members.reduce((sum, one) => sum + macsOfSchedule(shape, one), 0)
  const shared = macsOfPlan(shape, members)
  const [together, apart]: [number[], number[]] = [[], []]
  await timed(made.value, members, request)
  for (let round = 0; round < repeats; round++) {
    const whole = await timed(made.value, members, request)
    together.push(whole.ms)
    let sum = 0
    for (const [at, member] of members.entries()) {
      const one = await timed(made.value, [member], request)
      const expected = whole.pictures.subarray(at * request.noise.length, (at + 1) * request.noise.length)
      if (one.pictures.some((value, i) => value !== expected[i])) throw new Error(`member ${at} comes to other pictures alone than together`) // prettier-ignore
      sum += one.ms
    }
    apart.push(sum)
  }
  const row = (name: string, ms: readonly number[], macs: number) =>
    `| ${[name, ((1000 * size * pictures) / median(ms)).toFixed(1), `${(100 * spread(ms)).toFixed(0)} %`, ((2 * macs * pictures) / median(ms) / 1e6).toFixed(2)].join(' | ')} |` // prettier-ignore
  console.log(`\n### A generation: ${size} schedules, ${pictures} pictures each, ${of.steps} steps, guided\n`)
  console.log('| | pictures/s | spread | GFLOP/s |\n| --- | --- | --- | --- |')
  console.log(row('together', together, shared))
  console.log(row('one by one', apart, alone))
  console.log(`\nTogether is ${ratio(apart, together).toFixed(2)} times as fast; ${(100 - (100 * shared) / alone).toFixed(0)} % of the work is common to several and done once.`) // prettier-ignore

  await peers(made.value, weights, request, of, repeats)

  const many = ofEveryCost(of, numberArgument('schedules', values.schedules), 2)
  const times = many.map((): number[] => [])
  const owns = many.map((): number[] => [])
  for (let round = 0; round < repeats; round++)
    for (const [at, schedule] of many.entries()) {
      const began = process.cpuUsage()
      times[at]!.push((await timed(made.value, [schedule], request)).ms)
      const { user, system } = process.cpuUsage(began)
      owns[at]!.push((user + system) / 1000)
    }
  const macs = many.map((one) => macsOfSchedule(shape, one) * pictures)
  const [ms, own] = [times.map(median), owns.map(median)]
  console.log(`\n### Time against modelled work: ${many.length} schedules, each alone, medians of ${repeats}\n`)
  console.log('| M multiply-accumulates | ms | own ms |\n| --- | --- | --- |')
  for (const [at, work] of macs.entries())
    console.log(`| ${(work / 1e6).toFixed(0)} | ${ms[at]!.toFixed(1)} | ${own[at]!.toFixed(1)} |`)
  console.log(
    `\nPearson's r = ${pearson(macs, ms).toFixed(4)}${software ? `; ${pearson(macs, own).toFixed(4)} of the process's own time` : ''}`,
  )
}
