import { once } from 'node:events'
import { WebSocket } from 'ws'
import { describe, expect, it } from 'vitest'
import { MOST_BYTES } from '../../../src/bus/contracts.ts'
import { Mailboxes } from '../../../src/cli/hub/mailboxes.ts'
import { PacketLengths } from '../../../src/cli/hub/packets.ts'
import { rng } from '../../../src/core/rng.ts'
import {
  client,
  eavesdrop,
  first,
  happens,
  mailboxes,
  open,
  poll,
  publish,
  ROOM,
  stands,
  start,
} from '../../support/hub.ts'

describe('a hub as a broker', () => {
  it('[I16] lets an island publish under its own name, in the three topics of its room', async () => {
    const { port } = await start()
    const heard = await eavesdrop(port)
    const a = client(port, 'a')
    await happens(a, 'connect')
    publish(a, `${ROOM}/presence/a`, 'here', { retain: true })
    publish(a, `${ROOM}/champion/a`, 'c', { retain: true })
    publish(a, `${ROOM}/archive/a`, new Uint8Array(MOST_BYTES.archive))
    await poll(() => heard).toEqual(['presence/a here', 'champion/a c', `archive/a ${MOST_BYTES.archive}`])
    publish(a, 'evolarium/other-room/champion/a', 'elsewhere')
    publish(a, `${ROOM}/champion/a`, 'd')
    await poll(() => heard.slice(3)).toEqual(['champion/a d'])
  })

  it.each([
    ['the topic of another island', `${ROOM}/champion/b`, 'x', {}],
    ['no topic of ours', 'elsewhere/lab/champion/a', 'x', {}],
    ['a kind that there is not', `${ROOM}/chat/a`, 'x', {}],
    ['a longer topic', `${ROOM}/champion/a/b`, 'x', {}],
    ['a system topic', '$SYS/x', 'x', {}],
    ['a champion too large', `${ROOM}/champion/a`, new Uint8Array(MOST_BYTES.champion + 1), {}],
    ['an archive too large', `${ROOM}/archive/a`, new Uint8Array(MOST_BYTES.archive + 1), {}],
    ['a packet larger than any may be', `${ROOM}/archive/a`, new Uint8Array(3 << 20), {}],
    ['a presence of many words', `${ROOM}/presence/a`, 'x'.repeat(17), {}],
    ['what wants an answer', `${ROOM}/champion/a`, 'x', { qos: 1 }],
    ['what wants two answers', `${ROOM}/champion/a`, 'x', { qos: 2 }],
  ] as const)('[I16] cuts off who publishes %s', async (_, topic, payload, options) => {
    const { port } = await start()
    const heard = await eavesdrop(port)
    const a = client(port, 'a')
    await happens(a, 'connect')
    publish(a, topic, payload, options)
    expect(await happens(a, 'close')).toBe('close')
    await stands(port)
    // Cut off for good reason, and gone like anybody who vanishes.
    await poll(() => heard).toEqual(['presence/a gone'])
  })

  it('[I16] refuses sessions that outlast their connection, last wills of others, and names that are none', async () => {
    const { port } = await start()
    const heard = await eavesdrop(port)
    const will = { topic: `${ROOM}/champion/b`, payload: 'gone', qos: 0, retain: true }
    const refused = [
      client(port, 'a', { clean: false }),
      client(port, 'No Island'),
      client(port, 'a/b'),
      client(port, ''),
      client(port, 'a', { will: { ...will, payload: 'x'.repeat(20_000) } }),
      client(port, 'a', { will: { ...will, qos: 1 } }),
    ]
    expect(new Set(await Promise.all(refused.map(first)))).toEqual(new Set(['close']))
    const forger = client(port, 'forger', { will })
    await happens(forger, 'connect')
    forger.end(true)
    const honest = client(port, 'honest')
    await happens(honest, 'connect')
    honest.end(true)
    await poll(() => heard).toEqual(['presence/honest gone'])
  })

  it('[I16] lets an island listen in one room at a time, and to nothing else', async () => {
    const { port } = await start()
    const a = client(port, 'a')
    await happens(a, 'connect')
    const granted = (topic: string) =>
      new Promise<boolean>((resolve) => a.subscribe([topic], { qos: 0 }, (error) => resolve(error === null)))
    for (const topic of [
      '#',
      '+/+/+/+',
      '$SYS/#',
      'evolarium/#',
      'evolarium/+/champion/a',
      'evolarium/lab/#',
      `${ROOM}/+/a`,
    ])
      expect(await granted(topic), topic).toBe(false)
    expect(await granted(`${ROOM}/champion/+`)).toBe(true)
    for (let room = 0; room < 20; room++) await granted(`evolarium/room-${room}/champion/+`)
    expect(await granted('evolarium/one-more/champion/+')).toBe(false)
  })

  it('[I16] cuts off who publishes without end', async () => {
    const { port } = await start()
    const heard = await eavesdrop(port)
    const a = client(port, 'a')
    await happens(a, 'connect')
    const closed = happens(a, 'close')
    for (let index = 0; index < 300; index++) publish(a, `${ROOM}/champion/a`, String(index))
    expect(await closed).toBe('close')
    await poll(() => heard.at(-1)).toBe('presence/a gone')
    await stands(port)
  })

  it('[I16] takes no more islands than it has room for', async () => {
    const { port } = await start({ limits: { islands: 2 } })
    const two = [client(port, 'a'), client(port, 'b')]
    expect(await Promise.all(two.map(first))).toEqual(['connect', 'connect'])
    expect(await first(client(port, 'c'))).toBe('close')
    two[0]?.end(true)
    await poll(() => first(client(port, 'c'))).toBe('connect')
  })

  it('[I16] keeps no more mailboxes than it has room for: those of islands that are gone make room', async () => {
    const { port } = await start({ limits: { mailboxes: 3 } })
    const [a, b] = [client(port, 'a'), client(port, 'b')] as const
    await Promise.all([happens(a, 'connect'), happens(b, 'connect')])
    publish(a, `${ROOM}/champion/a`, 'a', { retain: true })
    publish(b, `${ROOM}/champion/b`, 'b1', { retain: true })
    publish(b, `${ROOM}/archive/b`, 'b2', { retain: true })
    await poll(() => mailboxes(port)).toEqual(['archive/b b2', 'champion/a a', 'champion/b b1'])
    // No room: it goes to those who are here, and nobody finds it later.
    const heard = await eavesdrop(port)
    const c = client(port, 'c')
    await happens(c, 'connect')
    publish(c, `${ROOM}/champion/c`, 'c1', { retain: true })
    await poll(() => heard).toContain('champion/c c1')
    expect(await mailboxes(port)).toEqual(['archive/b b2', 'champion/a a', 'champion/b b1'])
    a.end(true)
    await poll(() => {
      publish(c, `${ROOM}/champion/c`, 'c2', { retain: true })
      return mailboxes(port)
    }).toEqual(['archive/b b2', 'champion/b b1', 'champion/c c2'])
  })

  it('[I16] a page of elsewhere may join only where it was said', async () => {
    const joins = (port: number, origin: string) =>
      new Promise<string>((resolve) => {
        const socket = new WebSocket(`ws://127.0.0.1:${port}/mqtt`, 'mqtt', { origin })
        open.push({ close: () => socket.terminate() })
        socket.on('open', () => resolve(`joined by ${socket.protocol}`))
        socket.on('error', ({ message }) => resolve(message))
      })
    const strict = await start()
    expect(await joins(strict.port, `http://127.0.0.1:${strict.port}`)).toBe('joined by mqtt')
    for (const origin of [
      'http://evil.example',
      'null',
      'http://localhost:4173',
      `http://127.0.0.1:${strict.port + 1}`,
    ])
      expect(await joins(strict.port, origin)).toContain('403')
    const lenient = await start({ origins: ['http://localhost:4173'] })
    expect(await joins(lenient.port, 'http://localhost:4173')).toBe('joined by mqtt')
    expect(await joins(lenient.port, 'http://evil.example')).toContain('403')
    expect(await joins((await start({ origins: ['*'] })).port, 'http://any.example')).toBe('joined by mqtt')
    const elsewhere = new WebSocket(`ws://127.0.0.1:${strict.port}/other`)
    const [error] = (await once(elsewhere, 'error')) as [Error]
    expect(error.message).toContain('404')
  })

  it('[I16] stands, whatever bytes are thrown at it', async () => {
    const { port } = await start()
    const random = rng(11)
    const connectPacket = [0x10, 0x0f, 0, 4, 0x4d, 0x51, 0x54, 0x54, 4, 2, 0, 60, 0, 3, 0x61, 0x62, 0x63]
    for (let round = 0; round < 150; round++) {
      const socket = new WebSocket(`ws://127.0.0.1:${port}/mqtt`, 'mqtt')
      socket.on('error', () => undefined)
      await once(socket, 'open')
      if (random.chance(0.7)) socket.send(Buffer.from(connectPacket))
      for (let piece = random.int(6); piece >= 0; piece--) {
        const noise = Buffer.from(Array.from({ length: 1 + random.int(400) }, () => random.int(256)))
        // Often a type and flags that exist, so that more than the first byte is read.
        if (random.chance(0.8)) noise[0] = random.pick([0x10, 0x30, 0x31, 0x32, 0x34, 0x40, 0x50, 0x62, 0x70, 0x82, 0xa2, 0xc0, 0xe0, 0xf0]) // prettier-ignore
        if (random.chance(0.6) && noise.length > 2) noise[1] = Math.min(127, noise.length - 2)
        socket.send(random.chance(0.1) ? noise.toString('latin1') : noise)
      }
      await new Promise((resolve) => setTimeout(resolve, 2))
      socket.terminate()
    }
    // A frame larger than any, and a packet announced that would never end.
    for (const bytes of [
      Buffer.alloc(2 << 20),
      Buffer.from([...connectPacket, 0x30, 0xff, 0xff, 0xff, 0x7f, 1, 2, 3]),
    ]) {
      const socket = new WebSocket(`ws://127.0.0.1:${port}/mqtt`, 'mqtt')
      await once(socket, 'open')
      let isCut = false
      socket.on('error', () => undefined)
      socket.on('close', () => (isCut = true))
      socket.send(bytes)
      await poll(() => isCut).toBe(true)
    }
    await stands(port)
    expect(await first(client(port, 'honest'))).toBe('connect')
  })

  it('[I16] packets are followed by their lengths, in whatever pieces they come', () => {
    const random = rng(5)
    const packet = (length: number) => {
      const head = [0x30]
      for (let rest = length; ;) {
        head.push(rest > 127 ? (rest & 127) | 128 : rest)
        rest >>= 7
        if (rest === 0) break
      }
      return [...head, ...new Uint8Array(length).fill(0xff)]
    }
    const accepts = (bytes: readonly number[], most: number): boolean => {
      const lengths = new PacketLengths(most)
      for (let at = 0; at < bytes.length;) {
        const size = 1 + random.int(300)
        if (!lengths.accepts(Uint8Array.from(bytes.slice(at, at + size)))) return false
        at += size
      }
      return true
    }
    const sizes = [0, 1, 127, 128, 129, 300, 16_383, 16_384, 20_000]
    const all = sizes.flatMap(packet)
    expect(accepts(all, 20_000)).toBe(true)
    expect(accepts(all, 19_999)).toBe(false)
    expect(accepts([...packet(5), 0x30, 0xff, 0xff, 0xff, 0xff, 1], 2 ** 40)).toBe(false)
    expect(accepts([0x30, 0x80, 0x80, 0x80, 0x80, 0x80], 2 ** 40)).toBe(false)
  })

  it('[I16] mailboxes count topics and bytes', () => {
    const here = new Set(['b'])
    const boxes = new Mailboxes(3, 100, (island) => here.has(island))
    const topic = (island: string, kind = 'champion') => `${ROOM}/${kind}/${island}`
    const kept = (cleared: readonly string[] = []) => ({ isKept: true, cleared })
    const refused = (cleared: readonly string[] = []) => ({ isKept: false, cleared })
    expect(boxes.put(topic('a'), 40)).toEqual(kept())
    expect(boxes.put(topic('b'), 40)).toEqual(kept())
    expect(boxes.put(topic('a'), 60)).toEqual(kept())
    expect(boxes.put(topic('c'), 1)).toEqual(kept([topic('a')]))
    expect(boxes.put(topic('c', 'archive'), 1)).toEqual(kept())
    expect(boxes.put(topic('d'), 59)).toEqual(kept([topic('c')]))
    expect(boxes.put(topic('b'), 41)).toEqual(kept([topic('c', 'archive')]))
    expect(boxes.put(topic('b'), 101)).toEqual(refused([topic('d'), topic('b')]))
    expect(boxes.put(topic('d'), 0)).toEqual(refused())
    here.add('e')
    expect(['b', 'e'].map((island) => boxes.put(topic(island), 50))).toEqual([kept(), kept()])
    expect(boxes.put(topic('f'), 1)).toEqual(refused())
    expect(boxes.put(topic('e'), 0)).toEqual(refused([topic('e')]))
    expect(boxes.put(topic('f'), 1)).toEqual(kept())
  })
})
