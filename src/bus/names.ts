/**
 * Names of rooms and islands, and the topics made of them. The alphabet is closed: no name can hold a slash or a
 * wildcard, so a topic is what its parts say.
 */
import { fail, ok, type Result } from '../core/result.ts'
import { MESSAGE_KINDS, type MessageKind } from './contracts.ts'

const NAME = /^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$/

export const isName = (text: string): boolean => NAME.test(text)

/** Null when both are good. */
export function whyNoPlace(room: string, island: string): Result<never> | null {
  for (const [what, name] of [
    ['room', room],
    ['island', island],
  ] as const) {
    if (!isName(name))
      return fail(
        'bad-name',
        `"${name.slice(0, 40)}" is no name for ${what === 'room' ? 'a room' : 'an island'}: take 1 to 32 of a-z, 0-9 and "-", with no "-" at the ends.`,
      )
  }
  return null
}

export type TopicKind = MessageKind | 'presence'

export interface Topic {
  readonly room: string
  readonly kind: TopicKind
  readonly island: string
}

const TOPIC_KINDS: readonly TopicKind[] = [...MESSAGE_KINDS, 'presence']

export const topicOf = ({ room, kind, island }: Topic): string => `evolarium/${room}/${kind}/${island}`

/** All topics of a kind in a room. */
export const filterOf = (room: string, kind: TopicKind): string => `evolarium/${room}/${kind}/+`

export const filtersOf = (room: string): string[] => TOPIC_KINDS.map((kind) => filterOf(room, kind))

/** Null for any text that {@link topicOf} does not make. */
export function readTopic(text: string): Topic | null {
  const [head, room = '', part = '', island = '', ...rest] = text.split('/')
  const kind = TOPIC_KINDS.find((one) => one === part)
  return head === 'evolarium' && rest.length === 0 && kind !== undefined && isName(room) && isName(island)
    ? { room, kind, island }
    : null
}

/** Is it a topic, or the filter of a kind in one room? */
export const isFilter = (text: string): boolean => readTopic(text.replace(/\/\+$/, '/any')) !== null

/** What a presence topic holds. */
export const PRESENCE = { here: 'here', gone: 'gone' } as const

/** What a hub says with each file that it serves: where its broker is. */
export const HUB_HEADER = 'X-Evolarium-Hub'

/**
 * The WebSocket address of a broker, from what people type: the address of a hub's page will do. Schemes ws, wss, http
 * and https; the path is `/mqtt` unless another is given.
 */
export function brokerAddress(text: string): Result<string> {
  const scheme = /^(ws|http)(s?):\/\/[^/]/i.exec(text.trim())
  if (scheme === null || !URL.canParse(text.trim()))
    return fail(
      'bad-address',
      `"${text.slice(0, 80)}" is no address of a hub: it looks like http://localhost:4174 or wss://broker.example/mqtt.`,
    )
  const { host, pathname, username } = new URL(text.trim())
  if (username !== '')
    return fail('bad-address', 'Leave name and password out of the address of the hub: it takes none.')
  return ok(`ws${scheme[2]?.toLowerCase() ?? ''}://${host}${pathname === '/' ? '/mqtt' : pathname}`)
}
