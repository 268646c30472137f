/** The language models as an engine sees them, wherever they run: in a worker, in the page, or right here. */
import { fail, type Result } from '../core/result.ts'
import type { LlmWorkerApi, ModelSpec, ModelStats } from './contracts.ts'

/** What the host offers besides: which models a server has. Pages may not ask other machines; the models' worker may. */
export interface LlmHostApi extends LlmWorkerApi {
  /** Names of the models of an OpenAI-compatible server. */
  listModels(url: string, key?: string): Promise<Result<readonly string[]>>
}

/** As {@link LlmHostApi}, with everything that takes a way. Nothing rejects, whatever happens to what runs the models. */
export interface Llm extends Omit<LlmHostApi, 'stats'> {
  stats(model: string): Promise<ModelStats | null>
  /** Lets go of everything. */
  dispose(): void
}

/** Models in this very thread: for commands and tests. */
export function localLlm(host: LlmHostApi): Llm {
  const models = new Set<string>()
  return {
    load(spec, onProgress) {
      models.add(spec.model)
      return host.load(spec, onProgress)
    },
    cancelLoad: (model) => host.cancelLoad(model),
    generate: (model, requests, onText) => host.generate(model, requests, onText),
    abort: (model) => host.abort(model),
    stats: (model) => Promise.resolve(host.stats(model)),
    unload: (model) => host.unload(model),
    listModels: (url, key) => host.listModels(url, key),
    dispose() {
      for (const model of models) void host.unload(model)
    },
  }
}

/** Several places that run models, as one; `choose` says which place a model belongs to, or null when there is none. The first asks servers. */
export function routedLlm(places: readonly [Llm, ...Llm[]], choose: (spec: ModelSpec) => Llm | null): Llm {
  const homes = new Map<string, Llm>()
  return {
    async load(spec, onProgress) {
      const place = choose(spec)
      const home = homes.get(spec.model)
      if (home !== undefined && home !== place) await home.unload(spec.model)
      if (place === null) {
        homes.delete(spec.model)
        return fail('no-adapter', `${spec.model} cannot be run here: this browser has no model of its own to offer.`)
      }
      homes.set(spec.model, place)
      return place.load(spec, onProgress)
    },
    cancelLoad: (model) => homes.get(model)?.cancelLoad(model),
    async generate(model, requests, onText) {
      const home = homes.get(model)
      return home === undefined
        ? fail('not-loaded', `${model} is not loaded: load it first.`)
        : home.generate(model, requests, onText)
    },
    abort: (model) => homes.get(model)?.abort(model),
    stats: async (model) => (await homes.get(model)?.stats(model)) ?? null,
    unload: async (model) => homes.get(model)?.unload(model),
    listModels: (url, key) => places[0].listModels(url, key),
    dispose() {
      for (const place of places) place.dispose()
    },
  }
}
