/** `npm run evolve -- --replay FILE.evo`: the run once more from its tape. No model is asked, and nothing is written. */
import { existsSync, readFileSync } from 'node:fs'
import type { Work } from '../../core/batch.ts'
import type { Evaluator } from '../../core/contracts.ts'
import { archiveHash, initialState, type Make } from '../../core/generation.ts'
import type { Birth, GenerationRecord, RunState, TapeEntry } from '../../core/journal.ts'
import { fail, ok, type Fault, type Result } from '../../core/result.ts'
import { readImport } from '../../engine/importing.ts'
import { Library } from '../../engine/library.ts'
import { Runner } from '../../engine/runner.ts'
import { TapePlayer } from '../../engine/tape-player.ts'
import { decodeEvo } from '../../storage/import.ts'
import { loadArena, loadStrategy } from '../arenas.ts'

/** A run that is to come out again. */
export interface Original {
  readonly make: Make
  readonly state: RunState
  readonly births: readonly Birth[]
  readonly tape: readonly TapeEntry[]
}

export interface Replayed {
  readonly same: boolean
  /** For people: the hash, or where the two differ. */
  readonly message: string
}

export async function readOriginal(path: string): Promise<Result<Original>> {
  if (!existsSync(path)) return fail('no-file', `There is no file ${path}.`)
  const bytes = readFileSync(path)
  const decoded = decodeEvo(bytes)
  if (!decoded.ok) return decoded
  const { settings } = decoded.value.header
  const arena = await loadArena(settings.arena)
  if (!arena.ok) return arena
  const strategy = await loadStrategy(settings.strategy)
  if (!strategy.ok) return strategy
  const library = new Library([arena.value], [strategy.value])
  const run = readImport(library, bytes)
  if (!run.ok) return run
  if (run.value.state.generation === 0)
    return fail('nothing-to-play', `${path} has no generation yet: there is nothing to play again.`)
  // The budget ended the run where it ended; the replay goes as far as the file does.
  const make = library.make({ ...run.value.header.settings, evaluations: 0 })
  return make.ok ? ok({ make: make.value, ...run.value }) : make
}

/** Stops at the first difference. `tell` is called after each generation. */
export async function replay(
  { make, state: goal, births, tape }: Original,
  evaluator: (fault: Fault | null) => Promise<Result<Evaluator>>,
  tell: (state: RunState, work: Work) => void = () => undefined,
): Promise<Result<Replayed>> {
  const player = new TapePlayer(tape)
  const expected = new Map<number, Birth[]>()
  for (const birth of births) expected.set(birth.generation, [...(expected.get(birth.generation) ?? []), birth])
  let difference = ''
  let stopped: Result<Replayed> | null = null
  const runner: Runner = new Runner(make, initialState(make), {
    arrivals: ({ generation }) => Promise.resolve(player.arrivals(generation + 1)),
    migrants: ({ generation }) => player.migrants(generation + 1),
    evaluationMs: (generation) => player.evaluationMs(generation),
    evaluator,
    generation(change, state, work) {
      tell(state, work)
      const first = differing(change, expected.get(change.generation) ?? [])
      if (first !== null) {
        difference = `It differs from generation ${change.generation} of ${goal.generation} on: ${first}${whyOf(change.generation, births, tape)}`
        void runner.pause()
      }
      return Promise.resolve()
    },
    rested(fault) {
      if (fault !== null) stopped = fail(fault.kind, fault.message)
    },
  })
  runner.run(goal.generation)
  await runner.settled()
  if (stopped !== null) return stopped
  if (difference !== '') return ok({ same: false, message: difference })
  const [hash, wanted] = [archiveHash(runner.state.elites), archiveHash(goal.elites)]
  return hash === wanted
    ? ok({ same: true, message: `same archive ${hash}` })
    : ok({ same: false, message: `It ends with archive ${hash}, not ${wanted}, though every birth in the file is the same: the file's archive is not what its births make.` }) // prettier-ignore
}

/** What of a generation's births is otherwise than in the file; null for nothing. A file may have lost births, never made up any. */
function differing({ births }: GenerationRecord, expected: readonly Birth[]): string | null {
  const fresh = new Map(births.map((birth) => [birth.id, birth]))
  for (const old of expected) {
    const now = fresh.get(old.id)
    if (now === undefined) return `number ${old.id} is not born.`
    if (nameOf(now) !== nameOf(old)) return `number ${old.id} is another one.`
  }
  const extra = expected.length === 0 ? undefined : births.find(({ id }) => !expected.some((old) => old.id === id))
  return extra === undefined ? null : `number ${extra.id} is born, which the file has not.`
}

const nameOf = ({ cell, operator, parents, objectives, words }: Birth): string =>
  [cell, operator, parents.join(), objectives.join(), words.join()].join(' ')

/** The likeliest reason: something was written for that generation, and the tape does not have it. */
function whyOf(generation: number, births: readonly Birth[], tape: readonly TapeEntry[]): string {
  const writer = births.find((birth) => birth.generation === generation && birth.writing !== undefined)?.writing
  if (writer === undefined || tape.some((entry) => entry.generation === generation)) return ''
  const last = tape.at(-1)?.generation
  const reach = last === undefined ? 'the file has no tape' : `its tape ends with generation ${last}`
  return ` ${writer.model} wrote for that generation, and ${last !== undefined && last > generation ? 'the tape has a gap there' : reach}.`
}
