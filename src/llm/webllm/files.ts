/**
 * What a model in MLC's format is made of: a chat config, a list of its weights, the weights in shards, a tokenizer, and a
 * WebAssembly library. Files come from strangers, so what is read from them is checked and bounded here.
 */
import { fail, ok, type Result } from '../../core/result.ts'

export const CONFIG = 'mlc-chat-config.json'
export const WEIGHTS = 'tensor-cache.json'
/** WebLLM takes the first of these that the config names. */
export const TOKENIZERS: readonly string[] = ['tokenizer.json', 'tokenizer.model']

/** The caches of the browser that WebLLM keeps each kind of file in. */
export const SCOPES = { config: 'webllm/config', library: 'webllm/wasm', model: 'webllm/model' } as const

export interface Shard {
  /** Its name beside the list, e.g. `params_shard_0.bin`. */
  readonly name: string
  readonly bytes: number
  /** MD5 in hexadecimal; empty where the list has none. */
  readonly md5: string
}
export interface Weights {
  readonly shards: readonly Shard[]
  readonly bytes: number
}
export interface ChatConfig {
  readonly tokenizer: string
  /** Tokens it was made for. */
  readonly context: number
}

const MOST_SHARDS = 4096
const record = (value: unknown): Record<string, unknown> | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null

function parse(file: string, text: string): Result<Record<string, unknown>> {
  if (/^\s*<(!doctype|html|\?xml)/i.test(text))
    return fail(
      'file-damaged',
      `${file} is a web page, not the file itself. A login page or an error page may be in the way.`,
    )
  try {
    const value = record(JSON.parse(text))
    if (value !== null) return ok(value)
  } catch {
    // said below
  }
  return fail('file-damaged', `${file} is damaged: it is no JSON object.`)
}

/** Reads `mlc-chat-config.json`. */
export function readConfig(text: string): Result<ChatConfig> {
  const parsed = parse(CONFIG, text)
  if (!parsed.ok) return parsed
  const { tokenizer_files: files, context_window_size: context, sliding_window_size: sliding } = parsed.value
  const tokenizer = TOKENIZERS.find((name) => Array.isArray(files) && files.includes(name))
  if (tokenizer === undefined || record(parsed.value['conv_template']) === null)
    return fail('file-damaged', `${CONFIG} is not that of a chat model: it names no tokenizer or no template.`)
  const sizes = [context, sliding].filter((size): size is number => typeof size === 'number' && size > 0)
  return ok({ tokenizer, context: sizes[0] ?? 2048 })
}

/** Reads `tensor-cache.json`. */
export function readWeights(text: string): Result<Weights> {
  const parsed = parse(WEIGHTS, text)
  if (!parsed.ok) return parsed
  const { records } = parsed.value
  if (!Array.isArray(records) || records.length === 0 || records.length > MOST_SHARDS)
    return fail('file-damaged', `${WEIGHTS} is damaged: it lists no weights.`)
  const shards: Shard[] = []
  for (const entry of records) {
    const { dataPath, nbytes, md5sum } = record(entry) ?? {}
    // A name, never a way out of the model's folder.
    if (typeof dataPath !== 'string' || !/^[\w-][\w.-]{0,99}$/.test(dataPath) || !Number.isSafeInteger(nbytes))
      return fail('file-damaged', `${WEIGHTS} is damaged: one of its entries is no file of weights.`)
    shards.push({
      name: dataPath,
      bytes: Number(nbytes),
      md5: typeof md5sum === 'string' && /^[0-9a-f]{32}$/i.test(md5sum) ? md5sum.toLowerCase() : '',
    })
  }
  return ok({ shards, bytes: shards.reduce((sum, { bytes }) => sum + bytes, 0) })
}

/** Whether these are the first bytes of a WebAssembly module. */
export const isWasm = (bytes: Uint8Array): boolean =>
  bytes[0] === 0 && bytes[1] === 0x61 && bytes[2] === 0x73 && bytes[3] === 0x6d
