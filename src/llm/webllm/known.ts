/**
 * What we know of files that were checked once. Nobody publishes hashes of these models' configs, libraries and tokenizers,
 * so those of the first load are remembered and must not change (trust on first use): a file exchanged later is noticed, one
 * that was bad from the beginning is not. Shards of weights are checked against the list of weights, each once.
 */
import type { ModelIntegrity } from '@mlc-ai/web-llm'

const SCOPE = 'evolarium/models'

export interface Known {
  /** Address of the library that `integrity.library` is of. */
  readonly library: string
  /** SHA-256 as `sha256-…`, by name of the file. */
  readonly hashes: Readonly<Record<string, string>>
  /** Shards that were found whole, with their MD5. */
  readonly shards: Readonly<Record<string, string>>
}

export const NOTHING: Known = { library: '', hashes: {}, shards: {} }
/** Name of the library among {@link Known.hashes}. */
export const LIBRARY = 'library.wasm'

const keyOf = (base: string) => `${base}evolarium-known.json`

export async function known(base: string): Promise<Known> {
  try {
    const found = await (await caches.open(SCOPE)).match(keyOf(base))
    return found === undefined ? NOTHING : { ...NOTHING, ...((await found.json()) as Partial<Known>) }
  } catch {
    return NOTHING
  }
}

export async function remember(base: string, what: Known): Promise<void> {
  await (await caches.open(SCOPE)).put(keyOf(base), Response.json(what))
}

export async function forget(base: string): Promise<void> {
  await (await caches.open(SCOPE)).delete(keyOf(base))
}

/** In WebLLM's words, so that it checks while loading. */
export function integrityOf(config: string, tokenizer: string, library: string, now: Known): ModelIntegrity {
  const { hashes } = now
  const ofConfig = hashes[config]
  const ofLibrary = now.library === library ? hashes[LIBRARY] : undefined
  const ofTokenizer = hashes[tokenizer]
  return {
    ...(ofConfig === undefined ? {} : { config: ofConfig }),
    ...(ofLibrary === undefined ? {} : { model_lib: ofLibrary }),
    ...(ofTokenizer === undefined ? {} : { tokenizer: { [tokenizer]: ofTokenizer } }),
    onFailure: 'error',
  }
}
