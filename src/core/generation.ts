/**
 * One generation, as pure functions of the run's state:
 *
 *   propose(state, arrivals) -> children to score   (draws from the run's random numbers; arrivals are models' texts,
 *                                                    and at the beginning of a round migrants from other islands)
 *   record(state, children, scores) -> record       (judges them, draws nothing)
 *   apply(state, record) -> state                   (the only way a state changes, live or on replay)
 */
import { GridArchive, gridShape, type GridShape } from '../archives/grid.ts'
import { populationShape } from '../archives/population.ts'
import { judge, knownIn, type Judged, type Known } from './arrivals.ts'
import { batchOf, type GenomeBatch } from './batch.ts'
import type { Completion } from './completion.ts'
import type { Arena, Ask, Codec, Losses, Operator, Phase, PromptKit, Strategy } from './contracts.ts'
import type { Search, Space } from './search.ts'
import { goalsOf, lossesOf } from './goals.ts'
import { hashWords } from './hash.ts'
import { defaultsOf, type Options } from './options.ts'
import type { Migrant } from './migrant.ts'
import {
  bestOf,
  crown,
  letIn,
  NO_ROUNDS,
  returningTo,
  roundsOf,
  turned,
  type Returning,
  type Rounds,
} from './rounds.ts'
import type { Birth, RunState, Turn } from './journal.ts'
import { mixOf, operatorWeights, type Mix, type Weighed } from './mix.ts'
import { rng, rngFrom, type Rng, type RngState } from './rng.ts'
import type { RunSettings } from './settings.ts'

export { apply, archiveHash } from './applying.ts'
export { record } from './recording.ts'

/** What a run is made with: everything that follows from its settings and stays as it is. */
export interface Make {
  readonly settings: RunSettings
  readonly arena: Arena
  readonly codec: Codec<unknown>
  readonly operators: readonly Operator<unknown>[]
  readonly strategy: Strategy<unknown>
  /** What children are scored against; where the strategy goes in rounds, at their beginning ({@link environmentOf}). */
  readonly environment: unknown
  /** What the strategy keeps. */
  readonly shape: GridShape
  readonly objectiveCount: number
  /** The arena's own beginnings, encoded, each once: the first rows of a run's first generation. */
  readonly seeds: readonly Uint32Array[]
  /** How children are shared out among operators and models. */
  readonly mix: Mix
  /** The arena's prompts with the run's own templates; null where the arena asks no models. */
  readonly prompts: PromptKit | null
  /** The strategy's own options, complete. */
  readonly tactics: Options
  /** Null where the strategy does not go in rounds. */
  readonly rounds: Rounds | null
  /** Null where genomes are not points, or the strategy varies genomes instead of searching a space. */
  readonly search: { readonly space: Space; readonly rules: Search<unknown> } | null
}

export function makeOf(settings: RunSettings, arena: Arena, strategy: Strategy<unknown>): Make {
  const { options } = settings
  const tactics = { ...defaultsOf(strategy.options ?? []), ...settings.tactics }
  const codec = arena.codec(options)
  const environment = arena.environment(options, settings.seed)
  return {
    settings,
    arena,
    codec,
    operators: arena.operators(options),
    strategy,
    environment,
    tactics,
    rounds: roundsOf(arena, codec, strategy, environment, { options, tactics }),
    search: searchOf(arena.space?.(options), strategy),
    shape: shapeOf(settings, arena, strategy),
    objectiveCount: arena.objectives(options).length,
    seeds: seedsOf(arena, codec, options),
    mix: mixOf(settings),
    prompts: promptsOf(settings, arena),
  }
}

function searchOf(space: Space | undefined, { id, search: rules }: Strategy<unknown>): Make['search'] {
  if (rules === undefined) return null
  if (space === undefined) throw new Error(`${id} searches a space, and genomes of this arena are no points of one`)
  return { space, rules }
}

function shapeOf({ options, population }: RunSettings, arena: Arena, { archive }: Strategy<unknown>): GridShape {
  const measures = arena.measures(options)
  const goals = goalsOf(arena.objectives(options))
  return archive === 'population' ? populationShape(measures.axes, goals, population) : gridShape(measures, goals)
}

function seedsOf(arena: Arena, codec: Codec<unknown>, options: Options): readonly Uint32Array[] {
  const seeds = (arena.seeds?.(options) ?? []).map(({ genome }) => codec.encode(genome))
  return [...new Map(seeds.map((words) => [hashWords(words), words])).values()]
}

/** What the strategy is told of elites: their losses by cell. */
export function lossesIn({ shape }: Pick<Make, 'shape'>, elites: readonly Birth[]): (cell: number) => Losses {
  const byCell = new Map(elites.map(({ cell, objectives }) => [cell, objectives]))
  return (cell) => lossesOf(shape.goals, byCell.get(cell) ?? [])
}

