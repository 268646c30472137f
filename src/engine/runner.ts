/**
 * The async shell around the pure generation step: asks the evaluator, applies the record, tells the journal.
 * Between two generations the state is whole; a generation cut short by pause or failure leaves no trace.
 */
import { statsOf } from '../archives/grid.ts'
import type { Work } from '../core/batch.ts'
import type { Completion } from '../core/completion.ts'
import type { Evaluator } from '../core/contracts.ts'
import { apply, propose, record, type Make } from '../core/generation.ts'
import type { GenerationRecord, RunState } from '../core/journal.ts'
import { fail, ok, type Fault, type Result } from '../core/result.ts'
import type { HeaderProgress } from '../storage/store.ts'

export interface RunnerHooks {
  /** What models wrote for the next generation, at most as many as it has children; without it there are no models. */
  arrivals?(state: RunState, signal: AbortSignal): Promise<readonly Completion[]>
  /** What judging is said to have taken, where a tape knows better than the clock. */
  evaluationMs?(generation: number): number | null
  /** The evaluator for the next generation; asked again after a fault, with that fault. */
  evaluator(fault: Fault | null): Promise<Result<Evaluator>>
  /** Called after each generation, awaited before the next: where the journal is written. */
  generation(change: GenerationRecord, state: RunState, work: Work): Promise<void>
  /** The run came to rest: paused, finished its budget, or stopped by a fault. */
  rested(fault: Fault | null): void
}

export class Runner {
  readonly make: Make
  state: RunState
  readonly #hooks: RunnerHooks
  #abort = new AbortController()
  #running: Promise<void> | null = null
  #interval = 0

  constructor(make: Make, state: RunState, hooks: RunnerHooks) {
    this.make = make
    this.state = state
    this.#hooks = hooks
  }

  get isRunning(): boolean {
    return this.#running !== null
  }

  get isFinished(): boolean {
    const { evaluations } = this.make.settings
    return evaluations > 0 && this.state.evaluations >= evaluations
  }

  /** At most so many generations a second; null lifts the limit. */
  setSpeed(generationsPerSecond: number | null): void {
    this.#interval = generationsPerSecond === null ? 0 : 1000 / generationsPerSecond
  }

  /** Starts; settles at once. `generations` stops it after so many. */
  run(generations = Infinity): void {
    if (this.#running !== null) return
    this.#abort = new AbortController()
    this.#running = this.#loop(generations, this.#abort.signal).then((fault) => {
      this.#running = null
      this.#hooks.rested(fault)
    })
  }

  /** Settles once the run rests. */
  async pause(): Promise<void> {
    this.#abort.abort()
    await this.#running
  }

  /** Settles when the run rests by itself: a number of generations, a budget, a fault. */
  async settled(): Promise<void> {
    await this.#running
  }

  async #loop(generations: number, signal: AbortSignal): Promise<Fault | null> {
    for (let done = 0; done < generations && !this.isFinished && !signal.aborted; done++) {
      const due = performance.now() + this.#interval
      const result = await this.#generation(signal)
      if (signal.aborted) return null
      if (!result.ok) return result.fault
      if (done + 1 < generations) await until(due, signal)
    }
    return null
  }

  async #generation(signal: AbortSignal): Promise<Result<void>> {
    const arrivals = (await this.#hooks.arrivals?.(this.state, signal)) ?? []
    if (signal.aborted) return fail('cancelled', 'Paused.')
    const children = propose(this.make, this.state, arrivals)
    let fault: Fault | null = null
    // The hook decides how often it offers another evaluator; it answers with a fault once it has none left.
    for (;;) {
      const evaluator = await this.#hooks.evaluator(fault)
      if (signal.aborted) return fail('cancelled', 'Paused.')
      if (!evaluator.ok) return evaluator
      const began = performance.now()
      const scores = await evaluator.value.evaluate(children.batch, this.make.environment, signal)
      if (signal.aborted) return fail('cancelled', 'Paused.')
      if (scores.ok) {
        const told = this.#hooks.evaluationMs?.(this.state.generation + 1) ?? null
        const change = record(this.make, this.state, children, scores.value, told ?? performance.now() - began)
        this.state = apply(this.make.shape, this.state, change)
        await this.#hooks.generation(change, this.state, scores.value.work)
        return ok(undefined)
      }
      fault = scores.fault
    }
  }
}

/** Waits until `due`, and at least one turn of the event loop so that messages get through. */
function until(due: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const wait = due - performance.now()
    const done = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, Math.max(0, wait))
    signal.addEventListener('abort', done)
  })
}

export function progressOf(make: Make, state: RunState): HeaderProgress {
  const { filled, best } = statsOf(state.elites, make.shape.reachableCount)
  const { generation, evaluations } = state
  return { head: generation, evaluations, filled, reachable: make.shape.reachableCount, best }
}
