/** A run's place among islands: what it sends over a bus, and what comes in and may be taken. */
import { encodeArchive, encodeChampion, worldOf, type ArchiveMail, type World } from '../bus/mail.ts'
import type { BusStatus, IslandBus, Peer } from '../bus/contracts.ts'
import { Inbox, type Reason } from '../bus/inbox.ts'
import type { Make } from '../core/generation.ts'
import { hashWords } from '../core/hash.ts'
import type { Birth, Champion } from '../core/journal.ts'
import type { Migrant } from '../core/migrant.ts'
import { eliteName } from '../core/names.ts'
import type { Mailbox } from './mailbox.ts'
import type { ToldArchive } from './merging.ts'

export interface MembershipOptions {
  /** Milliseconds on any clock: how much a peer may send. */
  readonly now: () => number
  /** Something to show has changed. */
  readonly changed?: () => void
}

export class Membership implements Mailbox {
  readonly bus: IslandBus
  readonly #world: World
  readonly #inbox: Inbox
  /** Messages that could not be sent, in a sentence; empty. */
  note = ''
  sent = 0
  #own: (Omit<ArchiveMail, keyof World> & ToldArchive) | null = null

  constructor(make: Pick<Make, 'settings' | 'codec'>, bus: IslandBus, { now, changed }: MembershipOptions) {
    const { arena, arenaVersion, options } = make.settings
    this.bus = bus
    this.#world = { arena, version: arenaVersion, world: worldOf(arena, options) }
    this.#inbox = new Inbox({ ...this.#world, island: bus.island, codec: make.codec, now })
    bus.subscribe((message) => {
      this.#inbox.take(message)
      changed?.()
    })
    if (changed !== undefined) bus.onChange(changed)
  }

  drain(known: ReadonlySet<string>): readonly Migrant[] {
    return this.#inbox.drain(known)
  }

  sendChampion({ round, name, operator, objectives, words }: Champion): void {
    const { island } = this.bus
    const migrant = { island, round, name, operator, claimed: objectives[0] ?? 0, words, hash: hashWords(words) }
    const letter = encodeChampion(this.#world, migrant)
    if (letter.ok) {
      this.bus.publish('champion', letter.value)
      this.sent++
    } else this.note = letter.fault.message
  }

  sendArchive(round: number, elites: readonly Birth[]): void {
    const told = elites.map((elite) => ({
      cell: elite.cell, claimed: elite.objectives[0] ?? 0, words: elite.words, name: eliteName(elite),
    })) // prettier-ignore
    this.#own = { island: this.bus.island, round, elites: told }
    const letter = encodeArchive(this.#world, this.#own)
    if (letter.ok) this.bus.publish('archive', letter.value)
    else this.note = letter.fault.message
  }

  /** The latest archive of every island, our own among them. Scores in them are claims. */
  archives(): readonly ToldArchive[] {
    return [...this.#inbox.archives(), ...(this.#own === null ? [] : [this.#own])]
  }

  peers(): readonly Peer[] {
    return this.bus.peers()
  }
  status(): BusStatus {
    return this.bus.status()
  }
  counts(): Readonly<Record<Reason, number>> {
    return this.#inbox.counts()
  }

  close(): Promise<void> {
    return this.bus.close()
  }
}
