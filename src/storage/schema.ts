/**
 * The database, and how it changed. Never rename a store or edit a finished migration: data written by every earlier
 * version has to open. A new version adds one migration at the end.
 */
import { openDB, type DBSchema, type IDBPDatabase, type IDBPTransaction, type StoreNames } from 'idb'
import type { GenerationRecord, RunState, TapeEntry } from '../core/journal.ts'
import type { StoredBirth, StoredHeader } from './rows.ts'

export interface EvoSchema extends DBSchema {
  runs: { key: string; value: StoredHeader }
  /** Key: run, generation. */
  journal: { key: [string, number]; value: Checked<GenerationRecord> }
  /** Key: run, generation. */
  snapshots: { key: [string, number]; value: Checked<RunState> }
  /** Key: run, birth id. */
  births: { key: [string, number]; value: StoredBirth }
  /** Key: run, generation; of those that models wrote for. Since version 2. */
  tape: { key: [string, number]; value: Checked<TapeEntry> }
  /** Key: counter. */
  quarantine: { key: number; value: SetAside }
  settings: { key: string; value: string | number }
}

/** A row that is damaged, or follows a damaged one, as it was found. */
export interface SetAside {
  readonly run: string
  readonly store: 'journal' | 'snapshots' | 'births'
  readonly generation: number
  readonly row: unknown
}

/** A row with the checksum of its value. */
export interface Checked<T> {
  readonly value: T
  readonly sum: string
}

type Database = IDBPDatabase<EvoSchema>
type Upgrade = IDBPTransaction<EvoSchema, StoreNames<EvoSchema>[], 'versionchange'>

/** migrations[n] takes version n to n + 1. */
const migrations: readonly ((db: Database, tx: Upgrade) => void)[] = [
  (db) => {
    for (const store of ['runs', 'journal', 'snapshots', 'births', 'settings'] as const) db.createObjectStore(store)
    db.createObjectStore('quarantine', { autoIncrement: true })
  },
  (db) => void db.createObjectStore('tape'),
]

export const DATABASE = 'evolarium'
export const DATABASE_VERSION = migrations.length

export interface DatabaseEvents {
  /** Another tab has a newer version and waits for us: the connection is closed by now. */
  replaced(): void
  /** An older tab holds the database and does not let go. */
  waiting(): void
  /** The browser closed the database under us. */
  closed(): void
}

/** Async, so that a browser without IndexedDB rejects like any other failure. */
export async function openDatabase(name: string, events: DatabaseEvents): Promise<Database> {
  return openDB<EvoSchema>(name, DATABASE_VERSION, {
    upgrade(db, from, to, tx) {
      // The opening tells of an upgrade that failed; idb's promise of its transaction would tell nobody, as an error.
      tx.done.catch(() => undefined)
      for (const migrate of migrations.slice(from, to ?? DATABASE_VERSION)) migrate(db, tx)
    },
    blocked: () => events.waiting(),
    blocking: (_current, wanted, event) => {
      ;(event.target as IDBDatabase).close()
      // Without a version it is being deleted, and may be made anew.
      if (wanted === null) events.closed()
      else events.replaced()
    },
    terminated: () => events.closed(),
  })
}
