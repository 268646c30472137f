/**
 * Runs in IndexedDB. A generation is one transaction over journal, births and header, so head and rows cannot part; a
 * checkpoint is strictly durable, and what it makes unnecessary is deleted only in a later transaction. Damaged rows are
 * set aside, never deleted.
 */
import type { IDBPDatabase, StoreNames } from 'idb'
import type { Birth, GenerationRecord, RunState, TapeEntry } from '../core/journal.ts'
import { ok, type Fault, type Result } from '../core/result.ts'
import type { RunSettings } from '../core/settings.ts'
import { checked, isIntact } from './check.ts'
import { Connection, type ConnectionOptions } from './connection.ts'
import { birthsDamaged, noRun, outOfOrder, Refusal, runDamaged, tapeDamaged } from './faults.ts'
import { readRun, rowsOf, setAside } from './loading.ts'
import { birthOf, headerOf, storedBirth, storedHeader } from './rows.ts'
import type { EvoSchema } from './schema.ts'
import type { HeaderProgress, LoadedRun, OpenRunStore, RunHeader } from './store.ts'
import { started, transact, write, type Transaction } from './transact.ts'

type Database = IDBPDatabase<EvoSchema>

const KEPT_SNAPSHOTS = 2

/** Opens the database now, so that a browser that keeps nothing says so before a run begins. */
export async function openRunStore(options: ConnectionOptions = {}): Promise<Result<OpenRunStore>> {
  const store = new IndexedDbRuns(options)
  const opened = await store.lastOpened()
  return opened.ok ? ok(store) : opened
}

export class IndexedDbRuns implements OpenRunStore {
  readonly #connection: Connection
  readonly #reported = new Set<string>()

  constructor(options: ConnectionOptions = {}) {
    this.#connection = new Connection(options)
  }

  close(): void {
    this.#connection.close()
  }

  onTrouble(listener: (fault: Fault) => void): () => void {
    return this.#connection.onTrouble(listener)
  }

  async list(): Promise<Result<readonly RunHeader[]>> {
    const rows = await this.#connection.use((db) => transact(db, ['runs'], 'readonly', headersIn))
    if (!rows.ok) return rows
    for (const [id, header] of rows.value) if (header === null) this.#report(id, runDamaged(id))
    const headers = [...rows.value.values()].filter((header) => header !== null)
    return ok(headers.sort((x, y) => y.order - x.order))
  }

