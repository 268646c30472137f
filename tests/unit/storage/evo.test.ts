import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { gunzipSync, gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { archiveHash } from '../../../src/core/generation.ts'
import { rng } from '../../../src/core/rng.ts'
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
      ['"words":"', '"words":"!'], ['"nextId":', '"nextId":1e9,"x":'], ['"objectives":[', '"objectives":["a",'], ['"rng":[', '"rng":[1,'],
    ] // prettier-ignore
    for (const [from, to] of lies) {
      expect(text).toContain(from)
      const read = decodeEvo(gzipSync(text.replaceAll(from, to)))
      if (from !== '"nextId":') expect(read.ok, from).toBe(false)
    }
    expect(decodeEvo(gzipSync(`${'['.repeat(100_000)}${']'.repeat(100_000)}`)).ok).toBe(false)
    expect(decodeEvo(gzipSync(Buffer.from([0xff, 0xfe, 0x80]))).ok).toBe(false)
    expect(decodeEvo(gzipSync(Buffer.alloc(300 << 20))).ok).toBe(false)
    const polluting = text.replace(
      '{"format"',
      '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"format"',
    )
    decodeEvo(gzipSync(polluting))
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  })

  it('[S12] 5,000 mutants: always an answer, never a throw', () => {
    const random = rng(77)
    const plain = gunzipSync(file)
    let accepted = 0
    for (let mutant = 0; mutant < 5000; mutant++) {
      const source = mutant % 2 === 0 ? Buffer.from(file) : Buffer.from(plain)
      for (let flips = 1 + random.int(4); flips > 0; flips--) source[random.int(source.length)] = random.int(256)
      const cut = random.chance(0.2) ? source.subarray(0, random.int(source.length)) : source
      const read = decodeEvo(mutant % 2 === 0 ? cut : gzipSync(cut, { level: 1 }))
      if (read.ok) accepted++
      else expect(read.fault.message).toMatch(/\.$/)
    }
    // A flipped letter in a name still is a run.
    expect(accepted).toBeLessThan(2000)
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
