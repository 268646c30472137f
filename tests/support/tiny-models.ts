/** Small transformers with seeded random weights, as files; and a small language for them. */
import type { Dialect, EmbeddedModel } from '../../src/llm/dialect.ts'
import { fail, ok } from '../../src/core/result.ts'
import { rng, type Rng } from '../../src/core/rng.ts'
import { readWeights, type Shape, type Weights } from '../../src/llm/transformer/weights.ts'

export interface Part {
  readonly name: string
  readonly type: 'F32' | 'F16' | 'I8'
  readonly shape: readonly number[]
  readonly values: readonly number[]
}

const SIZES = { F32: 4, F16: 2, I8: 1 } as const

/** A number that has no more than the 11 bits of binary16, or none at all, as its bits; small ones become 0. */
export function halfBits(value: number): number {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 0x7e00 : value > 0 ? 0x7c00 : 0xfc00
  const [single] = new Uint32Array(Float32Array.of(value).buffer) as unknown as [number]
  const power = ((single >>> 23) & 255) - 127 + 15
  return ((single >>> 16) & 0x8000) | (power <= 0 ? 0 : (power << 10) | ((single >>> 13) & 0x3ff))
}

/** The bytes of a safetensors file. */
export function safetensors(parts: readonly Part[], metadata: Readonly<Record<string, string>>): Uint8Array {
  const header: Record<string, unknown> = { __metadata__: metadata }
  let length = 0
  for (const { name, type, shape, values } of parts) {
    const size = values.length * SIZES[type]
    header[name] = { dtype: type, shape, data_offsets: [length, length + size] }
    length += size
  }
  const text = new TextEncoder().encode(JSON.stringify(header))
  const bytes = new Uint8Array(8 + text.length + length)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, text.length, true)
  bytes.set(text, 8)
  let at = 8 + text.length
  for (const { type, values } of parts)
    for (const value of values) {
      if (type === 'F32') view.setFloat32(at, value, true)
      else if (type === 'F16') view.setUint16(at, halfBits(value), true)
      else view.setInt8(at, value)
      at += SIZES[type]
    }
  return bytes
}

/** Every tensor that a model of a shape has, drawn at random: about as big as trained ones are. */
export function randomParts({ vocabulary, context, width, layers, hidden }: Shape, random: Rng): Part[] {
  const vector = (name: string, length: number, mean: number, spread: number): Part => ({
    name, type: 'F32', shape: [length], values: Array.from({ length }, () => mean + spread * (2 * random.unit() - 1)),
  }) // prettier-ignore
  const matrix = (name: string, rows: number, columns: number, size: number): Part[] => [
    { name, type: 'I8', shape: [rows, columns], values: Array.from({ length: rows * columns }, () => random.int(255) - 127) }, // prettier-ignore
    { ...vector(`${name}.scale`, rows, size / 127, size / 400) },
  ]
  const linear = (name: string, rows: number, columns: number): Part[] => [
    ...matrix(`${name}.weight`, rows, columns, 2 / Math.sqrt(columns)),
    vector(`${name}.bias`, rows, 0, 0.1),
  ]
  const norm = (name: string): Part[] => [vector(`${name}.gain`, width, 1, 0.3), vector(`${name}.bias`, width, 0, 0.2)]
  return [
    ...matrix('embedding', vocabulary, width, 0.8),
    ...matrix('position', context, width, 0.5),
    ...Array.from({ length: layers }, (_, at) => `layers.${at}`).flatMap((name) => [
      ...norm(`${name}.norm1`),
      ...['query', 'key', 'value', 'output'].flatMap((part) => linear(`${name}.attention.${part}`, width, width)),
      ...norm(`${name}.norm2`),
      ...linear(`${name}.feed.up`, hidden, width),
      ...linear(`${name}.feed.down`, width, hidden),
    ]),
    ...norm('norm'),
  ]
}

export const notes = (shape: Shape): Record<string, string> => ({
  ...Object.fromEntries(Object.entries(shape).map(([key, value]) => [key, String(value)])),
  model: 'random',
  seed: '1',
})

export const randomFile = (shape: Shape, seed: number): Uint8Array =>
  safetensors(randomParts(shape, rng(seed)), notes(shape))

export function randomWeights(shape: Shape, seed: number): Weights {
  const weights = readWeights(randomFile(shape, seed))
  if (!weights.ok) throw new Error(weights.fault.message)
  return weights.value
}

export const NANO: Shape = { vocabulary: 173, context: 56, width: 64, layers: 3, heads: 4, hidden: 256 }
export const TINY: Shape = { vocabulary: 165, context: 290, width: 64, layers: 3, heads: 4, hidden: 256 }
export const SMALL: Shape = { vocabulary: 21, context: 24, width: 16, layers: 2, heads: 2, hidden: 24 }

/**
 * A language as Redcode's is: lines of an operation, a mode and a number, a few of them, then the end (token 0). Prompts are
 * `write`, `mutate A B ...` and `keep A -1 ...` with tokens as numbers.
 */
export function lineDialect({ vocabulary, context }: Pick<Shape, 'vocabulary' | 'context'>, lines: number): Dialect {
  const third = Math.floor((vocabulary - 3) / 3)
  const mask = (allows: (token: number) => boolean) =>
    Uint8Array.from({ length: vocabulary }, (_, token) => Number(allows(token)))
  const slots = [0, 1, 2].map((slot) => mask((token) => token >= 3 + slot * third && token < 3 + (slot + 1) * third))
  const lineOrEnd = mask((token) => token === 0 || slots[0]![token] === 1)
  const end = mask((token) => token === 0)
  const most = 3 * lines + 1
  return {
    vocabulary,
    context,
    end: 0,
    plan(prompt) {
      const [order = '', ...numbers] = prompt.split(' ')
      const tokens = numbers.map(Number)
      if (order === 'write') return ok({ prompt: [1, 2], most })
      if (order === 'mutate') return ok({ prompt: [1, ...tokens, 2], most })
      if (order === 'keep') return ok({ prompt: [1, 2], kept: tokens, most: tokens.length })
      return fail('bad-prompt', `There is no order ${order}.`)
    },
    allowed(answer) {
      const at = answer.length
      if (at >= 3 * lines) return end
      return at % 3 === 0 && at > 0 ? lineOrEnd : slots[at % 3]!
    },
    text: (answer) => answer.join(' '),
  }
}

export const tinyModel = (id: string, dialect: Dialect): EmbeddedModel => ({
  id, label: id, summary: 'random weights', fits: () => true, dialect,
}) // prettier-ignore
