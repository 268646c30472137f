/** What holds for every bus, whatever it runs over. A suite to be called with a way to make the net. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { MOST_BYTES, type BusMessage, type IslandBus, type MessageKind, type Peer } from '../../src/bus/contracts.ts'

/** A net of its own for one test; all islands of it are in one room. */
export interface TestNet {
  open(island: string): Promise<IslandBus>
  /** The island's tab or machine is gone, without a word. */
  kill(bus: IslandBus): Promise<void>
  /** The island is cut off from all others. */
  cut(bus: IslandBus): Promise<void>
  heal(): Promise<void>
  /** Lets time pass, for nets whose time is in the test's hands. */
  pass(): Promise<void>
  close(): Promise<void>
}

interface Listening {
  readonly bus: IslandBus
  readonly heard: BusMessage[]
  /** What the last messages of each sender and kind say. */
  latest(): Record<string, string>
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const textOf = (message: Uint8Array): string => new TextDecoder().decode(message)

/** `canBeCut`: whether islands can be there and out of each other's reach. */
export function describeIslandBusContract(name: string, canBeCut: boolean, make: () => Promise<TestNet>): void {
  describe(`the bus over ${name}`, () => {
    let net: TestNet
    let opened: IslandBus[] = []

    beforeEach(async () => {
      net = await make()
    })
    afterEach(async () => {
      for (const bus of opened) await bus.close()
      opened = []
      await net.close()
    })

    async function listen(island: string): Promise<Listening> {
      const bus = await net.open(island)
      opened.push(bus)
      const heard: BusMessage[] = []
      bus.subscribe((message) => heard.push(message))
      return {
        bus,
        heard,
        latest: () => Object.fromEntries(heard.map(({ from, kind, bytes }) => [`${from} ${kind}`, textOf(bytes)])),
      }
    }
    async function joined(...islands: string[]): Promise<Listening[]> {
      const all: Listening[] = []
      for (const island of islands) all.push(await listen(island))
      await until(() => {
        for (const { bus } of all) {
          expect(bus.status()).toMatchObject({ state: 'joined' })
          expect(here(bus)).toEqual(islands.filter((island) => island !== bus.island).sort())
        }
      })
      return all
    }
    const until = (holds: () => void): Promise<void> =>
      expect
        .poll(
          async () => {
            await net.pass()
            holds()
            return true
          },
          { timeout: 20_000, interval: 10 },
        )
        .toBe(true)
    const inState = (bus: IslandBus, state: Peer['state']) =>
      bus
        .peers()
        .filter((peer) => peer.state === state)
        .map(({ island }) => island)
        .sort()
    const here = (bus: IslandBus) => inState(bus, 'here')

    it('[I9] brings a message to all others, whole and once, and never back', async () => {
      const [a, b, c] = (await joined('a', 'b', 'c')) as [Listening, Listening, Listening]
      const all = Uint8Array.from({ length: 256 }, (_, byte) => byte)
      a.bus.publish('champion', all)
      await until(() => {
        for (const { heard } of [b, c])
          expect(heard).toEqual([{ from: 'a', kind: 'champion', bytes: new Uint8Array(all) }])
      })
      b.bus.publish('archive', bytes('of b'))
      await until(() => {
        expect(a.heard.map(({ from, kind, bytes }) => [from, kind, textOf(bytes)])).toEqual([['b', 'archive', 'of b']])
        expect(c.heard).toHaveLength(2)
      })
      expect(b.heard).toHaveLength(1)
    })

    it('[I9] what is published may be changed afterwards, and what is heard is the receiver’s own', async () => {
      const [a, b, c] = (await joined('a', 'b', 'c')) as [Listening, Listening, Listening]
      const mine = bytes('as it was')
      a.bus.publish('champion', mine)
      mine.fill(0)
      await until(() => expect(b.latest()).toEqual({ 'a champion': 'as it was' }))
      b.heard[0]?.bytes.fill(0)
      await until(() => expect(c.latest()).toEqual({ 'a champion': 'as it was' }))
      const d = await listen('d')
      await until(() => expect(d.latest()).toEqual({ 'a champion': 'as it was' }))
    })

    it('[I9] brings messages of the greatest length and does not send longer ones', async () => {
      const [a, b] = (await joined('a', 'b')) as [Listening, Listening]
      for (const kind of ['champion', 'archive'] as const) {
        a.bus.publish(kind, new Uint8Array(MOST_BYTES[kind]).fill(7))
        await until(() => expect(b.heard.at(-1)).toMatchObject({ kind }))
        expect(b.heard.at(-1)?.bytes.length).toBe(MOST_BYTES[kind])
        a.bus.publish(kind, new Uint8Array(MOST_BYTES[kind] + 1))
      }
      a.bus.publish('champion', bytes('after'))
      await until(() => expect(b.latest()['a champion']).toBe('after'))
      expect(b.heard).toHaveLength(3)
      expect(a.bus.status().state).toBe('joined')
    })

    it('[I9] nothing is heard by who stopped listening, and nothing is sent or heard after closing', async () => {
      const [a, b, c] = (await joined('a', 'b', 'c')) as [Listening, Listening, Listening]
      const late: BusMessage[] = []
      const stop = b.bus.subscribe((message) => late.push(message))
      a.bus.publish('champion', bytes('1'))
      await until(() => expect([b.heard.length, late.length, c.heard.length]).toEqual([1, 1, 1]))
      stop()
      await c.bus.close()
      await c.bus.close()
      c.bus.publish('champion', bytes('from beyond'))
      a.bus.publish('champion', bytes('2'))
      await until(() => expect(b.latest()).toEqual({ 'a champion': '2' }))
      expect([late.length, c.heard.length, a.heard.length]).toEqual([1, 1, 0])
    })

    it('[I10] who comes late gets the last message of each kind of everybody', async () => {
      const [a, b] = (await joined('a', 'b')) as [Listening, Listening]
      const sent: [Listening, MessageKind, string][] = [
        [a, 'champion', 'old'], [a, 'champion', 'a1'], [a, 'archive', 'a2'], [b, 'champion', 'b1'],
      ] // prettier-ignore
      for (const [{ bus }, kind, text] of sent) bus.publish(kind, bytes(text))
      await until(() => expect(b.latest()).toEqual({ 'a champion': 'a1', 'a archive': 'a2' }))
      const c = await listen('c')
      const all = { 'a champion': 'a1', 'a archive': 'a2', 'b champion': 'b1' }
      await until(() => expect(c.latest()).toEqual(all))
      expect(c.heard).toHaveLength(3)
      // Of what c has heard it passes nothing on.
      const d = await listen('d')
      await until(() => expect(d.latest()).toEqual(all))
    })

    it('[I10] what is published while joining is sent then', async () => {
      const a = await listen('a')
      a.bus.publish('champion', bytes('early'))
      const b = await listen('b')
      await until(() => expect(b.latest()).toEqual({ 'a champion': 'early' }))
    })

    it('[I11] tells who is here and who said goodbye, and when that changes', async () => {
      const [a, b] = (await joined('a', 'b')) as [Listening, Listening]
      let changes = 0
      const stop = a.bus.onChange(() => changes++)
      await b.bus.close()
      await until(() => expect(a.bus.peers()).toEqual([{ island: 'b', state: 'gone' }]))
      expect(changes).toBe(1)
      const again = await listen('b')
      await until(() => expect(a.bus.peers()).toEqual([{ island: 'b', state: 'here' }]))
      expect(changes).toBe(2)
      stop()
      await again.bus.close()
      await until(() => expect(inState(a.bus, 'gone')).toEqual(['b']))
      expect(changes).toBe(2)
    })

    it('[I11] notices who vanished without a word', async () => {
      const [a, b, c] = (await joined('a', 'b', 'c')) as [Listening, Listening, Listening]
      await net.kill(b.bus)
      await until(() => {
        for (const { bus } of [a, c]) expect(inState(bus, 'gone')).toEqual(['b'])
      })
      expect([here(a.bus), here(c.bus)]).toEqual([['c'], ['a']])
      a.bus.publish('champion', bytes('on we go'))
      await until(() => expect(c.latest()).toEqual({ 'a champion': 'on we go' }))
      const back = await listen('b')
      await until(() => expect([here(a.bus), here(back.bus)]).toEqual([['b', 'c'], ['a', 'c']])) // prettier-ignore
    })

    if (!canBeCut) return

    it('[I12] one that was cut off says so, comes back, and then everybody has the last messages of everybody', async () => {
      const [a, b, c] = (await joined('a', 'b', 'c')) as [Listening, Listening, Listening]
      a.bus.publish('champion', bytes('before'))
      await until(() => expect(c.latest()).toEqual({ 'a champion': 'before' }))
      await net.cut(c.bus)
      await until(() => {
        expect(c.bus.status()).toMatchObject({ state: 'apart', note: expect.stringMatching(/^[A-Z].*\.$/) })
        expect(inState(c.bus, 'gone')).toEqual(['a', 'b'])
        expect(inState(a.bus, 'gone')).toContain('c')
      })
      a.bus.publish('champion', bytes('meanwhile'))
      c.bus.publish('champion', bytes('lost'))
      c.bus.publish('champion', bytes('alone'))
      c.bus.publish('archive', bytes('of c'))
      await net.pass()
      expect([a.latest(), c.latest()]).toEqual([{}, { 'a champion': 'before' }])
      await net.heal()
      await until(() => {
        expect(c.latest()).toEqual({ 'a champion': 'meanwhile' })
        expect(a.latest()).toEqual({ 'c champion': 'alone', 'c archive': 'of c' })
        expect(b.latest()).toEqual({ 'a champion': 'meanwhile', 'c champion': 'alone', 'c archive': 'of c' })
        expect([here(a.bus), here(b.bus), here(c.bus)]).toEqual([['b', 'c'], ['a', 'c'], ['a', 'b']]) // prettier-ignore
        expect(c.bus.status()).toEqual({ state: 'joined', note: '' })
      })
    })
  })
}
