/**
 * `npm run bench -- race [--preset nano] [--seeds 5] [--evaluations 5120] [--only classical,thirds] [--write]`: do language models
 * help evolution? The same world, seeds and number of judged children for all; who writes the children differs. Each archive's best by
 * training score fight opponents of seeds that nobody raced with or trained on. `--write` puts the table into
 * docs/language-models.md; `--make-opponents` makes the held-out opponents anew.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { WasmMars } from '../../src/arenas/core-war/mars/wasm.ts'
import { PRESETS, rulesOf } from '../../src/arenas/core-war/options.ts'
import type { Program } from '../../src/arenas/core-war/redcode/instruction.ts'
import { loadDialects } from '../../src/cli/arenas.ts'
import { hashBytes } from '../../src/core/hash.ts'
import type { Options } from '../../src/core/options.ts'
import { CONTENDERS, isRepeatable, type Contender } from './contenders.ts'
import {
  FIRST_RACING_SEED,
  heldOutScorer,
  makeHeldOut,
  MAKING,
  readHeldOut,
  takenSeeds,
  writeHeldOut,
} from './held-out.ts'
import { ARENA, POPULATION, runContender, type Plan, type Ran, type World } from './run.ts'
import { tableOf } from './table.ts'
import { numberArgument } from '../arguments.ts'

const DOCS = new URL('../../docs/language-models.md', import.meta.url)
/** Elites of each archive that fight the held-out opponents. */
const TOP = 16
/** Looked at after these generations: close together where models are said to be ahead. */
export const CHECKPOINTS: readonly number[] = [
  1, 2, 5, 10, 15, 20, 25, 30, 35, 40, 50, 60, 70, 80, 100, 120, 140, 160, 200, 240, 280, 320, 480, 640,
] // prettier-ignore

export async function bench(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      preset: { type: 'string', default: 'nano' },
      seeds: { type: 'string', default: '5' },
      evaluations: { type: 'string', default: '5120' },
      only: { type: 'string' },
      write: { type: 'boolean', default: false },
      'make-opponents': { type: 'boolean', default: false },
    },
  })
  const options = PRESETS.find(({ id }) => id === values.preset)?.options
  if (options === undefined)
    return refuse(`There is no world "${values.preset}"; there is ${PRESETS.map(({ id }) => id).join(', ')}.`)
  if (values['make-opponents']) {
    const opponents = await makeHeldOut(values.preset, options, MAKING, (line) => console.error(line))
    writeHeldOut(values.preset, options, opponents, MAKING)
    return
  }
  const [seeds, evaluations] = [
    numberArgument('seeds', values.seeds),
    numberArgument('evaluations', values.evaluations, { most: 1e9 }),
  ]
  if (!(Number.isSafeInteger(seeds) && seeds >= 1 && seeds < 1000))
    return refuse('--seeds is a whole number from 1 up.')
  if (!(Number.isSafeInteger(evaluations) && evaluations >= POPULATION))
    return refuse(`--evaluations is a whole number from ${POPULATION} up: one generation.`)
  const ids = values.only?.split(',')
  const unknown = ids?.find((id) => !CONTENDERS.some((one) => one.id === id))
  if (unknown !== undefined)
    return refuse(`There is no contender "${unknown}"; there is ${CONTENDERS.map(({ id }) => id).join(', ')}.`)
  const contenders = CONTENDERS.filter(({ id }) => ids?.includes(id) ?? true)
  const world: World = { preset: values.preset, options, model: `redcode-${values.preset}` }
  const models = (await loadDialects(ARENA)) ?? []
  if (contenders.some(({ mix }) => mix !== null) && !models.some(({ id }) => id === world.model))
    return refuse(`There is no model of ours for ${values.preset}: --only classical,random races without one.`)
  const opponents = readHeldOut(values.preset, options)
  const began = performance.now()
  const weights = contenders.some(({ mix }) => mix !== null) ? weightsOf(world.model) : null
  const runs = await race(contenders, racingSeeds(values.preset, seeds), planOf(world, evaluations, opponents), (ran) =>
    console.error(`${clock(performance.now() - began)} ${ran.contender.label}, seed ${ran.seed}: ${Math.round(ran.rows.at(-1)?.heldOut ?? 0)} points, archive ${ran.hash}`),
  ) // prettier-ignore
  if (weights !== null && weights !== weightsOf(world.model))
    throw new Error(`The weights of ${world.model} changed while it raced: the runs are not of one model. Race again.`)
  const command = `npm run bench -- race${args.filter((arg) => arg !== '--write').map((arg) => ` ${arg}`).join('')}` // prettier-ignore
  const text = `${story({ command, world, weights, runs, opponents: opponents.length, ms: performance.now() - began })}\n\n${tableOf(runs)}`
  console.log(text)
  if (values.write) writeDocs(values.preset, text)
}

