import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { gunzipSync, gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { archiveHash } from '../../../src/core/generation.ts'
import { progressOf } from '../../../src/engine/runner.ts'
import { encodeEvo } from '../../../src/storage/export.ts'
import { decodeEvo } from '../../../src/storage/import.ts'
import type { RunHeader } from '../../../src/storage/store.ts'
import { evolve, make } from '../../support/toy.ts'

const run = make({ seed: 41 })
const { state, records } = evolve(run, 20)
const births = records.flatMap((change) => change.births)
const header: RunHeader = {
  id: 'x',
  name: 'Run',
  settings: run.settings,
  order: 1,
  changedAt: 5,
  deleted: false,
  ...progressOf(run, state),
}
const file = encodeEvo(header, state, births)

describe('.evo files', () => {
  it('[S11] open to the run they were made from, byte for byte', () => {
    const read = decodeEvo(file)
    if (!read.ok) throw new Error(read.fault.message)
    expect(read.value.state).toEqual(state)
    expect(read.value.births).toEqual(births)
    expect(
      Buffer.from(encodeEvo({ ...read.value.header, id: 'y' }, read.value.state, read.value.births)).equals(
        Buffer.from(file),
      ),
    ).toBe(true)
  })

  it('[S11] carry any name a run may have, and any state a strategy may keep', () => {
    const rich = { ...state, strategy: { sigma: 0.5, mean: [1, 2, [3]], label: 'é😀', none: null, on: true } }
    for (const name of ['x'.repeat(5000), '', '\ud800 half', 'ok 😀']) {
      const once = encodeEvo({ ...header, name }, rich, births)
      const read = decodeEvo(once)
      if (!read.ok) throw new Error(`${name.slice(0, 9)}: ${read.fault.message}`)
      expect(read.value.state).toEqual(rich)
      expect(
        Buffer.from(encodeEvo(read.value.header, read.value.state, read.value.births)).equals(Buffer.from(once)),
      ).toBe(true)
    }
  })

  it('[S12] whose bits were flipped on the way are damaged, even where they still unpack', () => {
    for (let at = 10; at < file.length; at += 97) {
      const flipped = file.slice()
      flipped[at]! ^= 1
      expect(decodeEvo(flipped), `byte ${at}`).toMatchObject({ ok: false, fault: { kind: 'bad-file' } })
    }
    expect(decodeEvo(new Uint8Array([...file, 0])).ok).toBe(false)
    expect(decodeEvo(new Uint8Array([...file, ...file])).ok).toBe(false)
  })

  it('[S12] of a newer version, or of something else, say so', () => {
    const text = gunzipSync(file).toString()
    expect(decodeEvo(gzipSync(text.replace('"version":1', '"version":2')))).toMatchObject({
      ok: false,
      fault: { kind: 'too-new' },
    })
    expect(decodeEvo(gzipSync('{"format":"other"}'))).toMatchObject({ ok: false, fault: { kind: 'not-evo' } })
    expect(decodeEvo(new Uint8Array([1, 2, 3]))).toMatchObject({ ok: false, fault: { kind: 'not-evo' } })
    expect(decodeEvo(new Uint8Array())).toMatchObject({ ok: false })
  })

  it('[S12] that lie about themselves are damaged files', () => {
    const text = gunzipSync(file).toString()
    const lies: [string, string][] = [
      ['"generation":20', '"generation":1'], ['"elites":[', '"elites":[999999,'], ['"seed":41', '"seed":1e400'], ['"population":16', '"population":-1'],
      ['"words":"', '"words":"!'], ['"nextId":', '"nextId":1,"x":'], ['"objectives":[', '"objectives":["a",'], ['"rng":[', '"rng":[1,'],
    ] // prettier-ignore
    for (const [from, to] of lies) {
      expect(text).toContain(from)
      expect(decodeEvo(gzipSync(text.replaceAll(from, to))).ok, from).toBe(false)
    }
  })

  it('[S13] every one ever kept still opens', () => {
    const folder = new URL('../../golden/evo/', import.meta.url)
    const kept = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.evo')) : []
    expect(kept.length).toBeGreaterThan(0)
    for (const name of kept) {
      const read = decodeEvo(readFileSync(new URL(name, folder)))
      if (!read.ok) throw new Error(`${name}: ${read.fault.message}`)
      // The name of a golden file ends in the hash of its archive.
      expect(name).toContain(archiveHash(read.value.state.elites))
    }
  })
})
