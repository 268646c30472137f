/**
 * Keeps the store in step with a running evolution. A failed write never stops the run: what is unwritten waits, in
 * order, and is tried again with the next generation; a store that lost everything is given the whole run anew.
 */
import type { Birth, GenerationRecord, RunState } from '../core/journal.ts'
import { ok, type Result } from '../core/result.ts'
import type { HeaderProgress, RunHeader, RunStore } from '../storage/store.ts'
import type { SaveStatus } from './protocol.ts'

/** Generations between two checkpoints: replaying more than these on opening would be felt. */
const CHECKPOINT_EVERY = 64
/** More unwritten generations than this are given up as single records; a whole checkpoint replaces them. */
const MOST_WAITING = 512

export class JournalWriter {
  readonly #store: RunStore
  readonly #id: string
  readonly #header: () => RunHeader
  #waiting: { record: GenerationRecord; progress: HeaderProgress }[] = []
  #birthsLost: Birth[] = []
  #checkpointed: number
  status: SaveStatus = { state: 'saved', note: '' }

  /** `header` gives the run's header as it is now, for writing everything anew. */
  constructor(store: RunStore, id: string, generation: number, header: () => RunHeader) {
    this.#store = store
    this.#id = id
    this.#header = header
    this.#checkpointed = generation
  }

  async write(record: GenerationRecord, progress: HeaderProgress, state: RunState): Promise<void> {
    this.#waiting.push({ record, progress })
    await this.flush(state)
  }

  /** Writes what waits; `state` is the run's newest state. */
  async flush(state: RunState): Promise<void> {
    const result = await this.#drain(state)
    this.status = result.ok ? { state: 'saved', note: '' } : { state: 'unsaved', note: result.fault.message }
  }

  /** A durable copy of the whole state now, e.g. when the run is paused. */
  async checkpoint(state: RunState): Promise<void> {
    await this.flush(state)
    if (this.status.state !== 'saved' || state.generation === this.#checkpointed) return
    const result = await this.#store.checkpoint(this.#id, state)
    if (result.ok) this.#checkpointed = state.generation
    else this.status = { state: 'unsaved', note: result.fault.message }
  }

  async #drain(state: RunState): Promise<Result<void>> {
    if (this.#waiting.length > MOST_WAITING || this.#birthsLost.length > 0) return this.#rewrite(state)
    while (this.#waiting[0] !== undefined) {
      const { record, progress } = this.#waiting[0]
      const result = await this.#store.append(this.#id, record, progress)
      // A run that the store does not know any more, or holds another past of, is written anew as a whole.
      if (!result.ok && (result.fault.kind === 'no-run' || result.fault.kind === 'out-of-order'))
        return this.#rewrite(state)
      if (!result.ok) return result
      this.#waiting.shift()
    }
    if (state.generation - this.#checkpointed >= CHECKPOINT_EVERY) {
      const result = await this.#store.checkpoint(this.#id, state)
      if (!result.ok) return result
      this.#checkpointed = state.generation
    }
    return ok(undefined)
  }

  async #rewrite(state: RunState): Promise<Result<void>> {
    const births = [...this.#birthsLost, ...this.#waiting.flatMap(({ record }) => record.births)]
    const known = new Set(births.map(({ id }) => id))
    const earlier = await this.#store.allBirths(this.#id)
    const kept = earlier.ok ? earlier.value.filter(({ id }) => !known.has(id)) : []
    const all = [...kept, ...births]
    for (const elite of state.elites) if (!all.some(({ id }) => id === elite.id)) all.push(elite)
    const result = await this.#store.restore(
      this.#header(),
      state,
      all.sort((x, y) => x.id - y.id),
    )
    if (result.ok) {
      this.#waiting = []
      this.#birthsLost = []
      this.#checkpointed = state.generation
      return ok(undefined)
    }
    this.#birthsLost = births
    this.#waiting = []
    return result
  }
}
