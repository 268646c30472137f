/**
 * Opponents that no contender meets while it evolves and that no model has learned from: elites of classical runs of our own,
 * of seeds that are neither raced nor in the corpus. The first two seeds evolve against the world's panel; each later one
 * against opponents drawn from that panel and from what the seeds before it found, so that they are not all of one mind.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { battlePlan, type BattlePlan } from '../../src/arenas/core-war/environment.ts'
import { encodeWarrior, warriorCodec } from '../../src/arenas/core-war/genome.ts'
import { NOBODY, WasmMars } from '../../src/arenas/core-war/mars/wasm.ts'
import { rulesOf } from '../../src/arenas/core-war/options.ts'
import { panelOf } from '../../src/arenas/core-war/panel.ts'
import type { Program } from '../../src/arenas/core-war/redcode/instruction.ts'
import { sourceOf } from '../../src/arenas/core-war/redcode/listing.ts'
import { POINTS } from '../../src/arenas/core-war/scores.ts'
import { loadArena, loadStrategy } from '../../src/cli/arenas.ts'
import { batchOf } from '../../src/core/batch.ts'
import { initialState, makeOf, type Make } from '../../src/core/generation.ts'
import { hashWords } from '../../src/core/hash.ts'
import type { Birth } from '../../src/core/journal.ts'
import type { Options } from '../../src/core/options.ts'
import { ok } from '../../src/core/result.ts'
import { deriveSeed, rng, type Rng } from '../../src/core/rng.ts'
import { Runner } from '../../src/engine/runner.ts'
import { RememberingEvaluator, ScoreMemory } from '../../src/engine/score-memory.ts'
import { RECIPES } from '../../training/redcode-lm/worlds.ts'
import { ARENA, bestOf, InlineEvaluator, POPULATION, sure } from './run.ts'

/** The file `held-out/WORLD.json` of the arena: one warrior a line, lines of Redcode parted by `/`. */
export interface HeldOutFile {
  readonly preset: string
  readonly made: string
  readonly seeds: readonly number[]
  readonly warriors: readonly string[]
}

export interface Making {
  readonly seeds: readonly number[]
  /** Generations of each seed. */
  readonly generations: number
  /** Warriors kept of each seed. */
  readonly kept: number
}

export const MAKING: Making = { seeds: [3001, 3002, 3003, 3004, 3005, 3006, 3007, 3008], generations: 64, kept: 8 }
/** Seeds that race unless told otherwise; with more, the next ones. */
export const FIRST_RACING_SEED = 4001

/** Distances of each held-out opponent, both sides beginning once at each. */
const DISTANCES = 4
/** Seeds that evolve against the world's own panel. */
const FIRST = 2
/** Share of a seed's elites, best first, that are kept from: the weakest say little. */
const UPPER = 0.6

const fileOf = (preset: string) => new URL(`../../src/arenas/core-war/held-out/${preset}.json`, import.meta.url)

export function readHeldOut(preset: string, options: Options): readonly Program[] {
  const file = fileOf(preset)
  if (!existsSync(file))
    throw new Error(`There are no held-out opponents for ${preset} yet: npm run bench -- race --preset ${preset} --make-opponents`) // prettier-ignore
  const codec = warriorCodec(options)
  const { warriors } = JSON.parse(readFileSync(file, 'utf8')) as HeldOutFile
  return warriors.map((text) => sure(codec.parse(text.replaceAll('/', '\n'))))
}

export function writeHeldOut(preset: string, options: Options, programs: readonly Program[], making: Making): void {
  const file: HeldOutFile = {
    preset,
    made: `npm run bench -- race --preset ${preset} --make-opponents`,
    seeds: making.seeds,
    warriors: programs.map((program) => textOf(program, options)),
  }
  // As Prettier has it: numbers on one line.
  const text = JSON.stringify(file, null, 2).replace(/\[[\d,\s]+\]/, `[${making.seeds.join(', ')}]`)
  writeFileSync(fileOf(preset), `${text}\n`)
}

const textOf = (program: Program, options: Options) =>
  sourceOf(program, rulesOf(options).coreSize, false)
    .split('\n')
    .map((line) => line.trim().replaceAll(/\s+/g, ' '))
    .filter((line) => line !== '')
    .join(' / ')

/** Seeds that may be used for nothing else: those of every corpus of this world, held-out ones too, and those of the panel's making. */
export function takenSeeds(preset: string): ReadonlySet<number> {
  const recipes = Object.values(RECIPES).filter((recipe) => recipe.preset === preset)
  return new Set([...recipes.flatMap(({ trained, heldOut }) => [...trained, ...heldOut]), 1, 2, 3])
}

