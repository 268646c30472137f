import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openBroadcast } from '../../../src/bus/broadcast.ts'
import { openMqtt } from '../../../src/bus/mqtt.ts'
import { brokerAddress, filtersOf, isFilter, isName, readTopic, topicOf, whyNoPlace } from '../../../src/bus/names.ts'

const letters = fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz0123456789-')
const name = fc.string({ unit: letters, minLength: 1, maxLength: 32 }).filter(isName)
const kind = fc.constantFrom('champion' as const, 'archive' as const, 'presence' as const)

describe('names and topics', () => {
  it('[I14] a topic is read back to its parts, and its room has a filter for it', () => {
    fc.assert(fc.property(name, kind, name, (room, kind, island) => {
      const topic = { room, kind, island }
      expect(readTopic(topicOf(topic))).toEqual(topic)
      expect(filtersOf(room).filter(isFilter)).toHaveLength(3)
      expect(isFilter(topicOf(topic))).toBe(true)
    }), { seed: 1 }) // prettier-ignore
  })

  it('[I14] no other text is a topic, and no name makes another topic than it says', () => {
    const parts = fc.constantFrom(
      'evolarium',
      'champion',
      'presence',
      'a',
      'b-1',
      '+',
      '#',
      '',
      'A',
      '$SYS',
      'a b',
      'é',
      '\0',
    )
    fc.assert(fc.property(fc.array(fc.oneof(parts, fc.string({ maxLength: 5 })), { maxLength: 6 }), (parts) => {
      const text = parts.join('/')
      const topic = readTopic(text)
      if (topic !== null) {
        expect(topicOf(topic)).toBe(text)
        expect(text).toMatch(/^evolarium\/[a-z0-9-]+\/(champion|archive|presence)\/[a-z0-9-]+$/)
      }
      if (isFilter(text)) expect(text).toMatch(/^evolarium\/[a-z0-9-]+\/(champion|archive|presence)\/(\+|[a-z0-9-]+)$/)
    }), { seed: 2, numRuns: 5000 }) // prettier-ignore
    for (const text of ['evolarium/+/champion/a', 'evolarium/#', '#', '+/+/+/+', 'evolarium/a/champion/#', 'evolarium/a/champion/+/+', 'evolarium/a/champion/a/', '/evolarium/a/champion/a'])
      expect([readTopic(text), isFilter(text)], text).toEqual([null, false]) // prettier-ignore
  })

  it('[I14] a name that is none is refused by every bus, with a sentence', async () => {
    for (const bad of ['', '-', 'a-', '-a', 'A', 'a/b', 'a+', '#', 'a b', 'é', 'x'.repeat(33), '__proto__', 'a\n']) {
      expect(isName(bad), bad).toBe(false)
      for (const opened of [
        openBroadcast({ room: bad, island: 'a' }),
        openBroadcast({ room: 'a', island: bad }),
        await openMqtt({ url: 'ws://localhost', room: bad, island: 'a' }),
        await openMqtt({ url: 'ws://localhost', room: 'a', island: bad }),
      ])
        expect(opened).toMatchObject({ ok: false, fault: { kind: 'bad-name' } })
    }
    expect(whyNoPlace('a', 'b')).toBeNull()
    expect(whyNoPlace('Room 1', 'b')).toMatchObject({
      fault: {
        message: '"Room 1" is no name for a room: take 1 to 32 of a-z, 0-9 and "-", with no "-" at the ends.',
      },
    })
  })

  it('[I14] addresses of hubs are taken as people type them', async () => {
    const good = {
      'http://localhost:4174': 'ws://localhost:4174/mqtt',
      'http://localhost:4174/': 'ws://localhost:4174/mqtt',
      ' https://hub.example/?room=1#x ': 'wss://hub.example/mqtt',
      'ws://10.0.0.5:8080/mqtt': 'ws://10.0.0.5:8080/mqtt',
      'WSS://broker.example/ws': 'wss://broker.example/ws',
      'ws://[::1]:9001/mqtt': 'ws://[::1]:9001/mqtt',
    }
    for (const [text, address] of Object.entries(good))
      expect(brokerAddress(text)).toEqual({ ok: true, value: address })
    for (const bad of ['', 'localhost:4174', 'mqtt://broker', 'file:///etc', 'http://', 'http://a b', 'ws:///x', 'javascript:1', 'http://me:secret@hub.example']) {
      const read = brokerAddress(bad)
      expect(read, bad).toMatchObject({ ok: false, fault: { kind: 'bad-address' } })
      expect(read.ok ? '' : read.fault.message).not.toContain('secret')
      expect((await openMqtt({ url: bad, room: 'a', island: 'b' })).ok).toBe(false)
    } // prettier-ignore
  })
})
