import { describe, expect, it } from 'vitest'
import { MOST_ARCHIVES, MOST_MIGRANTS } from '../../../src/bus/inbox.ts'
import { encodeChampion } from '../../../src/bus/mail.ts'
import { rng } from '../../../src/core/rng.ts'
import { archive, champion, codec, counts, elites, inbox, message, migrant, otherWorld, text, value, world } from '../../support/islands.ts' // prettier-ignore

const none: ReadonlySet<string> = new Set()
/** Different warriors: there are enough of them, but two draws may be equal. */
const different = (seed: number, count: number, island = 'brno') => {
  const random = rng(seed)
  const found = new Map<string, ReturnType<typeof migrant>>()
  while (found.size < count) {
    const one = migrant(random, { island })
    found.set(one.hash, one)
  }
  return [...found.values()]
}
const hashes = (migrants: readonly { hash: string }[]) => migrants.map(({ hash }) => hash)

describe('the inbox of an island', () => {
  it('[I3] gives what came from its world at the next drain, once', () => {
    const { inbox: box } = inbox()
    const sent = different(1, 5)
    for (const one of sent) expect(box.take(champion(one))).toBe('taken')
    const drained = box.drain(none)
    expect(drained).toEqual([...sent].sort((one, other) => (one.hash < other.hash ? -1 : 1)))
    expect(box.drain(none)).toEqual([])
    expect(box.counts()).toEqual(counts({ taken: 5 }))
  })

  it('[I3] takes nothing of another arena, version or options, and no warrior that this world has not', () => {
    const { inbox: box } = inbox()
    const one = migrant(rng(2))
    expect(box.take(champion(one, otherWorld))).toBe('foreign')
    expect(box.take(champion(one, { ...world, version: world.version + 1 }))).toBe('foreign')
    expect(box.take(champion(one, { ...world, arena: 'another' }))).toBe('foreign')
    expect(box.take(archive('brno', 1, elites(rng(1), 2), otherWorld))).toBe('foreign')
    expect(box.take(message('brno', 'champion', text({ v: 2 })))).toBe('foreign')
    // Right in all else, so that the codec has to say no: no line, a number beyond the core, an opcode that is none.
    for (const words of [
      new Uint32Array(codec.stride),
      Uint32Array.of(1, 0, 0xffff, ...new Uint32Array(codec.stride - 3)),
      Uint32Array.of(1, 0xffff_ffff, 0, ...new Uint32Array(codec.stride - 3)),
      one.words.subarray(1),
      Uint32Array.of(...one.words, 0),
    ])
      expect(box.take(champion(migrant(rng(1), { words: words.slice() })))).toBe('junk')
    expect(box.take(champion(one))).toBe('taken')
    expect(box.counts()).toEqual(counts({ foreign: 5, junk: 5, taken: 1 }))
    expect(hashes(box.drain(none))).toEqual([one.hash])
  })

  it('[I3] believes nobody who speaks for another, and does not hear itself', () => {
    const { inbox: box } = inbox()
    const bytes = value(encodeChampion(world, migrant(rng(3), { island: 'brno' })))
    expect(box.take(message('oslo', 'champion', bytes))).toBe('junk')
    expect(box.take(message('brno', 'archive', bytes))).toBe('junk')
    expect(box.take({ ...archive('brno', 1, []), from: 'oslo' })).toBe('junk')
    expect(box.take(message('no name', 'champion', bytes))).toBe('junk')
    expect(box.take(message('here', 'champion', bytes))).toBe('own')
    expect(box.take(champion(migrant(rng(3), { island: 'here' })))).toBe('own')
    expect(box.drain(none)).toEqual([])
    expect(box.counts()).toEqual(counts({ junk: 4, own: 2 }))
  })

  it('[I3] an arena that trips over foreign words says no', () => {
    const check = () => {
      throw new Error('tripped')
    }
    const { inbox: box } = inbox({ codec: { stride: codec.stride, check } })
    expect(box.take(champion(migrant(rng(1))))).toBe('junk')
    const { inbox: lenient } = inbox({ codec: { stride: codec.stride } })
    expect(lenient.take(champion(migrant(rng(1))))).toBe('taken')
  })

  it('[I6] a genome counts once, whoever sends it and however often, and whatever is known is not given', () => {
    const { inbox: box } = inbox()
    const [one, two] = different(4, 2)
    expect(box.take(champion({ ...one!, island: 'oslo' }))).toBe('taken')
    expect(box.take(champion({ ...one!, island: 'brno' }))).toBe('duplicate')
    expect(box.take(champion({ ...one!, island: 'pisa' }))).toBe('duplicate')
    expect(box.take(champion(two!))).toBe('taken')
    expect(box.drain(new Set([two!.hash])).map(({ hash, island }) => [hash, island])).toEqual([[one!.hash, 'brno']])
    // As when mailboxes are read again.
    expect(box.take(champion({ ...one!, island: 'oslo' }))).toBe('duplicate')
    expect(box.take(champion(two!))).toBe('duplicate')
    expect(box.drain(none)).toEqual([])
    expect(box.counts()).toEqual(counts({ taken: 1, duplicate: 5 }))
  })

  it('[I6] a drain does not show in which order messages came', () => {
    const sent = [...different(5, 20, 'brno'), ...different(6, 20, 'oslo'), ...different(5, 10, 'pisa')].map((one) =>
      champion(one),
    )
    const drained = [sent, [...sent].reverse(), [...sent.slice(25), ...sent.slice(0, 25)]].map((order) => {
      const { inbox: box } = inbox()
      for (const one of order) box.take(one)
      return box.drain(none)
    })
    expect(drained[1]).toEqual(drained[0])
    expect(drained[2]).toEqual(drained[0])
    expect(drained[0]).toHaveLength(40)
  })

  it('[I5] what waits is bounded: the oldest of the island with most goes first', () => {
    const { inbox: box } = inbox()
    const [early, late] = different(7, 2, 'oslo')
    const flood = different(8, MOST_MIGRANTS - 1, 'brno')
    for (const one of [early!, ...flood, late!]) expect(box.take(champion(one))).toBe('taken')
    const drained = hashes(box.drain(none))
    expect(drained).toHaveLength(MOST_MIGRANTS)
    expect(drained).toContain(early!.hash)
    expect(drained).toContain(late!.hash)
    expect(drained).not.toContain(flood[0]!.hash)
    expect(drained).toContain(flood[1]!.hash)
    expect(box.counts()).toEqual(counts({ taken: MOST_MIGRANTS, flood: 1 }))
  })

  it('[I5] who floods is held to a rate, and the others are heard all the same', () => {
    const { inbox: box, clock } = inbox()
    for (const one of different(9, 2000, 'brno')) box.take(champion(one))
    expect(box.counts()).toMatchObject({ flood: 2000 - MOST_MIGRANTS })
    for (const one of different(10, 30, 'oslo')) expect(box.take(champion(one))).toBe('taken')
    clock.now = 1000
    expect(different(11, 6, 'brno').map((one) => box.take(champion(one)))).toEqual([
      'taken', 'taken', 'taken', 'taken', 'flood', 'flood',
    ]) // prettier-ignore
    // A clock that goes back gives nothing away and takes nothing.
    clock.now = 0
    expect(box.take(champion(different(12, 1, 'brno')[0]!))).toBe('flood')
    expect(box.take(champion(different(12, 1, 'pisa')[0]!))).toBe('taken')
  })

  it('[I5] long messages cost more, and there is a rate for all islands together', () => {
    const { inbox: box, clock } = inbox()
    const long = new Uint8Array(1 << 20).fill(0x20)
    expect([1, 2, 3, 4, 5].map(() => box.take(message('brno', 'archive', long)))).toEqual([
      'junk', 'junk', 'junk', 'junk', 'flood',
    ]) // prettier-ignore
    for (let island = 0; island < 2000; island++)
      box.take(champion(migrant(rng(island), { island: `swarm-${island}` })))
    const { flood } = box.counts()
    expect(flood).toBeGreaterThan(1500)
    clock.now = 10_000
    expect(box.take(champion(migrant(rng(-1), { island: 'brno' })))).toBe('taken')
  })

  it('[I5] who sends junk again and again is not read for a while; a slip is forgiven', () => {
    const { inbox: box, clock } = inbox()
    const junk = message('brno', 'champion', text('junk'))
    const fine = different(13, 20)
    for (let index = 0; index < 12; index++) {
      expect(box.take(junk)).toBe('junk')
      expect(box.take(champion(fine[index]!))).toBe('taken')
    }
    for (let index = 0; index < 8; index++) expect(box.take(junk)).toBe('junk')
    expect(box.take(champion(fine[12]!))).toBe('ignored')
    expect(box.take(champion(migrant(rng(99), { island: 'oslo' })))).toBe('taken')
    clock.now = 59_999
    expect(box.take(champion(fine[12]!))).toBe('ignored')
    clock.now = 60_000
    expect(box.take(champion(fine[12]!))).toBe('taken')
  })

  it('[I3] keeps the latest archive of each island', () => {
    const { inbox: box } = inbox()
    const [early, late] = [elites(rng(1), 3), elites(rng(2), 4)]
    expect(box.take(archive('oslo', 2, late))).toBe('taken')
    expect(box.take(archive('oslo', 1, early))).toBe('duplicate')
    expect(box.take(archive('oslo', 2, late))).toBe('duplicate')
    expect(box.take(archive('brno', 0, []))).toBe('taken')
    expect(box.archives()).toEqual([
      { ...world, island: 'brno', round: 0, elites: [] },
      { ...world, island: 'oslo', round: 2, elites: late },
    ])
    expect(box.take(archive('oslo', 3, early))).toBe('taken')
    expect(box.archives()[1]).toMatchObject({ round: 3, elites: early })
    const spoilt = [{ cell: 0, claimed: 1, words: new Uint32Array(codec.stride), name: 'no line' }]
    expect(box.take(archive('oslo', 4, [...spoilt]))).toBe('junk')
    expect(box.archives()[1]).toMatchObject({ round: 3 })
  })

  it('[I5] keeps so many archives and no more: who was silent longest goes', () => {
    const { inbox: box, clock } = inbox()
    const of = elites(rng(1), 1)
    for (let index = 0; index < MOST_ARCHIVES; index++) box.take(archive(`island-${index}`, 1, of))
    clock.now = 1000
    box.take(archive('island-0', 2, of))
    box.take(archive('newcomer', 1, of))
    const names = box.archives().map(({ island }) => island)
    expect(names).toHaveLength(MOST_ARCHIVES)
    expect(names).toContain('island-0')
    expect(names).toContain('newcomer')
    expect(names).not.toContain('island-1')
  })
})
