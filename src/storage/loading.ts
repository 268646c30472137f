/** Reading a run back: the newest intact snapshot, the generations after it, and what to do with damaged rows. */
import type { IDBPDatabase } from 'idb'
import type { GenerationRecord, RunState } from '../core/journal.ts'
import { isIntact } from './check.ts'
import { noRun, Refusal } from './faults.ts'
import type { EvoSchema, SetAside } from './schema.ts'
import type { LoadedRun, RunHeader } from './store.ts'
import { transact, write } from './transact.ts'

type Database = IDBPDatabase<EvoSchema>

export interface Reading extends LoadedRun {
  /** The head as it is stored; `header.head` is the last generation that can be reached. */
  readonly storedHead: number
  /** Rows to be set aside: those that are damaged, and generations that cannot be reached any more. */
  readonly aside: readonly SetAside[]
}

/** All rows of a run in one of the stores whose key is [run, number]. */
export const rowsOf = (id: string, from = 0) => IDBKeyRange.bound([id, from], [id, Infinity])

/** False for a row that could not be shown in a list without breaking it. */
export const isHeader = (row: RunHeader | undefined): row is RunHeader =>
  typeof row === 'object' &&
  typeof row.id === 'string' &&
  typeof row.settings === 'object' &&
  Number.isInteger(row.head)

/** Reads in one transaction, so a writer in another tab cannot move rows away in between. Writes nothing. */
export function readRun(db: Database, id: string): Promise<Reading> {
  return transact(db, ['runs', 'snapshots', 'journal'], 'readonly', async (tx) => {
    const header = await tx.objectStore('runs').get(id)
    if (header === undefined) throw new Refusal(noRun(id))
    if (!isHeader(header)) {
      throw new Refusal({ kind: 'run-damaged', message: `The entry of run "${id}" is damaged; it was left as it is.` })
    }
    const damage: string[] = []
    const aside: SetAside[] = []

    let state: RunState | null = null
    const snapshots = tx.objectStore('snapshots')
    for (const key of (await snapshots.getAllKeys(rowsOf(id))).reverse()) {
      const row = await snapshots.get(key)
      // A snapshot ahead of the head belongs to a past that was given up.
      if (key[1] <= header.head && isIntact(row)) {
        state = row.value
        break
      }
      aside.push({ run: id, store: 'snapshots', generation: key[1], row })
      damage.push(`The checkpoint of generation ${key[1]} was damaged and set aside; an earlier one was used.`)
    }

    const from = state?.generation ?? 0
    const journal = tx.objectStore('journal')
    const [keys, rows] = await Promise.all([
      journal.getAllKeys(rowsOf(id, from + 1)),
      journal.getAll(rowsOf(id, from + 1)),
    ])
    const records: GenerationRecord[] = []
    for (const [index, row] of rows.entries()) {
      const expected = from + index + 1
      if (keys[index]?.[1] !== expected || expected > header.head || !isIntact(row)) break
      records.push(row.value)
    }
    const reached = from + records.length
    for (const [index, row] of rows.entries()) {
      if (index >= records.length) aside.push({ run: id, store: 'journal', generation: keys[index]?.[1] ?? 0, row })
    }
    if (reached < header.head) {
      const lost =
        reached + 1 === header.head ? `Generation ${header.head}` : `Generations ${reached + 1} to ${header.head}`
      const why = keys[records.length]?.[1] === reached + 1 ? 'damaged and set aside' : 'missing'
      damage.push(`${lost}: ${why}. The run goes on from generation ${reached}.`)
    }
    return { header: { ...header, head: reached }, state, records, damage, storedHead: header.head, aside }
  })
}

/**
 * Sets damaged rows aside and moves the head back to what can be reached, births included, so that the run can go on.
 * Does nothing when the run has been written meanwhile: then another tab knows better.
 */
export function setAside(db: Database, { header, storedHead, aside, state, records }: Reading): Promise<void> {
  const { id, head } = header
  return transact(db, ['runs', 'snapshots', 'journal', 'births', 'quarantine'], 'readwrite', async (tx) => {
    const now = await tx.objectStore('runs').get(id)
    if (now?.head !== storedHead) return
    const quarantine = tx.objectStore('quarantine')
    for (const row of aside) {
      write(quarantine.add(row))
      if (row.store !== 'births') write(tx.objectStore(row.store).delete([id, row.generation]))
    }
    if (head === storedHead) return
    const births = tx.objectStore('births')
    const unborn = rowsOf(id, records.at(-1)?.nextId ?? state?.nextId ?? 1)
    for (const birth of await births.getAll(unborn)) {
      write(quarantine.add({ run: id, store: 'births', generation: birth.generation, row: birth }))
    }
    const evaluations = records.at(-1)?.evaluations ?? state?.evaluations ?? 0
    write(births.delete(unborn), tx.objectStore('runs').put({ ...now, head, evaluations }, id))
  })
}