export async function makeHeldOut(
  preset: string,
  options: Options,
  making: Making,
  tell: (line: string) => void = () => undefined,
): Promise<readonly Program[]> {
  const [arena, strategy] = [sure(await loadArena(ARENA)), sure(await loadStrategy('map-elites'))]
  const own = panelOf(options).map(({ program }) => program)
  const stride = warriorCodec(options).stride
  const known = new Set(own.map((program) => hashWords(encodeWarrior(program, stride))))
  const found: Birth[] = []
  for (const [at, seed] of making.seeds.entries()) {
    if (takenSeeds(preset).has(seed)) throw new Error(`Seed ${seed} is in the corpus, or made the world's panel.`)
    const settings = {
      arena: ARENA, arenaVersion: arena.version, preset, strategy: 'map-elites', seed, population: POPULATION,
      evaluations: making.generations * POPULATION, options, operators: {},
    } // prettier-ignore
    const make = makeOf(settings, arena, strategy)
    const plan = battlePlan(options, seed)
    const pool = [...own.map((program) => encodeWarrior(program, stride)), ...found.map(({ words }) => words)]
    const opponents = sample(pool, plan.opponents.count, rng(deriveSeed('held-out', seed)))
    const elites = await evolve(
      at < FIRST ? make : { ...make, environment: { ...plan, opponents: batchOf(stride, opponents) } },
    )
    const upper = bestOf(elites, Math.ceil(UPPER * elites.length)).filter(({ words }) => !known.has(hashWords(words)))
    const kept = Array.from({ length: Math.min(making.kept, upper.length) }, (_, index) => upper[Math.floor((index * upper.length) / making.kept)]!) // prettier-ignore
    for (const birth of kept) known.add(hashWords(birth.words))
    found.push(...kept)
    tell(`seed ${seed}: ${kept.length} of ${elites.length} kinds kept, the best ${(300 * (kept[0]?.objectives[0] ?? 0)).toFixed(0)} points in its own world`) // prettier-ignore
  }
  const codec = warriorCodec(options)
  return found.map(({ words }) => codec.decode(words))
}

async function evolve(make: Make): Promise<readonly Birth[]> {
  const evaluator = new RememberingEvaluator(new InlineEvaluator(make), new ScoreMemory())
  const runner = new Runner(make, initialState(make), {
    evaluator: (fault) => Promise.resolve(fault === null ? ok(evaluator) : { ok: false, fault }),
    generation: () => Promise.resolve(),
    rested(fault) {
      if (fault !== null) throw new Error(fault.message)
    },
  })
  runner.run()
  await runner.settled()
  return runner.state.elites
}

/** Without putting back. */
function sample<T>(items: readonly T[], count: number, random: Rng): T[] {
  const left = [...items]
  return Array.from({ length: Math.min(count, left.length) }, () => left.splice(random.int(left.length), 1)[0]!)
}

/**
 * Points per 100 rounds against all of `opponents`, a few distances for each, none of them among those of the run with this
 * seed: on nano, starting places decide more than anything else, and a run fits itself to its own. All contenders with one
 * seed are measured at the same places. What was scored once is remembered.
 */
export function heldOutScorer(options: Options, opponents: readonly Program[], seed: number, fought: WasmMars) {
  const places = placesFor(options, seed, opponents.length)
  const codec = warriorCodec(options)
  const memory = new Map<string, number>()
  return (words: Uint32Array): number => {
    const hash = hashWords(words)
    const known = memory.get(hash)
    if (known !== undefined) return known
    const program = codec.decode(words)
    let points = 0
    let battles = 0
    opponents.forEach((other, at) => {
      for (const position of places[at] ?? []) {
        for (const first of [0, 1]) {
          const winner = fought.winner({ warriors: [{ program, position: 0 }, { program: other, position }], first }) // prettier-ignore
          points += winner === NOBODY ? POINTS.tie : winner === 0 ? POINTS.win : POINTS.loss
          battles++
        }
      }
    })
    const score = (100 * points) / battles
    memory.set(hash, score)
    return score
  }
}

/** For each opponent its own distances, all different, none of them one that the run itself uses. */
export function placesFor(options: Options, seed: number, opponents: number): readonly (readonly number[])[] {
  const { coreSize, minDistance } = rulesOf(options)
  const plan: BattlePlan = battlePlan(options, seed)
  const used = new Set(plan.positions.map(([place]) => place))
  const fair = Array.from({ length: coreSize + 1 - 2 * minDistance }, (_, at) => minDistance + at)
  const free = fair.filter((place) => !used.has(place))
  const random = rng(deriveSeed('held-out places', seed))
  return Array.from({ length: opponents }, () => sample(free, DISTANCES, random))
}
