/**
 * A whole run as one file: gzip over JSON, `{"format": "evolarium", "version": 1, ...}`. Equal runs give equal bytes, so
 * files can be compared; genomes are base64 of their little-endian words.
 */
import { gzipSync, strToU8 } from 'fflate'
import type { Birth, RunState, TapeEntry } from '../core/journal.ts'
import type { RunHeader } from './store.ts'
import { encodeTape } from './tape.ts'

/** Raised when a file of the new kind could not be read by the old code; import.ts then learns to read both. */
export const EVO_VERSION = 1

/** Births that are elites are written once, with the others; `elites` lists their ids. */
export function encodeEvo(
  header: RunHeader,
  state: RunState,
  births: readonly Birth[],
  tape: readonly TapeEntry[] = [],
): Uint8Array {
  const { settings } = header
  const { elites, ...rest } = state
  const known = new Map([...births, ...elites].map((birth) => [birth.id, birth]))
  const all = [...known.values()].sort((x, y) => x.id - y.id)
  const played = tape.length === 0 ? null : encodeTape(tape)
  const file = {
    format: 'evolarium',
    version: EVO_VERSION,
    name: nameOf(header.name),
    settings,
    state: { ...rest, elites: elites.map(({ id }) => id) },
    births: all.map((birth) => ({ ...birth, words: base64(birth.words) })),
    ...(played === null ? {} : { tape: played }),
  }
  return gzipSync(strToU8(JSON.stringify(file, sorted)), { mtime: 0, level: 6 })
}

/** A name that import.ts takes: 1 to 200 characters, none of them half a surrogate pair. */
const nameOf = (name: string): string => name.slice(0, 200).replace(/\p{Surrogate}/gu, '\ufffd') || 'Run'

/** Keys in one order, so that equal runs give equal bytes. */
const sorted = (_key: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([x], [y]) => (x < y ? -1 : 1)))
    : value

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

/** Words to base64 of their bytes, least significant first. */
function base64(words: Uint32Array): string {
  const bytes = new Uint8Array(words.length * 4)
  const view = new DataView(bytes.buffer)
  words.forEach((word, index) => view.setUint32(index * 4, word, true))
  let text = ''
  for (let index = 0; index < bytes.length; index += 3) {
    const [x = 0, y, z] = [bytes[index], bytes[index + 1], bytes[index + 2]]
    const bits = (x << 16) | ((y ?? 0) << 8) | (z ?? 0)
    text += DIGITS.charAt(bits >> 18) + DIGITS.charAt((bits >> 12) & 63)
    text += y === undefined ? '=' : DIGITS.charAt((bits >> 6) & 63)
    text += z === undefined ? '=' : DIGITS.charAt(bits & 63)
  }
  return text
}

/** The words of {@link base64}, or null when that did not write the text. */
export function wordsFromBase64(text: string): Uint32Array | null {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return null
  const bytes: number[] = []
  for (let index = 0; index < text.length; index += 4) {
    const [a, b, c, d] = [0, 1, 2, 3].map((offset) => DIGITS.indexOf(text.charAt(index + offset))) as [
      number,
      number,
      number,
      number,
    ]
    bytes.push((a << 2) | (b >> 4))
    if (c >= 0) bytes.push(((b & 15) << 4) | (c >> 2))
    if (d >= 0) bytes.push(((c & 3) << 6) | d)
  }
  if (bytes.length % 4 !== 0) return null
  const view = new DataView(Uint8Array.from(bytes).buffer)
  const words = Uint32Array.from({ length: bytes.length / 4 }, (_, index) => view.getUint32(index * 4, true))
  return base64(words) === text ? words : null
}
