/**
 * One generation, as pure functions of the run's state:
 *
 *   propose(state, arrivals) -> children to score   (draws from the run's random numbers; arrivals are models' texts,
 *                                                    and at the beginning of a round migrants from other islands)
 *   record(state, children, scores) -> record       (judges them, draws nothing)
 *   apply(state, record) -> state                   (the only way a state changes, live or on replay)
 */
import { cellOf, GridArchive, gridShape, type GridShape } from '../archives/grid.ts'
import { judge, knownIn, type Judged, type Known } from './arrivals.ts'
import { batchOf, type GenomeBatch, type Scores } from './batch.ts'
import { armOf, type Completion } from './completion.ts'
import type { Arena, Ask, Codec, Operator, Phase, PromptKit, Strategy } from './contracts.ts'
import { modelsChange, type Fate } from './crediting.ts'
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
import type { Birth, Exam, GenerationRecord, RunState, Turn } from './journal.ts'
import { mixOf, operatorWeights, type Mix, type Weighed } from './mix.ts'
import { rng, rngFrom, type Rng, type RngState } from './rng.ts'
import type { RunSettings } from './settings.ts'

export { apply, archiveHash } from './applying.ts'

/** What a run is made with: everything that follows from its settings and stays as it is. */
export interface Make {
  readonly settings: RunSettings
  readonly arena: Arena
  readonly codec: Codec<unknown>
  readonly operators: readonly Operator<unknown>[]
  readonly strategy: Strategy<unknown>
  /** What children are scored against; where the strategy goes in rounds, at their beginning ({@link environmentOf}). */
  readonly environment: unknown
  readonly shape: GridShape
  readonly objectiveCount: number
  /** How children are shared out among operators and models. */
  readonly mix: Mix
  /** The arena's prompts with the run's own templates; null where the arena asks no models. */
  readonly prompts: PromptKit | null
  /** The strategy's own options, complete. */
  readonly tactics: Options
  /** Null where the strategy does not go in rounds. */
  readonly rounds: Rounds | null
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
    shape: gridShape(arena.measures(options)),
    objectiveCount: arena.objectives(options).length,
    mix: mixOf(settings),
    prompts: promptsOf(settings, arena),
  }
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
    strategy: make.strategy.init(make.tactics),
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
  /** How each of the next rows was made. */
  readonly asks: readonly Ask[]
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
  const known = new Set(state.elites.map((elite) => hashWords(elite.words)))
  const judged = judgeAll(make, state, arrivals, known)
  const novel = judged.flatMap(({ verdict, words }) => (verdict === 'novel' && words !== null ? [words] : []))
  const weights = operatorWeights(make.mix, state.models?.bandit ?? [], weighed(make))
  const shares = make.operators.map(({ arity }, index) => ({ arity, weight: weights[index] ?? 0 }))
  const occupied = archive.occupied()
  const refused = make.operators.map(() => 0)
  const wanted = Math.max(0, childrenWanted(make, before) - novel.length)
  const asks = make.strategy.ask(state.strategy, occupied, shares, wanted, random)
  const rows = asks.map((ask) => {
    const words = makeChild(make, archive, ask, known, refused, random)
    known.add(hashWords(words))
    return words
  })
  const batch = batchOf(make.codec.stride, [...novel, ...rows, ...returning.map(({ words }) => words)])
  return { batch, judged, asks, returning, refused, rng: random.state(), turn, phase, environment }
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
    return { turn: null, returning: [], environment: environmentOf(make, state) }
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
  archive: GridArchive,
  { operator: index, parents }: Ask,
  known: ReadonlySet<string>,
  refused: number[],
  random: Rng,
): Uint32Array {
  const operator = make.operators[index]
  if (operator === undefined)
    throw new Error(`strategy ${make.strategy.id} asked for operator ${index}, which is not there`)
  const genomes = parents.flatMap((cell) => {
    const elite = archive.at(cell)
    return elite === undefined ? [] : [make.codec.decode(elite.words)]
  })
  let last: Uint32Array | null = null
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const genome = operator.propose(genomes, random)
    const words = genome === null ? null : make.codec.encode(genome)
    if (words !== null && !known.has(hashWords(words))) return words
    refused[index] = (refused[index] ?? 0) + 1
    last = words ?? last
  }
  // An operator that cannot make anything new here leaves a twin of its parent: judged, and turned away by the archive.
  return last ?? make.codec.encode(genomes[0])
}

/** Where a row of the batch comes from. */
type Origin = { readonly ask: Ask } | { readonly completion: Completion } | { readonly returning: Returning }

/**
 * `evaluationMs` is what judging took; it counts only where completions have to be paid for. `exams` are those of the
 * champion, where a round ends.
 */
