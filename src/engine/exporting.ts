/** Runs as `.evo` files. */
import { apply, initialState } from '../core/generation.ts'
import type { RunState } from '../core/journal.ts'
import { ok, type Result } from '../core/result.ts'
import { encodeEvo } from '../storage/export.ts'
import type { RunHeader, RunStore } from '../storage/store.ts'
import type { Library } from './library.ts'

/** The open run goes out as it is in memory, so that what a full disk could not take is saved this way. */
export async function exportOpen(store: RunStore, header: RunHeader, state: RunState): Promise<Uint8Array> {
  const births = await store.allBirths(header.id)
  return encodeEvo(header, state, births.ok ? births.value : [])
}

export async function exportStored(store: RunStore, library: Library, id: string): Promise<Result<Uint8Array>> {
  const [loaded, births] = [await store.load(id), await store.allBirths(id)]
  if (!loaded.ok) return loaded
  if (!births.ok) return births
  const { header, state, records } = loaded.value
  const make = library.make(header.settings)
  if (!make.ok) return make
  const whole = records.reduce(
    (past, change) => apply(make.value.shape, past, change),
    state ?? initialState(make.value),
  )
  return ok(encodeEvo(header, whole, births.value))
}
