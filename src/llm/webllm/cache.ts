/** The browser's caches, where WebLLM keeps models: what is here, fetching, checking, deleting. */
import { fail, ok, type Fault, type Result } from '../../core/result.ts'
import { md5Of, sha256 } from './digest.ts'
import { loadFault } from './faults.ts'
import {
  CONFIG,
  isWasm,
  readConfig,
  readWeights,
  SCOPES,
  TOKENIZERS,
  WEIGHTS,
  type ChatConfig,
  type Shard,
  type Weights,
} from './files.ts'
import { forget, known, LIBRARY, remember } from './known.ts'
import { isCached, type Place } from './place.ts'

type Scope = (typeof SCOPES)[keyof typeof SCOPES]

export async function cachedBytes(scope: Scope, url: string): Promise<Uint8Array<ArrayBuffer> | null> {
  const found = await (await caches.open(scope)).match(url)
  return found === undefined ? null : new Uint8Array(await found.arrayBuffer())
}
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes)

/** A small file from the cache, or fetched into it; what is no such file is neither kept nor used. */
async function obtain<T>(
  place: Place,
  scope: Scope,
  url: string,
  read: (bytes: Uint8Array) => Result<T>,
  signal: AbortSignal,
): Promise<Result<T>> {
  const cache = await caches.open(scope)
  const held = await cachedBytes(scope, url)
  const holds = held === null ? null : read(held)
  if (holds?.ok === true) return holds
  if (place.local)
    return (
      holds ?? fail('file-missing', `${nameOf(url)} of ${place.id} is not here: import the files of the model again.`)
    )
  if (holds !== null) await cache.delete(url)
  try {
    const response = await fetch(url, { signal })
    if (!response.ok)
      return fail(
        'network',
        `${nameOf(url)} of ${place.id} could not be fetched: ${new URL(url).host} answered ${response.status}. Check the address, or try later.`,
      )
    const bytes = new Uint8Array(await response.arrayBuffer())
    const result = read(bytes)
    if (result.ok) await cache.put(url, new Response(bytes, { headers: response.headers }))
    return result.ok ? result : fail(result.fault.kind, `${place.id}: ${result.fault.message}`)
  } catch (error) {
    return { ok: false, fault: loadFault(error, place.id) }
  }
}

const nameOf = (url: string) => url.slice(url.lastIndexOf('/') + 1)

/** The small files that say what else there is, and the library; fetched where they are not here. */
export async function obtainPlan(
  place: Place,
  signal: AbortSignal,
): Promise<Result<{ readonly config: ChatConfig; readonly weights: Weights }>> {
  const config = await obtain(place, SCOPES.config, place.base + CONFIG, (bytes) => readConfig(text(bytes)), signal)
  if (!config.ok) return config
  const weights = await obtain(place, SCOPES.model, place.base + WEIGHTS, (bytes) => readWeights(text(bytes)), signal)
  if (!weights.ok) return weights
  if (isCached(place.library)) {
    const library = await obtain(
      place,
      SCOPES.library,
      place.library,
      (bytes) =>
        isWasm(bytes) ? ok(null) : fail('file-damaged', `the library at ${place.library} is no WebAssembly module.`),
      signal,
    )
    if (!library.ok) return library
  }
  const { tokenizer: name } = config.value
  const tokenizer = await obtain(
    place,
    SCOPES.model,
    place.base + name,
    (bytes) =>
      name.endsWith('.json') && bytes[0] !== OPENING_BRACE
        ? fail('file-damaged', `${name} is damaged: it is no JSON object.`)
        : ok(null),
    signal,
  )
  if (!tokenizer.ok) return tokenizer
  return ok({ config: config.value, weights: weights.value })
}
const OPENING_BRACE = 0x7b

/** How many of the shards are here. */
export async function shardsHere({ base }: Place, { shards }: Weights): Promise<number> {
  const keys = new Set((await (await caches.open(SCOPES.model)).keys()).map(({ url }) => url))
  return shards.filter(({ name }) => keys.has(base + name)).length
}

export interface Held {
  /** Everything is here: it loads without a network. */
  readonly complete: boolean
  /** Names of files that are not. */
  readonly missing: readonly string[]
  /** Bytes on this machine. */
  readonly bytes: number
  /** Bytes still to be fetched, where they are known. */
  readonly lacking: number
}

