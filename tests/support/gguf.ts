/**
 * Writes a small language model as a GGUF file: the llama architecture with weights drawn from a seed, one token a
 * character (no byte tokens: random weights would write broken UTF-8). It writes nonsense, always the same.
 */
const WIDTH = 64
const LAYERS = 2
const HEADS = 4
const HIDDEN = 128
const LETTERS = [
  '<unk>',
  '<s>',
  '</s>',
  '\n',
  '\u2581',
  ...Array.from({ length: 94 }, (_, i) => String.fromCharCode(33 + i)),
]
const TEMPLATE =
  "{% for message in messages %}{{ message['role'] + ': ' + message['content'] + '\\n' }}{% endfor %}{% if add_generation_prompt %}{{ 'assistant: ' }}{% endif %}"

/** GGUF's numbers for types of values. */
const U32 = 4
const I32 = 5
const F32 = 6
const STRING = 8
const ARRAY = 9

class Writer {
  readonly #parts: Uint8Array<ArrayBuffer>[] = []
  length = 0

  bytes(part: Uint8Array<ArrayBuffer>): void {
    this.#parts.push(part)
    this.length += part.length
  }
  u32(value: number): void {
    this.bytes(new Uint8Array(new Uint32Array([value]).buffer))
  }
  u64(value: number): void {
    this.bytes(new Uint8Array(new BigUint64Array([BigInt(value)]).buffer))
  }
  f32(value: number): void {
    this.bytes(new Uint8Array(new Float32Array([value]).buffer))
  }
  string(value: string): void {
    const bytes = new TextEncoder().encode(value)
    this.u64(bytes.length)
    this.bytes(bytes)
  }
  pad(): void {
    this.bytes(new Uint8Array((32 - (this.length % 32)) % 32))
  }
  done(): Uint8Array<ArrayBuffer> {
    const all = new Uint8Array(this.length)
    let at = 0
    for (const part of this.#parts) {
      all.set(part, at)
      at += part.length
    }
    return all
  }
}

export interface GgufOptions {
  readonly seed?: number
  /** Tokens that it says it was trained for. */
  readonly context?: number
  readonly architecture?: string
  /** What it says it is called. */
  readonly name?: string
  /** Words that are one token each, so that a prompt of them is short. */
  readonly words?: readonly string[]
}

export function writeGguf({
  seed = 1,
  context = 512,
  architecture = 'llama',
  name = 'Nonsense',
  words = [],
}: GgufOptions = {}): Uint8Array<ArrayBuffer> {
  const tokens = [...LETTERS, ...beginnings(words)]
  const numbers = (type: typeof U32 | typeof I32 | typeof F32, values: readonly number[]) => (out: Writer) => {
    out.u32(ARRAY)
    out.u32(type)
    out.u64(values.length)
    for (const value of values) {
      if (type === F32) out.f32(value)
      else out.u32(value)
    }
  }
  const u32 = (value: number) => (out: Writer) => {
    out.u32(U32)
    out.u32(value)
  }
  const f32 = (value: number) => (out: Writer) => {
    out.u32(F32)
    out.f32(value)
  }
  const text = (value: string) => (out: Writer) => {
    out.u32(STRING)
    out.string(value)
  }
  const texts = (values: readonly string[]) => (out: Writer) => {
    out.u32(ARRAY)
    out.u32(STRING)
    out.u64(values.length)
    for (const value of values) out.string(value)
  }
  const values: Readonly<Record<string, (out: Writer) => void>> = {
    'general.architecture': text(architecture),
    'general.name': text(name),
    [`${architecture}.context_length`]: u32(context),
    [`${architecture}.embedding_length`]: u32(WIDTH),
    [`${architecture}.block_count`]: u32(LAYERS),
    [`${architecture}.feed_forward_length`]: u32(HIDDEN),
    [`${architecture}.attention.head_count`]: u32(HEADS),
    [`${architecture}.attention.head_count_kv`]: u32(HEADS),
    [`${architecture}.attention.layer_norm_rms_epsilon`]: f32(1e-5),
    [`${architecture}.rope.dimension_count`]: u32(WIDTH / HEADS),
    'tokenizer.ggml.model': text('llama'),
    'tokenizer.ggml.tokens': texts(tokens),
    // Of several ways to join letters the one with the highest score is taken: the longest.
    'tokenizer.ggml.scores': numbers(
      F32,
      tokens.map((token, id) => (id < LETTERS.length ? -id : token.length)),
    ),
    // 1 is a plain token, 2 unknown, 3 control.
    'tokenizer.ggml.token_type': numbers(
      I32,
      tokens.map((_, id) => [2, 3, 3][id] ?? 1),
    ),
    'tokenizer.ggml.bos_token_id': u32(1),
    'tokenizer.ggml.eos_token_id': u32(2),
    'tokenizer.ggml.unknown_token_id': u32(0),
    'tokenizer.chat_template': text(TEMPLATE),
  }
  const tensors: [name: string, shape: readonly number[]][] = [['token_embd.weight', [WIDTH, tokens.length]]]
  for (let layer = 0; layer < LAYERS; layer++) {
    const blk = (name: string, ...shape: number[]) => tensors.push([`blk.${layer}.${name}.weight`, shape])
    blk('attn_norm', WIDTH)
    for (const name of ['attn_q', 'attn_k', 'attn_v', 'attn_output']) blk(name, WIDTH, WIDTH)
    blk('ffn_norm', WIDTH)
    blk('ffn_gate', WIDTH, HIDDEN)
    blk('ffn_up', WIDTH, HIDDEN)
    blk('ffn_down', HIDDEN, WIDTH)
  }
  tensors.push(['output_norm.weight', [WIDTH]], ['output.weight', [WIDTH, tokens.length]])

  const out = new Writer()
  out.bytes(new TextEncoder().encode('GGUF'))
  out.u32(3)
  out.u64(tensors.length)
  out.u64(Object.keys(values).length)
  for (const [key, write] of Object.entries(values)) {
    out.string(key)
    write(out)
  }
  let offset = 0
  for (const [name, shape] of tensors) {
    out.string(name)
    out.u32(shape.length)
    for (const size of shape) out.u64(size)
    out.u32(0) // float32
    out.u64(offset)
    offset += sizeOf(shape) * 4 // every shape is a multiple of 8, so each begins at a multiple of 32
  }
  out.pad()
  const draw = generator(seed)
  for (const [, shape] of tensors) {
    const norm = shape.length === 1
    const weights = Float32Array.from({ length: sizeOf(shape) }, () => (norm ? 1 : draw() * 0.8))
    out.bytes(new Uint8Array(weights.buffer))
  }
  return out.done()
}

/** Words are joined letter by letter, so each of their beginnings is a token too. */
function beginnings(words: readonly string[]): readonly string[] {
  const all = new Set<string>()
  for (const word of words) for (let end = 2; end <= word.length; end++) all.add(word.slice(0, end))
  return [...all]
}

const sizeOf = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1)

/** Numbers from -0.5 to 0.5 (xorshift32). */
function generator(seed: number): () => number {
  let state = seed
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32 - 0.5
  }
}