export function planOf(world: World, evaluations: number, opponents: readonly Program[]): Plan {
  const machine = new WasmMars(rulesOf(world.options))
  const last = Math.ceil(evaluations / POPULATION)
  return {
    world,
    evaluations,
    checkpoints: [...CHECKPOINTS.filter((generation) => generation < last), last],
    heldOut: scorers(world.options, opponents, machine),
    top: TOP,
  }
}

/** One for each seed, shared by all contenders: what one of them found another may find again. */
function scorers(options: Options, opponents: readonly Program[], machine: WasmMars): Plan['heldOut'] {
  const made = new Map<number, ReturnType<typeof heldOutScorer>>()
  return (seed) => {
    const scorer = made.get(seed) ?? heldOutScorer(options, opponents, seed, machine)
    made.set(seed, scorer)
    return scorer
  }
}

/** Seeds that no opponent and no corpus was made with. */
export function racingSeeds(preset: string, count: number): readonly number[] {
  const seeds = Array.from({ length: count }, (_, at) => FIRST_RACING_SEED + at)
  const taken = [...MAKING.seeds, ...takenSeeds(preset)]
  const wrong = seeds.find((seed) => taken.includes(seed))
  if (wrong !== undefined) throw new Error(`Seed ${wrong} was used to make the opponents or the model.`)
  return seeds
}

/** All contenders, seed after seed, so that whatever else the machine does hits all of them alike. */
export async function race(
  contenders: readonly Contender[],
  seeds: readonly number[],
  plan: Plan,
  onRan: (ran: Ran) => void = () => undefined,
): Promise<readonly Ran[]> {
  const runs: Ran[] = []
  for (const seed of seeds) {
    for (const contender of contenders) {
      const ran = await runContender(contender, seed, plan)
      runs.push(ran)
      onRan(ran)
    }
  }
  const budgets = new Set(runs.map(({ evaluations }) => evaluations))
  if (budgets.size > 1) throw new Error(`Not everyone had the same budget: ${[...budgets].join(', ')} evaluations.`)
  const byContender = (id: string) => runs.filter(({ contender }) => contender.id === id)
  return contenders.flatMap(({ id }) => byContender(id))
}

interface Story {
  readonly command: string
  readonly world: World
  /** Which ones, for a race with the model. */
  readonly weights: string | null
  readonly runs: readonly Ran[]
  readonly opponents: number
  readonly ms: number
}

function story({ command, world, weights, runs, opponents, ms }: Story): string {
  const [first] = runs
  const seeds = [...new Set(runs.map(({ seed }) => seed))]
  const clocked = [...new Set(runs.map(({ contender }) => contender))].filter((one) => !isRepeatable(one))
  return (
    `\`${command}\`: ${world.preset}, ${first?.evaluations ?? 0} children judged in each run, ${POPULATION} a generation, MAP-Elites with the page's own settings; ` +
    `seeds ${seeds.join(', ')}. The best ${TOP} elites by training score (all, while there are fewer) fight ${opponents} opponents of other seeds, each at four distances that the ` +
    `run does not use, both beginning once: ${8 * opponents} battles a warrior; 300 is always winning, 100 always tying. ` +
    (weights === null ? '' : `Model: ${world.model}, ${weights}, on the CPU, in step. `) +
    `Took ${clock(ms)} on one core of ${cpus()[0]?.model.trim() ?? 'an unknown processor'}, Node ${process.version}; times are of a shared machine. ` +
    (clocked.length > 0
      ? `All rows but those of "${clocked.map(({ label }) => label).join('", "')}" are the same each time.`
      : 'All rows are the same each time.')
  )
}

const weightsOf = (model: string) =>
  `weights ${hashBytes(readFileSync(new URL(`../../public/models/${model}.safetensors`, import.meta.url))).slice(0, 12)}`

function writeDocs(preset: string, text: string): void {
  const [from, to] = [`<!-- race ${preset} -->`, `<!-- end of race ${preset} -->`]
  const docs = readFileSync(DOCS, 'utf8')
  const [start, end] = [docs.indexOf(from), docs.indexOf(to)]
  if (start < 0 || end < start)
    return refuse(`docs/language-models.md has no place for it: put ${from} and ${to} where the table is to be.`)
  writeFileSync(DOCS, `${docs.slice(0, start + from.length)}\n\n${text}\n\n${docs.slice(end)}`)
}

function clock(ms: number): string {
  const seconds = Math.round(ms / 1000)
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`
}

function refuse(sentence: string): void {
  console.error(sentence)
  process.exit(2)
}