  create(id: string, name: string, settings: RunSettings, progress: HeaderProgress): Promise<Result<RunHeader>> {
    return this.#connection.use((db) =>
      transact(db, ['runs', 'settings'], 'readwrite', async (tx) => {
        if ((await tx.objectStore('runs').getKey(id)) !== undefined) {
          throw new Refusal({ kind: 'run-exists', message: `There is a run "${id}" already; it was left alone.` })
        }
        const order = await nextOrder(tx)
        const header: RunHeader = { id, name, settings, deleted: false, order, changedAt: Date.now(), ...progress }
        write(tx.objectStore('runs').put(storedHeader(header), id))
        return header
      }),
    )
  }

  load(id: string): Promise<Result<LoadedRun>> {
    return this.#connection.use(async (db) => {
      const reading = await readRun(db, id)
      const { header, state, records, damage, aside, storedHead } = reading
      // What could be read is good even where setting the rest aside fails, as on a full disk: the next opening tries again.
      if (aside.length > 0 || header.head !== storedHead) await setAside(db, reading).catch(() => undefined)
      return { header, state, records, damage }
    })
  }

  append(id: string, record: GenerationRecord, progress: HeaderProgress): Promise<Result<void>> {
    return this.#connection.use((db) =>
      transact(db, ['journal', 'births', 'tape', 'runs'], 'readwrite', async (tx) => {
        const header = await headerIn(tx, id)
        if (record.generation !== header.head + 1) {
          throw new Refusal(outOfOrder(`Generation ${record.generation} does not follow generation ${header.head}.`))
        }
        const { tape, ...kept } = record
        write(tx.objectStore('journal').put(checked(kept), [id, record.generation]))
        if (tape !== undefined) write(tx.objectStore('tape').put(checked(tape), [id, record.generation]))
        for (const birth of record.births) write(tx.objectStore('births').put(storedBirth(birth), [id, birth.id]))
        const changed = { ...header, ...progress, head: record.generation, changedAt: Date.now() }
        write(tx.objectStore('runs').put(storedHeader(changed), id))
      }),
    )
  }

  checkpoint(id: string, state: RunState): Promise<Result<void>> {
    return this.#connection.use(async (db) => {
      await transact(
        db,
        ['runs', 'snapshots'],
        'readwrite',
        async (tx) => {
          const { head } = await headerIn(tx, id)
          if (state.generation > head) {
            throw new Refusal(
              outOfOrder(`A checkpoint of generation ${state.generation} is ahead of generation ${head}.`),
            )
          }
          write(tx.objectStore('snapshots').put(checked(state), [id, state.generation]))
        },
        'strict',
      )
      // The checkpoint is safe by now; what could not be cleared away is cleared with the next one.
      await forget(db, id).catch(() => undefined)
    })
  }

  births(id: string, ids: readonly number[]): Promise<Result<readonly Birth[]>> {
    return this.#births(id, async (births) => {
      const rows = await Promise.all(ids.map((birth) => started(births.get([id, birth]))))
      return rows.flatMap((row, index) => (row === undefined ? [] : [{ key: ids[index] ?? 0, row }]))
    })
  }

  allBirths(id: string): Promise<Result<readonly Birth[]>> {
    return this.#births(id, async (births) => {
      const [keys, rows] = await Promise.all([
        started(births.getAllKeys(rowsOf(id))),
        started(births.getAll(rowsOf(id))),
      ])
      return rows.map((row, index) => ({ key: keys[index]?.[1] ?? 0, row }))
    })
  }

  async tape(id: string): Promise<Result<readonly TapeEntry[]>> {
    const rows = await this.#connection.use((db) =>
      transact(db, ['runs', 'tape'], 'readonly', async (tx) => {
        await headerIn(tx, id)
        return started(tx.objectStore('tape').getAll(rowsOf(id)))
      }),
    )
    if (!rows.ok) return rows
    const entries = rows.value.filter((row) => isIntact(row)).map(({ value }) => value)
    if (entries.length < rows.value.length)
      this.#report(`${id} tape`, tapeDamaged(id, rows.value.length - entries.length))
    return ok(entries)
  }

  rename(id: string, name: string): Promise<Result<RunHeader>> {
    return this.#change(id, { name })
  }

  setDeleted(id: string, deleted: boolean): Promise<Result<RunHeader>> {
    return this.#change(id, { deleted })
  }

  purge(): Promise<Result<void>> {
    return this.#connection.use((db) =>
      transact(db, ['runs', 'journal', 'snapshots', 'births', 'tape', 'quarantine'], 'readwrite', async (tx) => {
        // A damaged entry may say anything, so it is left as it is.
        const gone = new Set(
          [...(await headersIn(tx))].flatMap(([id, header]) => (header?.deleted === true ? [id] : [])),
        )
        if (gone.size === 0) return
        for (const id of gone) {
          write(tx.objectStore('runs').delete(id))
          for (const store of ['journal', 'snapshots', 'births', 'tape'] as const)
            write(tx.objectStore(store).delete(rowsOf(id)))
        }
        for (let row = await tx.objectStore('quarantine').openCursor(); row !== null; row = await row.continue()) {
          if (gone.has(row.value?.run)) write(row.delete())
        }
      }),
    )
  }

  lastOpened(): Promise<Result<string | null>> {
    return this.#connection.use((db) =>
      transact(db, ['settings'], 'readonly', async (tx) => {
        const id = await tx.objectStore('settings').get('last-opened')
        return typeof id === 'string' ? id : null
      }),
    )
  }

  setLastOpened(id: string): Promise<Result<void>> {
    return this.#connection.use((db) =>
      transact(db, ['settings'], 'readwrite', async (tx) => write(tx.objectStore('settings').put(id, 'last-opened'))),
    )
  }

  restore(
    header: RunHeader,
    state: RunState,
    births: readonly Birth[],
    tape: readonly TapeEntry[] = [],
  ): Promise<Result<RunHeader>> {
    const { id } = header
    return this.#connection.use((db) =>
      transact(
        db,
        ['runs', 'journal', 'snapshots', 'births', 'tape', 'settings'],
        'readwrite',
        async (tx) => {
          const order = header.order || (await nextOrder(tx))
          const written: RunHeader = { ...header, head: state.generation, order, changedAt: Date.now() }
          write(tx.objectStore('journal').delete(rowsOf(id)))
          write(tx.objectStore('snapshots').delete(rowsOf(id, state.generation)))
          write(tx.objectStore('births').delete(rowsOf(id, state.nextId)))
          write(tx.objectStore('tape').delete(rowsOf(id, state.generation + 1)))
          write(tx.objectStore('snapshots').put(checked(state), [id, state.generation]))
          write(tx.objectStore('runs').put(storedHeader(written), id))
          for (const birth of births) write(tx.objectStore('births').put(storedBirth(birth), [id, birth.id]))
          for (const entry of tape) write(tx.objectStore('tape').put(checked(entry), [id, entry.generation]))
          return written
        },
        'strict',
      ),
    )
  }

  /** Reads and writes in one transaction: a generation written by another tab in between would be taken back. */
  #change(id: string, change: Partial<RunHeader>): Promise<Result<RunHeader>> {
    return this.#connection.use((db) =>
      transact(db, ['runs'], 'readwrite', async (tx) => {
        const header = { ...(await headerIn(tx, id)), ...change, changedAt: Date.now() }
        write(tx.objectStore('runs').put(storedHeader(header), id))
        return header
      }),
    )
  }

  /** Those that are whole; damaged ones are told of, and stay where they are. */
  async #births(
    id: string,
    read: (births: Births) => Promise<readonly { readonly key: number; readonly row: unknown }[]>,
  ): Promise<Result<readonly Birth[]>> {
    const rows = await this.#connection.use((db) =>
      transact(db, ['runs', 'births'], 'readonly', async (tx) => {
        await headerIn(tx, id)
        return read(tx.objectStore('births'))
      }),
    )
    if (!rows.ok) return rows
    const births = rows.value.map(({ key, row }) => birthOf(key, row)).filter((birth) => birth !== null)
    const damaged = rows.value.length - births.length
    if (damaged > 0) this.#report(`${id} births`, birthsDamaged(id, damaged))
    return ok(births)
  }

  /** Once a visit: lists and families are read again and again. */
  #report(about: string, fault: Fault): void {
    if (this.#reported.has(about)) return
    this.#reported.add(about)
    this.#connection.report(fault)
  }
}

