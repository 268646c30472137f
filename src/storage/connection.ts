/**
 * The connection to the database: opened when first needed, given up when a newer version wants in, opened anew when the
 * browser closed it. Everything thrown ends here and becomes a fault.
 */
import type { IDBPDatabase } from 'idb'
import { ok, type Fault, type Result } from '../core/result.ts'
import { CLOSED, NEWER, openingFault, Refusal, storageFault, WAITING } from './faults.ts'
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
}

/** Pauses between attempts to open a database that keeps closing, in milliseconds; the first attempt comes at once. */
const FIRST_PAUSE = 100
const LONGEST_PAUSE = 5000
const PATIENCE = 1500

interface Attempt {
  readonly opened: Promise<Database>
  /** Rejects when an older tab did not let go in time; `opened` may still succeed later. */
  readonly blocked: Promise<never>
}

export class Connection {
  readonly #name: string
  readonly #now: () => number
  readonly #patience: number
  readonly #listeners = new Set<(fault: Fault) => void>()
  #attempt: Attempt | null = null
  #replaced = false
  #failures = 0
  #notBefore = -Infinity

  constructor({ name = DATABASE, onTrouble, now = () => performance.now(), patience = PATIENCE }: ConnectionOptions) {
    this.#name = name
    this.#now = now
    this.#patience = patience
    if (onTrouble !== undefined) this.#listeners.add(onTrouble)
  }

  /** Tells what no call is there to answer: that a newer tab took over, that an older one is in the way. */
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

  /** Never throws. After a fault of kind `storage-closed` a later call finds the database open again, or tries to. */
  async use<T>(work: (db: Database) => Promise<T>): Promise<Result<T>> {
    if (this.#replaced) return { ok: false, fault: NEWER }
    if (this.#attempt === null && this.#now() < this.#notBefore) return { ok: false, fault: CLOSED }
    const attempt = (this.#attempt ??= this.#open())
    let db: Database
    try {
      db = await Promise.race([attempt.opened, attempt.blocked])
    } catch (error) {
      return { ok: false, fault: error instanceof Refusal ? error.fault : this.#openingFailed(attempt, error) }
    }
    try {
      const value = await work(db)
      this.#failures = 0
      return ok(value)
    } catch (error) {
      const fault = storageFault(error)
      if (fault.kind !== CLOSED.kind) return { ok: false, fault }
      this.#lost(attempt)
      return { ok: false, fault: this.#replaced ? NEWER : fault }
    }
  }

  #open(): Attempt {
    let giveUp: () => void = () => undefined
    const blocked = new Promise<never>((_, reject) => {
      giveUp = () => reject(new Refusal(WAITING))
    })
    const opened = openDatabase(this.#name, {
      waiting: () => {
        this.#tell(WAITING)
        setTimeout(giveUp, this.#patience)
      },
      replaced: () => {
        this.#replaced = true
        this.#tell(NEWER)
      },
      closed: () => this.#lost(attempt),
    })
    // Whoever races for them is told; with nobody racing there is nobody to tell.
    opened.catch(() => undefined)
    blocked.catch(() => undefined)
    const attempt: Attempt = { opened, blocked }
    return attempt
  }

  #openingFailed(attempt: Attempt, error: unknown): Fault {
    const fault = openingFault(error)
    if (fault.kind === NEWER.kind) this.#replaced = true
    this.#lost(attempt)
    return fault
  }

  /** Forgets a connection that is of no more use. The first reopening comes at once, later ones after growing pauses. */
  #lost(attempt: Attempt): void {
    if (this.#attempt !== attempt) return
    this.close()
    this.#notBefore =
      this.#failures === 0 ? -Infinity : this.#now() + Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (this.#failures - 1))
    this.#failures++
  }

  #tell(fault: Fault): void {
    for (const listener of this.#listeners) listener(fault)
  }
}
