/** What a lane of the CPU pool does, in whatever kind of worker: scores slices, or drafts them where another arena judges. */
import type { GenomeBatch, Scores } from '../core/batch.ts'
import type { Arena, Evaluate, Judge } from '../core/contracts.ts'
import type { Hearing } from '../core/hearing.ts'
import type { Files } from '../core/files.ts'
import type { Options } from '../core/options.ts'
import { ok, type Result } from '../core/result.ts'

/** Where arenas and their judges are found: `src/arenas/discover.ts`, or `src/cli/arenas.ts`. */
export interface LaneShelves {
  loadArena(id: string): Promise<Result<Arena>>
  loadJudge(arena: Arena, options: Options): Promise<Result<Judge | undefined>>
}

const never = { aborted: false }

export class LaneHost {
  readonly #shelves: LaneShelves
  #evaluate: (() => Evaluate<unknown>) | null = null
  #draft: (() => ReturnType<Hearing['drafter']>) | null = null
  #environment: unknown = null

  constructor(shelves: LaneShelves) {
    this.#shelves = shelves
  }

  async open(id: string, options: Options, files: Files): Promise<Result<void>> {
    const arena = await this.#shelves.loadArena(id)
    if (!arena.ok) return arena
    const judge = await this.#shelves.loadJudge(arena.value, options)
    if (!judge.ok) return judge
    // Each holds a model: a lane that does one of them alone makes no other.
    this.#evaluate = once(() => arena.value.evaluator(options, files, judge.value))
    this.#draft = once(() => {
      const hearing = judge.value === undefined ? undefined : arena.value.hearing?.(options, judge.value)
      if (hearing === undefined) throw new Error(`${arena.value.label} is judged by nobody else here`)
      return hearing.drafter(files)
    })
    return ok(undefined)
  }

  setEnvironment(environment: unknown): void {
    this.#environment = environment
  }

  evaluate(batch: GenomeBatch): Scores {
    return opened(this.#evaluate)(batch, this.#environment, never)
  }

  draft(batch: GenomeBatch): readonly unknown[] {
    return opened(this.#draft)(batch, this.#environment, never)
  }
}

function opened<T>(make: (() => T) | null): T {
  if (make === null) throw new Error('the lane was not opened')
  return make()
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null
  return () => (made ??= { value: make() }).value
}
