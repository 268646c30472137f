import type { AedesOptions } from 'aedes'
import { describe, expect, it } from 'vitest'
import { MOST_BYTES, type BusMessage, type IslandBus } from '../../../src/bus/contracts.ts'
import { openMqtt } from '../../../src/bus/mqtt.ts'
import { lawlessBroker } from '../../support/broker.ts'
import { client, happens, open, poll, publish, ROOM } from '../../support/hub.ts'
import { value } from '../../support/islands.ts'

async function startLawless(options: AedesOptions = {}): Promise<number> {
  const broker = await lawlessBroker(options)
  open.push(broker)
  return broker.port
}
async function island(port: number, name: string, heard: BusMessage[] = []): Promise<IslandBus> {
  const bus = value(await openMqtt({ url: `ws://127.0.0.1:${port}`, room: 'lab', island: name, pauses: [50, 50] }))
  open.push(bus)
  bus.subscribe((message) => heard.push(message))
  return bus
}

describe('islands at a broker without rules', () => {
  it('[I11] one of whom it is said that it is gone says that it is here', async () => {
    const port = await startLawless()
    const [a, b] = [await island(port, 'a'), await island(port, 'b')]
    await poll(() => [a.peers(), b.peers()]).toEqual([
      [{ island: 'b', state: 'here' }],
      [{ island: 'a', state: 'here' }],
    ])
    const stranger = client(port, 'stranger', { will: undefined })
    await happens(stranger, 'connect')
    const states: (string | undefined)[] = []
    b.onChange(() => states.push(b.peers()[0]?.state))
    publish(stranger, `${ROOM}/presence/a`, 'gone', { retain: true })
    await poll(() => states).toEqual(['gone', 'here'])
    const late = await island(port, 'c')
    await poll(() => late.peers().filter(({ state }) => state === 'here')).toHaveLength(2)
    expect(a.peers().map(({ island }) => island)).toEqual(['b', 'c'])
  })

  it('[I9] [I14] hears nothing that is too long, in no topic of its room, or of a name that is none', async () => {
    const port = await startLawless()
    const heard: BusMessage[] = []
    const a = await island(port, 'a', heard)
    await poll(() => a.status().state).toBe('joined')
    const stranger = client(port, 'stranger', { will: undefined })
    await happens(stranger, 'connect')
    for (const [topic, payload] of [
      [`${ROOM}/champion/b`, new Uint8Array(MOST_BYTES.champion + 1)], [`${ROOM}/archive/b`, new Uint8Array(MOST_BYTES.archive + 1)],
      [`${ROOM}/champion/B`, 'x'], [`${ROOM}/champion/$b`, 'x'], [`${ROOM}/champion/`, 'x'], ['evolarium/other/champion/b', 'x'],
      [`${ROOM}/champion/a`, 'as if it were ours'], [`${ROOM}/champion/b`, ''], [`${ROOM}/presence/c`, 'x'.repeat(100_000)],
      [`${ROOM}/presence/a`, 'gone'], [`${ROOM}/champion/b`, 'last'],
    ] as const) publish(stranger, topic, payload) // prettier-ignore
    await poll(() => heard.length).toBe(1)
    expect(heard[0]).toEqual({ from: 'b', kind: 'champion', bytes: new TextEncoder().encode('last') })
    expect(a.peers()).toEqual([{ island: 'b', state: 'here' }])
  })

  it('[I11] lists 256 others at most, those who are here before those who are gone', async () => {
    const port = await startLawless()
    const a = await island(port, 'a')
    await poll(() => a.status().state).toBe('joined')
    const stranger = client(port, 'stranger', { will: undefined })
    await happens(stranger, 'connect')
    for (let index = 0; index < 300; index++)
      publish(stranger, `${ROOM}/presence/old-${index}`, index % 2 === 0 ? 'gone' : 'here')
    for (let index = 0; index < 100; index++) publish(stranger, `${ROOM}/presence/new-${index}`, 'here')
    await poll(() => a.peers().some(({ island }) => island === 'new-99')).toBe(true)
    expect(a.peers()).toHaveLength(256)
    expect(a.peers().filter(({ state }) => state === 'here').length).toBe(250)
  })

  it('[I12] says why a broker lets it not in, or not listen, and tries again', async () => {
    let refusals = 0
    const strict = await startLawless({ authenticate: (_client, _user, _password, done) => done(null, ++refusals > 2) })
    const a = await island(strict, 'a')
    await poll(() => a.status()).toMatchObject({ state: 'apart', note: expect.stringMatching(/cannot be reached \(.*refused.*\)/i) }) // prettier-ignore
    await poll(() => a.status()).toEqual({ state: 'joined', note: '' })
    let denials = 0
    const deaf = await startLawless({
      authorizeSubscribe: (_client, subscription, done) => done(null, ++denials > 6 ? subscription : null),
    })
    const b = await island(deaf, 'b')
    await poll(() => b.status().state).toBe('apart')
    await poll(() => b.status().state).toBe('joined')
  })
})
