import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { MOST_ARCHIVES, MOST_MIGRANTS, type Reason } from '../../../src/bus/inbox.ts'
import { hashWords } from '../../../src/core/hash.ts'
import type { Migrant } from '../../../src/core/migrant.ts'
import { rng } from '../../../src/core/rng.ts'
import { hostile } from '../../support/hostile.ts'
import { codec, counts, elites, archive, inbox, migrant, champion } from '../../support/islands.ts'

const MESSAGES = 10_000

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void
const held = () => {
  collect()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

/** By other means than the inbox has. */
const isWarrior = ({ words, hash, name, claimed, round, island }: Migrant): boolean =>
  codec.parse(codec.print(codec.decode(words), 'x')).ok &&
  words.length === codec.stride &&
  hashWords(words) === hash &&
  !/[\p{C}\p{Zl}\p{Zp}]/u.test(name) &&
  Number.isFinite(claimed) &&
  Number.isSafeInteger(round) &&
  /^evil-\d+$/.test(island)

describe('hostile islands', () => {
  it('[I4] of 10,000 messages, all of them read, none gets through but good ones', () => {
    const random = rng(2026)
    const { inbox: box, clock } = inbox()
    const mine = archive('honest', 7, elites(rng(1), 5))
    expect(box.take(mine)).toBe('taken')
    const allowed = new Map<string, string>()
    const wrong: string[] = []
    const kinds = new Map<string, Set<Reason>>()
    let goods = 0
    let given = 0
    for (let index = 0; index < MESSAGES; index++) {
      // So slowly, and from so many, that nothing is refused for being too much.
      clock.now += 2000
      const { message, worth, what, hash } = hostile(random, `evil-${index % 3000}`)
      if (worth !== 'bad') allowed.set(hash, what)
      const reason = box.take(message)
      kinds.set(what, (kinds.get(what) ?? new Set()).add(reason))
      if (worth === 'good') goods++
      if (worth === 'bad' ? reason === 'taken' : worth === 'good' && reason !== 'taken' && reason !== 'duplicate')
        wrong.push(`${index}: ${what} was ${reason}`)
      if (index % 40 === 0) {
        for (const one of box.drain(new Set())) {
          given++
          if (!isWarrior(one) || !allowed.has(one.hash)) wrong.push(`${index}: was given ${one.name} of ${one.island}`)
        }
      }
    }
    expect(wrong).toEqual([])
    const { junk, flood, ignored, foreign } = box.counts()
    expect({ flood, ignored }).toEqual({ flood: 0, ignored: 0 })
    expect(junk).toBeGreaterThan(7000)
    expect(foreign).toBeGreaterThan(100)
    expect(goods).toBeGreaterThan(400)
    expect(given).toBeGreaterThan(400)
    // Every kind of trouble was tried, and each one that claims to be bad was refused for a reason.
    expect(kinds.size).toBeGreaterThan(35)
    expect(box.archives().map(({ island, round }) => [island, round])).toEqual([['honest', 7]])
    expect(({} as { polluted?: number }).polluted).toBeUndefined()
  })

  it('[I4] [I5] of 10,000 at once, most of them floods and bloated, few are read and little is kept', () => {
    const random = rng(7)
    const { inbox: box, clock } = inbox()
    const before = held()
    for (let index = 0; index < MESSAGES; index++) {
      clock.now += 1
      box.take(hostile(random, `evil-${random.int(300)}`).message)
      box.take(champion(migrant(random, { island: 'flood' })))
    }
    const told = Object.values(box.counts()).reduce((sum, count) => sum + count, 0)
    expect(told).toBe(2 * MESSAGES)
    const { flood, ignored, junk } = box.counts()
    expect(flood + ignored).toBeGreaterThan(MESSAGES)
    expect(junk).toBeGreaterThan(100)
    expect(held() - before).toBeLessThan(8 << 20)
    expect(box.drain(new Set()).length).toBeLessThanOrEqual(MOST_MIGRANTS)
    // One who behaves is heard as soon as the flood ebbs.
    clock.now += 1000
    expect(box.take(champion(migrant(rng(1), { island: 'honest' })))).toBe('taken')
  })

  it('[I5] 40 islands with archives as large as may be take no more memory than some', () => {
    const { inbox: box, clock } = inbox()
    const large = elites(rng(3), 9000).map((elite) => ({ ...elite, name: 'large' }))
    const before = held()
    for (let index = 0; index < 40; index++) {
      clock.now += 60_000
      expect(box.take(archive(`large-${index}`, 1, large))).toBe('taken')
    }
    expect(held() - before).toBeLessThan(80 << 20)
    expect(box.archives().length).toBeLessThanOrEqual(MOST_ARCHIVES)
    expect(box.archives().length).toBeGreaterThan(1)
    expect(box.counts()).toEqual(counts({ taken: 40 }))
  })
})
