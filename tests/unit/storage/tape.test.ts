import { gunzipSync, gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import type { TapeEntry } from '../../../src/core/journal.ts'
import { MIX_DEFAULTS } from '../../../src/core/mix.ts'
import { progressOf } from '../../../src/engine/runner.ts'
import { encodeEvo } from '../../../src/storage/export.ts'
import { decodeEvo } from '../../../src/storage/import.ts'
import type { RunHeader } from '../../../src/storage/store.ts'
import { encodeTape, MOST_COMPLETIONS } from '../../../src/storage/tape.ts'
import { make } from '../../support/toy.ts'
import { completion, written } from '../../support/writing.ts'

const run = make({
  seed: 43,
  mix: { ...MIX_DEFAULTS, policy: 'bandit' },
  templates: { new: { system: 'Be brief.', blind: 'Write.', informed: 'Write well.' } },
})
const { state, records } = written(run, 12)
const births = records.flatMap((change) => change.births)
const tape = records.flatMap((change) => change.tape ?? [])
const header: RunHeader = {
  id: 'x', name: 'Run', settings: run.settings, order: 1, changedAt: 5, deleted: false, ...progressOf(run, state),
} // prettier-ignore
const file = encodeEvo(header, state, births, tape)

/** The file with something else in its tape. */
function withTape(change: (tape: { sources: unknown[]; entries: unknown[][] }) => unknown): Uint8Array {
  const whole = JSON.parse(gunzipSync(file).toString()) as { tape: { sources: unknown[]; entries: unknown[][] } }
  change(whole.tape)
  return gzipSync(JSON.stringify(whole))
}

describe('the tape in a .evo file', () => {
  it('[V7] opens to the tape, the models and the prompts it was made from, byte for byte', () => {
    const read = decodeEvo(file)
    if (!read.ok) throw new Error(read.fault.message)
    expect(read.value.tape).toEqual(tape)
    expect(read.value.state).toEqual(state)
    expect(read.value.births).toEqual(births)
    expect(read.value.header.settings).toEqual(run.settings)
    const { header: again, state: its, births: born, tape: played } = read.value
    expect(Buffer.from(encodeEvo({ ...again, id: 'y' }, its, born, played)).equals(Buffer.from(file))).toBe(true)
  })

  it('[V7] keeps everything of a completion, whatever it is', () => {
    const rich: TapeEntry[] = [
      {
        generation: 3,
        evaluationMs: 0.25,
        completions: [
          completion('\u0000<script>\u202e😀', { kind: 'mutate', parents: [1, 2], fix: true, base: 'MOV 0, 1', attempt: 3, finish: 'aborted' }),
          completion('x'.repeat(16_385), { kind: 'resample', finish: 'length' }),
        ],
      },
    ] // prettier-ignore
    const read = decodeEvo(encodeEvo(header, state, births, rich))
    if (!read.ok) throw new Error(read.fault.message)
    expect(read.value.tape).toEqual(rich)
  })

  it('[V7] that is damaged is refused with a sentence', () => {
    const row = (entries: unknown[][]) => (entries[0]?.[2] as unknown[][])[0]!
    const broken: ((tape: { sources: unknown[]; entries: unknown[][] }) => unknown)[] = [
      ({ sources }) => (sources.length = 0),
      ({ entries }) => (entries[1]![0] = 1),
      ({ entries }) => (entries[0]![0] = 999),
      ({ entries }) => (entries[0]![1] = -1),
      ({ entries }) => (row(entries)[4] = 5),
      ({ entries }) => (row(entries)[4] = 'x'.repeat(20_000)),
      ({ entries }) => (row(entries)[7] = 3),
      ({ entries }) => (row(entries)[8] = 4),
      ({ entries }) => row(entries).pop(),
      ({ sources }) => (sources[0] = ['m', 'v', 'fix']),
    ]
    for (const change of broken) {
      const read = decodeEvo(withTape(change))
      expect(read.ok ? change.toString() : read.fault.message).toMatch(/damaged/)
    }
  })

  it('[V7] longer than a file may be is left out, and the run is whole without it', () => {
    const one = completion('DAT 0, 0')
    const long: TapeEntry[] = [{ generation: 1, evaluationMs: 1, completions: Array.from({ length: MOST_COMPLETIONS + 1 }, () => one) }] // prettier-ignore
    expect(encodeTape(long)).toBe(null)
    const read = decodeEvo(encodeEvo(header, state, births, long))
    expect(read.ok && read.value.tape).toEqual([])
    expect(read.ok && read.value.state).toEqual(state)
  })
})
