/**
 * One generation, as pure functions of the run's state:
 *
 *   propose(state) -> children to score        (draws from the run's random numbers)
 *   record(state, children, scores) -> record  (judges them, draws nothing)
 *   apply(state, record) -> state              (the only way a state changes, live or on replay)
 */
import { cellOf, GridArchive, gridShape, statsOf, type GridShape } from '../archives/grid.ts'
import { batchOf, type GenomeBatch, type Scores } from './batch.ts'
import type { AddStatus, Arena, Ask, Codec, Operator, Strategy } from './contracts.ts'
import { hashBytes, hashWords } from './hash.ts'
import type { Birth, GenerationRecord, HistoryPoint, RunState } from './journal.ts'
import { rng, rngFrom, type Rng, type RngState } from './rng.ts'
import type { RunSettings } from './settings.ts'

/** What a run is made with: everything that follows from its settings and stays as it is. */
export interface Make {
  readonly settings: RunSettings
  readonly arena: Arena
  readonly codec: Codec<unknown>
  readonly operators: readonly Operator<unknown>[]
  readonly strategy: Strategy<unknown>
  readonly environment: unknown
  readonly shape: GridShape
  readonly objectiveCount: number
}

export function makeOf(settings: RunSettings, arena: Arena, strategy: Strategy<unknown>): Make {
  const { options } = settings
  return {
    settings,
    arena,
    codec: arena.codec(options),
    operators: arena.operators(options),
    strategy,
    environment: arena.environment(options, settings.seed),
    shape: gridShape(arena.measures(options)),
    objectiveCount: arena.objectives(options).length,
  }
}

export function initialState(make: Make): RunState {
  return {
    generation: 0,
    evaluations: 0,
    nextId: 1,
    rng: rng(make.settings.seed).state(),
    strategy: make.strategy.init(),
    operators: make.operators.map(({ id }) => ({ id, proposed: 0, refused: 0, opened: 0, improved: 0 })),
    elites: [],
    history: [],
    historyStride: 1,
  }
}

export interface Children {
  readonly batch: GenomeBatch
  readonly asks: readonly Ask[]
  /** Refusals an operator gave before each child was made, by operator. */
  readonly refused: readonly number[]
  /** Where the random numbers stand after proposing. */
  readonly rng: RngState
}

/** Attempts to get a child that the archive and the batch do not hold yet, before a twin is let through. */
const ATTEMPTS = 8

export function propose(make: Make, state: RunState): Children {
  const random = rngFrom(state.rng)
  const archive = new GridArchive(make.shape, state.elites)
  const known = new Set(state.elites.map((elite) => hashWords(elite.words)))
  const shares = make.operators.map(({ id, arity, weight }) => ({
    arity,
    weight: make.settings.operators[id] ?? weight,
  }))
  const occupied = archive.occupied()
  const refused = make.operators.map(() => 0)
  const asks = make.strategy.ask(state.strategy, occupied, shares, make.settings.population, random)
  const rows = asks.map((ask) => {
    const words = makeChild(make, archive, ask, known, refused, random)
    known.add(hashWords(words))
    return words
  })
  return { batch: batchOf(make.codec.stride, rows), asks, refused, rng: random.state() }
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

export function record(make: Make, state: RunState, children: Children, scores: Scores): GenerationRecord {
  const archive = new GridArchive(make.shape, state.elites)
  const generation = state.generation + 1
  const { batch, asks } = children
  const parentIds = state.elites.reduce((ids, elite) => ids.set(elite.cell, elite.id), new Map<number, number>())
  const births: Birth[] = []
  const tallies = state.operators.map((tally, index) => ({
    ...tally,
    refused: tally.refused + (children.refused[index] ?? 0),
  }))
  let nextId = state.nextId
  const reports: AddStatus[] = asks.map((ask, index) => {
    const objectives = [...scores.objectives.subarray(index * make.objectiveCount, (index + 1) * make.objectiveCount)]
    const measures = [...scores.measures.subarray(index * 2, index * 2 + 2)]
    const cell = cellOf(make.shape, measures)
    const status = archive.judge(cell, objectives[0] ?? 0)
    const tally = tallies[ask.operator]
    if (tally !== undefined) tally.proposed++
    if (status === 'rejected') return status
    if (tally !== undefined) tally[status === 'new' ? 'opened' : 'improved']++
    const birth: Birth = {
      id: nextId++,
      cell,
      generation,
      status,
      operator: make.operators[ask.operator]?.id ?? '',
      parents: ask.parents.flatMap((parent) => parentIds.get(parent) ?? []),
      objectives,
      measures,
      words: batch.words.slice(index * batch.stride, (index + 1) * batch.stride),
    }
    archive.put(birth)
    births.push(birth)
    return status
  })
  return {
    generation,
    evaluations: state.evaluations + asks.length,
    nextId,
    rng: children.rng,
    strategy: make.strategy.tell(state.strategy, reports),
    operators: tallies,
    births,
  }
}

const HISTORY_POINTS = 1024

export function apply(shape: GridShape, state: RunState, change: GenerationRecord): RunState {
  const archive = new GridArchive(shape, state.elites)
  for (const birth of change.births) archive.put(birth)
  const elites = change.births.length === 0 ? state.elites : archive.elites()
  const { births: _, ...totals } = change
  return { ...totals, elites, ...extend(state, pointOf(shape, change, elites)) }
}

function pointOf(shape: GridShape, change: GenerationRecord, elites: readonly Birth[]): HistoryPoint {
  const { best, mean, coverage, qdScore } = statsOf(elites, shape.reachableCount)
  return { generation: change.generation, evaluations: change.evaluations, best, mean, coverage, qdScore }
}

/** The last point always shows; an earlier one stays when its generation is a multiple of the stride. */
function extend(state: RunState, point: HistoryPoint): Pick<RunState, 'history' | 'historyStride'> {
  let stride = state.historyStride
  const stays = ({ generation }: HistoryPoint) => generation === 1 || generation % stride === 0
  const last = state.history.at(-1)
  let history = last !== undefined && !stays(last) ? state.history.slice(0, -1) : state.history
  if (history.length >= HISTORY_POINTS) {
    stride *= 2
    history = history.filter(stays)
  }
  return { history: [...history, point], historyStride: stride }
}

/** Names an archive by what it holds: cells, scores and genomes. Equal archives, equal hash. */
export function archiveHash(elites: readonly Birth[]): string {
  const text = elites.map(
    ({ cell, id, objectives, words }) => `${cell}:${id}:${objectives.join(',')}:${hashWords(words)}`,
  )
  return hashBytes(asciiBytes(text.join('\n')))
}

const asciiBytes = (text: string) => Uint8Array.from(text, (char) => char.charCodeAt(0))
