/**
 * The CPU evaluator: lanes (workers) that pull small slices of a batch until none is left. Slices are joined in order, so
 * neither the number of lanes nor their speed shows in the scores. A lane that dies is replaced and its slice done again.
 */
import { joinScores, sliceBatch, type GenomeBatch, type Scores } from '../core/batch.ts'
import type { Evaluator } from '../core/contracts.ts'
import { fail, ok, type Cancellation, type Fault, type Result } from '../core/result.ts'

/** One worker that scores slices, one at a time. Rejects or never settles when the worker is gone. */
export interface Lane {
  /** What the following slices are scored against. */
  setEnvironment(environment: unknown): Promise<void>
  evaluate(batch: GenomeBatch): Promise<Scores>
  /** The first half of it, where another arena judges ({@link Hearing}). */
  draft(batch: GenomeBatch): Promise<readonly unknown[]>
  dispose(): void
}

type LaneWork<T> = (lane: Lane, slice: GenomeBatch) => Promise<T>

/** A slice aims at this long, so that pausing is prompt and the lanes finish together. */
const SLICE_MS = 60
/** A silent lane is taken for dead after this long; each further death of the same slice waits four times longer. */
const SILENCE_MS = 5_000
/** Nor before it took so many times as long as it should: the machine may be busy with other things. */
const PATIENCE = 30
const DEATHS = 3

export class CpuPool implements Evaluator {
  readonly kind = 'cpu'
  readonly label: string
  readonly #start: () => Lane
  readonly #lanes: Lane[]
  readonly #environments = new WeakMap<Lane, unknown>()
  /** Milliseconds one genome takes a lane: a running mean. */
  #cost: number

  /** `genomeMs` is what a genome is expected to cost; measured costs take its place. */
  constructor(lanes: number, start: () => Lane, genomeMs = 0) {
    this.#cost = Math.max(SLICE_MS, genomeMs)
    this.label = lanes === 1 ? '1 CPU lane' : `${lanes} CPU lanes`
    this.#start = start
    this.#lanes = Array.from({ length: lanes }, start)
  }

  async evaluate(batch: GenomeBatch, environment: unknown, cancel: Cancellation): Promise<Result<Scores>> {
    const parts = await this.#all(batch, environment, cancel, (lane, slice) => lane.evaluate(slice))
    return parts.ok ? ok(joinScores(parts.value)) : parts
  }

  /** The first half alone: entry i of genome i. */
  async draft(batch: GenomeBatch, environment: unknown, cancel: Cancellation): Promise<Result<readonly unknown[]>> {
    const parts = await this.#all(batch, environment, cancel, (lane, slice) => lane.draft(slice))
    return parts.ok ? ok(parts.value.flat()) : parts
  }

  /** What the lanes make of its slices, in order. */
  async #all<T>(
    batch: GenomeBatch,
    environment: unknown,
    cancel: Cancellation,
    work: LaneWork<T>,
  ): Promise<Result<readonly T[]>> {
    const parts = new Map<number, T>()
    let next = 0
    let fault: Fault | null = null
    const run = async (index: number) => {
      while (next < batch.count && !cancel.aborted && fault === null) {
        const from = next
        next = Math.min(batch.count, from + this.#sliceSize(batch.count))
        const part = await this.#slice(index, sliceBatch(batch, from, next), environment, work)
        if (part.ok) parts.set(from, part.value)
        else fault = part.fault
      }
    }
    await Promise.all(this.#lanes.map((_, index) => run(index)))
    if (fault !== null) return { ok: false, fault }
    if (cancel.aborted) return fail('cancelled', 'The evaluation was cancelled.')
    return ok([...parts.entries()].sort(([x], [y]) => x - y).map(([, part]) => part))
  }

  dispose(): void {
    for (const lane of this.#lanes) lane.dispose()
    this.#lanes.length = 0
  }

  #sliceSize(count: number): number {
    const share = Math.ceil(count / (2 * this.#lanes.length))
    return Math.max(1, Math.min(share, Math.floor(SLICE_MS / this.#cost)))
  }

  async #slice<T>(index: number, slice: GenomeBatch, environment: unknown, work: LaneWork<T>): Promise<Result<T>> {
    let problem = ''
    for (let deaths = 0; deaths < DEATHS; deaths++) {
      const lane = this.#lanes[index]
      if (lane === undefined) return fail('cancelled', 'The CPU lanes were let go.')
      const began = performance.now()
      const patience = Math.max(SILENCE_MS, PATIENCE * this.#cost * slice.count) * 4 ** deaths
      const part = await answer(this.#onLane(lane, slice, environment, work), patience)
      if (part.ok) {
        this.#cost += 0.2 * ((performance.now() - began) / slice.count - this.#cost)
        return part
      }
      if (this.#lanes.length === 0) return fail('cancelled', 'The CPU lanes were let go.')
      problem = part.fault.message
      lane.dispose()
      this.#lanes[index] = this.#start()
    }
    return fail(
      'lane-died',
      `A CPU worker died ${DEATHS} times on the same genomes (${problem}). Reload the page to go on from the last save.`,
    )
  }

  async #onLane<T>(lane: Lane, slice: GenomeBatch, environment: unknown, work: LaneWork<T>): Promise<T> {
    if (this.#environments.get(lane) !== environment) {
      await lane.setEnvironment(environment)
      this.#environments.set(lane, environment)
    }
    return work(lane, slice)
  }
}

/** What the promise comes to, or a fault when it rejects or stays silent. */
function answer<T>(promise: Promise<T>, patience: number): Promise<Result<T>> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      resolve(fail('silent', `no answer for ${patience / 1000} s`))
    }, patience)
    promise
      .then(ok, (error: unknown) => fail('rejected', error instanceof Error ? error.message : String(error)))
      .then((result) => {
        clearTimeout(timer)
        resolve(result)
      })
  })
}
