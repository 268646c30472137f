/**
 * One ensemble at work. Its islands take turns by a clock of their own, the slow ones less often, and meet over a bus in
 * memory with delays; nobody waits for anybody, and all of it follows from the seed.
 */
import type { Arena, Evaluator, Strategy } from '../../core/contracts.ts'
import { initialState, makeOf, type Make } from '../../core/generation.ts'
import type { RunState } from '../../core/journal.ts'
import { fail, ok, type Fault, type Result } from '../../core/result.ts'
import { Desk } from '../../engine/desk.ts'
import { examine } from '../../engine/examiner.ts'
import { Island, type Mailbox } from '../../engine/mailbox.ts'
import { Runner } from '../../engine/runner.ts'
import { LlmHost } from '../../llm/host.ts'
import { localLlm, type Llm } from '../../llm/llm.ts'
import { callsOf, type Cost } from './measure.ts'
import type { Ensemble, IslandPlan } from './plan.ts'

/** Mail between the islands of one ensemble. */
export interface Post {
  mailbox(make: Make, island: string): Mailbox
  /** Lets the time pass in which mail is on its way; times are of {@link IslandRun.clock}. */
  until(clock: number): void
}

export interface EnsembleHost {
  readonly arena: Arena
  readonly strategy: Strategy<unknown>
  /** One for all islands. */
  readonly evaluator: Evaluator
  readonly post: Post
  /** Another place where models write, for each island that has some. */
  readonly models: () => Llm
  /** Called after each generation of an island; what it returns is waited for. */
  readonly tell: (islands: readonly IslandRun[], at: number) => Promise<void>
}

export interface IslandRun {
  readonly plan: IslandPlan
  readonly make: Make
  readonly state: RunState
  /** Children made so far, each as long as the island's pace. */
  readonly clock: number
}

export interface EnsembleResult {
  readonly islands: readonly IslandRun[]
  readonly cost: Cost
}

/** Runs to the end of every island's rounds. */
export async function runEnsemble(
  { islands: plans }: Ensemble,
  host: EnsembleHost,
  signal: AbortSignal,
): Promise<Result<EnsembleResult>> {
  const islands = plans.map((plan) => new IslandAtWork(plan, host))
  try {
    for (const island of islands) {
      const fault = await island.begin()
      if (fault !== null) return { ok: false, fault }
    }
    for (;;) {
      const [next] = islands.filter(({ isFinished }) => !isFinished).sort((x, y) => x.clock - y.clock)
      if (next === undefined) break
      host.post.until(next.clock)
      const fault = await next.generation(signal)
      if (signal.aborted) return fail('cancelled', 'The experiment was stopped.')
      if (fault !== null) return { ok: false, fault }
      await host.tell(islands, islands.indexOf(next))
    }
  } finally {
    for (const island of islands) await island.close()
  }
  const sum = (of: (island: IslandAtWork) => number) => islands.reduce((total, island) => total + of(island), 0)
  return ok({
    islands: islands.map(({ plan, make, state, clock }) => ({ plan, make, state, clock })),
    cost: {
      calls: sum(({ state }) => callsOf(state)),
      evaluations: sum(({ state }) => state.evaluations),
      ms: sum(({ ms }) => ms),
    },
  })
}

class IslandAtWork implements IslandRun {
  readonly plan: IslandPlan
  readonly make: Make
  readonly #runner: Runner
  readonly #desk: Desk
  readonly #door: Llm | null
  clock = 0
  /** Milliseconds of its generations, models and judging. */
  ms = 0
  #fault: Fault | null = null

  constructor(plan: IslandPlan, { arena, strategy, evaluator, post, models }: EnsembleHost) {
    this.plan = plan
    this.make = makeOf(plan.settings, arena, strategy)
    this.#door = plan.mind.models === undefined ? null : models()
    const { make } = this
    const island = new Island(make, post.mailbox(make, plan.id))
    this.#desk = new Desk(make, {
      door: this.#door ?? NOBODY,
      state: () => this.state,
      sharesGpu: () => false,
      changed: () => undefined,
    })
    this.#runner = new Runner(make, initialState(make), {
      arrivals: (state, signal) => this.#desk.arrivals(state, signal),
      migrants: (state) => island.migrants(state),
      examine: (champion, state, signal) => examine(make, champion, state, signal),
      evaluationMs: () => 0,
      evaluator: (fault) => Promise.resolve(fault === null ? ok(evaluator) : { ok: false, fault }),
      generation: (change, state) => {
        island.generation(change, state)
        return Promise.resolve()
      },
      rested: (fault) => (this.#fault = fault),
    })
  }

  get state(): RunState {
    return this.#runner.state
  }
  get isFinished(): boolean {
    return this.#runner.isFinished
  }

  async begin(): Promise<Fault | null> {
    for (const model of this.plan.mind.models ?? []) {
      const loaded = await this.#desk.plug({ adapter: 'embedded', arena: this.make.arena.id, model, engine: 'cpu' })
      if (!loaded.ok) return loaded.fault
    }
    return null
  }

  async generation(signal: AbortSignal): Promise<Fault | null> {
    const before = this.state
    const began = performance.now()
    const stop = () => void this.#runner.pause()
    signal.addEventListener('abort', stop)
    this.#runner.run(1)
    await this.#runner.settled()
    signal.removeEventListener('abort', stop)
    this.ms += performance.now() - began
    this.clock += this.plan.pace * (this.state.evaluations - before.evaluations)
    return this.#fault
  }

  async close(): Promise<void> {
    await this.#desk.close()
    this.#door?.dispose()
  }
}

/** For islands without models. */
const NOBODY: Llm = localLlm(new LlmHost({}))