/** What is here of a model. */
export async function held(place: Place): Promise<Held> {
  const missing: string[] = []
  let bytes = 0
  let lacking = 0
  const count = async (scope: Scope, url: string, name: string): Promise<Uint8Array | null> => {
    const found = await cachedBytes(scope, url)
    if (found === null) missing.push(name)
    else bytes += found.length
    return found
  }
  const config = await count(SCOPES.config, place.base + CONFIG, CONFIG)
  if (isCached(place.library)) await count(SCOPES.library, place.library, nameOf(place.library))
  const readable = config === null ? null : readConfig(text(config))
  await count(SCOPES.model, place.base + tokenizerOf(readable), tokenizerOf(readable))
  const list = await count(SCOPES.model, place.base + WEIGHTS, WEIGHTS)
  const weights = list === null ? null : readWeights(text(list))
  if (weights?.ok === true) {
    const keys = new Set((await (await caches.open(SCOPES.model)).keys()).map(({ url }) => url))
    for (const shard of weights.value.shards) {
      if (keys.has(place.base + shard.name)) bytes += shard.bytes
      else {
        missing.push(shard.name)
        lacking += shard.bytes
      }
    }
  }
  return { complete: missing.length === 0 && readable?.ok === true && weights?.ok === true, missing, bytes, lacking }
}

const tokenizerOf = (config: Result<ChatConfig> | null): string =>
  config?.ok === true ? config.value.tokenizer : (TOKENIZERS[0] ?? '')

/**
 * Checks the shards that are here against the list of weights, those alone that were not checked before unless `all` is
 * set. Bad ones are deleted, so that loading again fetches them; the fault names them.
 */
export async function checkShards(
  place: Place,
  weights: Weights,
  all: boolean,
  onProgress: (done: number) => void = () => undefined,
): Promise<Fault | null> {
  const cache = await caches.open(SCOPES.model)
  const now = await known(place.base)
  const good: Record<string, string> = {}
  const bad: string[] = []
  for (const [i, shard] of weights.shards.entries()) {
    const before = now.shards[shard.name]
    if (!all && before !== undefined && before === shard.md5) {
      good[shard.name] = before
      continue
    }
    const found = await cache.match(place.base + shard.name)
    if (found === undefined) continue
    onProgress(i / weights.shards.length)
    if (await isWhole(found, shard)) good[shard.name] = shard.md5
    else {
      bad.push(shard.name)
      await cache.delete(place.base + shard.name)
    }
  }
  await remember(place.base, { ...now, shards: good })
  if (bad.length === 0) return null
  const again = place.local ? 'import it again' : 'load the model again to fetch it anew'
  return {
    kind: 'file-damaged',
    message: `${bad.join(', ')} of ${place.id} ${bad.length === 1 ? 'was' : 'were'} damaged (the checksum differs from that in ${WEIGHTS}) and deleted: ${again}.`,
  }
}

async function isWhole(found: Response, shard: Shard): Promise<boolean> {
  if (found.body === null) return shard.bytes === 0
  const { md5, bytes } = await md5Of(found.body)
  return bytes === shard.bytes && (shard.md5 === '' || md5 === shard.md5)
}

/** Remembers which library a model is loaded with, so that it can be listed later; what was known of another is forgotten. */
export async function rememberLibrary({ base, library }: Place): Promise<void> {
  const now = await known(base)
  if (now.library === library) return
  const { [LIBRARY]: _, ...hashes } = now.hashes
  await remember(base, { ...now, library, hashes })
}

/** Remembers the hashes of the small files that a model was loaded with; those known before stay as they are. */
export async function rememberHashes(place: Place, config: ChatConfig): Promise<void> {
  const now = await known(place.base)
  const hashes: Record<string, string> = { ...now.hashes }
  const files: readonly (readonly [Scope, string, string])[] = [
    [SCOPES.config, place.base + CONFIG, CONFIG],
    [SCOPES.library, place.library, LIBRARY],
    [SCOPES.model, place.base + config.tokenizer, config.tokenizer],
  ]
  for (const [scope, url, name] of files) {
    if (hashes[name] !== undefined) continue
    const bytes = await cachedBytes(scope, url)
    if (bytes !== null) hashes[name] = await sha256(bytes)
  }
  await remember(place.base, { ...now, hashes })
}

/** Deletes everything of a model. Its library stays while another model that is here uses it. */
export async function remove(place: Place, others: readonly Place[]): Promise<void> {
  for (const scope of [SCOPES.config, SCOPES.model]) {
    const cache = await caches.open(scope)
    for (const request of await cache.keys()) if (request.url.startsWith(place.base)) await cache.delete(request)
  }
  const users = await Promise.all(
    others.map(async (other) => {
      if (other.base === place.base || other.library !== place.library) return false
      return (await (await caches.open(SCOPES.config)).match(other.base + CONFIG)) !== undefined
    }),
  )
  if (!users.includes(true)) await (await caches.open(SCOPES.library)).delete(place.library)
  await forget(place.base)
}
