/**
 * A whole run as one file: gzip over JSON, `{"format": "evolarium", "version": 1, ...}`. Equal runs give equal bytes, so
 * files can be compared; genomes are base64 of their little-endian words.
 */
import { gzipSync, strToU8 } from 'fflate'
import type { Birth, RunState, TapeEntry } from '../core/journal.ts'
import { wordsToBase64 } from '../core/base64.ts'
import { encodeRounds } from './rounds.ts'
import { encodeStands } from './stands.ts'
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
  const { elites, rounds, stands, ...rest } = state
  const known = new Map([...births, ...elites].map((birth) => [birth.id, birth]))
  const all = [...known.values()].sort((x, y) => x.id - y.id)
  const played = tape.length === 0 ? null : encodeTape(tape)
  const file = {
    format: 'evolarium',
    version: EVO_VERSION,
    name: nameOf(header.name),
    settings,
    state: {
      ...rest,
      elites: elites.map(({ id }) => id),
      ...(rounds === undefined ? {} : { rounds: encodeRounds(rounds) }),
      ...(stands === undefined ? {} : { stands: encodeStands(stands) }),
    },
    births: all.map((birth) => ({ ...birth, words: wordsToBase64(birth.words) })),
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
