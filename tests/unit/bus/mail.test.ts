import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { wordsFromBase64, wordsToBase64 } from '../../../src/core/base64.ts'
import { MOST_BYTES } from '../../../src/bus/contracts.ts'
import {
  decodeArchive,
  decodeChampion,
  encodeArchive,
  encodeChampion,
  mergedElites,
  worldOf,
} from '../../../src/bus/mail.ts'
import { hashWords } from '../../../src/core/hash.ts'
import { rng } from '../../../src/core/rng.ts'
import { elites, migrant, options, otherWorld, text, value, world } from '../../support/islands.ts'

const good = value(encodeChampion(world, migrant(rng(1))))
const spelled = JSON.parse(new TextDecoder().decode(good)) as Record<string, unknown>
const spelledArchive = JSON.parse(
  new TextDecoder().decode(value(encodeArchive(world, { island: 'brno', round: 1, elites: elites(rng(1), 3) }))),
) as Record<string, unknown> & { elites: unknown[][] }

const words = fc.uint32Array({ minLength: 1, maxLength: 300 })
const name = fc.string({
  unit: fc.constantFrom('a', 'Z', '7', ' ', '-', 'é', 'ß', '字', '😀'),
  minLength: 1,
  maxLength: 40,
})
const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((one) => one + 0)

