/**
 * Reads a safetensors file: the length of a JSON header in eight bytes, the header, then the tensors' bytes. The file may come
 * from anywhere: whatever its bytes, the answer is its tensors or a sentence.
 * Source: the format's README, https://github.com/huggingface/safetensors
 */
import { fail, ok, type Result } from '../core/result.ts'
import { utf8 } from './utf8.ts'

/** A tensor's bytes are checked against its type and shape; they are not copied. */
export interface Tensor {
  readonly type: 'F32' | 'F16' | 'I8'
  readonly shape: readonly number[]
  readonly bytes: Uint8Array
}

export interface TensorFile {
  readonly tensors: ReadonlyMap<string, Tensor>
  /** `__metadata__`: text by name. */
  readonly metadata: ReadonlyMap<string, string>
}

/** Models of ours have hundreds of kilobytes; what is longer is none of them. */
const MOST_BYTES = 1 << 28
const MOST_HEADER = 1 << 20
const MOST_TENSORS = 4096
const BYTES = { F32: 4, F16: 2, I8: 1 } as const

export function readTensors(file: Uint8Array): Result<TensorFile> {
  const bad = (what: string) => fail('bad-weights', `The model's file cannot be used: ${what}.`)
  if (file.length > MOST_BYTES) return bad(`it has ${file.length} bytes, more than ${MOST_BYTES}`)
  if (file.length < 8) return bad('it ends before its header begins')
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength)
  const [length, beyond] = [view.getUint32(0, true), view.getUint32(4, true)]
  if (beyond !== 0 || length > MOST_HEADER || 8 + length > file.length)
    return bad('its header is longer than the file, or than a header may be')
  const header = parse(file.subarray(8, 8 + length))
  if (header === null) return bad('its header is no JSON object')
  const data = file.subarray(8 + length)
  const tensors = new Map<string, Tensor>()
  const metadata = new Map<string, string>()
  const entries = Object.entries(header)
  if (entries.length > MOST_TENSORS) return bad(`it has more than ${MOST_TENSORS} tensors`)
  for (const [name, entry] of entries) {
    if (!isObject(entry)) return bad(`the entry ${shown(name)} is no object`)
    if (name === '__metadata__') {
      for (const [key, value] of Object.entries(entry)) if (typeof value === 'string') metadata.set(key, value)
      continue
    }
    const tensor = tensorOf(entry, data)
    if (typeof tensor === 'string') return bad(`the tensor ${shown(name)} ${tensor}`)
    tensors.set(name, tensor)
  }
  return ok({ tensors, metadata })
}

/** A tensor, or what is wrong with it. */
function tensorOf(entry: Readonly<Record<string, unknown>>, data: Uint8Array): Tensor | string {
  const { dtype: type, shape, data_offsets: offsets } = entry
  if (type !== 'F32' && type !== 'F16' && type !== 'I8') return 'is neither F32 nor F16 nor I8'
  if (!isCounts(shape) || shape.length > 4) return 'has no shape of one to four numbers'
  if (!isCounts(offsets) || offsets.length !== 2) return 'does not say where its bytes are'
  const [from = 0, to = 0] = offsets
  if (from > to || to > data.length) return 'lies beyond the end of the file'
  const size = shape.reduce((product, side) => product * side, 1) * BYTES[type]
  if (size !== to - from) return `has ${to - from} bytes where its shape takes ${size}`
  return { type, shape, bytes: data.subarray(from, to) }
}

/** A tensor's numbers, in 32 bits; null for bytes. */
export function floatsOf({ type, bytes }: Tensor): Float32Array | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (type === 'F32') return Float32Array.from({ length: bytes.length / 4 }, (_, at) => view.getFloat32(4 * at, true))
  if (type === 'F16')
    return Float32Array.from({ length: bytes.length / 2 }, (_, at) => half(view.getUint16(2 * at, true)))
  return null
}

/** A number of 16 bits (IEEE 754 binary16). */
function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const power = (bits >> 10) & 31
  const part = bits & 1023
  if (power === 0) return sign * part * 2 ** -24
  if (power === 31) return part === 0 ? sign * Infinity : NaN
  return sign * (1 + part / 1024) * 2 ** (power - 15)
}

function parse(bytes: Uint8Array): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(utf8(bytes))
    return isObject(value) ? value : null
  } catch {
    return null
  }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const isCounts = (value: unknown): value is readonly number[] =>
  Array.isArray(value) && value.every((one) => Number.isSafeInteger(one) && one >= 0)
/** Foreign text in a sentence of ours. */
const shown = (name: string): string => JSON.stringify(name.slice(0, 60))
