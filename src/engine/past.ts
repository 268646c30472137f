/** The archive as it stood after any generation: put together from the births, which are all kept. Loaded when first asked for. */
import type { Make } from '../core/generation.ts'
import type { Birth } from '../core/journal.ts'
import { ok, type Result } from '../core/result.ts'
import type { PastArchive } from './protocol.ts'

/** What a cell needs of a birth. */
type Trace = Pick<Birth, 'id' | 'cell' | 'generation'> & { readonly score: number; readonly written: boolean }

const traceOf = ({ id, cell, generation, objectives, writing }: Birth): Trace => ({
  id,
  cell,
  generation,
  score: objectives[0] ?? 0,
  written: writing !== undefined,
})

export class Past {
  readonly #make: Make
  readonly #load: () => Promise<Result<readonly Birth[]>>
  readonly #openings: () => readonly number[]
  readonly #traces = new Map<number, Trace>()
  #loading: Promise<Result<readonly Birth[]>> | null = null

  /** `openings` are the generations in which the archive began anew. */
  constructor(make: Make, load: () => Promise<Result<readonly Birth[]>>, openings: () => readonly number[] = () => []) {
    this.#make = make
    this.#load = load
    this.#openings = openings
  }

  /** Births from now on; nothing is remembered until somebody looks back. */
  add(births: readonly Birth[]): void {
    if (this.#loading !== null) for (const birth of births) this.#traces.set(birth.id, traceOf(birth))
  }

  async at(generation: number, living: readonly Birth[]): Promise<Result<PastArchive>> {
    this.#loading ??= this.#load()
    const loaded = await this.#loading
    if (!loaded.ok) {
      this.#loading = null
      return loaded
    }
    // The store may lag behind, or have lost some: those alive now are known in any case.
    if (loaded.value.length > 0) this.add(loaded.value)
    this.#loading = Promise.resolve(ok([]))
    this.add(living)
    return ok(this.#archiveAt(generation))
  }

  #archiveAt(generation: number): PastArchive {
    const { rows, columns } = this.#make.shape
    const ids = new Float64Array(rows * columns)
    const scores = new Float64Array(rows * columns).fill(NaN)
    const written = new Uint8Array(rows * columns)
    const from = this.#openings().findLast((opening) => opening <= generation) ?? 0
    // Only what is better enters a cell, and ids count up: the latest birth of a cell lived in it.
    for (const trace of this.#traces.values()) {
      if (
        trace.generation < from ||
        trace.generation > generation ||
        trace.cell >= ids.length ||
        trace.id < (ids[trace.cell] ?? 0)
      )
        continue
      ids[trace.cell] = trace.id
      scores[trace.cell] = trace.score
      written[trace.cell] = trace.written ? 1 : 0
    }
    let bestCell = -1
    let filled = 0
    for (const [cell, id] of ids.entries()) {
      if (id === 0) continue
      filled++
      if (bestCell === -1 || (scores[cell] ?? 0) > (scores[bestCell] ?? 0)) bestCell = cell
    }
    return { generation, ids, scores, written, filled, bestCell }
  }
}
