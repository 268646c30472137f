/** The shelf of models, in the worker: see `../shelf.ts` for what it offers. */
import type { AppConfig } from '@mlc-ai/web-llm'
import { fail, ok, type Result } from '../../core/result.ts'
import type { HeldModel, ModelShelf, WebLlmSpec } from '../shelf.ts'
import { cachedBytes, checkShards, held, remove } from './cache.ts'
import { catalogue } from './catalogue.ts'
import { loadFault } from './faults.ts'
import { CONFIG, readWeights, SCOPES, WEIGHTS } from './files.ts'
import { importModel } from './import.ts'
import { known } from './known.ts'
import { loadWebLlm } from './library.ts'
import { probeMachine } from './machine.ts'
import { needed } from './needed.ts'
import { baseOf, localBase, placeOf, type Place } from './place.ts'

/** Runs with WebLLM's list; whatever goes wrong becomes a fault. */
async function withList<T>(about: string, work: (list: AppConfig) => Promise<Result<T>>): Promise<Result<T>> {
  const library = await loadWebLlm()
  if (!library.ok) return library
  try {
    return await work(library.value.prebuiltAppConfig)
  } catch (error) {
    return { ok: false, fault: loadFault(error, about) }
  }
}

const at = <T>(spec: WebLlmSpec, work: (place: Place, list: AppConfig) => Promise<Result<T>>): Promise<Result<T>> =>
  withList(spec.model, async (list) => {
    const place = await placeOf(spec, list)
    return place.ok ? work(place.value, list) : place
  })

/** Models whose config is here: it is fetched first and deleted first. */
async function placesHere(list: AppConfig): Promise<{ readonly spec: WebLlmSpec; readonly place: Place }[]> {
  const keys = await (await caches.open(SCOPES.config)).keys()
  const found: { spec: WebLlmSpec; place: Place }[] = []
  for (const { url } of keys.filter((key) => key.url.endsWith(`/${CONFIG}`))) {
    const base = url.slice(0, -CONFIG.length)
    const folder = decodeURIComponent(/([^/]+)\/resolve\//.exec(base)?.[1] ?? base)
    const listed = list.model_list.find(({ model }) => baseOf(model) === base)
    const { library } = await known(base)
    const spec: WebLlmSpec =
      localBase(folder) === base
        ? { adapter: 'webllm', model: folder }
        : listed !== undefined
          ? { adapter: 'webllm', model: listed.model_id }
          : { adapter: 'webllm', model: folder, url: base, library: library === '' ? `${base}library.wasm` : library }
    const place = await placeOf(spec, list)
    if (!place.ok) continue
    if (place.value.base === base) found.push({ spec, place: place.value })
    else {
      // It is here twice, and the one taken in from disk goes first: the other one is told by its address.
      const other = { ...spec, url: base, library: listed?.model_lib ?? library }
      const second = await placeOf(other, list)
      if (second.ok) found.push({ spec: other, place: second.value })
    }
  }
  return found
}

export const webLlmShelf: ModelShelf = {
  machine: async () => ok(await probeMachine()),
  catalogue: () =>
    withList('The list of models', async ({ model_list }) => ok(catalogue(model_list, await probeMachine()))),
  held: (spec) => at(spec, async (place) => ok(await held(place))),
  all: () =>
    withList('The models here', async (list) => {
      const models: HeldModel[] = []
      for (const { spec, place } of await placesHere(list))
        models.push({ ...(await held(place)), spec, imported: place.local })
      return ok(models)
    }),
  check: (spec) =>
    at(spec, async (place) => {
      const list = await cachedBytes(SCOPES.model, place.base + WEIGHTS)
      const weights = list === null ? null : readWeights(new TextDecoder().decode(list))
      if (weights === null) return ok(await held(place))
      if (!weights.ok) return weights
      const fault = await checkShards(place, weights.value, true)
      return fault === null ? ok(await held(place)) : { ok: false, fault }
    }),
  remove: (spec) =>
    at(spec, async (place, list) => {
      await remove(
        place,
        (await placesHere(list)).map((here) => here.place),
      )
      return ok(undefined)
    }),
  needed: (model) =>
    withList(model, async ({ model_list }) => {
      const record = model_list.find(({ model_id }) => model_id === model)
      return record === undefined
        ? fail('unknown-model', `WebLLM’s list has no ${model}: its files are where you got it from.`)
        : ok(needed(record))
    }),
  import: (model, files, onProgress) =>
    withList(model === '' ? 'The model' : model, (list) => importModel(model, files, list, onProgress)),
}