function promptsOf({ options, templates }: RunSettings, arena: Arena): PromptKit | null {
  const kit = arena.prompts?.(options)
  if (kit === undefined) return null
  return templates === undefined ? kit : { ...kit, templates: { ...kit.templates, ...templates } }
}

export function initialState(make: Make): RunState {
  return {
    generation: 0,
    evaluations: 0,
    nextId: 1,
    rng: rng(make.settings.seed).state(),
    strategy: make.strategy.init(make.tactics, make.search?.space ?? null),
    operators: make.operators.map(({ id }) => ({ id, proposed: 0, refused: 0, opened: 0, improved: 0 })),
    elites: [],
    history: [],
    historyStride: 1,
    ...(make.rounds === null ? {} : { rounds: NO_ROUNDS }),
  }
}

/** What children are scored against as things stand. */
export const environmentOf = (make: Make, { rounds }: Pick<RunState, 'rounds'>): unknown =>
  make.rounds === null || rounds === undefined ? make.environment : make.rounds.environmentOf(rounds)

/** What the next generation is scored against. */
const environmentNext = (make: Make, state: RunState): unknown =>
  make.arena.turned?.(environmentOf(make, state), state.generation + 1) ?? environmentOf(make, state)

/** What the next generation is to be. */
export function phaseOf(make: Make, state: RunState): Phase {
  const best = state.elites.length === 0 ? null : (bestOf(state.elites)?.objectives ?? null)
  return make.strategy.rounds?.phase(state.strategy, make.tactics, best) ?? { kind: 'on', most: Infinity }
}

/** Children to be made for the next generation, by operators and models together. */
export function childrenWanted(make: Make, state: RunState): number {
  const phase = phaseOf(make, state)
  if (phase.kind === 'open') return phase.fresh
  return phase.kind === 'on' ? Math.min(make.settings.population, phase.most) : 0
}

/** The archive that the next generation begins with: none where a round begins. */
export const archiveNow = (make: Make, state: RunState): readonly Birth[] =>
  phaseOf(make, state).kind === 'open' ? [] : state.elites

/** Nothing is left to do: a budget is spent, or the last round is over. */
export const isOver = (make: Make, state: RunState): boolean => {
  const { evaluations } = make.settings
  return (evaluations > 0 && state.evaluations >= evaluations) || phaseOf(make, state).kind === 'over'
}

export interface Children {
  readonly batch: GenomeBatch
  /** What became of each arrival. The novel ones are the first rows of the batch, in order. */
  readonly judged: readonly Judged[]
  /** The arena's own: the rows after these. */
  readonly seeds: readonly Uint32Array[]
  /** How each of the next rows was made. */
  readonly asks: readonly Ask[]
  /** Rows after these that a search sampled. */
  readonly sampled: number
  /** Who is judged anew: the last rows. */
  readonly returning: readonly Returning[]
  /** Set where a round ends or begins; what is not known before scoring is to be filled in. */
  readonly turn: Turn | null
  readonly phase: Phase
  /** What they are to be scored against. */
  readonly environment: unknown
  /** Refusals an operator gave before each child was made, by operator. */
  readonly refused: readonly number[]
  /** Where the random numbers stand after proposing. */
  readonly rng: RngState
}

/** Attempts to get a child that the archive and the batch do not hold yet, before a twin is let through. */
const ATTEMPTS = 8
/** Where a population is kept twins are worth nothing: so many times other parents are asked for in their place. */
const OTHER_PARENTS = 12

/**
 * `arrivals` are the completions that reached this generation, at most {@link childrenWanted}; operators make the rest. Of
 * `migrants` those that are let in come in where a round begins. Nothing but the state and these decides what comes out.
 */
export function propose(
  make: Make,
  before: RunState,
  arrivals: readonly Completion[] = [],
  migrants: readonly Migrant[] = [],
): Children {
  const phase = phaseOf(make, before)
  const { turn, returning, environment } = turnFor(make, before, phase, migrants)
  const state = { ...before, elites: archiveNow(make, before) }
  const random = rngFrom(state.rng)
  const archive = new GridArchive(make.shape, state.elites)
  const seeds = before.generation === 0 ? make.seeds : []
  const known = new Set([...seeds, ...state.elites.map(({ words }) => words)].map(hashWords))
  const judged = judgeAll(make, state, arrivals, known)
  const novel = judged.flatMap(({ verdict, words }) => (verdict === 'novel' && words !== null ? [words] : []))
  const refused = make.operators.map(() => 0)
  const wanted = Math.max(0, childrenWanted(make, before) - novel.length - seeds.length)
  const { asks, rows } =
    make.search === null
      ? makeChildren(make, state, wanted, { archive, known, refused, random })
      : { asks: [], rows: sample(make, make.search, state, wanted, random) }
  const sampled = rows.length - asks.length
  const batch = batchOf(make.codec.stride, [...novel, ...seeds, ...rows, ...returning.map(({ words }) => words)])
  return { batch, judged, seeds, asks, sampled, returning, refused, rng: random.state(), turn, phase, environment }
}

