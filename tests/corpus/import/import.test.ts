import { readdirSync, readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { encodeEvo } from '../../../src/storage/export.ts'
import { decodeEvo, type ImportedRun } from '../../../src/storage/import.ts'
import { mutant, mutators } from './mutants.ts'

const folder = new URL('../../golden/evo/', import.meta.url)
const goldens = readdirSync(folder)
  .filter((name) => name.endsWith('.evo'))
  .map((name) => readFileSync(new URL(name, folder)))

const encode = ({ header, state, births }: ImportedRun) => Buffer.from(encodeEvo(header, state, births))

/** Every golden file, and what it is without its dead: small ones are mutated more often in the same time. */
const sources = goldens.flatMap((golden) => {
  const read = decodeEvo(golden)
  if (!read.ok) throw new Error(read.fault.message)
  return [encode({ ...read.value, births: [] }), encode({ ...read.value, births: [] }), golden]
})

const KINDS = ['bad-file', 'not-evo', 'too-big', 'too-new']
const EACH = 350

/** The promise about any bytes at all. Returns whether they were a run. */
function judge(bytes: Uint8Array, label: string): boolean {
  const read = decodeEvo(bytes)
  expect(({} as Record<string, unknown>)['polluted'], label).toBeUndefined()
  if (!read.ok) {
    expect(KINDS, label).toContain(read.fault.kind)
    expect(read.fault.message, label).toMatch(/^This .*\.$/)
    return false
  }
  // What is taken in is a whole run: it goes out, and comes back as the same bytes.
  const once = encode(read.value)
  const again = decodeEvo(once)
  if (!again.ok) throw new Error(`${label}: taken in, but not after writing it: ${again.fault.message}`)
  expect(encode(again.value).equals(once), label).toBe(true)
  for (const birth of read.value.births) {
    expect(birth.words, label).toBeInstanceOf(Uint32Array)
    expect([...birth.objectives, ...birth.measures].every(Number.isFinite), label).toBe(true)
  }
  return true
}

describe('hostile .evo files', () => {
  it('[S12] the control: what is mutated opens before it is', () => {
    for (const source of sources) expect(judge(source, 'control')).toBe(true)
  })

  it.each(Object.keys(mutators))(`[S12] ${EACH} mutants, %s: an answer and never a throw`, (kind) => {
    let taken = 0
    for (let seed = 0; seed < EACH; seed++) {
      if (judge(mutant(kind, seed, sources[seed % sources.length]!), `${kind}, seed ${seed}`)) taken++
    }
    // Some mutants are runs, such as those with another letter in a name; where all are, nothing is being checked.
    expect(taken).toBeLessThan(EACH * 0.6)
  })

  it('[S12] they are at least five thousand', () => {
    expect(Object.keys(mutators).length * EACH).toBeGreaterThanOrEqual(5000)
  })

  const claim = (births: string) => `{"format":"evolarium","version":1,"births":[${births}]}`
  it.each<[string, () => Buffer]>([
    ['200 MB of zeros in 200 KB', () => gzipSync(Buffer.alloc(200 << 20), { level: 1 })],
    ['ten million numbers, packed', () => gzipSync(claim(`${'1,'.repeat(1e7)}1`), { level: 1 })],
    ['ten million numbers, stored', () => gzipSync(claim(`${'1,'.repeat(1e7)}1`), { level: 0 })],
    ['a million empty objects', () => gzipSync(claim(`${'{},'.repeat(1e6)}1`), { level: 0 })],
    ['a hundred thousand brackets', () => gzipSync('['.repeat(100_000), { level: 0 })],
    ['no end of a string', () => gzipSync(`{"format":"${'x'.repeat(1 << 22)}`, { level: 0 })],
    ['a gzip file in a gzip file', () => gzipSync(goldens[0]!)],
    ['UTF-16', () => gzipSync(Buffer.from('\ufeff{"format":"evolarium"}', 'utf16le'))],
    ['bytes that are no UTF-8', () => gzipSync(Buffer.from([0x7b, 0xff, 0xfe, 0x80, 0x7d]))],
    ['nothing in gzip', () => gzipSync('')],
    ['nothing', () => Buffer.alloc(0)],
    ['more than a file may have', () => Buffer.alloc((64 << 20) + 1, 0x1f)],
  ])('[S12] bombs and lies: %s', (label, make) => {
    expect(judge(make(), label)).toBe(false)
  })

  it('[S12] a strategy that claims a million parts is refused, one with ten is kept, without unsafe keys', () => {
    const read = decodeEvo(sources[0]!)
    if (!read.ok) throw new Error(read.fault.message)
    const withStrategy = (strategy: unknown) => encode({ ...read.value, state: { ...read.value.state, strategy } })
    expect(decodeEvo(withStrategy(Array.from({ length: 1e6 }, (_, index) => index))).ok).toBe(false)
    const sly = JSON.parse('{"a":[1],"__proto__":{"polluted":1},"b":{"constructor":2,"c":3}}') as unknown
    const kept = decodeEvo(withStrategy(sly))
    expect(kept.ok && kept.value.state.strategy).toEqual({ a: [1], b: { c: 3 } })
  })
})
