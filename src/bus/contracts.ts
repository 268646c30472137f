/**
 * What islands exchange champions over. At most once, in any order, late or never: who listens has to cope, and nobody waits.
 * Three of them: tabs of one browser, machines at a broker, and a loop in memory with seeded trouble.
 */

/** `champion`: the best of a round. `archive`: all elites of an island, for the picture of all islands together. */
export type MessageKind = 'champion' | 'archive'

export const MESSAGE_KINDS: readonly MessageKind[] = ['champion', 'archive']

/** Bytes of a message at most. What is longer is neither sent nor delivered, and nobody looks into it. */
export const MOST_BYTES: Readonly<Record<MessageKind, number>> = { champion: 64 << 10, archive: 1 << 20 }

export interface BusMessage {
  /** The island that says it sent this; nothing proves it. */
  readonly from: string
  readonly kind: MessageKind
  /** Foreign bytes; the receiver's own, to keep. */
  readonly bytes: Uint8Array
}

export interface Peer {
  readonly island: string
  /** `gone` once it said goodbye, or the bus noticed that it is not there any more, or that it cannot be reached from here. */
  readonly state: 'here' | 'gone'
}

/** How the bus is; `note` says what is wrong and what is done about it, or is empty. */
export interface BusStatus {
  readonly state: 'joining' | 'joined' | 'apart'
  readonly note: string
}

export interface IslandBus {
  readonly kind: 'broadcast' | 'mqtt' | 'loopback'
  /** Who we are on it. */
  readonly island: string
  /** Returns at once. The last message of each kind is kept for those who come later, where the bus can. */
  publish(kind: MessageKind, bytes: Uint8Array): void
  /**
   * Messages of others, never our own. Listen in the turn in which the bus was opened: what comes before the first
   * listener is lost. Returns how to stop listening.
   */
  subscribe(listener: (message: BusMessage) => void): () => void
  /** All that were seen, up to 256, without ourselves, in the order they were first seen. */
  peers(): readonly Peer[]
  status(): BusStatus
  /** Told when peers or status changed. Returns how to stop listening. */
  onChange(listener: () => void): () => void
  /** Says goodbye. Resolves when it is said, or cannot be; nothing is heard afterwards. */
  close(): Promise<void>
}
