/**
 * Runs in IndexedDB. A generation is one transaction over journal, births and header, so head and rows cannot part; a
 * checkpoint is strictly durable, and what it makes unnecessary is deleted only in a later transaction. Damaged rows are
 * set aside, never deleted.
 */
import type { IDBPDatabase } from 'idb'
import type { Birth, GenerationRecord, RunState } from '../core/journal.ts'
import { fail, ok, type Fault, type Result } from '../core/result.ts'
import type { RunSettings } from '../core/settings.ts'
import { checksumOf } from './check.ts'
import { storageFault } from './faults.ts'
import { DATABASE, openDatabase, type EvoSchema } from './schema.ts'
import type { HeaderProgress, LoadedRun, RunHeader, RunStore } from './store.ts'

type Database = IDBPDatabase<EvoSchema>

const KEPT_SNAPSHOTS = 2
const noRun = (id: string): Fault => ({ kind: 'no-run', message: `There is no stored run "${id}".` })

/** Raised inside a transaction to give it up with this fault. */
class Refusal extends Error {
  readonly fault: Fault
  constructor(fault: Fault) {
    super(fault.message)
    this.fault = fault
  }
}

export class IndexedDbRuns implements RunStore {
  readonly #name: string
  readonly #onTrouble: (fault: Fault) => void
  #db: Database | null = null
  #replaced = false

  constructor(onTrouble: (fault: Fault) => void = () => undefined, name = DATABASE) {
    this.#name = name
    this.#onTrouble = onTrouble
  }

  close(): void {
    this.#db?.close()
    this.#db = null
  }

  list(): Promise<Result<readonly RunHeader[]>> {
    return this.#do(async (db) => (await db.getAll('runs')).sort((x, y) => y.order - x.order))
  }

