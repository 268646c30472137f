/**
 * Hosts language models: several at once, each with a queue of its own. Knows no adapter and no thread: adapters are handed
 * in and fetched when the first model of their kind is loaded, and `workers/llm.worker.ts` puts it behind Comlink.
 *
 * Faults it makes: `no-adapter`, `load-failed`, `cancelled` (a load that was stopped), `not-loaded`, `silent` (nothing
 * written for too long), `model-lost` (load it again). Others are the adapters' own.
 */
import { fail, ok, type Result } from '../core/result.ts'
import type {
  CreateModel,
  Generated,
  GenerateRequest,
  LanguageModel,
  LoadedModel,
  LoadProgress,
  ModelSpec,
  SpecOf,
  ModelStats,
} from './contracts.ts'
import type { LlmHostApi } from './llm.ts'
import { within } from './patience.ts'
import { Seat, type Patience } from './seat.ts'

type Adapter = ModelSpec['adapter']

/** For each adapter, how to get what creates its models; one that is absent cannot be used here. */
export type Adapters = {
  readonly [A in Adapter]?: () => Promise<CreateModel<SpecOf<A>>>
}

const PATIENCE: Patience = { silenceMs: 60_000, graceMs: 5_000, textMs: 60 }

export class LlmHost implements LlmHostApi {
  readonly #adapters: Adapters
  readonly #patience: Patience
  readonly #letGo: (callback: unknown) => void
  readonly #seats = new Map<string, Seat>()
  /** Models on their way out: the next of the same name waits for them. */
  readonly #leaving = new Map<string, Promise<void>>()

  /** `letGo` is called with each callback once it is not called any more: those that cross threads hold a port open. */
  constructor(
    adapters: Adapters,
    patience: Partial<Patience> = {},
    letGo: (callback: unknown) => void = () => undefined,
  ) {
    this.#adapters = adapters
    this.#patience = { ...PATIENCE, ...patience }
    this.#letGo = letGo
  }

  /** A model of the same name that was loaded otherwise (another context, other files) is replaced. */
  async load(spec: ModelSpec, onProgress: (progress: LoadProgress) => void): Promise<Result<LoadedModel>> {
    for (;;) {
      const seat = this.#seats.get(spec.model) ?? this.#seat(spec)
      if (sameSpec(seat.spec, spec)) {
        const result = await seat.loaded(onProgress)
        this.#letGo(onProgress)
        return result
      }
      await this.unload(spec.model)
    }
  }

  cancelLoad(model: string): void {
    this.#seats.get(model)?.cancelLoad()
  }

  async generate(
    model: string,
    requests: readonly GenerateRequest[],
    onText: (index: number, added: string) => void = () => undefined,
  ): Promise<Result<readonly Generated[]>> {
    const seat = this.#seats.get(model)
    const result =
      seat === undefined
        ? fail('not-loaded', `${model} is not loaded: load it first.`)
        : await seat.generate(requests, onText)
    this.#letGo(onText)
    return result
  }

  abort(model: string): void {
    this.#seats.get(model)?.abort()
  }

  stats(model: string): ModelStats | null {
    try {
      return this.#seats.get(model)?.model?.stats() ?? null
    } catch {
      return null
    }
  }

  async unload(model: string): Promise<void> {
    await this.#seats.get(model)?.close()
    await this.#leaving.get(model)
  }

  async listModels(url: string, key?: string): Promise<Result<readonly string[]>> {
    return (await import('./endpoint/models.ts')).listModels(url, key)
  }

  #seat(spec: ModelSpec): Seat {
    const before = this.#leaving.get(spec.model) ?? Promise.resolve()
    const seat: Seat = new Seat(
      spec,
      async () => {
        await within(before, this.#patience.graceMs)
        return this.#create(spec)
      },
      this.#patience,
      () => {
        if (this.#seats.get(spec.model) === seat) this.#seats.delete(spec.model)
        const left = Promise.all([before, seat.gone]).then(() => {
          if (this.#leaving.get(spec.model) === left) this.#leaving.delete(spec.model)
        })
        this.#leaving.set(spec.model, left)
      },
    )
    this.#seats.set(spec.model, seat)
    return seat
  }

  async #create(spec: ModelSpec): Promise<Result<LanguageModel>> {
    // The table pairs each adapter with its own kind of spec.
    const adapter = this.#adapters[spec.adapter] as (() => Promise<CreateModel>) | undefined
    if (adapter === undefined)
      return fail(
        'no-adapter',
        `${spec.model} cannot be run here: there is nothing that runs models of kind ${spec.adapter}.`,
      )
    return ok((await adapter())(spec))
  }
}

/** Whether both load the same thing the same way. Files that crossed threads are copies: name and size must do. */
function sameSpec(one: ModelSpec, other: ModelSpec): boolean {
  const plain = (spec: ModelSpec) =>
    JSON.stringify(
      Object.entries(spec)
        .filter(([, value]) => value !== undefined)
        .sort(([x], [y]) => (x < y ? -1 : 1)),
      (_key, value: unknown) =>
        value instanceof Blob ? [value.size, (value as { readonly name?: string }).name ?? ''] : value,
    )
  return plain(one) === plain(other)
}
