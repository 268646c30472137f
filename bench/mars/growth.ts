/**
 * `npm run bench -- growth`: does time grow as the work does? One thread. Each table changes one thing; the last column is time
 * a unit of work against the first row, which should stay at 1 or fall.
 */
import type { BattleSetup, MarsSettings } from '../../src/arenas/core-war/mars/battle.ts'
import { WasmMars } from '../../src/arenas/core-war/mars/wasm.ts'
import { warriorEvaluator } from '../../src/arenas/core-war/evaluate.ts'
import { battlePlan } from '../../src/arenas/core-war/environment.ts'
import { encodeWarrior } from '../../src/arenas/core-war/genome.ts'
import { PRESETS, rulesOf } from '../../src/arenas/core-war/options.ts'
import type { Program } from '../../src/arenas/core-war/redcode/instruction.ts'
import { batchOf } from '../../src/core/batch.ts'
import type { Options } from '../../src/core/options.ts'
import { median } from '../stats.ts'
import { survivorsOf } from './sets.ts'

const REPEATS = 5
const LEAST_INSTRUCTIONS = 20_000_000
/** What Digital Red Queen's simulator does on one thread, instructions a second: read from its repository's own account. */
const DRQ_PER_SECOND = 50_000

interface Line {
  readonly what: string
  readonly seconds: number
  readonly instructions: number
  readonly megabytes: number
}

export function bench(): Promise<void> {
  const tiny = optionsOf('tiny')
  print('population, tiny, 8 opponents, 1 round', [16, 64, 256, 1024, 4096].map((size) => population(size, { ...tiny, rounds: 1 }))) // prettier-ignore
  print(
    'opponents, tiny, 16 warriors, 4 rounds',
    [1, 4, 16, 64].map((count) => opponents(count, tiny)),
  )
  print(
    'core and with it cycles (10 a cell) and processes, 8 pairs',
    [80, 800, 8000, 55440].map((size) => core(size)),
  )
  print(
    'cycles, 8000 cells, 8 pairs',
    [8000, 80_000, 800_000].map((cycles) => core(8000, cycles)),
  )
  digitalRedQueen()
  return Promise.resolve()
}

const optionsOf = (id: string): Options => PRESETS.find((preset) => preset.id === id)?.options ?? {}

function measure(what: string, work: () => number): Line {
  let instructions = 0
  for (let round = 0; round < 3; round++) instructions = work()
  const seconds = Array.from({ length: REPEATS }, () => {
    const began = performance.now()
    instructions = work()
    return (performance.now() - began) / 1000
  })
  return { what, seconds: median(seconds), instructions, megabytes: process.memoryUsage().rss / 2 ** 20 }
}

function population(size: number, options: Options): Line {
  const evaluate = warriorEvaluator(options)
  const plan = battlePlan(options, 1)
  const stride = 1 + 2 * rulesOf(options).maxLength
  const programs = survivorsOf(options, 16)
  const batch = batchOf(
    stride,
    Array.from({ length: size }, (_, at) => encodeWarrior(programs[at % 16]!, stride)),
  )
  return measure(`${size}`, () => evaluate(batch, plan, { aborted: false }).work.steps)
}

/**
 * Sixteen warriors against so many opponents, from four places each. Some opponents make longer or more varied battles, so every
 * row is the mean over groups that have the same 64 in them.
 */
function opponents(count: number, options: Options): Line {
  const rules = rulesOf(options)
  const programs = survivorsOf(options, 16 + 64)
  const groups = 64 / count
  const setups = Array.from({ length: groups }, (_, group) => programs.slice(16 + group * count, 16 + (group + 1) * count))
    .flatMap((others) => programs.slice(0, 16).flatMap((one) => others.flatMap((other) => [0, 1, 2, 3].map((round) => duel(one, other, rules, 3 * round))))) // prettier-ignore
  const { seconds, instructions, ...line } = measure(`${count}`, fight(rules, setups))
  return { ...line, seconds: seconds / groups, instructions: instructions / groups }
}

function core(coreSize: number, maxCycles = 10 * coreSize): Line {
  const options = { ...optionsOf('tiny'), coreSize, maxCycles, maxProcesses: Math.min(coreSize, 8000) }
  const rules = rulesOf(options)
  const programs = survivorsOf(options, 16)
  const setups = Array.from({ length: 8 }, (_, at) => duel(programs[2 * at]!, programs[2 * at + 1]!, rules))
  return measure(`${coreSize} cells, ${maxCycles} cycles`, fight(rules, setups))
}

const duel = (one: Program, other: Program, { coreSize }: MarsSettings, shift = 0) => ({
  warriors: [
    { program: one, position: 0 },
    { program: other, position: ((coreSize >> 2) + shift) % coreSize },
  ],
  first: 0,
})

/** Without cutting repetition, which would make the work less than it seems. Short work is done over and over. */
function fight(rules: MarsSettings, setups: readonly BattleSetup[]): () => number {
  const machine = new WasmMars(rules, { repeats: false })
  machine.prepare(setups, true)
  const all = () => setups.reduce((sum, setup) => sum + machine.fight(setup), 0)
  const times = Math.ceil(LEAST_INSTRUCTIONS / all())
  return () => Array.from({ length: times }, all).reduce((sum, instructions) => sum + instructions, 0)
}

/** An evaluation as in its paper: 22 warriors in one core, 20 seeds, 80,000 cycles, a survivor goes on alone. */
function digitalRedQueen(): void {
  const options = optionsOf('drq')
  const rules = rulesOf(options)
  const programs = survivorsOf(options, 22)
  const segment = Math.floor(rules.coreSize / 22)
  const setups = Array.from({ length: 20 }, (_, seed) => ({
    warriors: programs.map((program, at) => ({ program, position: at * segment + ((7 * seed) % (segment - rules.maxLength)) })),
    first: 0,
  })) // prettier-ignore
  const machine = new WasmMars(rules)
  machine.prepare(setups, true)
  const { seconds, instructions } = measure('drq', () => setups.reduce((sum, setup) => sum + machine.fight(setup), 0))
  const rate = instructions / seconds
  console.log(
    `\n### An evaluation of Digital Red Queen's size: 22 warriors, 20 seeds, 80,000 cycles\n\n${(instructions / 1e6).toFixed(1)} M instructions in ${seconds.toFixed(2)} s: ${(rate / 1e6).toFixed(1)} M a second on one thread, ${(rate / DRQ_PER_SECOND).toFixed(0)} times the ${DRQ_PER_SECOND} of its own simulator`,
  )
}

function print(title: string, lines: readonly Line[]): void {
  console.log(
    `\n### ${title}\n\n| | s | M instructions | MB resident | time a unit of work |\n| --- | --- | --- | --- | --- |`,
  )
  const first = lines[0]!
  for (const { what, seconds, instructions, megabytes } of lines)
    console.log(`| ${what} | ${seconds.toFixed(3)} | ${(instructions / 1e6).toFixed(2)} | ${megabytes.toFixed(0)} | ${(seconds / instructions / (first.seconds / first.instructions)).toFixed(2)} |`) // prettier-ignore
}
