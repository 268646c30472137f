/**
 * The async shell around the pure generation step: asks the evaluator, applies the record, tells the journal.
 * Between two generations the state is whole; a generation cut short by pause or failure leaves no trace.
 */
import { statsIn } from '../archives/population.ts'
import type { Scores, Work } from '../core/batch.ts'
import type { Completion } from '../core/completion.ts'
import type { Evaluator } from '../core/contracts.ts'
import { apply, isOver, phaseOf, propose, record, type Children, type Make } from '../core/generation.ts'
import type { Champion, Exam, GenerationRecord, RunState } from '../core/journal.ts'
import type { Migrant } from '../core/migrant.ts'
import { fail, ok, type Fault, type Result } from '../core/result.ts'
import type { HeaderProgress } from '../storage/store.ts'

export interface RunnerHooks {
  /** What models wrote for the next generation, at most as many as it has children; without it there are no models. */
  arrivals?(state: RunState, signal: AbortSignal): Promise<readonly Completion[]>
  /** Who has come from other islands, asked for when a round begins; asked again when that generation is cut short. */
  migrants?(state: RunState): readonly Migrant[]
  /** Measures a champion; null when cancelled. */
  examine?(champion: Champion, state: RunState, signal: AbortSignal): Promise<readonly Exam[] | null>
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
    return isOver(this.make, this.state)
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
    const opens = phaseOf(this.make, this.state).kind === 'open'
    const arrivals = (await this.#hooks.arrivals?.(this.state, signal)) ?? []
    if (signal.aborted) return fail('cancelled', 'Paused.')
    const migrants = opens ? (this.#hooks.migrants?.(this.state) ?? []) : []
    const children = propose(this.make, this.state, arrivals, migrants)
    const champion = children.turn?.champion ?? null
    const exams = champion === null ? null : ((await this.#hooks.examine?.(champion, this.state, signal)) ?? null)
    if (signal.aborted) return fail('cancelled', 'Paused.')
    const scored = await this.#score(children, signal)
    if (!scored.ok) return scored
    const { scores, ms } = scored.value
    const change = record(this.make, this.state, children, scores, ms, exams)
    this.state = apply(this.make.shape, this.state, change)
    await this.#hooks.generation(change, this.state, scores.work)
    return ok(undefined)
  }

  async #score(
    { batch, environment }: Children,
    signal: AbortSignal,
  ): Promise<Result<{ readonly scores: Scores; readonly ms: number }>> {
    if (batch.count === 0) return ok({ scores: NOTHING, ms: 0 })
    let fault: Fault | null = null
    // The hook decides how often it offers another evaluator; it answers with a fault once it has none left.
    for (;;) {
      const evaluator = await this.#hooks.evaluator(fault)
      if (signal.aborted) return fail('cancelled', 'Paused.')
      if (!evaluator.ok) return evaluator
      const began = performance.now()
      const scores = await evaluator.value.evaluate(batch, environment, signal)
      if (signal.aborted) return fail('cancelled', 'Paused.')
      if (scores.ok) {
        const told = this.#hooks.evaluationMs?.(this.state.generation + 1) ?? null
        return ok({ scores: scores.value, ms: told ?? performance.now() - began })
      }
      fault = scores.fault
    }
  }
}

const NOTHING: Scores = {
  count: 0,
  objectives: new Float64Array(0),
  measures: new Float64Array(0),
  work: { units: 0, steps: 0 },
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
  const { filled, best } = statsIn(make.shape, state.elites)
  const { generation, evaluations } = state
  return { head: generation, evaluations, filled, reachable: make.shape.reachableCount, best }
}
