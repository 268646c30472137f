/** The same store without a disk: for the command line, for tests, and for browsers that keep nothing. */
import type { Birth, GenerationRecord, RunState, TapeEntry } from '../core/journal.ts'
import { fail, ok, type Result } from '../core/result.ts'
import type { RunSettings } from '../core/settings.ts'
import { noRun, outOfOrder } from './faults.ts'
import type { HeaderProgress, LoadedRun, RunHeader, RunStore } from './store.ts'

interface Kept {
  header: RunHeader
  state: RunState | null
  records: GenerationRecord[]
  readonly births: Map<number, Birth>
  readonly tape: Map<number, TapeEntry>
}

export class MemoryRuns implements RunStore {
  readonly #runs = new Map<string, Kept>()
  #order = 0
  #last: string | null = null

  list(): Promise<Result<readonly RunHeader[]>> {
    const headers = [...this.#runs.values()].map(({ header }) => header)
    return Promise.resolve(ok(headers.sort((x, y) => y.order - x.order)))
  }

  create(id: string, name: string, settings: RunSettings, progress: HeaderProgress): Promise<Result<RunHeader>> {
    if (this.#runs.has(id)) {
      return Promise.resolve(fail('run-exists', `There is a run "${id}" already; it was left alone.`))
    }
    const order = ++this.#order
    const header: RunHeader = { id, name, settings, order, changedAt: Date.now(), deleted: false, ...progress }
    this.#runs.set(id, { header, state: null, records: [], births: new Map(), tape: new Map() })
    return Promise.resolve(ok(header))
  }

  load(id: string): Promise<Result<LoadedRun>> {
    return this.#with(id, ({ header, state, records }) => ok({ header, state, records: [...records], damage: [] }))
  }

  append(id: string, record: GenerationRecord, progress: HeaderProgress): Promise<Result<void>> {
    return this.#with(id, (kept) => {
      if (record.generation !== kept.header.head + 1) {
        return {
          ok: false,
          fault: outOfOrder(`Generation ${record.generation} does not follow generation ${kept.header.head}.`),
        }
      }
      const { tape, ...kind } = structuredClone(record)
      kept.records.push(kind)
      if (tape !== undefined) kept.tape.set(record.generation, tape)
      for (const birth of record.births) kept.births.set(birth.id, structuredClone(birth))
      kept.header = { ...kept.header, ...progress, head: record.generation, changedAt: Date.now() }
      return ok(undefined)
    })
  }

  checkpoint(id: string, state: RunState): Promise<Result<void>> {
    return this.#with(id, (kept) => {
      const { head } = kept.header
      if (state.generation > head) {
        return {
          ok: false,
          fault: outOfOrder(`A checkpoint of generation ${state.generation} is ahead of generation ${head}.`),
        }
      }
      // Memory does not tear, so one snapshot is enough.
      if (state.generation < (kept.state?.generation ?? 0)) return ok(undefined)
      kept.state = structuredClone(state)
      kept.records = kept.records.filter(({ generation }) => generation > state.generation)
      return ok(undefined)
    })
  }

  births(id: string, ids: readonly number[]): Promise<Result<readonly Birth[]>> {
    return this.#with(id, ({ births }) => ok(ids.flatMap((birth) => births.get(birth) ?? [])))
  }

  allBirths(id: string): Promise<Result<readonly Birth[]>> {
    return this.#with(id, ({ births }) => ok([...births.values()].sort((x, y) => x.id - y.id)))
  }

  tape(id: string): Promise<Result<readonly TapeEntry[]>> {
    return this.#with(id, ({ tape }) => ok([...tape.values()].sort((x, y) => x.generation - y.generation)))
  }

  rename(id: string, name: string): Promise<Result<RunHeader>> {
    return this.#change(id, { name })
  }

  setDeleted(id: string, deleted: boolean): Promise<Result<RunHeader>> {
    return this.#change(id, { deleted })
  }

  purge(): Promise<Result<void>> {
    for (const [id, { header }] of this.#runs) if (header.deleted) this.#runs.delete(id)
    return Promise.resolve(ok(undefined))
  }

  lastOpened(): Promise<Result<string | null>> {
    return Promise.resolve(ok(this.#last))
  }

  setLastOpened(id: string): Promise<Result<void>> {
    this.#last = id
    return Promise.resolve(ok(undefined))
  }

  restore(
    header: RunHeader,
    state: RunState,
    births: readonly Birth[],
    tape: readonly TapeEntry[] = [],
  ): Promise<Result<RunHeader>> {
    const order = header.order || ++this.#order
    const written = { ...header, head: state.generation, order, changedAt: Date.now() }
    const old = this.#runs.get(header.id)
    const earlier = [...(old?.births.values() ?? [])].filter(({ id }) => id < state.nextId)
    const played = [...(old?.tape.values() ?? [])].filter(({ generation }) => generation <= state.generation)
    this.#runs.set(header.id, {
      header: written,
      state: structuredClone(state),
      records: [],
      births: new Map([...earlier, ...births.map((birth) => structuredClone(birth))].map((birth) => [birth.id, birth])),
      tape: new Map([...played, ...structuredClone(tape)].map((entry) => [entry.generation, entry])),
    })
    return Promise.resolve(ok(written))
  }

  #change(id: string, change: Partial<RunHeader>): Promise<Result<RunHeader>> {
    return this.#with(id, (kept) => ok((kept.header = { ...kept.header, ...change, changedAt: Date.now() })))
  }

  #with<T>(id: string, work: (kept: Kept) => Result<T>): Promise<Result<T>> {
    const kept = this.#runs.get(id)
    return Promise.resolve(kept === undefined ? { ok: false, fault: noRun(id) } : work(kept))
  }
}
