/**
 * The broker of a hub: aedes, with the house rules. Everybody is a stranger: an island speaks under its own name alone,
 * in topics of ours, within bounds; who breaks a rule is cut off, and may come again.
 */
import { Aedes, type Client, type PublishPacket } from 'aedes'
import { Bucket } from '../../bus/bucket.ts'
import { MOST_BYTES } from '../../bus/contracts.ts'
import { isFilter, isName, readTopic, type TopicKind } from '../../bus/names.ts'
import { Mailboxes } from './mailboxes.ts'

export interface BrokerLimits {
  /** Topics whose last message is kept. */
  readonly mailboxes: number
  /** What they may take together, in bytes. */
  readonly mailboxBytes: number
}

const MOST: Readonly<Record<TopicKind, number>> = { ...MOST_BYTES, presence: 16 }
const MOST_FILTERS = 12
/** A token is 64 KiB, or a message that is shorter: three messages of the largest kind at once, one in a second or so. */
const TOKEN_BYTES = 64 << 10
const PUBLISHING = { most: 64, rate: 16 }
/** Someone who does not take what is sent holds up those who send. */
const SLOW_MS = 10_000

/** MQTT knows it as "identifier rejected". */
class NoIsland extends Error {
  readonly returnCode = 2
}

export async function createBroker(limits: BrokerLimits): Promise<Aedes> {
  const here = new Set<string>()
  const buckets = new WeakMap<Client, Bucket>()
  const filters = new WeakMap<Client, Set<string>>()
  const mailboxes = new Mailboxes(limits.mailboxes, limits.mailboxBytes, (island) => here.has(island))

  const broker: Aedes = new Aedes({
    connectTimeout: SLOW_MS,
    drainTimeout: SLOW_MS,
    // Who falls silent is noticed, and gives its place free.
    keepaliveLimit: 120,
    maxTopicLevels: 4,

    preConnect(_client, { clean, will }, done) {
      // Sessions that outlive their connection would have to be kept for those who never come back.
      const isPlain = clean === true && (will === undefined || (will.qos === 0 && will.payload.length <= MOST.presence))
      done(isPlain ? null : new Error('only clean sessions with a short last will'), isPlain)
    },

    authenticate(client, _user, _password, done) {
      if (isName(client.id)) return done(null, true)
      done(new NoIsland('the client is no island'), false)
    },

    authorizeSubscribe(client, subscription, done) {
      const own = filters.get(client) ?? new Set<string>()
      const { topic, qos } = subscription
      const isAllowed = isFilter(topic) && qos === 0 && (own.has(topic) || own.size < MOST_FILTERS)
      if (isAllowed) filters.set(client, own.add(topic))
      done(null, isAllowed ? subscription : null)
    },

    authorizePublish(client, packet, done) {
      const why = client === null ? 'nobody publishes it' : whyNot(client, packet)
      if (why !== null) return done(new Error(why))
      // Where there is no room for it, it still goes to those who are here.
      if (packet.retain) packet.retain = keep(packet)
      done(null)
    },
  })

  function whyNot(client: Client, { topic: text, payload, qos }: PublishPacket): string | null {
    const topic = readTopic(text)
    if (topic === null) return 'no topic of ours'
    if (topic.island !== client.id) return 'the topic of another island'
    if (qos !== 0) return 'not at most once'
    if (payload.length > MOST[topic.kind]) return 'too large'
    // The last will of one who was cut off for too much is heard all the same.
    if (client.closed) return null
    const now = performance.now()
    const bucket = buckets.get(client) ?? new Bucket(PUBLISHING.most, PUBLISHING.rate, now)
    buckets.set(client, bucket)
    return bucket.take(Math.max(1, payload.length / TOKEN_BYTES), now) ? null : 'too much'
  }

  function keep({ topic, payload }: PublishPacket): boolean {
    const { isKept, cleared } = mailboxes.put(topic, payload.length)
    for (const old of cleared) {
      const empty = { cmd: 'publish', topic: old, payload: '', retain: true, qos: 0, dup: false } as const
      broker.publish(empty, () => undefined)
    }
    return isKept
  }

  broker.on('client', ({ id }) => here.add(id))
  broker.on('clientDisconnect', ({ id }) => here.delete(id))
  await broker.listen()
  return broker
}
