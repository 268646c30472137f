/** A record applied to a state: the only way a state changes, live or on replay. */
import { GridArchive, type GridShape } from '../archives/grid.ts'
import { statsIn } from '../archives/population.ts'
import { mergeModels } from './crediting.ts'
import { hashBytes, hashWords } from './hash.ts'
import type { Birth, GenerationRecord, HistoryPoint, RunState, Stand } from './journal.ts'
import { NO_ROUNDS, turned } from './rounds.ts'

const HISTORY_POINTS = 1024
const STANDS = 128

export function apply(shape: GridShape, state: RunState, change: GenerationRecord): RunState {
  const opens = change.turn?.opens === true
  const archive = new GridArchive(shape, opens ? [] : state.elites)
  for (const birth of change.births) archive.put(birth)
  const elites = change.births.length === 0 && !opens ? state.elites : archive.elites()
  const { births: _births, models, tape: _tape, turn, stand, ...totals } = change
  const rounds = turn === undefined ? state.rounds : turned(state.rounds ?? NO_ROUNDS, turn, change.generation)
  const after = models === undefined ? state.models : mergeModels(state.models, models)
  return {
    ...totals,
    elites,
    ...extend(state, pointOf(shape, change, elites)),
    ...(after === undefined ? {} : { models: after }),
    ...(rounds === undefined ? {} : { rounds }),
    ...(stand === undefined ? {} : { stands: standsWith(state.stands ?? [], stand) }),
  }
}

function pointOf(shape: GridShape, change: GenerationRecord, elites: readonly Birth[]): HistoryPoint {
  const { best, mean, coverage, qdScore } = statsIn(shape, elites)
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

/** Thinned to the first, the last and multiples of a power of two, which grows with the run. */
function standsWith(stands: readonly Stand[], stand: Stand): readonly Stand[] {
  let stride = 1
  while (stand.generation > STANDS * stride) stride *= 2
  return [...stands.filter(({ generation }) => generation === 1 || generation % stride === 0), stand]
}

/** Names an archive by what it holds: cells, scores and genomes. Equal archives, equal hash. */
export function archiveHash(elites: readonly Birth[]): string {
  const text = elites.map(
    ({ cell, id, objectives, words }) => `${cell}:${id}:${objectives.join(',')}:${hashWords(words)}`,
  )
  return hashBytes(asciiBytes(text.join('\n')))
}

const asciiBytes = (text: string) => Uint8Array.from(text, (char) => char.charCodeAt(0))
