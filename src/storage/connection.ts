/**
 * The connection to the database: opened when first needed, given up when a newer version wants in, opened anew when the
 * browser closed it. Everything thrown ends here and becomes a fault.
 */
import type { IDBPDatabase } from 'idb'
import { ok, type Fault, type Result } from '../core/result.ts'
import { ABORTED, CLOSED, NEWER, openingFault, Refusal, SILENT, storageFault, WAITING } from './faults.ts'
import { DATABASE, openDatabase, type EvoSchema } from './schema.ts'

type Database = IDBPDatabase<EvoSchema>

export interface ConnectionOptions {
  /** The database's name; another one for tests. */
  readonly name?: string
  /** The first listener, see {@link Connection.onTrouble}. */
  readonly onTrouble?: (fault: Fault) => void
  /** Milliseconds that only ever grow. */
  readonly now?: () => number
  /** Milliseconds that an older tab is given to let go, before calls are answered with a fault. */
  readonly patience?: number
  /** Milliseconds that the browser is given to answer at all. */
  readonly silence?: number
}

/** Pauses between attempts to open a database that keeps closing, in milliseconds; the first attempt comes at once. */
const FIRST_PAUSE = 100
const LONGEST_PAUSE = 5000
const PATIENCE = 1500
const SILENCE = 10_000

/** Faults that may be of the connection and not of what was asked of it: another one may do better. */
const PASSING: ReadonlySet<string> = new Set([CLOSED.kind, ABORTED.kind, 'storage-unavailable'])

interface Attempt {
  readonly opened: Promise<Database>
  /** Rejects when an older tab did not let go in time, or nothing was heard; `opened` may still succeed later. */
  readonly overdue: Promise<never>
}

export class Connection {
  readonly #name: string
  readonly #now: () => number
  readonly #patience: number
  readonly #silence: number
  readonly #listeners = new Set<(fault: Fault) => void>()
  #attempt: Attempt | null = null
  #replaced = false
  #failures = 0
  #notBefore = -Infinity
  /** Why the last connection failed: the answer until the next attempt. */
  #failure: Fault = CLOSED

  constructor(options: ConnectionOptions) {
    this.#name = options.name ?? DATABASE
    this.#now = options.now ?? (() => performance.now())
    this.#patience = options.patience ?? PATIENCE
    this.#silence = options.silence ?? SILENCE
    if (options.onTrouble !== undefined) this.#listeners.add(options.onTrouble)
  }

  /** Tells what no call is there to answer: that a newer tab took over, that the browser closed the database. */
  onTrouble(listener: (fault: Fault) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  /** Work under way ends well; the next call opens anew. */
  close(): void {
    this.#attempt?.opened.then(
      (db) => db.close(),
      () => undefined,
    )
    this.#attempt = null
  }

  /** To the listeners. */
  report(fault: Fault): void {
    for (const listener of this.#listeners) listener(fault)
  }

  /**
   * Never throws, and never waits for ever. Work that a lost connection broke off left no trace, and is done once more on
   * a new one; where that fails too, a later call tries again after a pause that grows.
   */
  async use<T>(work: (db: Database) => Promise<T>): Promise<Result<T>> {
    const result = await this.#once(work)
    return !result.ok && PASSING.has(result.fault.kind) ? this.#once(work) : result
  }

  async #once<T>(work: (db: Database) => Promise<T>): Promise<Result<T>> {
    if (this.#replaced) return { ok: false, fault: NEWER }
    if (this.#attempt === null && this.#now() < this.#notBefore) return { ok: false, fault: this.#failure }
    const attempt = (this.#attempt ??= this.#open())
    let db: Database
    try {
      db = await Promise.race([attempt.opened, attempt.overdue])
    } catch (error) {
      return { ok: false, fault: error instanceof Refusal ? error.fault : this.#lost(attempt, openingFault(error)) }
    }
    try {
      const value = await work(db)
      this.#failures = 0
      return ok(value)
    } catch (error) {
      const fault = storageFault(error)
      // The browser breaks off what it was doing before it says that it closed the database.
      if (fault.kind === CLOSED.kind || fault.kind === ABORTED.kind)
        return { ok: false, fault: this.#lost(attempt, fault) }
      return { ok: false, fault }
    }
  }

  #open(): Attempt {
    let giveUp: (fault: Fault) => void = () => undefined
    const overdue = new Promise<never>((_, reject) => {
      giveUp = (fault) => reject(new Refusal(fault))
    })
    const timers = [setTimeout(() => giveUp(SILENT), this.#silence)]
    const opened = openDatabase(this.#name, {
      waiting: () => {
        this.report(WAITING)
        timers.push(setTimeout(() => giveUp(WAITING), this.#patience))
      },
      replaced: () => {
        this.#replaced = true
        this.report(NEWER)
      },
      closed: () => void this.#lost(attempt, CLOSED),
    }).finally(() => timers.forEach(clearTimeout))
    // Whoever races for them is told; with nobody racing there is nobody to tell.
    opened.catch(() => undefined)
    overdue.catch(() => undefined)
    const attempt: Attempt = { opened, overdue }
    return attempt
  }

  /** Forgets a connection that is of no more use. The first reopening comes at once, later ones after growing pauses. */
  #lost(attempt: Attempt, fault: Fault): Fault {
    if (fault.kind === NEWER.kind) this.#replaced = true
    if (this.#replaced) return NEWER
    if (this.#attempt !== attempt) return fault
    this.close()
    // Told here and not when the browser says so: it says nothing of a connection that a broken call gave up first.
    if (this.#failures === 0 && (fault === CLOSED || fault === ABORTED)) this.report(CLOSED)
    this.#failure = fault
    this.#notBefore =
      this.#failures === 0 ? -Infinity : this.#now() + Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (this.#failures - 1))
    this.#failures++
    return fault
  }
}
