import { gunzipSync, gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import type { TapeEntry } from '../../../src/core/journal.ts'
import { fitState } from '../../../src/engine/importing.ts'
import { progressOf } from '../../../src/engine/runner.ts'
import { encodeEvo } from '../../../src/storage/export.ts'
import { decodeEvo } from '../../../src/storage/import.ts'
import type { RunHeader } from '../../../src/storage/store.ts'
import { migrant, play, queenMake } from '../../support/red-queen.ts'

const run = queenMake()
const steps = play(run, 11, [migrant(21), migrant(47)])
const { state } = steps.at(-1)!
const births = steps.flatMap(({ change }) => change.births)
const tape = steps.flatMap(({ change }): TapeEntry[] => (change.tape === undefined ? [] : [change.tape]))
const header: RunHeader = {
  id: 'x', name: 'Queen', settings: run.settings, order: 1, changedAt: 5, deleted: false, ...progressOf(run, state),
} // prettier-ignore
const file = encodeEvo(header, state, births, tape)

describe('rounds in .evo files', () => {
  it('[D14] champions, guests and migrants come back as they were, byte for byte', () => {
    expect(state.rounds?.guests.length).toBe(2)
    expect(tape.some(({ migrants }) => migrants?.length === 2)).toBe(true)
    const read = decodeEvo(file)
    if (!read.ok) throw new Error(read.fault.message)
    expect(read.value.state).toEqual(state)
    expect(read.value.births).toEqual(births)
    expect(read.value.tape).toEqual(tape)
    const again = encodeEvo(read.value.header, read.value.state, read.value.births, read.value.tape)
    expect(Buffer.from(again).equals(Buffer.from(file))).toBe(true)
    expect(fitState(run, read.value.state, read.value.births)).toMatchObject({ ok: true, value: { rounds: state.rounds } })
  }) // prettier-ignore

  it('[D14] what makes no sense about rounds is a damaged file', () => {
    const text = gunzipSync(file).toString()
    const lies: [string | RegExp, string][] = [
      [/"openings":\[1,5,9\]/, '"openings":[1,9,5]'], [/"openings":\[1,5,9\]/, '"openings":[1,5,99]'], [/"openings":\[1,5,9\]/, '"openings":[0,5,9]'],
      [/"openings":\[1,5,9\]/, '"openings":[1]'], [/"round":1,"words":"/, '"round":1,"words":"!'], [/"round":1,"words"/, '"round":0,"words"'],
      [/"received":\d+/, '"received":-1'], [/"hash":"[^"]*"/, '"hash":7'], [/"migrants":\[\[1/, '"migrants":[[-1'],
    ] // prettier-ignore
    for (const [from, to] of lies) {
      expect(text.match(from), String(from)).not.toBeNull()
      expect(decodeEvo(gzipSync(text.replace(from, to))).ok, `${from} ${to}`).toBe(false)
    }
  })

  it('[D14] champions that are no genomes of the world are told', () => {
    const champions = state.rounds!.champions.map((champion) => ({ ...champion, words: Uint32Array.of(64) }))
    const wrong = fitState(run, { ...state, rounds: { ...state.rounds!, champions } }, births)
    expect(wrong).toMatchObject({ ok: false, fault: { kind: 'bad-file' } })
    expect(wrong.ok ? '' : wrong.fault.message).toContain('is too large')
  })
})
