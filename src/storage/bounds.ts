/** What foreign bytes may cost before anything looks at what they say: packed size, unpacked size, nesting, number of values. */
import { Gunzip } from 'fflate'
import { fail, ok, type Result } from '../core/result.ts'
import { Crc32 } from './crc.ts'

const MOST_PACKED = 64 << 20
const MOST_UNPACKED = 256 << 20
/** Runs shrink six to twenty times; what shrinks more than this was made to burst. */
const MOST_GROWTH = 100
/** Bytes given to the unpacker at a time: gzip grows at most 1,032 times, so the cap is overshot by 17 MB at most. */
const STEP = 1 << 14
const DEEPEST = 32
/** Commas and opened brackets. A birth has about sixteen. */
const MOST_VALUES = 9_000_000

/** Values in the part of a file that is a strategy's own. */
const MOST_PLAIN = 100_000

const UNSAFE_KEYS = new Set(['__proto__', 'constructor', 'prototype'])

export const damaged = (what: string) =>
  fail('bad-file', `This .evo file is damaged: ${what}. Export the run once more.`)

/** Streams, so that a small file that unpacks to gigabytes is stopped at the cap; checks gzip's own checksum. */
export function unpack(bytes: Uint8Array): Result<string> {
  if (bytes.length > MOST_PACKED)
    return fail(
      'too-big',
      `This file has ${Math.ceil(bytes.length / (1 << 20))} MiB; a run has at most ${MOST_PACKED >> 20}.`,
    )
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b)
    return fail('not-evo', 'This is no Evolarium run. Choose a file that ends in .evo.')
  const most = Math.min(MOST_UNPACKED, MOST_GROWTH * bytes.length + (1 << 20))
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  const crc = new Crc32()
  const parts: string[] = []
  let size = 0
  let ended = false
  try {
    const gunzip = new Gunzip((chunk, final) => {
      size += chunk.length
      if (size > most) throw new Error('too big')
      crc.add(chunk)
      parts.push(decoder.decode(chunk, { stream: true }))
      ended ||= final
    })
    for (let from = 0; from < bytes.length; from += STEP)
      gunzip.push(bytes.subarray(from, from + STEP), from + STEP >= bytes.length)
    parts.push(decoder.decode())
  } catch {
    return size > most
      ? fail('too-big', `This file unpacks to more than ${most >> 20} MiB, which no run of its size does.`)
      : damaged('it cannot be unpacked to text')
  }
  if (!ended || bytes.length < 18) return damaged('its end is missing')
  const trailer = new DataView(bytes.buffer, bytes.byteOffset + bytes.length - 8, 8)
  if (trailer.getUint32(0, true) !== crc.value || trailer.getUint32(4, true) !== size)
    return damaged('its checksum does not match')
  return ok(parts.join(''))
}

/** What is too much about a JSON text, or null. Counted without parsing: deep brackets would end JSON.parse's stack. */
export function excessOf(text: string): string | null {
  let depth = 0
  let values = 0
  let inText = false
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (inText) {
      if (code === 92) index++
      else if (code === 34) inText = false
    } else if (code === 34) inText = true
    else if (code === 44) values++
    else if (code === 91 || code === 123) {
      values++
      if (++depth > DEEPEST) return 'it nests too deep'
    } else if (code === 93 || code === 125) depth--
    if (values > MOST_VALUES) return 'it claims to hold more than a run can'
  }
  return null
}

/**
 * A copy of parsed JSON whose shape is not ours to know, such as a strategy's state: of bounded size, numbers finite,
 * strings well formed, and without the keys that reach a prototype.
 */
export function copyOf(value: unknown): Result<unknown> {
  let left = MOST_PLAIN
  const copy = (part: unknown): unknown => {
    if (--left < 0) throw new RangeError('too much')
    if (part === null || typeof part === 'boolean') return part
    if (typeof part === 'number' && Number.isFinite(part)) return part
    if (typeof part === 'string' && !/\p{Surrogate}/u.test(part)) return part
    if (Array.isArray(part)) return part.map(copy)
    if (typeof part !== 'object') throw new TypeError('not plain')
    const entries = Object.entries(part).filter(([key]) => !UNSAFE_KEYS.has(key))
    return Object.fromEntries(entries.map(([key, inner]) => [key, copy(inner)]))
  }
  try {
    return ok(copy(value))
  } catch {
    return damaged("the strategy's state is not what it should be")
  }
}