type Births = ReturnType<Transaction<'births', 'readonly'>['objectStore']>

/** Every run's header, null where it is damaged. */
async function headersIn<S extends StoreNames<EvoSchema>>(
  tx: Transaction<S | 'runs', 'readonly' | 'readwrite'>,
): Promise<ReadonlyMap<string, RunHeader | null>> {
  const runs = tx.objectStore('runs')
  const [keys, rows] = await Promise.all([started(runs.getAllKeys()), started(runs.getAll())])
  return new Map(keys.map((id, index) => [id, headerOf(id, rows[index])]))
}

async function headerIn<S extends 'runs' | 'journal' | 'births' | 'snapshots' | 'tape'>(
  tx: Transaction<S | 'runs', 'readonly' | 'readwrite'>,
  id: string,
): Promise<RunHeader> {
  const row = await tx.objectStore('runs').get(id)
  if (row === undefined) throw new Refusal(noRun(id))
  const header = headerOf(id, row)
  if (header === null) throw new Refusal(runDamaged(id))
  return header
}

async function nextOrder<S extends 'runs' | 'journal' | 'births' | 'snapshots' | 'tape' | 'settings'>(
  tx: Transaction<S | 'settings', 'readwrite'>,
): Promise<number> {
  const settings = tx.objectStore('settings')
  const last = await settings.get('order')
  const next = (typeof last === 'number' ? last : 0) + 1
  write(settings.put(next, 'order'))
  return next
}

/** Drops snapshots but the last two, and the journal that the older of those covers. */
function forget(db: Database, id: string): Promise<void> {
  return transact(db, ['snapshots', 'journal'], 'readwrite', async (tx) => {
    const keys = await tx.objectStore('snapshots').getAllKeys(rowsOf(id))
    const oldest = keys.at(-KEPT_SNAPSHOTS)
    if (oldest === undefined) return
    for (const key of keys.slice(0, -KEPT_SNAPSHOTS)) write(tx.objectStore('snapshots').delete(key))
    write(tx.objectStore('journal').delete(IDBKeyRange.bound([id, 0], [id, oldest[1]])))
  })
}
