/**
 * Keeps the store in step with a running evolution. A failed write never stops the run: what is unwritten waits, in
 * order, and is tried again with the next generation or, when the run rests, after a while by itself; a store that lost
 * everything is given the whole run anew.
 */
import type { Birth, GenerationRecord, RunState, TapeEntry } from '../core/journal.ts'
import { ok, type Result } from '../core/result.ts'
import type { HeaderProgress, RunHeader, RunStore } from '../storage/store.ts'
import type { SaveStatus } from './protocol.ts'

/** Generations between two checkpoints: replaying more than these on opening would be felt. */
const CHECKPOINT_EVERY = 64
/** More unwritten generations than this are given up as single records; a whole checkpoint replaces them. */
const MOST_WAITING = 512
/** Pauses before what could not be saved is tried again without being asked, in milliseconds: each twice the last. */
const FIRST_PAUSE = 1000
const LONGEST_PAUSE = 30_000

/** The store does not know the run any more, or holds another past of it, or cannot read it. */
const LOST: ReadonlySet<string> = new Set(['no-run', 'out-of-order', 'run-damaged'])

export interface JournalWriterOptions {
  /** Told when a retry that nobody asked for changed the status. */
  readonly onStatus?: () => void
  /** Told when all is saved after something was not: what others could not store meanwhile may be stored now. */
  readonly onRecovered?: () => void
  /** The first pause before such a retry. */
  readonly pause?: number
}

export class JournalWriter {
  readonly #store: RunStore
  readonly #id: string
  readonly #header: () => RunHeader
  readonly #onStatus: () => void
  readonly #onRecovered: () => void
  readonly #firstPause: number
  #waiting: { record: GenerationRecord; progress: HeaderProgress }[] = []
  /** The store has to be given everything anew, these births and tape too, which no record holds any more. */
  #rewriting = false
  #birthsLost: Birth[] = []
  #tapeLost: TapeEntry[] = []
  #checkpointed: number
  #newest: RunState | null = null
  /** One write after another: two at once would append the same generation twice. */
  #queue: Promise<void> = Promise.resolve()
  #timer: ReturnType<typeof setTimeout> | null = null
  #pause: number
  #closed = false
  status: SaveStatus = { state: 'saved', note: '' }

  /** `header` gives the run's header as it is now, for writing everything anew. */
  constructor(
    store: RunStore,
    id: string,
    generation: number,
    header: () => RunHeader,
    { onStatus = () => undefined, onRecovered = () => undefined, pause = FIRST_PAUSE }: JournalWriterOptions = {},
  ) {
    this.#store = store
    this.#id = id
    this.#header = header
    this.#checkpointed = generation
    this.#onStatus = onStatus
    this.#onRecovered = onRecovered
    this.#firstPause = this.#pause = pause
  }

  async write(record: GenerationRecord, progress: HeaderProgress, state: RunState): Promise<void> {
    this.#waiting.push({ record, progress })
    await this.flush(state)
  }

  /** Writes what waits; `state` is the run's newest state. */
  flush(state: RunState): Promise<void> {
    return this.#inTurn(state, (newest) => this.#drain(newest))
  }

  /** A durable copy of the whole state now, e.g. when the run is paused. */
  checkpoint(state: RunState): Promise<void> {
    return this.#inTurn(state, (newest) => this.#secure(newest))
  }

  /** The database was closed under us, perhaps cleared away: what counted as saved may be gone. */
  doubt(state: RunState): Promise<void> {
    return this.#inTurn(state, (newest) => {
      this.#checkpointed = -1
      return this.#secure(newest)
    })
  }

  /** No more retries: somebody else writes the run now, or nobody. */
  close(): void {
    this.#closed = true
    this.#stopTimer()
  }

  /** Work gets the newest state there is when its turn comes: the records that wait by then go up to that. */
  #inTurn(state: RunState, work: (newest: RunState) => Promise<Result<void>>): Promise<void> {
    if (this.#newest === null || state.generation >= this.#newest.generation) this.#newest = state
    const turn = this.#queue.then(async () => {
      this.#stopTimer()
      const result = await work(this.#newest ?? state)
      const recovered = result.ok && this.status.state === 'unsaved'
      this.status = result.ok ? { state: 'saved', note: '' } : { state: 'unsaved', note: result.fault.message }
      if (result.ok) this.#pause = this.#firstPause
      else this.#tryLater()
      if (recovered) this.#onRecovered()
    })
    this.#queue = turn.catch(() => undefined)
    return turn
  }

  /** Only retries that nobody asked for come ever more rarely. */
  #tryLater(): void {
    if (this.#closed) return
    this.#timer = setTimeout(() => {
      this.#pause = Math.min(LONGEST_PAUSE, this.#pause * 2)
      if (this.#newest !== null) void this.checkpoint(this.#newest).then(this.#onStatus)
    }, this.#pause)
  }

  #stopTimer(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
  }

  async #drain(state: RunState): Promise<Result<void>> {
    if (this.#rewriting || this.#waiting.length > MOST_WAITING) return this.#rewrite(state)
    while (this.#waiting[0] !== undefined) {
      const { record, progress } = this.#waiting[0]
      const result = await this.#store.append(this.#id, record, progress)
      if (!result.ok && LOST.has(result.fault.kind)) return this.#rewrite(state)
      if (!result.ok) return result
      this.#waiting.shift()
    }
    return state.generation - this.#checkpointed >= CHECKPOINT_EVERY ? this.#snapshot(state) : ok(undefined)
  }

  async #secure(state: RunState): Promise<Result<void>> {
    const drained = await this.#drain(state)
    return drained.ok && state.generation !== this.#checkpointed ? this.#snapshot(state) : drained
  }

  async #snapshot(state: RunState): Promise<Result<void>> {
    const result = await this.#store.checkpoint(this.#id, state)
    if (!result.ok && LOST.has(result.fault.kind)) return this.#rewrite(state)
    if (result.ok) this.#checkpointed = state.generation
    return result
  }

  async #rewrite(state: RunState): Promise<Result<void>> {
    const covered = this.#waiting.filter(({ record }) => record.generation <= state.generation)
    // What comes while this is being written is no part of it, and waits.
    this.#waiting = this.#waiting.filter(({ record }) => record.generation > state.generation)
    const births = [...this.#birthsLost, ...covered.flatMap(({ record }) => record.births)]
    const tape = [...this.#tapeLost, ...covered.flatMap(({ record }) => record.tape ?? [])]
    const [earlier, played] = [await this.#store.allBirths(this.#id), await this.#store.tape(this.#id)]
    const entries = new Map([...(played.ok ? played.value : []), ...tape].map((entry) => [entry.generation, entry]))
    const all = new Map([...(earlier.ok ? earlier.value : []), ...births].map((birth) => [birth.id, birth]))
    for (const elite of state.elites) if (!all.has(elite.id)) all.set(elite.id, elite)
    const result = await this.#store.restore(
      this.#header(),
      state,
      [...all.values()].sort((x, y) => x.id - y.id),
      [...entries.values()].sort((x, y) => x.generation - y.generation),
    )
    this.#rewriting = !result.ok
    this.#birthsLost = result.ok ? [] : births
    this.#tapeLost = result.ok ? [] : tape
    if (!result.ok) return result
    this.#checkpointed = state.generation
    return ok(undefined)
  }
}
