/**
 * Takes a model in from files of the user's disk, so that it runs without a network. Everything is checked before anything is
 * stored; the chat config is stored last, and a model whose config is not there is not there.
 */
import { fail, ok, type Fault, type Result } from '../../core/result.ts'
import type { LoadProgress } from '../contracts.ts'
import type { ImportFile, WebLlmSpec } from '../shelf.ts'
import { rememberHashes, remove } from './cache.ts'
import { md5Of } from './digest.ts'
import { loadFault } from './faults.ts'
import { CONFIG, isWasm, readConfig, readWeights, SCOPES, WEIGHTS, type ChatConfig, type Weights } from './files.ts'
import { known, remember } from './known.ts'
import { libraryName } from './needed.ts'
import { localBase, localLibrary, placeOf } from './place.ts'
import type { AppConfig } from '@mlc-ai/web-llm'

/** Until 0.2.79 the list of weights was called so. */
const OLD_WEIGHTS = 'ndarray-cache.json'
/** Small files are read whole; what is larger is none of them. */
const MOST_SMALL = 64 * 1024 * 1024

const baseName = (path: string) => path.split(/[\\/]/).at(-1) ?? path
const folderOf = (path: string) => path.slice(0, path.length - baseName(path).length)

interface Parts {
  readonly id: string
  readonly config: ChatConfig
  readonly configBlob: Blob
  readonly weights: Weights
  readonly weightsBlob: Blob
  readonly tokenizer: Blob
  readonly shards: ReadonlyMap<string, Blob>
  readonly library: Blob
}

export async function importModel(
  model: string,
  files: readonly ImportFile[],
  list: AppConfig,
  onProgress: (progress: LoadProgress) => void,
): Promise<Result<WebLlmSpec>> {
  const sorted = await sortOut(model, files, list)
  if (!sorted.ok) return sorted
  const parts = sorted.value
  const damaged = await checkAll(parts, onProgress)
  if (damaged !== null) return { ok: false, fault: damaged }
  const spec: WebLlmSpec = { adapter: 'webllm', model: parts.id }
  try {
    await store(parts, list, onProgress)
    return ok(spec)
  } catch (error) {
    const place = await placeOf({ ...spec, url: localBase(parts.id), library: localLibrary(parts.id) }, list)
    if (place.ok) await remove(place.value, []).catch(() => undefined)
    return { ok: false, fault: loadFault(error, parts.id) }
  }
}

/** Finds what is needed among the files, and names what is not there. */
async function sortOut(model: string, files: readonly ImportFile[], list: AppConfig): Promise<Result<Parts>> {
  const configs = files.filter(({ path }) => baseName(path) === CONFIG)
  const ofModel = configs.filter(({ path }) => folderOf(path).split(/[\\/]/).includes(model))
  const [chosen, second] = ofModel.length > 0 ? ofModel : configs
  if (chosen === undefined)
    return fail(
      'files-missing',
      `${CONFIG} is not among the ${files.length} files: choose the folder of the model, or all its files.`,
    )
  if (second !== undefined)
    return fail('files-mixed', 'These are the files of several models: choose the folder of one.')
  const folder = folderOf(chosen.path)
  /** Beside the config, or else wherever it lies. */
  const find = (...names: readonly string[]) =>
    names
      .flatMap((name) => [
        files.find(({ path }) => path === folder + name),
        files.find(({ path }) => baseName(path) === name),
      ])
      .find((file) => file !== undefined)?.blob
  const id = model !== '' ? model : (folder.split(/[\\/]/).at(-2) ?? '')
  if (!/^[\w.-]{1,100}$/.test(id))
    return fail(
      'no-name',
      'The model needs a name: choose its folder, or give it one of letters, digits, dots and dashes.',
    )

  const config = readConfig(await small(chosen.blob))
  if (!config.ok) return config
  const weightsBlob = find(WEIGHTS, OLD_WEIGHTS)
  const weights = weightsBlob === undefined ? null : readWeights(await small(weightsBlob))
  if (weights?.ok === false) return weights
  const tokenizer = find(config.value.tokenizer)
  const library = await findLibrary(id, files, list)
  const shards = new Map<string, Blob>()
  const missing: string[] = []
  if (weightsBlob === undefined) missing.push(WEIGHTS)
  if (tokenizer === undefined) missing.push(config.value.tokenizer)
  for (const { name } of weights?.value.shards ?? []) {
    const blob = find(name)
    if (blob === undefined) missing.push(name)
    else shards.set(name, blob)
  }
  if (typeof library === 'string') missing.push(library)
  if (
    missing.length > 0 ||
    weightsBlob === undefined ||
    tokenizer === undefined ||
    weights === null ||
    typeof library === 'string'
  )
    return fail(
      'files-missing',
      `${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} not among the files of ${id}: add ${missing.length === 1 ? 'it' : 'them'} and choose all files again.`,
    )
  return ok({
    id,
    config: config.value,
    configBlob: chosen.blob,
    weights: weights.value,
    weightsBlob,
    tokenizer,
    shards,
    library,
  })
}

