/** A small model in MLC's format, made from a seed: chat config, tokenizer of bytes, weights in pieces, marked library. */
import { createHash } from 'node:crypto'
import { xorshift } from './xorshift.ts'
import { MARK } from './mark.ts'

/** 256 bytes, then start, end and padding. */
const VOCABULARY = 259
const START = 256
const END = 257
const PIECES = 7
const ROWS = VOCABULARY / PIECES

export interface StandInModel {
  readonly id: string
  /** By name, as they lie in a model's folder. */
  readonly files: ReadonlyMap<string, Uint8Array>
  readonly libraryName: string
  readonly library: Uint8Array
}

/** `library`: name of a library that it shares with another model. */
export function standInModel(
  id: string,
  seed: number,
  { context = 8192, library = `${id}-webgpu.wasm` } = {},
): StandInModel {
  const files = new Map<string, Uint8Array>()
  const records = Array.from({ length: PIECES }, (_, piece) => {
    const bytes = weights(seed, piece)
    const dataPath = `params_shard_${piece}.bin`
    files.set(dataPath, bytes)
    return {
      dataPath,
      format: 'raw-shard',
      nbytes: bytes.length,
      md5sum: createHash('md5').update(bytes).digest('hex'),
      records: [
        {
          name: `rows.${piece}`,
          shape: [ROWS, VOCABULARY],
          dtype: 'float32',
          format: 'f32-to-f32',
          nbytes: bytes.length,
          byteOffset: 0,
        },
      ],
    }
  })
  const nbytes = records.reduce((sum, record) => sum + record.nbytes, 0)
  files.set('tensor-cache.json', json({ metadata: { ParamSize: PIECES, ParamBytes: nbytes }, records }))
  files.set('mlc-chat-config.json', json(chatConfig(context)))
  files.set('tokenizer.json', json(tokenizer()))
  return { id, files, libraryName: library, library: markedLibrary() }
}

const json = (value: unknown) => new TextEncoder().encode(JSON.stringify(value))

/** Printable characters and line ends, letters mostly; each row its own taste. */
function weights(seed: number, piece: number): Uint8Array {
  const next = xorshift(seed * PIECES + piece + 1)
  const logits = new Float32Array(ROWS * VOCABULARY)
  for (let i = 0; i < logits.length; i++) {
    const id = i % VOCABULARY
    const letter = (id >= 97 && id <= 122) || id === 32
    const printable = id >= 33 && id <= 126
    const base = letter ? 0 : printable ? -3 : id === 10 || id === END ? -4 : -30
    logits[i] = base + 3 * (next() / 2 ** 32)
  }
  return new Uint8Array(logits.buffer)
}

function chatConfig(context: number): object {
  return {
    version: '0.1.0',
    model_type: 'bigram',
    vocab_size: VOCABULARY,
    context_window_size: context,
    sliding_window_size: -1,
    attention_sink_size: -1,
    prefill_chunk_size: 64,
    temperature: 1,
    top_p: 1,
    repetition_penalty: 1,
    frequency_penalty: 0,
    presence_penalty: 0,
    tokenizer_files: ['tokenizer.json'],
    tokenizer_info: {
      token_postproc_method: 'byte_level',
      prepend_space_in_encode: false,
      strip_space_in_decode: false,
    },
    conv_template: {
      name: 'stand-in',
      system_template: '{system_message}',
      system_message: '',
      roles: { user: '<user>', assistant: '<assistant>', tool: '<tool>' },
      role_templates: { user: '{user_message}', assistant: '{assistant_message}', tool: '{tool_message}' },
      seps: ['\n'],
      role_content_sep: '\n',
      role_empty_sep: '\n',
      stop_str: [],
      stop_token_ids: [END],
    },
    bos_token_id: START,
    eos_token_id: END,
  }
}

/** The tokenizer of bytes that GPT-2 begins with: a printable character for each byte, and no merges. */
function tokenizer(): object {
  const vocab: Record<string, number> = {}
  let beyond = 256
  for (let byte = 0; byte < 256; byte++) {
    const plain = (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174
    vocab[String.fromCodePoint(plain ? byte : beyond++)] = byte
  }
  const special = ['<s>', '</s>', '<pad>'].map((content, i) => {
    vocab[content] = START + i
    return {
      id: START + i,
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    }
  })
  const bytes = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: false, use_regex: false }
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: special,
    normalizer: null,
    pre_tokenizer: bytes,
    post_processor: null,
    decoder: bytes,
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      vocab,
      merges: [],
    },
  }
}

/** A WebAssembly module with nothing but a custom section. */
function markedLibrary(): Uint8Array {
  const name = new TextEncoder().encode(MARK)
  const text = json({
    vocabulary: VOCABULARY,
    params: Array.from({ length: PIECES }, (_, piece) => `rows.${piece}`),
  })
  const body = [...leb(name.length), ...name, ...text]
  return new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 0, ...leb(body.length), ...body])
}

function leb(value: number): number[] {
  const low = value & 127
  return value < 128 ? [low] : [low | 128, ...leb(value >> 7)]
}
