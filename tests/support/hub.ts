/** A hub with a page of one line, in a folder of its own, and clients of it that keep no rule of ours. */
import { mkdtempSync, mkdirSync, writeFileSync } from 'node:fs'
import { request, type IncomingMessage } from 'node:http'
import { request as secureRequest } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import mqtt, { type ConnectOptions, type MqttClient } from 'mqtt'
import { afterEach, expect } from 'vitest'
import { startHub, type Hub, type HubOptions } from '../../src/cli/hub/start.ts'
import { value } from './islands.ts'

export const PAGE = '<!doctype html><title>A page</title>'

export function pageFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'evolarium-hub-'))
  mkdirSync(join(folder, 'assets'))
  writeFileSync(join(folder, 'index.html'), PAGE)
  writeFileSync(join(folder, 'assets', 'index-Ab12.js'), 'export {}')
  return folder
}

export const hub = async (change: Partial<HubOptions> = {}): Promise<Hub> =>
  value(await startHub({ port: 0, host: '127.0.0.1', folder: pageFolder(), ...change }))

/** What the test that is running has opened; closed after it. */
export const open: { close(): unknown }[] = []
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close()
})

export async function start(change: Partial<HubOptions> = {}): Promise<Hub> {
  const started = await hub(change)
  open.push(started)
  return started
}

export interface Answer {
  readonly status: number | undefined
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

/** Asks for a path as it stands: nobody tidies it up on the way. */
export const ask = (port: number, path: string, options: object = {}, ca?: string): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const asked = (ca === undefined ? request : secureRequest)(
      { host: '127.0.0.1', port, path, ca, ...options },
      (answer) => {
        const pieces: Buffer[] = []
        answer.on('data', (piece: Buffer) => pieces.push(piece))
        answer.on('end', () =>
          resolve({ status: answer.statusCode, headers: answer.headers, body: Buffer.concat(pieces).toString() }),
        )
      },
    )
    asked.on('error', reject).end()
  })

export const poll = <T>(what: () => T) => expect.poll(what, { timeout: 20_000 })

export const ROOM = 'evolarium/lab'

/** A client that keeps no rule of ours. */
export function client(port: number, clientId: string, change: object = {}): MqttClient {
  const options: ConnectOptions = {
    clientId, clean: true, protocolVersion: 4, keepalive: 60, connectTimeout: 5000, reconnectPeriod: 0, queueQoSZero: false, resubscribe: false,
    timerVariant: 'native', will: { topic: `${ROOM}/presence/${clientId}`, payload: 'gone', qos: 0, retain: true },
  } // prettier-ignore
  const made = mqtt.connect(`ws://127.0.0.1:${port}/mqtt`, { ...options, ...change })
  made.on('error', () => undefined)
  open.push({ close: () => made.end(true) })
  return made
}
export const happens = (made: MqttClient, event: 'connect' | 'close') =>
  new Promise<string>((resolve) => made.on(event, () => resolve(event)))
export const first = (made: MqttClient) => Promise.race([happens(made, 'connect'), happens(made, 'close')])
export const publish = (made: MqttClient, topic: string, payload: string | Uint8Array, options: object = {}) =>
  made.publish(topic, payload, { qos: 0, retain: false, ...options })

/** Everything that comes to the lab, as `topic payload`. */
export async function eavesdrop(port: number): Promise<string[]> {
  const heard: string[] = []
  const ear = client(port, 'ear', { will: undefined })
  await happens(ear, 'connect')
  ear.on('message', (topic, payload) => heard.push(`${topic.slice(ROOM.length + 1)} ${payload.length > 99 ? payload.length : Buffer.from(payload).toString()}`)) // prettier-ignore
  const filters = ['champion', 'archive', 'presence'].map((kind) => `${ROOM}/${kind}/+`)
  await new Promise<void>((resolve) => ear.subscribe(filters, { qos: 0 }, () => resolve()))
  return heard
}

/** What a newcomer finds, sorted, without presence. */
export async function mailboxes(port: number): Promise<string[]> {
  const heard = await eavesdrop(port)
  await new Promise((resolve) => setTimeout(resolve, 100))
  return heard.filter((line) => !line.startsWith('presence')).sort()
}

export const stands = async (port: number) => expect(await ask(port, '/')).toMatchObject({ status: 200, body: PAGE })