  create(id: string, name: string, settings: RunSettings, progress: HeaderProgress): Promise<Result<RunHeader>> {
    return this.#do((db) =>
      this.#putHeader(db, { id, name, settings, deleted: false, order: 0, changedAt: 0, ...progress }),
    )
  }

  load(id: string): Promise<Result<LoadedRun>> {
    return this.#do(async (db) => {
      const header = await db.get('runs', id)
      if (header === undefined) throw new Refusal(noRun(id))
      const damage: string[] = []
      const state = await this.#newestSnapshot(db, id, header.head, damage)
      const records = await this.#recordsAfter(db, id, state?.generation ?? 0, header.head, damage)
      const reached = records.at(-1)?.generation ?? state?.generation ?? 0
      return { header: { ...header, head: reached }, state, records, damage }
    })
  }

  append(id: string, record: GenerationRecord, progress: HeaderProgress): Promise<Result<void>> {
    return this.#do(async (db) => {
      const tx = db.transaction(['journal', 'births', 'runs'], 'readwrite')
      const runs = tx.objectStore('runs')
      const header = await runs.get(id)
      if (header === undefined) throw new Refusal(noRun(id))
      if (record.generation !== header.head + 1) {
        throw new Refusal({
          kind: 'out-of-order',
          message: `Generation ${record.generation} does not follow generation ${header.head}.`,
        })
      }
      await Promise.all([
        tx.objectStore('journal').put({ value: record, sum: checksumOf(record) }, [id, record.generation]),
        ...record.births.map((birth) => tx.objectStore('births').put(birth, [id, birth.id])),
        runs.put({ ...header, ...progress, changedAt: Date.now() }, id),
        tx.done,
      ])
    })
  }

  checkpoint(id: string, state: RunState): Promise<Result<void>> {
    return this.#do(async (db) => {
      const tx = db.transaction('snapshots', 'readwrite', { durability: 'strict' })
      await Promise.all([tx.store.put({ value: state, sum: checksumOf(state) }, [id, state.generation]), tx.done])
      await this.#forget(db, id)
    })
  }

  births(id: string, ids: readonly number[]): Promise<Result<readonly Birth[]>> {
    return this.#do(async (db) => {
      const tx = db.transaction('births')
      const found = await Promise.all(ids.map((birth) => tx.store.get([id, birth])))
      return found.filter((birth) => birth !== undefined)
    })
  }

  allBirths(id: string): Promise<Result<readonly Birth[]>> {
    return this.#do((db) => db.getAll('births', rowsOf(id)))
  }

  rename(id: string, name: string): Promise<Result<RunHeader>> {
    return this.#change(id, { name })
  }

  setDeleted(id: string, deleted: boolean): Promise<Result<RunHeader>> {
    return this.#change(id, { deleted })
  }

  purge(): Promise<Result<void>> {
    return this.#do(async (db) => {
      for (const { id, deleted } of await db.getAll('runs')) {
        if (!deleted) continue
        const tx = db.transaction(['runs', 'journal', 'snapshots', 'births'], 'readwrite')
        await Promise.all([
          tx.objectStore('runs').delete(id),
          ...(['journal', 'snapshots', 'births'] as const).map((store) => tx.objectStore(store).delete(rowsOf(id))),
          tx.done,
        ])
      }
    })
  }

  lastOpened(): Promise<Result<string | null>> {
    return this.#do(async (db) => {
      const id = await db.get('settings', 'last-opened')
      return typeof id === 'string' ? id : null
    })
  }

  setLastOpened(id: string): Promise<Result<void>> {
    return this.#do(async (db) => void (await db.put('settings', id, 'last-opened')))
  }

  restore(header: RunHeader, state: RunState, births: readonly Birth[]): Promise<Result<RunHeader>> {
    return this.#do(async (db) => {
      const order = await this.#nextOrder(db)
      const tx = db.transaction(['runs', 'journal', 'snapshots', 'births'], 'readwrite', { durability: 'strict' })
      const written: RunHeader = {
        ...header,
        head: state.generation,
        order: header.order || order,
        changedAt: Date.now(),
      }
      await Promise.all([
        tx.objectStore('journal').delete(rowsOf(header.id)),
        tx.objectStore('snapshots').put({ value: state, sum: checksumOf(state) }, [header.id, state.generation]),
        ...births.map((birth) => tx.objectStore('births').put(birth, [header.id, birth.id])),
        tx.objectStore('runs').put(written, header.id),
        tx.done,
      ])
      return written
    })
  }

  async #change(id: string, change: Partial<RunHeader>): Promise<Result<RunHeader>> {
    return this.#do(async (db) => {
      const header = await db.get('runs', id)
      if (header === undefined) throw new Refusal(noRun(id))
      const changed = { ...header, ...change, changedAt: Date.now() }
      await db.put('runs', changed, id)
      return changed
    })
  }

  async #putHeader(db: Database, header: RunHeader): Promise<RunHeader> {
    const written = { ...header, order: await this.#nextOrder(db), changedAt: Date.now() }
    await db.put('runs', written, header.id)
    return written
  }

  async #nextOrder(db: Database): Promise<number> {
    const tx = db.transaction('settings', 'readwrite')
    const last = await tx.store.get('order')
    const next = (typeof last === 'number' ? last : 0) + 1
    await Promise.all([tx.store.put(next, 'order'), tx.done])
    return next
  }

  async #newestSnapshot(db: Database, id: string, head: number, damage: string[]): Promise<RunState | null> {
    const keys = await db.getAllKeys('snapshots', rowsOf(id))
    for (const key of keys.reverse()) {
      const row = await db.get('snapshots', key)
      // A snapshot ahead of the head belongs to a past that was written over.
      if (row !== undefined && key[1] <= head && checksumOf(row.value) === row.sum) return row.value
      damage.push(`A checkpoint of generation ${key[1]} was damaged and set aside; an earlier one was used.`)
      await this.#quarantine(db, 'snapshots', id, key[1], row)
    }
    return null
  }

  async #recordsAfter(
    db: Database,
    id: string,
    from: number,
    head: number,
    damage: string[],
  ): Promise<GenerationRecord[]> {
    // A range that ends before it begins is an error to IndexedDB.
    if (from >= head) return []
    const rows = await db.getAll('journal', IDBKeyRange.bound([id, from + 1], [id, head]))
    const records: GenerationRecord[] = []
    for (const row of rows) {
      const expected = from + records.length + 1
      if (checksumOf(row.value) !== row.sum || row.value.generation !== expected) {
        damage.push(
          `Generation ${expected} was damaged and set aside; the run goes on from generation ${expected - 1}.`,
        )
        await this.#quarantine(db, 'journal', id, expected, row)
        break
      }
      records.push(row.value)
    }
    // What follows a damaged row cannot be applied; the head goes back so that the run can go on.
    const reached = from + records.length
    if (reached < head) {
      if (rows.length === records.length)
        damage.push(`Generations ${reached + 1} to ${head} are missing; the run goes on from generation ${reached}.`)
      const header = await db.get('runs', id)
      if (header !== undefined) await db.put('runs', { ...header, head: reached }, id)
    }
    return records
  }

  async #quarantine(
    db: Database,
    store: 'journal' | 'snapshots',
    run: string,
    generation: number,
    row: unknown,
  ): Promise<void> {
    const tx = db.transaction([store, 'quarantine'], 'readwrite')
    await Promise.all([
      tx.objectStore('quarantine').add({ run, store, generation, row }),
      tx.objectStore(store).delete([run, generation]),
      tx.done,
    ])
  }

  /** Drops snapshots but the last two, and the journal that the older of those covers. */
  async #forget(db: Database, id: string): Promise<void> {
    const keys = await db.getAllKeys('snapshots', rowsOf(id))
    const oldest = keys.at(-KEPT_SNAPSHOTS)
    if (keys.length < KEPT_SNAPSHOTS || oldest === undefined) return
    const tx = db.transaction(['snapshots', 'journal'], 'readwrite')
    await Promise.all([
      ...keys.slice(0, -KEPT_SNAPSHOTS).map((key) => tx.objectStore('snapshots').delete(key)),
      tx.objectStore('journal').delete(IDBKeyRange.bound([id, 0], [id, oldest[1]])),
      tx.done,
    ])
  }

  /** Opens when needed, turns everything thrown into a fault, and lets a closed database be opened anew next time. */
  async #do<T>(work: (db: Database) => Promise<T>): Promise<Result<T>> {
    if (this.#replaced) {
      return fail('storage-newer', 'Another tab has updated Evolarium. Reload this page to go on; everything is saved.')
    }
    try {
      this.#db ??= await openDatabase(this.#name, {
        replaced: () => {
          this.#replaced = true
          this.#onTrouble({
            kind: 'storage-newer',
            message: 'Another tab has updated Evolarium. Reload this page to go on; everything is saved.',
          })
        },
        waiting: () =>
          this.#onTrouble({
            kind: 'storage-waiting',
            message: 'Another tab with an older Evolarium is in the way. Close it.',
          }),
        closed: () => {
          this.#db = null
        },
      })
      return ok(await work(this.#db))
    } catch (error) {
      if (error instanceof Refusal) return { ok: false, fault: error.fault }
      const fault = storageFault(error)
      if (fault.kind === 'storage-closed') this.close()
      return { ok: false, fault }
    }
  }
}

const rowsOf = (id: string) => IDBKeyRange.bound([id, 0], [id, Infinity])
