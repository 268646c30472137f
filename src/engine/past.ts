/** The archive as it stood after any generation: put together from the births, which are all kept. Loaded when first asked for. */
import type { Make } from '../core/generation.ts'
import type { Birth } from '../core/journal.ts'
import { ok, type Result } from '../core/result.ts'
import { cellsOf, residentOf, type Resident } from './cells.ts'
import type { PastArchive } from './protocol.ts'

type Trace = Resident & Pick<Birth, 'generation'>

const traceOf = (birth: Birth): Trace => ({ ...residentOf(birth), generation: birth.generation })

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
    const { shape, objectiveCount } = this.#make
    const from = this.#openings().findLast((opening) => opening <= generation) ?? 0
    const residents = new Map<number, Trace>()
    // A cell is never left empty, and ids count up: the latest birth of a cell lived in it.
    for (const trace of this.#traces.values()) {
      if (trace.generation < from || trace.generation > generation) continue
      if (trace.id > (residents.get(trace.cell)?.id ?? 0)) residents.set(trace.cell, trace)
    }
    const cells = cellsOf(shape, objectiveCount, residents.values())
    let bestCell = -1
    let filled = 0
    for (const [cell, id] of cells.ids.entries()) {
      if (id === 0) continue
      filled++
      if (bestCell === -1 || (cells.scores[cell] ?? 0) > (cells.scores[bestCell] ?? 0)) bestCell = cell
    }
    return { generation, ...cells, filled, bestCell }
  }
}
