/**
 * The language models in play. The run asks the desk before each generation what has been written for it; the desk shares
 * out orders, keeps the models busy, and never makes the run wait for a token, unless the run is to go in step with them.
 */
import { knownIn } from '../core/arrivals.ts'
import type { Completion } from '../core/completion.ts'
import { childrenWanted, type Make } from '../core/generation.ts'
import type { RunState } from '../core/journal.ts'
import { armsOf, type Arm } from '../core/mix.ts'
import type { Result } from '../core/result.ts'
import type { LoadedModel, ModelSpec } from '../llm/contracts.ts'
import type { Llm } from '../llm/llm.ts'
import { ordersFor } from './orders.ts'
import type { ModelStatus } from './protocol.ts'
import { Asking } from './asking.ts'
import { kindsOf, Scribe, type ScribeHost } from './scribe.ts'

export interface DeskHost {
  readonly door: Llm
  /** The run as it stands. */
  state(): RunState
  /** Whether battles are fought on the GPU that a model may use too. */
  sharesGpu(): boolean
  /** Something to show has changed. */
  changed(): void
}

/** In free pace, generations' worth of orders that may wait for a model: more would be of parents long gone. */
const MOST_BACKLOG = 2

export class Desk {
  readonly #make: Make
  readonly #host: DeskHost
  readonly #asking: Asking
  readonly #scribes = new Map<string, Scribe>()

  constructor(make: Make, host: DeskHost) {
    this.#make = make
    this.#host = host
    this.#asking = new Asking(make, host.state)
  }

  get isEmpty(): boolean {
    return this.#scribes.size === 0
  }

  /** Puts a model in play; one of the same name is replaced. Settles once it is loaded, or could not be. */
  async plug(spec: ModelSpec): Promise<Result<LoadedModel>> {
    await this.unplug(spec.model)
    const scribe = new Scribe(spec, this.#scribeHost())
    this.#scribes.set(spec.model, scribe)
    this.#host.changed()
    const loaded = await scribe.load()
    // What cannot be loaded at all, and was asked for just now, is told and not kept.
    if (!loaded.ok && this.#scribes.get(spec.model) === scribe) await this.unplug(spec.model)
    return loaded
  }

  /** Takes a model out of play; the run goes on without it. */
  async unplug(model: string): Promise<void> {
    const scribe = this.#scribes.get(model)
    this.#scribes.delete(model)
    this.#host.changed()
    await scribe?.close()
  }

  async close(): Promise<void> {
    await Promise.all([...this.#scribes.keys()].map((model) => this.unplug(model)))
  }

  /** What is being written, or waits to be, is given up: the run rests. */
  rest(): void {
    for (const scribe of this.#scribes.values()) scribe.drop()
  }

  /** The completions for the next generation. In step it waits for them, else it takes what is there. */
  async arrivals(state: RunState, signal: AbortSignal): Promise<readonly Completion[]> {
    const ready = [...this.#scribes.values()].filter((scribe) => scribe.isReady)
    if (ready.length === 0) return this.#collect(state)
    const orders = ordersFor(this.#make, state, this.arms())
    const inStep = this.#make.mix.pace === 'lockstep'
    // What is left of a generation that was broken off: all of it is ordered again.
    if (inStep) this.#collect(state, Infinity)
    const written = ready.map((scribe) => {
      const own = orders.filter(({ model }) => model === scribe.spec.model)
      const most = MOST_BACKLOG * Math.max(own.length, scribe.loaded?.capabilities.batch ?? 1)
      const room = most - scribe.backlog - scribe.waiting
      return scribe.take(inStep ? own : own.slice(0, Math.max(0, room)))
    })
    if (inStep) await orAborted(Promise.all(written), signal)
    // In step all of it belongs to this generation: with those asked for again there are more completions than children.
    return signal.aborted ? [] : this.#collect(state, inStep ? Infinity : undefined)
  }

  /** What can be asked for now. */
  arms(): readonly Arm[] {
    return [...this.#scribes.values()].flatMap((scribe) =>
      scribe.isReady && scribe.loaded !== null ? armsOf(scribe.spec.model, kindsOf(scribe.loaded)) : [],
    )
  }

  /** As models stand, for people. */
  statuses(): readonly ModelStatus[] {
    return [...this.#scribes.values()].map((scribe) => ({
      model: scribe.spec.model,
      adapter: scribe.spec.adapter,
      label: scribe.loaded?.label ?? scribe.spec.model,
      version: scribe.loaded?.version ?? '',
      state: scribe.state,
      progress: scribe.progress,
      note: scribe.note,
      repeatable: scribe.loaded?.capabilities.repeatable ?? true,
      tokensPerSecond: scribe.tokensPerSecond,
      text: scribe.text,
    }))
  }

  /** Unless told otherwise at most a generation's worth of children, and what came to nothing beside them. */
  #collect(state: RunState, most = childrenWanted(this.#make, state)): readonly Completion[] {
    let room = most
    const all: Completion[] = []
    for (const scribe of this.#scribes.values()) {
      const { completions, children } = scribe.collect(room)
      all.push(...completions)
      room -= children
    }
    return all
  }

  #scribeHost(): ScribeHost {
    return {
      make: this.#make,
      door: this.#host.door,
      known: () => knownIn(this.#make.codec, this.#host.state(), this.#make.mix.novelty),
      request: (call, loaded) => this.#asking.request(call, loaded),
      rest: (ms) => {
        const share = this.#make.mix.gpuShare
        return this.#host.sharesGpu() ? (ms * (1 - share)) / share : 0
      },
      changed: () => this.#host.changed(),
    }
  }
}

/** Waits for the work, or until nobody wants it any more. */
function orAborted(work: Promise<unknown>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      signal.removeEventListener('abort', done)
      resolve()
    }
    if (signal.aborted) return resolve()
    signal.addEventListener('abort', done)
    void work.then(done, done)
  })
}
