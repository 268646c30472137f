import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { IslandBus } from '../../../src/bus/contracts.ts'
import { LoopbackNet, type Trouble } from '../../../src/bus/loopback.ts'
import { elitesOf, join, mergedOf, type MergedElite } from '../../../src/archives/merged.ts'
import { mergedElites } from '../../../src/bus/mail.ts'
import { rng } from '../../../src/core/rng.ts'
import { archive, elites, inbox, value, world } from '../../support/islands.ts'

interface Heard {
  readonly at: number
  readonly to: string
  readonly from: string
  readonly number: number
}

/** `count` numbered messages from "a", one a tick, to "b" and "c"; what came, and when. */
function numbered(trouble: Trouble, count: number): Heard[] {
  const net = new LoopbackNet(trouble)
  const heard: Heard[] = []
  let at = 0
  const [a] = ['a', 'b', 'c'].map((island) => {
    const bus = value(net.join(island))
    bus.subscribe(({ from, bytes }) =>
      heard.push({ at, to: island, from, number: (bytes[0] ?? 0) * 256 + (bytes[1] ?? 0) }),
    )
    return bus
  })
  for (; at < count + 200; at++) {
    if (at < count) a?.publish('champion', Uint8Array.of(at >> 8, at & 0xff))
    net.tick()
  }
  return heard
}
const to = (heard: readonly Heard[], island: string) => heard.filter((one) => one.to === island)

const trouble: fc.Arbitrary<Trouble> = fc.record({
  seed: fc.integer(),
  delay: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 3, max: 9 })),
  loss: fc.constantFrom(0, 0.1, 0.5),
  twice: fc.constantFrom(0, 0.2),
  reorder: fc.constantFrom(0, 0.3),
})

describe('the loopback net', () => {
  it('[I13] the same seed and troubles give the same story, another seed another', () => {
    fc.assert(fc.property(trouble, (trouble) => {
      expect(numbered(trouble, 60)).toEqual(numbered(trouble, 60))
    }), { seed: 6, numRuns: 40 }) // prettier-ignore
    expect(numbered({ seed: 1, loss: 0.5 }, 60)).not.toEqual(numbered({ seed: 2, loss: 0.5 }, 60))
  })

  it('[I13] without trouble everything comes once, in order, a tick later', () => {
    expect(to(numbered({ seed: 1 }, 300), 'b')).toEqual(
      Array.from({ length: 300 }, (_, number) => ({ at: number, to: 'b', from: 'a', number })),
    )
  })

  it('[I13] loss loses its share, and twice doubles its share', () => {
    const lost = to(numbered({ seed: 3, loss: 0.3 }, 2000), 'b')
    expect(lost.length).toBeGreaterThan(1300)
    expect(lost.length).toBeLessThan(1500)
    expect(new Set(lost.map(({ number }) => number)).size).toBe(lost.length)
    const doubled = to(numbered({ seed: 3, twice: 0.25 }, 2000), 'c')
    expect(doubled.length).toBeGreaterThan(2400)
    expect(doubled.length).toBeLessThan(2600)
    expect(new Set(doubled.map(({ number }) => number)).size).toBe(2000)
    expect(numbered({ seed: 3, loss: 1 }, 100)).toEqual([])
  })

  it('[I13] messages are on their way as long as was asked for, and overtake each other only where they may', () => {
    const delayed = to(numbered({ seed: 4, delay: [3, 7] }, 500), 'b')
    const ages = delayed.map(({ at, number }) => at + 1 - number)
    expect([Math.min(...ages), Math.max(...ages)]).toEqual([3, 7])
    expect(delayed.map(({ number }) => number)).toEqual(Array.from({ length: 500 }, (_, number) => number))
    const mixed = to(numbered({ seed: 4, delay: [3, 7], reorder: 0.2 }, 500), 'b').map(({ number }) => number)
    expect([...mixed].sort((one, other) => one - other)).toEqual(Array.from({ length: 500 }, (_, number) => number))
    expect(mixed.filter((number, at) => at > 0 && number < (mixed[at - 1] ?? 0)).length).toBeGreaterThan(50)
  })

  it('[I13] a cut lets nothing through, not even what is on its way, and mailboxes of the dead are still read', () => {
    const net = new LoopbackNet({ seed: 5, delay: [4, 4] })
    const heard: string[] = []
    const [a, b] = ['a', 'b', 'c'].map((island) => {
      const bus = value(net.join(island))
      bus.subscribe(({ from, bytes }) => heard.push(`${from}${bytes[0]} at ${island}`))
      return bus
    })
    a?.publish('champion', Uint8Array.of(1))
    net.tick(2)
    net.partition([['a', 'b']])
    net.settle()
    expect(heard).toEqual(['a1 at b'])
    b?.publish('champion', Uint8Array.of(2))
    net.kill('a')
    net.settle()
    net.heal()
    net.settle()
    expect(heard.slice(1)).toEqual(['b2 at c', 'a1 at c'].sort())
    const late = value(net.join('d'))
    late.subscribe(({ from, bytes }) => heard.push(`${from}${bytes[0]} at d`))
    net.settle()
    expect(heard.slice(3).sort()).toEqual(['a1 at d', 'b2 at d'])
    expect(late.peers()).toContainEqual({ island: 'a', state: 'gone' })
    expect(net.join('Not A Name').ok).toBe(false)
  })

  it('[I13] [I8] islands that send their archives over a bad net know, once it was quiet, the join of all', () => {
    fc.assert(fc.property(trouble, fc.nat(1000), (trouble, seed) => {
      const random = rng(seed)
      const net = new LoopbackNet({ ...trouble, loss: Math.min(trouble.loss ?? 0, 0.5) })
      const islands = ['a', 'b', 'c', 'd'].map((name) => {
        const bus: IslandBus = value(net.join(name))
        const { inbox: box, clock } = inbox({ island: name })
        bus.subscribe((message) => {
          clock.now += 60_000
          box.take(message)
        })
        return { name, bus, box, own: [] as ReturnType<typeof elites> }
      })
      const publish = (round: number) => {
        for (const island of islands) {
          if (round < 9) island.own = elites(random, 1 + random.int(6))
          island.bus.publish('archive', archive(island.name, round, island.own).bytes)
        }
      }
      for (let round = 0; round < 9; round++) {
        if (round === 3) net.partition([['a', 'b'], ['c', 'd']]) // prettier-ignore
        if (round === 6) net.heal()
        publish(round)
        net.tick(random.int(4))
      }
      // Loss is a matter of luck, so the last word is said again and again.
      for (let again = 0; again < 40; again++) publish(9 + again)
      net.settle()
      const of = (name: string, own: ReturnType<typeof elites>): MergedElite[] =>
        mergedElites({ ...world, island: name, round: 0, elites: own })
      const all = join(...islands.map(({ name, own }) => mergedOf(of(name, own))))
      for (const { name, box, own } of islands) {
        const known = join(mergedOf(of(name, own)), ...box.archives().map((mail) => mergedOf(mergedElites(mail))))
        expect(elitesOf(known)).toEqual(elitesOf(all))
      }
    }), { seed: 7, numRuns: 25 }) // prettier-ignore
  })
})
