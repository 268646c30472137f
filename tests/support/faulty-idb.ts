/**
 * IndexedDB whose n-th operation fails: opening, starting a transaction, any single request, the commit. Works on
 * fake-indexeddb's own steps, so that transactions roll back, events bubble and connections close as in a browser.
 */
import 'fake-indexeddb/auto'
import { forceCloseDatabase } from 'fake-indexeddb'
import { openDB } from 'idb'

/**
 * `throw`: the call throws at once. `error`: the request fires an error. `quota`: so does a full disk, at commits too.
 * `abort`: the browser aborts the transaction. `close`: it closes the whole database, as when site data are cleared.
 */
export const MODES = ['throw', 'error', 'quota', 'abort', 'close'] as const
export type Mode = (typeof MODES)[number]

/** What is used of fake-indexeddb's insides. */
interface FakeTransaction {
  readonly mode: IDBTransactionMode
  readonly db: IDBDatabase & {
    readonly _closePending: boolean
    readonly _rawDatabase: { readonly transactions: readonly FakeTransaction[] }
  }
  readonly _state: string
  readonly _requests: readonly { readonly request: IDBRequest }[]
  _abort(name: string): void
  _execRequestAsync(work: { operation: () => unknown }): IDBRequest
  _start(): void
}

const transactions = IDBTransaction.prototype as unknown as FakeTransaction
const databases = IDBDatabase.prototype
const factory = Object.getPrototypeOf(indexedDB) as IDBFactory
const real = {
  execute: transactions._execRequestAsync,
  start: transactions._start,
  transaction: databases.transaction,
  open: factory.open,
}

let plan: { readonly at: number; readonly mode: Mode; readonly lasting: boolean } | null = null
let step = 0
let fired = 0
const doomed = new WeakMap<IDBRequest, Mode>()

/** The `at`-th operation from now fails, or that and all after it. */
export function arm(at: number, mode: Mode, lasting = false): void {
  plan = { at, mode, lasting }
  step = fired = 0
}

/** All is well again. Returns how often something failed since {@link arm}. */
export function disarm(): number {
  plan = null
  return fired
}

function fault(): Mode | null {
  if (plan === null) return null
  step++
  if (step !== plan.at && !(plan.lasting && step > plan.at)) return null
  fired++
  return plan.mode
}

const failure = (mode: Mode) =>
  mode === 'quota'
    ? new DOMException('The quota has been exceeded.', 'QuotaExceededError')
    : new DOMException('Internal error.', 'UnknownError')

const opened: IDBDatabase[] = []
let openings = 0

/** Connections to a database that are open now. */
export const connectionsTo = (name: string): readonly IDBDatabase[] =>
  opened.filter((db) => db.name === name && !(db as FakeTransaction['db'])._closePending)
/** How often a database was asked for, ever. */
export const openingsSoFar = (): number => openings

/** What a browser does that closes a database by force: it aborts what is under way, then says so. */
export function closeByForce(db: IDBDatabase): void {
  const { transactions: all } = (db as FakeTransaction['db'])._rawDatabase
  for (const tx of [...all]) if (tx.db === db && tx._state !== 'finished') tx._abort('AbortError')
  forceCloseDatabase(db as unknown as Parameters<typeof forceCloseDatabase>[0])
}

function breakOff(tx: FakeTransaction, mode: Mode): void {
  if (mode === 'close' && tx.mode !== 'versionchange') closeByForce(tx.db)
  else tx._abort(mode === 'abort' || mode === 'close' ? 'AbortError' : failure(mode).name)
}

factory.open = function (name, version) {
  // A database that is not open yet cannot be closed.
  const mode = plan?.mode === 'close' ? null : fault()
  openings++
  if (mode !== null) throw failure(mode)
  const request = real.open.call(this, name, version)
  request.addEventListener('success', () => void opened.push(request.result))
  return request
}
databases.transaction = function (...args) {
  // Upgrades are begun by the database itself; they can fail at their commit.
  const mode = (args[1] as string | undefined) === 'versionchange' ? null : fault()
  if (mode === 'close') closeByForce(this)
  else if (mode !== null) throw failure(mode)
  return real.transaction.apply(this, args)
}
transactions._execRequestAsync = function (work) {
  const mode = this.mode === 'versionchange' ? null : fault()
  if (mode === 'throw') throw failure(mode)
  if (mode === 'error' || mode === 'quota') {
    work.operation = () => {
      throw failure(mode)
    }
  }
  const request = real.execute.call(this, work)
  if (mode === 'abort' || mode === 'close') doomed.set(request, mode)
  return request
}
transactions._start = function () {
  const next = this._requests.find(({ request }) => request.readyState !== 'done')?.request
  // With nothing more to do, this is the commit.
  const commits = next === undefined && this._state !== 'finished' && this.mode !== 'readonly'
  const mode = next === undefined ? (commits ? fault() : null) : (doomed.get(next) ?? null)
  if (mode !== null) return breakOff(this, mode)
  real.start.call(this)
}

/** Everything in a database, store by store. */
export type Rows = readonly (readonly [store: string, key: IDBValidKey, value: unknown])[]

export async function dump(name: string): Promise<Rows> {
  const db = await openDB(name)
  const rows: [string, IDBValidKey, unknown][] = []
  for (const store of db.objectStoreNames) {
    const keys = await db.getAllKeys(store)
    for (const [index, value] of (await db.getAll(store)).entries()) rows.push([store, keys[index] ?? 0, value])
  }
  db.close()
  return rows
}

/** Makes a database hold these rows and no others. Its stores must be there. */
export async function fill(name: string, rows: Rows): Promise<void> {
  const db = await openDB(name)
  const tx = db.transaction([...db.objectStoreNames], 'readwrite')
  for (const store of db.objectStoreNames) void tx.objectStore(store).clear()
  for (const [store, key, value] of rows)
    void (store === 'quarantine' ? tx.objectStore(store).put(value) : tx.objectStore(store).put(value, key))
  await tx.done
  db.close()
}
