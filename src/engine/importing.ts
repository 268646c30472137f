/**
 * Foreign runs, checked against the arena that they say they are of. Storage has seen to it that the file is a run; only
 * the arena knows its genomes, and only its axes tell which cell is whose.
 */
import { cellOf } from '../archives/grid.ts'
import type { Make } from '../core/generation.ts'
import type { Birth, RunState } from '../core/journal.ts'
import { fail, ok, type Result } from '../core/result.ts'
import { NO_ROUNDS } from '../core/rounds.ts'
import { decodeEvo, type ImportedRun } from '../storage/import.ts'
import type { Library } from './library.ts'
import { progressOf } from './runner.ts'
import { isSearchState } from './search-state.ts'

/** A file's bytes to a run that can be stored and opened here, or a sentence why not. */
export function readImport(library: Library, bytes: Uint8Array): Result<ImportedRun> {
  const decoded = decodeEvo(bytes)
  if (!decoded.ok) return decoded
  const { header, births, tape } = decoded.value
  const settings = library.check(header.settings)
  if (!settings.ok) return settings
  const make = library.make(settings.value)
  if (!make.ok) return make
  const state = fitState(make.value, decoded.value.state, births)
  if (!state.ok) return state
  const progress = progressOf(make.value, state.value)
  return ok({ header: { ...header, settings: settings.value, ...progress }, state: state.value, births, tape })
}

/** The state with a tally for each operator there is, or what does not fit: a genome, a score, a place in the archive. */
export function fitState(make: Make, state: RunState, births: readonly Birth[]): Result<RunState> {
  for (const birth of [...births, ...state.elites]) {
    const problem = problemOf(make, birth)
    if (problem !== null) {
      return fail(
        'bad-file',
        `This .evo file is no run of ${make.arena.label} with its settings: number ${birth.id} ${problem}. Export the run once more.`,
      )
    }
  }
  for (const { name, words } of [...(state.rounds?.champions ?? []), ...(state.rounds?.guests ?? [])]) {
    const problem = genomeProblem(make, words)
    if (problem !== null)
      return fail('bad-file', `This .evo file is no run of ${make.arena.label}: its champion ${name} ${problem}. Export the run once more.`) // prettier-ignore
  }
  for (const { generation, words } of state.stands ?? []) {
    const problem = genomeProblem(make, words)
    if (problem !== null)
      return fail('bad-file', `This .evo file is no run of ${make.arena.label}: its mean of generation ${generation} ${problem}. Export the run once more.`) // prettier-ignore
  }
  if (!isSearchState(make, state.strategy))
    return fail('bad-file', `This .evo file is no run of ${make.arena.label}: its search (${make.strategy.label}) does not stand anywhere. Export the run once more.`) // prettier-ignore
  const none = { proposed: 0, refused: 0, opened: 0, improved: 0 }
  const tallies = new Map(state.operators.map((tally) => [tally.id, tally]))
  const { rounds, stands, ...rest } = state
  return ok({
    ...rest,
    ...(make.rounds === null ? {} : { rounds: rounds ?? NO_ROUNDS }),
    ...(make.search === null || stands === undefined ? {} : { stands }),
    operators: make.operators.map(({ id }) => tallies.get(id) ?? { id, ...none }),
  })
}

/** Genome, scores and cell are what this world gives. */
export const fits = (make: Make, birth: Birth): boolean => problemOf(make, birth) === null

function genomeProblem({ codec }: Make, words: Uint32Array): string | null {
  if (words.length !== codec.stride) return `has ${words.length} words where ${codec.stride} are needed`
  return codec.check?.(words) ?? null
}

function problemOf(make: Make, { words, cell, objectives, measures }: Birth): string | null {
  const { shape, objectiveCount } = make
  const problem = genomeProblem(make, words)
  if (problem !== null) return problem
  const [first = -1] = objectives
  if (objectives.length !== objectiveCount || first < 0 || first > 1) return 'has scores that this world does not give'
  if (cell >= shape.reachable.length) return 'lives outside the archive'
  // Of a population anybody may live anywhere.
  const isElsewhere = () => shape.kind === 'grid' && (cell !== cellOf(shape, measures) || shape.reachable[cell] !== 1)
  if (measures.length !== shape.axes.length || isElsewhere()) return 'lives in the cell of another kind'
  return null
}