/** What children are made with; `known` and `refused` are added to. */
interface Making {
  readonly archive: GridArchive
  /** Hashes of everybody in the archive and in the batch. */
  readonly known: Set<string>
  /** Refusals by operator. */
  readonly refused: number[]
  readonly random: Rng
}

function sample(
  { codec, settings }: Make,
  { space, rules }: NonNullable<Make['search']>,
  state: RunState,
  wanted: number,
  random: Rng,
): readonly Uint32Array[] {
  // A distribution learns from as many as it sampled: whole generations, whoever else is in the batch.
  const count = wanted > 0 ? settings.population : 0
  return rules.sample(state.strategy, count, random).map((point) => codec.encode(space.genome(point)))
}

function makeChildren(
  make: Make,
  state: RunState,
  wanted: number,
  making: Making,
): { readonly asks: readonly Ask[]; readonly rows: readonly Uint32Array[] } {
  const { archive, known, random } = making
  const weights = operatorWeights(make.mix, state.models?.bandit ?? [], weighed(make))
  const shares = make.operators.map(({ arity }, index) => ({ arity, weight: weights[index] ?? 0 }))
  const [occupied, losses] = [archive.occupied(), lossesIn(make, state.elites)]
  const [asks, rows]: [Ask[], Uint32Array[]] = [[], []]
  for (let left = make.shape.kind === 'population' ? OTHER_PARENTS : 0; ; left--) {
    for (const ask of make.strategy.ask(state.strategy, occupied, shares, wanted - asks.length, random, losses)) {
      const words = makeChild(make, ask, making)
      const hash = hashWords(words)
      if (left > 0 && known.has(hash)) continue
      known.add(hash)
      asks.push(ask)
      rows.push(words)
    }
    if (left <= 0 || asks.length >= wanted) return { asks, rows }
  }
}

/** What a phase changes before anybody is made. */
function turnFor(
  make: Make,
  state: RunState,
  phase: Phase,
  migrants: readonly Migrant[],
): Pick<Children, 'turn' | 'returning' | 'environment'> {
  const { rounds } = state
  if (make.rounds === null || rounds === undefined || (phase.kind !== 'open' && phase.kind !== 'close'))
    return { turn: null, returning: [], environment: environmentNext(make, state) }
  const opens = phase.kind === 'open'
  const crowned: Turn = { champion: crown(state.elites, rounds), guests: [], novel: 0, opens: false }
  const known = turned(rounds, crowned, state.generation)
  const guests = opens ? letIn(make.rounds, make.codec, known, migrants) : []
  const turn: Turn = { ...crowned, guests, opens }
  const after = turned(rounds, turn, state.generation + 1)
  return {
    turn,
    returning: opens ? returningTo(make.rounds, after, phase, turn.guests) : [],
    environment: make.rounds.environmentOf(after),
  }
}

/** The classical operators with their weights in this run. */
export const weighed = (make: Make): readonly Weighed[] =>
  make.operators.map(({ id, weight }) => ({ id, weight: make.settings.operators[id] ?? weight }))

/** Adds the novel ones to `known`, so that none comes twice. */
function judgeAll(make: Make, state: RunState, arrivals: readonly Completion[], known: Set<string>): readonly Judged[] {
  if (arrivals.length === 0) return []
  const against: Known = { ...knownIn(make.codec, state, make.mix.novelty), hashes: known }
  return arrivals.map((completion) => {
    const judged = judge(make.codec, make.prompts, completion, against)
    if (judged.verdict === 'novel' && judged.words !== null) known.add(hashWords(judged.words))
    return judged
  })
}

function makeChild(
  make: Make,
  { operator: index, parents, then }: Ask,
  { archive, known, refused, random }: Making,
): Uint32Array {
  const operator = operatorAt(make, index)
  const second = then === undefined ? null : operatorAt(make, then)
  const genomes = parents.flatMap((cell) => {
    const elite = archive.at(cell)
    return elite === undefined ? [] : [make.codec.decode(elite.words)]
  })
  const refuse = (at: number) => (refused[at] = (refused[at] ?? 0) + 1)
  let last: Uint32Array | null = null
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const first = operator.propose(genomes, random)
    const changed = first === null || second === null ? null : second.propose([first], random)
    if (then !== undefined && first !== null && changed === null) refuse(then)
    const genome = changed ?? first
    const words = genome === null ? null : make.codec.encode(genome)
    if (words !== null && !known.has(hashWords(words))) return words
    refuse(index)
    last = words ?? last
  }
  // An operator that cannot make anything new here leaves a twin of its parent: judged, and turned away by the archive.
  return last ?? make.codec.encode(genomes[0])
}

function operatorAt({ operators, strategy }: Make, index: number): Operator<unknown> {
  const operator = operators[index]
  if (operator === undefined) throw new Error(`strategy ${strategy.id} asked for operator ${index}, which is not there`)
  return operator
}
