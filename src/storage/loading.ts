/** Reading a run back: the newest intact snapshot, the generations after it, and what to do with damaged rows. */
import type { IDBPDatabase } from 'idb'
import type { GenerationRecord, RunState } from '../core/journal.ts'
import { isIntact } from './check.ts'
import { noRun, Refusal, runDamaged } from './faults.ts'
import { headerOf, storedHeader } from './rows.ts'
import type { Checked, EvoSchema, SetAside } from './schema.ts'
import type { LoadedRun } from './store.ts'
import { started, transact, write } from './transact.ts'

type Database = IDBPDatabase<EvoSchema>

export interface Reading extends LoadedRun {
  /** The head as it is stored; `header.head` is the last generation that can be reached. */
  readonly storedHead: number
  /** Rows to be set aside: those that are damaged, and generations that cannot be reached any more. */
  readonly aside: readonly SetAside[]
}

/** All rows of a run in one of the stores whose key is [run, number]. */
export const rowsOf = (id: string, from = 0) => IDBKeyRange.bound([id, from], [id, Infinity])

/** True for an intact row that lies where it belongs. */
const isOf = <T extends { readonly generation: number }>(
  generation: number,
  row: Checked<T> | undefined,
): row is Checked<T> => isIntact(row) && row.value.generation === generation

/**
 * Reads in one transaction, so a writer in another tab cannot move rows away in between. Writes nothing. The head that
 * the header tells is only compared: rows and head move together, so where they differ the rows, which have checksums,
 * are right.
 */
export function readRun(db: Database, id: string): Promise<Reading> {
  return transact(db, ['runs', 'snapshots', 'journal'], 'readonly', async (tx) => {
    const row = await tx.objectStore('runs').get(id)
    if (row === undefined) throw new Refusal(noRun(id))
    const header = headerOf(id, row)
    if (header === null) throw new Refusal(runDamaged(id))
    const damage: string[] = []
    const aside: SetAside[] = []

    let state: RunState | null = null
    const snapshots = tx.objectStore('snapshots')
    for (const key of (await snapshots.getAllKeys(rowsOf(id))).reverse()) {
      const snapshot = await snapshots.get(key)
      if (isOf(key[1], snapshot)) {
        state = snapshot.value
        break
      }
      aside.push({ run: id, store: 'snapshots', generation: key[1], row: snapshot })
      damage.push(`The checkpoint of generation ${key[1]} was damaged and set aside; an earlier one was used.`)
    }

    const from = state?.generation ?? 0
    const journal = tx.objectStore('journal')
    const [keys, rows] = await Promise.all([
      started(journal.getAllKeys(rowsOf(id, from + 1))),
      started(journal.getAll(rowsOf(id, from + 1))),
    ])
    const records: GenerationRecord[] = []
    for (const [index, one] of rows.entries()) {
      const expected = from + index + 1
      if (keys[index]?.[1] !== expected || !isOf(expected, one)) break
      records.push(one.value)
    }
    const reached = from + records.length
    for (const [index, one] of rows.entries()) {
      if (index >= records.length)
        aside.push({ run: id, store: 'journal', generation: keys[index]?.[1] ?? 0, row: one })
    }
    const last = Math.max(header.head, keys.at(-1)?.[1] ?? 0)
    if (reached < last) {
      const lost = reached + 1 === last ? `Generation ${last}` : `Generations ${reached + 1} to ${last}`
      const why = keys[records.length]?.[1] === reached + 1 ? 'damaged and set aside' : 'missing'
      damage.push(`${lost}: ${why}. The run goes on from generation ${reached}.`)
    } else if (reached > header.head) {
      damage.push(`The entry of this run said generation ${header.head}; all up to ${reached} are there and were used.`)
    }
    return { header: { ...header, head: reached }, state, records, damage, storedHead: header.head, aside }
  })
}

/**
 * Sets damaged rows aside and moves the head to what can be reached, births included, so that the run can go on.
 * Does nothing when the run has been written meanwhile: then another tab knows better.
 */
export function setAside(db: Database, { header, storedHead, aside, state, records }: Reading): Promise<void> {
  const { id, head } = header
  return transact(db, ['runs', 'snapshots', 'journal', 'births', 'tape', 'quarantine'], 'readwrite', async (tx) => {
    const now = headerOf(id, await tx.objectStore('runs').get(id))
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
    write(births.delete(unborn))
    write(tx.objectStore('tape').delete(rowsOf(id, head + 1)))
    write(tx.objectStore('runs').put(storedHeader({ ...now, head, evaluations }), id))
  })
}