export function record(
  make: Make,
  state: RunState,
  children: Children,
  scores: Scores,
  evaluationMs = 0,
  exams: readonly Exam[] | null = null,
): GenerationRecord {
  const { turn } = children
  const archive = new GridArchive(make.shape, turn?.opens === true ? [] : state.elites)
  const old = new Set(state.elites.map(({ cell }) => cell))
  const generation = state.generation + 1
  const { batch, asks, judged } = children
  const parentIds = state.elites.reduce((ids, elite) => ids.set(elite.cell, elite.id), new Map<number, number>())
  const births: Birth[] = []
  const tallies = state.operators.map((tally, index) => ({
    ...tally,
    refused: tally.refused + (children.refused[index] ?? 0),
  }))
  let nextId = state.nextId
  const origins: Origin[] = [
    ...judged.flatMap(({ verdict, completion }) => (verdict === 'novel' ? [{ completion }] : [])),
    ...asks.map((ask) => ({ ask })),
    ...children.returning.map((returning) => ({ returning })),
  ]
  let novelGuests = 0
  const fates = origins.map((origin, index): Fate => {
    const objectives = [...scores.objectives.subarray(index * make.objectiveCount, (index + 1) * make.objectiveCount)]
    const measures = [...scores.measures.subarray(index * 2, index * 2 + 2)]
    const cell = cellOf(make.shape, measures)
    const before = archive.at(cell)?.objectives[0] ?? 0
    const status = archive.judge(cell, objectives[0] ?? 0)
    if ('returning' in origin && origin.returning.operator === 'guest' && !old.has(cell)) novelGuests++
    const tally = 'ask' in origin ? tallies[origin.ask.operator] : undefined
    if (tally !== undefined) tally.proposed++
    if (status === 'rejected') return { status, gain: 0 }
    if (tally !== undefined) tally[status === 'new' ? 'opened' : 'improved']++
    const words = batch.words.slice(index * batch.stride, (index + 1) * batch.stride)
    const birth: Birth = {
      id: nextId++,
      cell,
      generation,
      status,
      ...madeBy(make, origin, parentIds),
      objectives,
      measures,
      words,
    }
    archive.put(birth)
    births.push(birth)
    return { status, gain: (objectives[0] ?? 0) - before }
  })
  const written = judged.filter(({ verdict }) => verdict === 'novel').length
  const operatorFates = fates.slice(written, written + asks.length)
  const models = modelsChange(make, state, {
    judged,
    written: fates.slice(0, written),
    asked: asks.map(({ operator }, index) => ({
      id: make.operators[operator]?.id ?? '',
      ...(operatorFates[index] ?? { status: 'rejected', gain: 0 }),
    })),
    births,
    msPerChild: evaluationMs / Math.max(1, origins.length),
  })
  return {
    generation,
    evaluations: state.evaluations + origins.length,
    nextId,
    rng: children.rng,
    strategy: make.strategy.tell(
      state.strategy,
      operatorFates.map(({ status }) => status),
      { phase: children.phase, children: written + asks.length },
    ),
    operators: tallies,
    births,
    ...(models === null ? {} : { models }),
    ...tapeOf(generation, evaluationMs, children),
    ...(turn === null ? {} : { turn: turnOf(turn, novelGuests, exams) }),
  }
}

const turnOf = (turn: Turn, novel: number, exams: readonly Exam[] | null): Turn => ({
  ...turn,
  novel,
  champion: turn.champion === null || exams === null ? turn.champion : { ...turn.champion, exams },
})

function tapeOf(generation: number, evaluationMs: number, { judged, turn }: Children): Pick<GenerationRecord, 'tape'> {
  const guests = turn?.guests ?? []
  if (judged.length === 0 && guests.length === 0) return {}
  const migrants = guests.map(({ joined: _, ...migrant }) => migrant)
  return {
    tape: {
      generation,
      evaluationMs,
      completions: judged.map(({ completion }) => completion),
      ...(migrants.length === 0 ? {} : { migrants }),
    },
  }
}

/** Who or what made it, and of whom. `parentIds` are the elites' before this generation, by cell. */
function madeBy(
  make: Make,
  origin: Origin,
  parentIds: ReadonlyMap<number, number>,
): Pick<Birth, 'operator' | 'parents' | 'writing' | 'from'> {
  if ('completion' in origin) return writtenBy(origin.completion)
  if ('returning' in origin) {
    const { operator, parents, from } = origin.returning
    return { operator, parents, ...(from === undefined ? {} : { from }) }
  }
  return {
    operator: make.operators[origin.ask.operator]?.id ?? '',
    parents: origin.ask.parents.flatMap((parent) => parentIds.get(parent) ?? []),
  }
}

function writtenBy(completion: Completion): Pick<Birth, 'operator' | 'parents' | 'writing'> {
  const { model, version, kind, promptHash, prompt, tokens, ms, attempt, parents } = completion
  return {
    operator: armOf(model, kind),
    parents,
    writing: {
      model, version, kind, promptHash, ...(prompt === undefined ? {} : { prompt }), tokens, ms, attempt,
    },
  } // prettier-ignore
}
