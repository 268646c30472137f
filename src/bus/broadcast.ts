/**
 * Islands in the tabs of one browser, over BroadcastChannel. Nobody keeps messages for those who come later, so a newcomer
 * says hello and each island answers it with its last ones. A goodbye, or the loss of an island's lock, tells that it is gone.
 */
import * as v from 'valibot'
import { fail, ok, type Result } from '../core/result.ts'
import { webLocks, type Attendance } from './attendance.ts'
import { MESSAGE_KINDS, type IslandBus, type MessageKind } from './contracts.ts'
import { isName, whyNoPlace } from './names.ts'
import { Station } from './station.ts'

export interface BroadcastOptions {
  readonly room: string
  readonly island: string
  /** Who notices the dead; the browser's Web Locks, unless given. */
  readonly attendance?: Attendance | null
  /** How often is looked for the dead, in milliseconds. */
  readonly lookMs?: number
}

const LOOK_MS = 2000

const island = v.pipe(v.string(), v.check(isName))
const postSchema = v.variant('what', [
  v.object({ v: v.literal(1), what: v.picklist(['hello', 'here', 'goodbye']), from: island, to: v.nullable(island) }),
  v.object({
    v: v.literal(1), what: v.literal('mail'), from: island, to: v.nullable(island),
    kind: v.picklist(MESSAGE_KINDS), bytes: v.custom<Uint8Array>((value) => value instanceof Uint8Array),
  }),
]) // prettier-ignore
/** `to`: the only one it is for, or null. */
type Post = v.InferOutput<typeof postSchema>

/** Works in a page, in a worker, and in Node, where who notices the dead has to be given. */
export function openBroadcast(options: BroadcastOptions): Result<IslandBus> {
  const bad = whyNoPlace(options.room, options.island)
  if (bad !== null) return bad
  if (typeof BroadcastChannel === 'undefined')
    return fail(
      'no-channel',
      'This browser cannot join its tabs (it has no BroadcastChannel): use a current one, or a hub.',
    )
  return ok(new BroadcastBus(options))
}

class BroadcastBus extends Station {
  readonly kind = 'broadcast'
  readonly #channel: BroadcastChannel
  readonly #attendance: Attendance | null
  readonly #room: string
  #letGo: (() => void) | null = null
  #looking: ReturnType<typeof setInterval> | undefined

  constructor({ room, island, attendance = webLocks(), lookMs = LOOK_MS }: BroadcastOptions) {
    super(island)
    this.#room = room
    this.#attendance = attendance
    this.#channel = new BroadcastChannel(`evolarium/${room}`)
    this.#channel.onmessage = ({ data }: { data: unknown }) => this.#hear(data)
    void this.#join(lookMs)
  }

  /** The lock comes before the hello: whoever hears of us finds that we hold it. */
  async #join(lookMs: number): Promise<void> {
    this.#letGo = (await this.#attendance?.hold(this.#lockOf(this.island))) ?? null
    if (this.closed) return this.#letGo?.()
    if (this.#letGo !== null) this.#looking = setInterval(() => void this.#look(), lookMs)
    this.become(
      'joined',
      this.#letGo === null
        ? 'Tabs that are killed are not noticed here, because the browser has Web Locks on localhost and https only.'
        : '',
    )
    this.#post({ v: 1, what: 'hello', from: this.island, to: null })
    this.eachLast((kind, bytes) => this.#mail(kind, bytes, null))
  }

  protected override send(kind: MessageKind, bytes: Uint8Array): void {
    this.#mail(kind, bytes, null)
  }

  protected override leave(): Promise<void> {
    clearInterval(this.#looking)
    this.#post({ v: 1, what: 'goodbye', from: this.island, to: null })
    this.#channel.onmessage = null
    this.#channel.close()
    this.#letGo?.()
    return Promise.resolve()
  }

  #hear(data: unknown): void {
    const read = v.safeParse(postSchema, data)
    if (!read.success || this.closed) return
    const post = read.output
    if (post.from === this.island || (post.to !== null && post.to !== this.island)) return
    this.see(post.from, post.what === 'goodbye' ? 'gone' : 'here')
    if (post.what === 'mail') this.deliver({ from: post.from, kind: post.kind, bytes: post.bytes })
    if (post.what !== 'hello' || this.status().state !== 'joined') return
    this.#post({ v: 1, what: 'here', from: this.island, to: post.from })
    this.eachLast((kind, bytes) => this.#mail(kind, bytes, post.from))
  }

  #mail(kind: MessageKind, bytes: Uint8Array, to: string | null): void {
    // Before that there is nobody who could tell that we are alive; what is published meanwhile is sent then.
    if (this.status().state === 'joined') this.#post({ v: 1, what: 'mail', from: this.island, to, kind, bytes })
  }

  async #look(): Promise<void> {
    const held = await this.#attendance?.held().catch(() => undefined)
    if (held === undefined || this.closed) return
    for (const { island, state } of this.peers()) {
      if (state === 'here' && !held.has(this.#lockOf(island))) this.see(island, 'gone')
    }
  }

  #post(post: Post): void {
    this.#channel.postMessage(post)
  }

  #lockOf(island: string): string {
    return `evolarium/${this.#room}/island/${island}`
  }
}