describe('mail between islands', () => {
  it('[I1] a champion is read back as it was written, whatever its words, names and numbers', () => {
    fc.assert(fc.property(words, name, fc.nat(1e9), number, (words, name, round, claimed) => {
      const one = migrant(rng(1), { words, name, round, claimed, hash: hashWords(words), operator: 'webllm/Some-Model' })
      expect(decodeChampion(value(encodeChampion(world, one)))).toEqual({ ok: true, value: { ...world, migrant: one } })
    }), { seed: 1, numRuns: 300 }) // prettier-ignore
  })

  it('[I1] so is an archive, and an empty one', () => {
    fc.assert(fc.property(fc.nat(40), fc.nat(1e9), (count, round) => {
      const mail = { island: 'a-1', round, elites: elites(rng(count), count) }
      expect(decodeArchive(value(encodeArchive(world, mail)))).toEqual({ ok: true, value: { ...world, ...mail } })
    }), { seed: 2, numRuns: 60 }) // prettier-ignore
  })

  it('[I1] the elites of an archive go into the merged one as they are claimed', () => {
    const of = elites(rng(3), 2)
    const merged = mergedElites({ ...world, island: 'a', round: 1, elites: of })
    expect(merged.map(({ cell, objective, hash, island, name }) => [cell, objective, hash, island, name])).toEqual(
      of.map(({ cell, claimed, words, name }) => [cell, claimed, hashWords(words), 'a', name]),
    )
  })

  it('[I1] words have one spelling in base64', () => {
    fc.assert(fc.property(words, (words) => {
      expect(wordsFromBase64(wordsToBase64(words))).toEqual(words)
    }), { seed: 4 }) // prettier-ignore
    for (const other of ['', 'AAAA', 'AAAAAB==', 'AAAAAA=', ' AAAAAA==', 'AAAAAA==\n', 'AAAA_A==', 'AAAAAA==AAAAAA=='])
      expect(wordsFromBase64(other), other).toBeNull()
    expect(wordsFromBase64('AQAAAA==')).toEqual(Uint32Array.of(1))
  })

  it('[I1] what no island would take in is not sent, and a sentence says why', () => {
    const bad = [
      { name: 'two\nlines' }, { name: '' }, { name: 'x'.repeat(81) }, { name: 'turned \u202e round' }, { name: 'half \ud800' }, { operator: 'a\0b' },
      { claimed: NaN }, { claimed: Infinity }, { round: -1 }, { round: 1.5 }, { island: 'A B' }, { words: new Uint32Array(0) }, { hash: 'beef' },
    ] // prettier-ignore
    for (const change of bad) {
      const sealed = encodeChampion(world, { ...migrant(rng(1)), ...change })
      expect(sealed, JSON.stringify(change)).toMatchObject({ ok: false, fault: { kind: 'mail' } })
      expect(sealed.ok ? '' : sealed.fault.message).toMatch(/^The champion ".*" cannot be sent: see its \w+\.$/s)
    }
    expect(encodeChampion(world, migrant(rng(1), { words: new Uint32Array(20_000) }))).toMatchObject({
      ok: false,
      fault: { kind: 'mail-size', message: expect.stringContaining('65536 are allowed') },
    })
    const many = elites(rng(1), 6000)
    expect(encodeArchive(world, { island: 'a', round: 1, elites: many.slice(0, 20).reverse() }).ok).toBe(false)
    const long = many.map((elite) => ({ ...elite, words: new Uint32Array(100) }))
    expect(encodeArchive(world, { island: 'a', round: 1, elites: long })).toMatchObject({
      ok: false,
      fault: { kind: 'mail-size' },
    })
  })

  it('[I1] a world is told by arena and options, in whatever order they stand', () => {
    const turned = Object.fromEntries(Object.entries(options).reverse())
    expect(worldOf('core-war', turned)).toBe(world.world)
    expect(world.world).toMatch(/^[0-9a-f]{32}$/)
    expect(worldOf('other', options)).not.toBe(world.world)
    expect(worldOf('core-war', { ...options, rounds: 9 })).not.toBe(world.world)
    expect(otherWorld.world).not.toBe(world.world)
  })

  it('[I2] mail of another version is refused with a sentence, even if it has other parts', () => {
    for (const version of [0, 2, 1e9]) {
      for (const read of [
        decodeChampion(text({ ...spelled, v: version })),
        decodeChampion(text({ v: version, novel: true })),
        decodeArchive(text({ v: version })),
      ]) {
        expect(read).toMatchObject({ ok: false, fault: { kind: 'mail-version' } })
        expect(read.ok ? '' : read.fault.message).toMatch(
          /version \d+, and this page reads version 1: let all islands run the same version/,
        )
      }
    }
  })

  it('[I2] any part that is missing, too much, of another kind or out of bounds is named', () => {
    for (const part of Object.keys(spelled)) {
      const { [part]: _, ...rest } = spelled
      expect(decodeChampion(text(rest)).ok, `without ${part}`).toBe(false)
      for (const other of [null, {}, [], -1, 1.5, 1e300, '', 'x'.repeat(300), '\n', true])
        expect(decodeChampion(text({ ...spelled, [part]: other })).ok, `${part} ${String(other)}`).toBe(
          part === 'claimed' && typeof other === 'number',
        )
    }
    expect(decodeChampion(text({ ...spelled, more: 1 })).ok).toBe(false)
    expect(decodeChampion(text({ ...spelled, name: 'x'.repeat(81) }))).toEqual({
      ok: false,
      fault: { kind: 'mail', message: 'The message is not what it should be: see its name.' },
    })
    expect(decodeArchive(text(spelled)).ok).toBe(false)
    expect(decodeChampion(text(spelledArchive)).ok).toBe(false)
    const [row = []] = spelledArchive.elites
    for (const rows of [
      [row, row],
      [[...row, 1]],
      [row.slice(0, 3)],
      [[-1, ...row.slice(1)]],
      [[0x10000, ...row.slice(1)]],
      [[0, null, ...row.slice(2)]],
      [[0, 1, 'AAAA', 'x']],
      'no',
    ])
      // prettier-ignore
      expect(decodeArchive(text({ ...spelledArchive, elites: rows })).ok, JSON.stringify(rows)).toBe(false)
  })

  it('[I2] a genome that is not the one its hash names is refused', () => {
    expect(decodeChampion(text({ ...spelled, words: wordsToBase64(Uint32Array.of(1, 2)) })).ok).toBe(false)
    expect(decodeChampion(text({ ...spelled, hash: '0'.repeat(32) })).ok).toBe(false)
    expect(decodeChampion(text(spelled)).ok).toBe(true)
  })

  it('[I2] what is too long is refused before it is read', () => {
    const padded = (bytes: Uint8Array, length: number) => {
      const long = new Uint8Array(length).fill(0x20)
      long.set(bytes)
      return long
    }
    expect(decodeChampion(padded(good, MOST_BYTES.champion)).ok).toBe(true)
    expect(decodeChampion(padded(good, MOST_BYTES.champion + 1))).toMatchObject({
      fault: { message: 'The message takes 65537 bytes, and 65536 are allowed.' },
    })
    expect(decodeArchive(padded(text(spelledArchive), MOST_BYTES.archive)).ok).toBe(true)
    expect(decodeArchive(padded(text(spelledArchive), MOST_BYTES.archive + 1)).ok).toBe(false)
  })
})
