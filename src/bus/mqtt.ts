/**
 * Islands on many machines, over a broker that speaks MQTT 3.1.1 in WebSockets: `npm run hub`, or any other. The last
 * message of each kind is retained there, so that whoever comes, or comes back, reads everybody's; a last will tells of
 * those who vanish. All at most once, and nothing is kept for a connection that is down but those last messages.
 */
import type { ConnectOptions, MqttClient } from 'mqtt'
import { fail, ok, type Result } from '../core/result.ts'
import { deriveSeed, rng, type Rng } from '../core/rng.ts'
import type { IslandBus, MessageKind } from './contracts.ts'
import { brokerAddress, filtersOf, PRESENCE, readTopic, topicOf, whyNoPlace, type TopicKind } from './names.ts'
import { Station } from './station.ts'

export interface MqttOptions {
  /** Of the broker, or of the page that its hub serves. */
  readonly url: string
  readonly room: string
  /** Nobody else at this broker may have the name: it throws out whoever came first. */
  readonly island: string
  /** The first and the longest pause before it is tried again, in milliseconds. */
  readonly pauses?: readonly [number, number]
  /** In Node: who vouches for the broker's certificate, in PEM. */
  readonly ca?: string
}

const PAUSES = [1000, 30_000] as const
/** A connection that held so long was a good one: the next pause is a short one again. */
const GOOD_MS = 10_000
const CONNECT_MS = 10_000
/** How long a goodbye may take. */
const GOODBYE_MS = 2000

type Connect = (url: string, options: ConnectOptions) => MqttClient

/** Loads mqtt.js when it is asked for. The bus tries by itself, for ever, until it is closed. */
export async function openMqtt(options: MqttOptions): Promise<Result<IslandBus>> {
  const bad = whyNoPlace(options.room, options.island)
  if (bad !== null) return bad
  const address = brokerAddress(options.url)
  if (!address.ok) return address
  try {
    const { default: mqtt } = await import('mqtt')
    return ok(new MqttBus((url, settings) => mqtt.connect(url, settings), address.value, options))
  } catch {
    return fail(
      'no-mqtt',
      'The part of Evolarium that speaks to brokers could not be loaded: check the connection and try again.',
    )
  }
}

class MqttBus extends Station {
  readonly kind = 'mqtt'
  readonly #connect: Connect
  readonly #address: string
  readonly #room: string
  readonly #ca: string | undefined
  readonly #pauses: readonly [number, number]
  /** Islands that were cut off together do not come back together. */
  readonly #rng: Rng
  #client: MqttClient | null = null
  #isUp = false
  #failures = 0
  #good: ReturnType<typeof setTimeout> | undefined
  #again: ReturnType<typeof setTimeout> | undefined

  constructor(connect: Connect, address: string, { room, island, ca, pauses = PAUSES }: MqttOptions) {
    super(island)
    this.#connect = connect
    this.#address = address
    this.#room = room
    this.#ca = ca
    this.#pauses = pauses
    this.#rng = rng(deriveSeed('pauses', island))
    this.#try()
  }

  /** A client a connection: one that was lost leaves nothing behind. */
  #try(): void {
    let why = ''
    const client = this.#connect(this.#address, {
      clientId: this.island, clean: true, protocolVersion: 4, keepalive: 15, connectTimeout: CONNECT_MS, reconnectPeriod: 0,
      queueQoSZero: false, resubscribe: false, timerVariant: 'native',
      will: { topic: this.#topic('presence'), payload: PRESENCE.gone, qos: 0, retain: true },
      ...(this.#ca === undefined ? {} : { ca: this.#ca }),
    }) // prettier-ignore
    this.#client = client
    client.on('error', ({ message }) => (why = message))
    client.on('connect', () => this.#joined(client))
    client.on('message', (topic, payload, { retain }) => this.#hear(topic, payload, retain))
    client.on('close', () => {
      drop(client)
      this.#lost(why)
    })
  }

  #joined(client: MqttClient): void {
    client.subscribe(filtersOf(this.#room), { qos: 0 }, (error) => {
      if (this.closed || client !== this.#client) return
      // A broker that lets nobody listen: closing is what has it tried again, and told.
      if (error !== null) return void client.end(true)
      this.#isUp = true
      this.#good = setTimeout(() => (this.#failures = 0), GOOD_MS)
      this.become('joined')
      this.#say(PRESENCE.here)
      this.eachLast((kind, bytes) => this.send(kind, bytes))
    })
  }

  #lost(why: string): void {
    if (this.closed) return
    clearTimeout(this.#good)
    this.#client = null
    this.#isUp = false
    for (const { island } of this.peers()) this.see(island, 'gone')
    const [first, most] = this.#pauses
    const pause = Math.min(most, first * 2 ** this.#failures++) * (0.75 + this.#rng.unit() / 2)
    const reason = why === '' ? '' : ` (${why})`
    this.become(
      'apart',
      `The hub at ${this.#address} cannot be reached${reason}. It is tried again every ${Math.ceil(pause / 1000)} s, and the run goes on meanwhile.`,
    )
    this.#again = setTimeout(() => this.#try(), pause)
  }

  #hear(text: string, payload: Uint8Array, isRetained: boolean): void {
    const topic = readTopic(text)
    if (topic === null || topic.room !== this.#room || this.closed) return
    const { kind, island } = topic
    if (kind === 'presence') return this.#note(island, payload)
    // A mailbox may outlive its island by days.
    this.see(island, isRetained ? (this.#stateOf(island) ?? 'gone') : 'here')
    // An empty one is a mailbox that was cleared.
    if (payload.length > 0) this.deliver({ from: island, kind, bytes: new Uint8Array(payload) })
  }

  #note(island: string, payload: Uint8Array): void {
    if (payload.length > PRESENCE.here.length) return
    const isHere = new TextDecoder().decode(payload) === PRESENCE.here
    if (island !== this.island) this.see(island, isHere ? 'here' : 'gone')
    // The last will of a connection that was lost may come when we are back.
    else if (!isHere && this.#isUp) this.#say(PRESENCE.here)
  }

  #stateOf(island: string): 'here' | 'gone' | undefined {
    return this.peers().find((peer) => peer.island === island)?.state
  }

  protected override send(kind: MessageKind, bytes: Uint8Array): void {
    if (this.#isUp) this.#client?.publish(this.#topic(kind), bytes, { qos: 0, retain: true })
  }

  #say(presence: string): void {
    this.#client?.publish(this.#topic('presence'), presence, { qos: 0, retain: true })
  }

  #topic(kind: TopicKind): string {
    return topicOf({ room: this.#room, kind, island: this.island })
  }

  protected override leave(): Promise<void> {
    clearTimeout(this.#again)
    clearTimeout(this.#good)
    const client = this.#client
    this.#client = null
    if (client === null) return Promise.resolve()
    if (!this.#isUp) return Promise.resolve(drop(client))
    client.publish(this.#topic('presence'), PRESENCE.gone, { qos: 0, retain: true })
    return new Promise((resolve) => {
      const late = setTimeout(() => {
        drop(client)
        resolve()
      }, GOODBYE_MS)
      client.end(false, () => {
        clearTimeout(late)
        resolve()
      })
    })
  }
}

function drop(client: MqttClient): void {
  client.removeAllListeners()
  // One that breaks while it is taken down has nothing left to say.
  client.on('error', () => undefined)
  client.end(true)
}
