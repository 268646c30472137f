/**
 * A run played again from its tape, without any model: the same settings, the same completions in the same generations, and
 * at the end the same archive.
 */
import { archiveHash, initialState } from '../core/generation.ts'
import type { RunState } from '../core/journal.ts'
import { fail, ok, type Result } from '../core/result.ts'
import type { RunHeader, RunStore } from '../storage/store.ts'
import { wholeRun } from './exporting.ts'
import type { Library } from './library.ts'
import type { OpenRun, Tape } from './open-run.ts'
import { progressOf } from './runner.ts'

/** A new run, stored and at its beginning, with the tape of run `id` and what has to come out. */
export async function prepareReplay(
  store: RunStore,
  library: Library,
  id: string,
  newId: string,
): Promise<Result<{ readonly header: RunHeader; readonly state: RunState; readonly tape: Tape }>> {
  const run = await wholeRun(store, library, id)
  if (!run.ok) return run
  const { header, make, state, tape } = run.value
  if (state.generation === 0)
    return fail('nothing-to-play', `"${header.name}" has no generation yet: let it run first.`)
  const checked = library.check(header.settings)
  if (!checked.ok) return checked
  const beginning = initialState(make)
  const title = `${header.name}, from its tape`
  const made = await store.create(newId, title, header.settings, progressOf(make, beginning))
  if (!made.ok) return made
  return ok({
    header: made.value,
    state: beginning,
    tape: { of: header.name, generations: state.generation, hash: archiveHash(state.elites), entries: tape },
  })
}

/** Generations that a tape still has; as many as there may be without one, or after its end. */
export function tapeLeft({ replay, runner }: OpenRun): number {
  const left = (replay?.status.generations ?? 0) - runner.state.generation
  return left > 0 ? left : Infinity
}

/** At the end of a tape: whether it gave the same archive. */
export function finishReplay(open: OpenRun): void {
  const { replay, runner } = open
  if (replay === null || runner.state.generation !== replay.status.generations) return
  replay.status = { ...replay.status, same: archiveHash(runner.state.elites) === replay.hash }
}
