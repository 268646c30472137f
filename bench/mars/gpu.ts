/**
 * The WGSL kernel through Dawn for Node, as the evaluator uses it: battles summed up on the GPU. As a part of `npm run bench -- mars
 * --gpu`, or alone:
 * `npm run bench -- gpu [--world ID] [--kind KIND] [--battles N] [--repeats N] [--bandwidth GB/S] [--full-length]` times every way that
 * battles can be fought, one after another in each repeat, against one core of the CPU on a sample of the same battles.
 */
import { parseArgs } from 'node:util'
import type { GpuBattleEngine, KernelOptions } from '../../src/arenas/core-war/kernel.ts'
import { createGpuBattleEngine } from '../../src/arenas/core-war/kernel.ts'
import type { Way } from '../../src/arenas/core-war/kernel/kind.ts'
import { listed } from '../../src/arenas/core-war/kernel/tournament.ts'
import type { BattleSetup, MarsSettings } from '../../src/arenas/core-war/mars/battle.ts'
import { FastMars } from '../../src/arenas/core-war/mars/fast.ts'
import { WasmMars } from '../../src/arenas/core-war/mars/wasm.ts'
import { createNodeGpu, nodeShaders, restartWithVulkan } from '../../src/cli/node-gpu.ts'
import { median, ratio } from '../stats.ts'
import { battleSets, type BattleSet } from './sets.ts'
import { numberArgument } from '../arguments.ts'

/** Battles at once, by world: enough to fill a large card. */
const BATTLES: Readonly<Record<string, number>> = { nano: 131_072, tiny: 32_768, '94nop': 4096 }
/** Ways that are told apart, where they can be. */
const WAYS: Readonly<Record<string, readonly Way[]>> = {
  nano: ['slices', 'storage', 'local'],
  tiny: ['slices', 'storage'],
}
/** Bytes a step takes from memory when no cache helps: four sectors of 32 bytes. An estimate, not a measurement. */
const BYTES_A_STEP = 128
/** Gigabytes a second of memory, by a part of the adapter's name: as their makers give them. */
const BANDWIDTH: readonly (readonly [RegExp, number])[] = [
  [/H200/, 4800],
  [/H100/, 3350],
  [/A100/, 2039],
  [/RTX 4090/, 1008],
  [/RTX 4070/, 504],
]
/** Battles that one core fights for comparison. */
const SAMPLE = 500

interface Timing {
  readonly seconds: number
  readonly instructions: number
}

async function time(engine: GpuBattleEngine, rules: MarsSettings, setups: readonly BattleSetup[]): Promise<Timing> {
  const began = performance.now()
  const tallies = await engine.tally(rules, listed(setups), { keepsLives: false })
  const seconds = (performance.now() - began) / 1000
  return { seconds, instructions: tallies.reduce((sum, tally) => sum + tally.instructions, 0) }
}

function line(name: string, count: number, { seconds, instructions }: Timing, bandwidth: number | null): string {
  const rate = instructions / seconds
  const needed = (rate * BYTES_A_STEP) / 1e9
  const share = bandwidth === null ? '' : `, ${((100 * needed) / bandwidth).toFixed(1)} % of the card's ${bandwidth}`
  return `GPU (${name}): ${(rate / 1e6).toFixed(0)} M instructions/s, ${(count / seconds).toFixed(0)} battles/s, ${count} battles; ${needed.toFixed(1)} GB/s if nothing were cached (${BYTES_A_STEP} B a step, estimated)${share}`
}

const bandwidthOf = (label: string, given: string | undefined): number | null =>
  given !== undefined
    ? numberArgument('bandwidth', given, { most: 1e5, whole: false })
    : (BANDWIDTH.find(([name]) => name.test(label))?.[1] ?? null)

const repeated = (setups: readonly BattleSetup[], count: number) =>
  Array.from({ length: count }, (_, at) => setups[at % setups.length]!)

/** A function that measures a set and tells it in a line; a sentence instead where there is no GPU. */
export async function gpu(): Promise<(set: BattleSet) => Promise<string>> {
  restartWithVulkan()
  const found = await createNodeGpu()
  if (!found.ok) return () => Promise.resolve(`\nGPU: ${found.fault.message}`)
  const engine = await createGpuBattleEngine(found.value, nodeShaders)
  if (!engine.ok) return () => Promise.resolve(`\nGPU: ${engine.fault.message}`)
  return async (set) => {
    const setups = repeated(set.setups, BATTLES[set.world] ?? 4096)
    await time(engine.value, set.rules, setups)
    const timing = await time(engine.value, set.rules, setups)
    return `\n${line(found.value.label, setups.length, timing, bandwidthOf(found.value.label, undefined))}`
  }
}

/** Those battles of a set that nobody loses: all cycles of both. */
function fullLength({ rules, setups }: BattleSet): BattleSetup[] {
  const machine = new FastMars(rules)
  return setups.filter((setup) => machine.fight(setup) === 2 * rules.maxCycles)
}

export async function bench(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      world: { type: 'string', default: 'nano' },
      kind: { type: 'string', default: 'hand-written' },
      battles: { type: 'string' },
      repeats: { type: 'string', default: '5' },
      bandwidth: { type: 'string' },
      'full-length': { type: 'boolean', default: false },
    },
  })
  restartWithVulkan()
  const found = await createNodeGpu()
  if (!found.ok) throw new Error(found.fault.message)
  const { label } = found.value
  const world = values['full-length'] ? '94nop' : values.world
  const [set] = battleSets(world, values.kind)
  if (set === undefined) throw new Error(`there are no warriors ${values.kind} in ${world}`)
  const pool = values['full-length'] ? fullLength(set) : set.setups
  const setups = repeated(pool, numberArgument('battles', values.battles ?? String(BATTLES[world] ?? 4096)))
  const engineOf = async (options: KernelOptions) => {
    const engine = await createGpuBattleEngine(found.value, nodeShaders, options)
    if (!engine.ok) throw new Error(engine.fault.message)
    return engine.value
  }
  const ways = await Promise.all(
    (WAYS[world] ?? ['slices']).map(async (way) => ({
      way,
      engine: await engineOf({ way }),
      seconds: [] as number[],
      instructions: 0,
    })),
  )
  const cpu: number[] = []
  const machine = new WasmMars(set.rules)
  const sample = setups.slice(0, SAMPLE)
  machine.prepare(sample, true)
  for (let round = 0; round <= numberArgument('repeats', values.repeats); round++) {
    const began = performance.now()
    for (const setup of sample) machine.run(setup)
    const core = ((performance.now() - began) / 1000) * (setups.length / sample.length)
    for (const one of ways) {
      const { seconds, instructions } = await time(one.engine, set.rules, setups)
      one.instructions = instructions
      if (round > 0) one.seconds.push(seconds)
    }
    // The first round compiles.
    if (round > 0) cpu.push(core)
  }
  console.log(`${world}, ${values.kind}${values['full-length'] ? `, ${pool.length} different battles of all ${set.rules.maxCycles} cycles` : ''}, on ${label}`) // prettier-ignore
  for (const { way, seconds, instructions } of ways) {
    const timing = { seconds: median(seconds), instructions }
    console.log(
      `${line(way, setups.length, timing, bandwidthOf(label, values.bandwidth))}; x ${ratio(cpu, seconds).toFixed(2)} one core of the CPU`,
    )
  }
}
