/** One contender with one seed: the product's own run, in step with its model, looked at on the way. */
import { statsOf } from '../../src/archives/grid.ts'
import { decodeWarrior } from '../../src/arenas/core-war/genome.ts'
import { opcodeOf } from '../../src/arenas/core-war/redcode/instruction.ts'
import { nodeModels } from '../../src/cli/node-models.ts'
import { loadArena, loadStrategy } from '../../src/cli/arenas.ts'
import type { GenomeBatch, Scores } from '../../src/core/batch.ts'
import type { Arena, Evaluator } from '../../src/core/contracts.ts'
import { NO_FILES } from '../../src/core/files.ts'
import { archiveHash, initialState, makeOf, type Make } from '../../src/core/generation.ts'
import type { Birth, RunState } from '../../src/core/journal.ts'
import { MIX_DEFAULTS } from '../../src/core/mix.ts'
import type { Options } from '../../src/core/options.ts'
import { ok, type Cancellation, type Result } from '../../src/core/result.ts'
import type { RunSettings } from '../../src/core/settings.ts'
import { Desk } from '../../src/engine/desk.ts'
import { Runner } from '../../src/engine/runner.ts'
import { RememberingEvaluator, ScoreMemory } from '../../src/engine/score-memory.ts'
import type { Contender } from './contenders.ts'

export const ARENA = 'core-war'
/** Children a generation: the page's own number. */
export const POPULATION = 64

export interface World {
  readonly preset: string
  readonly options: Options
  /** The model that writes for it. */
  readonly model: string
}

/** How an archive stands after a generation. */
export interface Row {
  readonly generation: number
  readonly evaluations: number
  /** Mean points per 100 rounds of the best elites by training score, against opponents they never met. */
  readonly heldOut: number
  /** The same of the best elite alone. */
  readonly champion: number
  /** Points of the best elite against the opponents of its own run. */
  readonly best: number
  /** Filled share of the archive's kinds. */
  readonly coverage: number
  readonly qdScore: number
  readonly kinds: number
  /** Different sequences of opcodes among the elites. */
  readonly shapes: number
}

export interface Ran {
  readonly contender: Contender
  readonly seed: number
  readonly rows: readonly Row[]
  readonly evaluations: number
  /** Milliseconds of the model, and of judging. */
  readonly writingMs: number
  readonly judgingMs: number
  readonly tokens: number
  readonly completions: number
  /** Children of the model that were judged. */
  readonly written: number
  /** The final archive, and its name. */
  readonly elites: readonly Birth[]
  readonly hash: string
}

export interface Plan {
  readonly world: World
  readonly evaluations: number
  /** Generations after which the archive is looked at; those beyond the budget are left out. */
  readonly checkpoints: readonly number[]
  /** Points of an elite against the held-out opponents; the run's seed decides the places. */
  readonly heldOut: (seed: number) => (words: Uint32Array) => number
  /** How many of the best elites are scored there. */
  readonly top: number
}

export async function runContender(contender: Contender, seed: number, plan: Plan): Promise<Ran> {
  const make = await makeFor(contender, seed, plan)
  const judge = new InlineEvaluator(make)
  const remembering = new RememberingEvaluator(judge, new ScoreMemory())
  const heldOut = plan.heldOut(seed)
  const rows: Row[] = []
  const door = nodeModels()
  const desk = new Desk(make, { door, state: () => runner.state, sharesGpu: () => false, changed: () => undefined })
  const runner: Runner = new Runner(make, initialState(make), {
    arrivals: (state, signal) =>
      state.generation === 0 && contender.start === 'soup' ? Promise.resolve([]) : desk.arrivals(state, signal),
    evaluationMs: () => (contender.clock ? null : 0),
    evaluator: (fault) => Promise.resolve(fault === null ? ok(remembering) : { ok: false, fault }),
    generation(_change, state) {
      if (plan.checkpoints.includes(state.generation)) rows.push(rowOf(make, state, plan.top, heldOut))
      return Promise.resolve()
    },
    rested(fault) {
      if (fault !== null) throw new Error(fault.message)
    },
  })
  if (contender.mix !== null) {
    const loaded = await desk.plug({ adapter: 'embedded', arena: ARENA, model: plan.world.model, engine: 'cpu' })
    if (!loaded.ok) throw new Error(loaded.fault.message)
  }
  runner.run()
  await runner.settled()
  const trouble = desk.statuses().find(({ state }) => state === 'failed')
  await desk.close()
  door.dispose()
  if (trouble !== undefined) throw new Error(`${trouble.model} failed in the middle of a race: ${trouble.note}`)
  const { state } = runner
  const tallies = state.models?.tallies ?? []
  const sum = (key: 'ms' | 'tokens' | 'completions' | 'novel') => tallies.reduce((all, tally) => all + tally[key], 0)
  return {
    contender, seed, rows, evaluations: state.evaluations, writingMs: sum('ms'), judgingMs: judge.ms, tokens: sum('tokens'),
    completions: sum('completions'), written: sum('novel'), elites: state.elites, hash: archiveHash(state.elites),
  } // prettier-ignore
}

/** The page's settings of this world; only who writes is another. */
async function makeFor({ strategy: id, mix }: Contender, seed: number, { world, evaluations }: Plan): Promise<Make> {
  const [arena, strategy] = [sure(await loadArena(ARENA)), sure(await loadStrategy(id))]
  const settings: RunSettings = {
    arena: ARENA, arenaVersion: arena.version, preset: world.preset, strategy: id, seed, population: POPULATION, evaluations,
    options: world.options, operators: {}, ...(mix === null ? {} : { mix: { ...MIX_DEFAULTS, ...mix } }),
  } // prettier-ignore
  return makeOf(settings, arena, strategy)
}

function rowOf(make: Make, state: RunState, top: number, heldOut: (words: Uint32Array) => number): Row {
  const { best, coverage, qdScore, filled } = statsOf(state.elites, make.shape.reachableCount)
  const points = bestOf(state.elites, top).map(({ words }) => heldOut(words))
  return {
    generation: state.generation,
    evaluations: state.evaluations,
    heldOut: points.reduce((sum, one) => sum + one, 0) / Math.max(1, points.length),
    champion: points[0] ?? 0,
    best: 300 * best,
    coverage,
    qdScore,
    kinds: filled,
    shapes: new Set(state.elites.map(({ words }) => Array.from(decodeWarrior(words).instructions, opcodeOf).join()))
      .size,
  }
}

/** By training score; equals in order of birth. */
export const bestOf = (elites: readonly Birth[], count: number): readonly Birth[] =>
  [...elites].sort((x, y) => (y.objectives[0] ?? 0) - (x.objectives[0] ?? 0) || x.id - y.id).slice(0, count)

/** One core, this thread: what is measured beside it is the model on one core. */
export class InlineEvaluator implements Evaluator {
  readonly kind = 'cpu'
  readonly label = 'one core'
  ms = 0
  readonly #evaluate: ReturnType<Arena['evaluator']>

  constructor({ arena, settings }: Pick<Make, 'arena' | 'settings'>) {
    this.#evaluate = arena.evaluator(settings.options, NO_FILES)
  }

  evaluate(batch: GenomeBatch, environment: unknown, cancel: Cancellation): Promise<Result<Scores>> {
    const began = performance.now()
    const scores = this.#evaluate(batch, environment, cancel)
    this.ms += performance.now() - began
    return Promise.resolve(ok(scores))
  }

  dispose(): void {
    // Nothing is held.
  }
}

export function sure<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(result.fault.message)
  return result.value
}
