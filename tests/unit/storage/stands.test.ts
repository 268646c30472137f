import { gunzipSync, gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { fitState } from '../../../src/engine/importing.ts'
import { progressOf } from '../../../src/engine/runner.ts'
import { encodeEvo } from '../../../src/storage/export.ts'
import { decodeEvo } from '../../../src/storage/import.ts'
import type { RunHeader } from '../../../src/storage/store.ts'
import { bowlMake, SEARCHES } from '../../support/searches.ts'
import { evolve } from '../../support/toy.ts'

const run = bowlMake(SEARCHES[0]![1])
const { state, records } = evolve(run, 12)
const births = records.flatMap((change) => change.births)
const header: RunHeader = {
  id: 'x', name: 'Search', settings: run.settings, order: 1, changedAt: 5, deleted: false, ...progressOf(run, state),
} // prettier-ignore
const file = encodeEvo(header, state, births)

describe('searches in .evo files', () => {
  it('[Y15] where a search stood comes back as it was, byte for byte, and the run goes on from there', () => {
    expect(state.stands?.length).toBe(12)
    const read = decodeEvo(file)
    if (!read.ok) throw new Error(read.fault.message)
    expect(read.value.state).toEqual(state)
    expect(Buffer.from(encodeEvo(read.value.header, read.value.state, read.value.births)).equals(Buffer.from(file))).toBe(true) // prettier-ignore
    const fitted = fitState(run, read.value.state, read.value.births)
    if (!fitted.ok) throw new Error(fitted.fault.message)
    expect(evolve(run, 8, fitted.value).state).toEqual(evolve(run, 20).state)
  })

  it('[Y15] strategies keep their state whole, of any kind and many dimensions', () => {
    for (const [id, strategy] of SEARCHES) {
      const big = { ...state, strategy: strategy.init({ sigma: 0.3, sigmaMost: 1, sigmaLeast: 0.001, active: true, step: 0.5 }, { dimensions: 400, limit: 4 }) } // prettier-ignore
      const read = decodeEvo(encodeEvo(header, big, births))
      expect(read.ok ? read.value.state : read.fault.message, id).toEqual(big)
    }
  })

  it('[Y15] a run that never searched has none, and files without any open', () => {
    const { stands: _, ...plain } = state
    const read = decodeEvo(encodeEvo(header, plain, births))
    expect(read.ok ? read.value.state : read.fault.message).toEqual(plain)
  })

  it('[Y15] what makes no sense about it is a damaged file', () => {
    const text = gunzipSync(file).toString()
    const stands = /"stands":\[.*?\]/
    const [found] = stands.exec(text)!
    const told = JSON.parse(`{${found}}`) as { stands: Record<string, unknown>[] }
    const bent = (change: (all: Record<string, unknown>[]) => unknown) => {
      const all = structuredClone(told.stands)
      return decodeEvo(gzipSync(text.replace(stands, `"stands":${JSON.stringify(change(all) ?? all)}`)))
    }
    expect(bent((all) => all).ok).toBe(true)
    const lies: readonly [string, (all: Record<string, unknown>[]) => unknown][] = [
      ['backwards', (all) => all.reverse()],
      ['twice', (all) => [all[0], ...all]],
      ['from the future', (all) => void (all[11]!['generation'] = 13)],
      ['more than were judged', (all) => void (all[11]!['evaluations'] = 1e6)],
      ['before the first', (all) => void (all[0]!['generation'] = 0)],
      ['no genome', (all) => void (all[3]!['words'] = '!')],
      ['an empty genome', (all) => void (all[3]!['words'] = '')],
      ['a text for a number', (all) => void (all[3]!['reward'] = '1')],
      ['a negative sigma', (all) => void (all[3]!['sigma'] = -1)],
      ['a hole', (all) => void delete all[3]!['best']],
      ['too many', (all) => Array.from({ length: 257 }, (_, index) => ({ ...all[0], generation: index + 1 }))],
    ]
    for (const [name, change] of lies) expect(bent(change).ok, name).toBe(false)
  })

  it('[Y15] means that are no genomes of the world are told, and a strategy that searches nothing has none', () => {
    const stands = state.stands!.map((stand) => ({ ...stand, words: Uint32Array.of(1, 2) }))
    const wrong = fitState(run, { ...state, stands }, births)
    expect(wrong).toMatchObject({ ok: false, fault: { kind: 'bad-file' } })
    expect(wrong.ok ? '' : wrong.fault.message).toContain('mean of generation 1 has 2 words where 10 are needed')
    const other = { ...run, search: null }
    const fitted = fitState(other, state, births)
    expect(fitted.ok && 'stands' in fitted.value).toBe(false)
  })
})
