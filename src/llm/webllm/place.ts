/** Where a model's files are: which addresses, hence which keys of the browser's caches. */
import type { AppConfig, ModelRecord } from '@mlc-ai/web-llm'
import { fail, ok, type Result } from '../../core/result.ts'
import type { WebLlmSpec } from '../shelf.ts'
import { CONFIG, SCOPES } from './files.ts'

export interface Place {
  readonly id: string
  /** Its folder, ending in a slash. */
  readonly base: string
  readonly library: string
  /** Tokens it can be given room for, where its entry in WebLLM's list says so. */
  readonly context?: number
  readonly record: ModelRecord
  /** Files taken in from the user's disk: they cannot be fetched again. */
  readonly local: boolean
}

/** An address that leads nowhere: what is kept under it was put there by us. Must look like any other, to be cached. */
export const localBase = (id: string): string => `https://local.invalid/${encodeURIComponent(id)}/resolve/main/`
export const localLibrary = (id: string): string => `${localBase(id)}library.wasm`

/** As WebLLM completes addresses: a folder, of a branch. */
export function baseOf(url: string): string | null {
  const folder = url.endsWith('/') ? url : `${url}/`
  const whole = /.\/resolve\/.+\//.test(folder) ? folder : `${folder}resolve/main/`
  return URL.canParse(whole) && /^https?:/.test(whole) ? new URL(whole).href : null
}

/** WebLLM stores no library whose address has this in it, nor one that is not of the web. */
export const isCached = (library: string): boolean => library.startsWith('http') && !library.includes('localhost')

/** Finds a model: by its addresses, among those taken in from disk, or in WebLLM's list. */
export async function placeOf(spec: WebLlmSpec, list: AppConfig): Promise<Result<Place>> {
  const { model: id, url, library } = spec
  if (url !== undefined) {
    const base = baseOf(url)
    if (base === null)
      return fail('bad-address', `“${url}” is no address of a model: it must begin with https:// or http://.`)
    if (library === undefined || !URL.canParse(library))
      return fail(
        'no-library',
        `${id} needs the address of its WebAssembly library (a file that ends in -webgpu.wasm) beside that of its weights.`,
      )
    return ok(place(id, { model: base, model_id: id, model_lib: library }, base, false))
  }
  const listed = list.model_list.find(({ model_id }) => model_id === id)
  const local = localBase(id)
  if (typeof caches !== 'undefined' && (await (await caches.open(SCOPES.config)).match(local + CONFIG)) !== undefined) {
    const here = { model: local, model_id: id, model_lib: localLibrary(id) }
    return ok(place(id, listed === undefined ? here : { ...listed, ...here }, local, true))
  }
  if (listed === undefined)
    return fail(
      'unknown-model',
      `WebLLM knows no model ${id}. Choose one of its list, give the addresses of its files and library, or import its files.`,
    )
  return ok(place(id, listed, baseOf(listed.model) ?? listed.model, false))
}

function place(id: string, record: ModelRecord, base: string, local: boolean): Place {
  const context = record.overrides?.context_window_size
  return {
    id,
    base,
    library: record.model_lib,
    ...(context !== undefined && context > 0 ? { context } : {}),
    record,
    local,
  }
}