const small = async (blob: Blob): Promise<string> => (blob.size > MOST_SMALL ? '' : blob.text())

/** The library: by the name in WebLLM's list, or the only one given, or one that is here already; else the name wanted. */
async function findLibrary(id: string, files: readonly ImportFile[], list: AppConfig): Promise<Blob | string> {
  const address = list.model_list.find(({ model_id }) => model_id === id)?.model_lib
  const wanted = address === undefined ? null : libraryName(address)
  const given = files.filter(({ path }) => path.endsWith('.wasm'))
  const named = given.find(({ path }) => baseName(path) === wanted)
  if (named !== undefined) return named.blob
  const [only, second] = given
  if (only !== undefined && second === undefined) return only.blob
  const here = address === undefined ? undefined : await (await caches.open(SCOPES.library)).match(address)
  return here === undefined ? (wanted ?? 'the library, a file that ends in .wasm,') : here.blob()
}

/** Sizes first, because they are quick, then checksums. */
async function checkAll(
  { id, weights, shards, library }: Parts,
  onProgress: (progress: LoadProgress) => void,
): Promise<Fault | null> {
  const damaged = (names: readonly string[], why: string): Fault => ({
    kind: 'file-damaged',
    message: `${names.join(', ')} of ${id} ${names.length === 1 ? 'is' : 'are'} ${why}. Download ${names.length === 1 ? 'it' : 'them'} again and choose all files once more.`,
  })
  const first = new Uint8Array(await library.slice(0, 4).arrayBuffer())
  if (!isWasm(first)) return damaged(['The library'], 'no WebAssembly module')
  const wrong = weights.shards.filter(({ name, bytes }) => shards.get(name)?.size !== bytes)
  const [one] = wrong
  if (one !== undefined) {
    const start = await shards.get(one.name)?.slice(0, 60).text()
    if (start?.startsWith('version https://git-lfs') === true)
      return damaged(
        wrong.map(({ name }) => name),
        'only a pointer of Git LFS, not the file itself (“git lfs pull” fetches it)',
      )
    return damaged(
      wrong.map(({ name }) => name),
      'not whole: the size is not the one in the list of weights',
    )
  }
  const bad: string[] = []
  let done = 0
  for (const { name, bytes, md5 } of weights.shards) {
    onProgress({
      stage: 'prepare',
      text: `Checking ${name}`,
      done: done / weights.bytes,
      bytes: done,
      total: weights.bytes,
    })
    const blob = shards.get(name)
    if (blob === undefined || (md5 !== '' && (await md5Of(blob.stream())).md5 !== md5)) bad.push(name)
    done += bytes
  }
  return bad.length === 0 ? null : damaged(bad, `damaged: the checksum differs from that in ${WEIGHTS}`)
}

async function store(parts: Parts, list: AppConfig, onProgress: (progress: LoadProgress) => void): Promise<void> {
  const { id, weights, shards, config } = parts
  const base = localBase(id)
  const model = await caches.open(SCOPES.model)
  let done = 0
  for (const { name, bytes } of weights.shards) {
    onProgress({
      stage: 'prepare',
      text: `Storing ${name}`,
      done: done / weights.bytes,
      bytes: done,
      total: weights.bytes,
    })
    await model.put(base + name, new Response(shards.get(name)))
    done += bytes
  }
  await model.put(base + WEIGHTS, new Response(parts.weightsBlob))
  await model.put(base + config.tokenizer, new Response(parts.tokenizer))
  await (await caches.open(SCOPES.library)).put(localLibrary(id), new Response(parts.library))
  await (await caches.open(SCOPES.config)).put(base + CONFIG, new Response(parts.configBlob))
  const before = await known(base)
  await remember(base, {
    ...before,
    library: localLibrary(id),
    hashes: {},
    shards: Object.fromEntries(weights.shards.map(({ name, md5 }) => [name, md5])),
  })
  const place = await placeOf({ adapter: 'webllm', model: id }, list)
  if (place.ok) await rememberHashes(place.value, config)
  onProgress({ stage: 'prepare', text: `${id} is here`, done: 1 })
}
