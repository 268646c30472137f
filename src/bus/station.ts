/** What every bus keeps: who listens, who else is there, how it stands, and the last message of each kind. */
import {
  MESSAGE_KINDS,
  MOST_BYTES,
  type BusMessage,
  type BusStatus,
  type IslandBus,
  type MessageKind,
  type Peer,
} from './contracts.ts'

/** Peers that are listed; beyond that, those that are gone make room, and if none is, a newcomer is not listed. */
const MOST_PEERS = 256

export abstract class Station implements IslandBus {
  abstract readonly kind: IslandBus['kind']
  readonly island: string
  readonly #last = new Map<MessageKind, Uint8Array>()
  readonly #listeners = new Set<(message: BusMessage) => void>()
  readonly #watchers = new Set<() => void>()
  readonly #peers = new Map<string, Peer>()
  #status: BusStatus = { state: 'joining', note: '' }
  #closed = false

  constructor(island: string) {
    this.island = island
  }

  /** Sends what {@link publish} took; drops it where that cannot be done now. */
  protected abstract send(kind: MessageKind, bytes: Uint8Array): void
  protected abstract leave(): Promise<void>

  publish(kind: MessageKind, bytes: Uint8Array): void {
    if (this.#closed || bytes.length > MOST_BYTES[kind]) return
    const own = bytes.slice()
    this.#last.set(kind, own)
    this.send(kind, own)
  }

  subscribe(listener: (message: BusMessage) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  peers(): readonly Peer[] {
    return [...this.#peers.values()]
  }

  status(): BusStatus {
    return this.#status
  }

  onChange(listener: () => void): () => void {
    this.#watchers.add(listener)
    return () => void this.#watchers.delete(listener)
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    this.#listeners.clear()
    this.#watchers.clear()
    await this.leave()
  }

  protected get closed(): boolean {
    return this.#closed
  }

  /** The last message of each kind, for those who come late. */
  protected eachLast(use: (kind: MessageKind, bytes: Uint8Array) => void): void {
    for (const kind of MESSAGE_KINDS) {
      const bytes = this.#last.get(kind)
      if (bytes !== undefined) use(kind, bytes)
    }
  }

  protected deliver(message: BusMessage): void {
    if (message.from === this.island || message.bytes.length > MOST_BYTES[message.kind]) return
    for (const listener of this.#listeners) listener(message)
  }

  protected see(island: string, state: Peer['state']): void {
    if (island === this.island || this.#peers.get(island)?.state === state) return
    if (!this.#peers.has(island) && this.#peers.size >= MOST_PEERS) {
      const gone = [...this.#peers.values()].find((peer) => peer.state === 'gone')
      if (gone === undefined) return
      this.#peers.delete(gone.island)
    }
    this.#peers.set(island, { island, state })
    this.#tell()
  }

  protected become(state: BusStatus['state'], note = ''): void {
    if (this.#status.state === state && this.#status.note === note) return
    this.#status = { state, note }
    this.#tell()
  }

  #tell(): void {
    for (const watcher of this.#watchers) watcher()
  }
}
