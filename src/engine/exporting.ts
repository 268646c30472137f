/** Runs as `.evo` files. */
import { apply, initialState, type Make } from '../core/generation.ts'
import type { Birth, RunState, TapeEntry } from '../core/journal.ts'
import { ok, type Result } from '../core/result.ts'
import { encodeEvo } from '../storage/export.ts'
import type { RunHeader, RunStore } from '../storage/store.ts'
import { fits } from './importing.ts'
import type { Library } from './library.ts'

/** The open run goes out as it is in memory, so that what a full disk could not take is saved this way. */
export async function exportOpen(store: RunStore, make: Make, header: RunHeader, state: RunState): Promise<Uint8Array> {
  const [births, tape] = [await store.allBirths(header.id), await store.tape(header.id)]
  return encodeEvo(
    header,
    state,
    births.ok ? knownTo(make, state, births.value) : [],
    tape.ok ? tape.value.filter(({ generation }) => generation <= state.generation) : [],
  )
}

/** What importing.ts would take back: not births that another tab has added since, nor damaged ones. */
const knownTo = (make: Make, { nextId, generation }: RunState, births: readonly Birth[]): readonly Birth[] =>
  births.filter((birth) => birth.id < nextId && birth.generation <= generation && fits(make, birth))

/** A stored run as it stands, with everything that belongs to it. */
export async function wholeRun(store: RunStore, library: Library, id: string): Promise<Result<WholeRun>> {
  const [loaded, births, tape] = [await store.load(id), await store.allBirths(id), await store.tape(id)]
  if (!loaded.ok) return loaded
  if (!births.ok) return births
  if (!tape.ok) return tape
  const { header, state, records } = loaded.value
  const settings = library.complete(header.settings)
  if (!settings.ok) return settings
  const make = library.make(settings.value)
  if (!make.ok) return make
  const whole = records.reduce(
    (past, change) => apply(make.value.shape, past, change),
    state ?? initialState(make.value),
  )
  const played = tape.value.filter(({ generation }) => generation <= whole.generation)
  return ok({ header, make: make.value, state: whole, births: births.value, tape: played })
}

export interface WholeRun {
  readonly header: RunHeader
  readonly make: Make
  readonly state: RunState
  readonly births: readonly Birth[]
  readonly tape: readonly TapeEntry[]
}

export async function exportStored(store: RunStore, library: Library, id: string): Promise<Result<Uint8Array>> {
  const run = await wholeRun(store, library, id)
  if (!run.ok) return run
  const { header, make, state, births, tape } = run.value
  return ok(encodeEvo(header, state, knownTo(make, state, births), tape))
}
