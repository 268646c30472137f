/**
 * What stands between strangers and a run. Messages come in whenever they like; a run asks at the start of a round for
 * what is there, and gets genomes of its own world, each once, that its arena can read. Nothing here scores them: what an
 * island claims counts for nothing until it was worked out again.
 */
import type { Codec } from '../core/contracts.ts'
import type { Migrant } from '../core/migrant.ts'
import { Bucket } from './bucket.ts'
import { MOST_BYTES, type BusMessage } from './contracts.ts'
import { decodeArchive, decodeChampion, type ArchiveMail, type World } from './mail.ts'
import { isName } from './names.ts'

/** Migrants that wait at most, and so the most that one {@link Inbox.drain} gives. */
export const MOST_MIGRANTS = 64
/** Islands whose archives are kept, and what these may take together. */
export const MOST_ARCHIVES = 64
const MOST_ARCHIVE_BYTES = 32 << 20

/** Senders that are remembered; who was silent longest is forgotten first. */
const MOST_SENDERS = 256
/** Hashes of genomes handed out before, so that a mailbox that is read again brings nothing twice. */
const MOST_HANDED = 4096

/** A token is a message of 64 KiB or less; longer ones cost more. */
const TOKEN_BYTES = 64 << 10
const OF_ONE = { most: 64, rate: 4 }
const OF_ALL = { most: 512, rate: 32 }

/** So many messages that are junk, not made up for by good ones, and for a while nothing is read of who sent them. */
const MOST_JUNK = 8
const IGNORED_MS = 60_000

/** What became of messages; a migrant that is found out later, at a drain, moves from `taken` to `duplicate`. */
export const REASONS = ['taken', 'junk', 'foreign', 'flood', 'ignored', 'duplicate', 'own'] as const
/** `foreign`: of another arena, options or version. `ignored`: from who sent too much junk. */
export type Reason = (typeof REASONS)[number]

export interface InboxOptions extends World {
  /** Who we are. */
  readonly island: string
  readonly codec: Pick<Codec<unknown>, 'stride' | 'check'>
  /** Milliseconds on any clock; it decides what is read, and never what a genome is worth. */
  readonly now: () => number
}

interface Sender {
  readonly bucket: Bucket
  junk: number
  ignoredUntil: number
}

export class Inbox {
  readonly #options: InboxOptions
  readonly #all: Bucket
  readonly #senders = new Map<string, Sender>()
  /** By hash, in the order of arrival. */
  readonly #waiting = new Map<string, Migrant>()
  readonly #handed = new Set<string>()
  /** The one that changed last is the last. */
  readonly #archives = new Map<string, ArchiveMail>()
  readonly #counts: Record<Reason, number> = {
    taken: 0, junk: 0, foreign: 0, flood: 0, ignored: 0, duplicate: 0, own: 0,
  } // prettier-ignore

  constructor(options: InboxOptions) {
    this.#options = options
    this.#all = new Bucket(OF_ALL.most, OF_ALL.rate, options.now())
  }

  /** Never throws, and tells what became of the message. */
  take(message: BusMessage): Reason {
    const reason = this.#judge(message)
    this.#counts[reason]++
    return reason
  }

  /**
   * All migrants that wait, without those whose hashes are `known`: at most {@link MOST_MIGRANTS}, by rising hash, so that
   * the order of arrival does not show.
   */
  drain(known: ReadonlySet<string>): Migrant[] {
    const migrants: Migrant[] = []
    for (const [hash, migrant] of this.#waiting) {
      if (known.has(hash)) this.#recount('duplicate')
      else migrants.push(migrant)
      this.#handed.add(hash)
    }
    this.#waiting.clear()
    for (const hash of this.#handed) {
      if (this.#handed.size <= MOST_HANDED) break
      this.#handed.delete(hash)
    }
    return migrants.sort((one, other) => (one.hash < other.hash ? -1 : 1))
  }

  /** The latest archive of each island, by name. Objectives are claims. */
  archives(): ArchiveMail[] {
    return [...this.#archives.values()].sort((one, other) => (one.island < other.island ? -1 : 1))
  }

  counts(): Readonly<Record<Reason, number>> {
    return { ...this.#counts }
  }

  #judge({ from, kind, bytes }: BusMessage): Reason {
    if (from === this.#options.island) return 'own'
    if (!isName(from)) return 'junk'
    const now = this.#options.now()
    const sender = this.#sender(from, now)
    if (now < sender.ignoredUntil) return 'ignored'
    const cost = Math.max(1, bytes.length / TOKEN_BYTES)
    // One's own bucket first: who floods leaves that of all to the others.
    if (!sender.bucket.take(Math.min(cost, OF_ONE.most), now) || !this.#all.take(cost, now)) return 'flood'
    const reason = bytes.length > (MOST_BYTES[kind] ?? 0) ? 'junk' : this.#read(from, kind, bytes)
    if (reason !== 'junk') sender.junk = Math.max(0, sender.junk - 1)
    else if (++sender.junk >= MOST_JUNK) {
      sender.junk = 0
      sender.ignoredUntil = now + IGNORED_MS
    }
    return reason
  }

  #sender(island: string, now: number): Sender {
    const sender = this.#senders.get(island) ?? {
      bucket: new Bucket(OF_ONE.most, OF_ONE.rate, now), junk: 0, ignoredUntil: -Infinity,
    } // prettier-ignore
    this.#senders.delete(island)
    this.#senders.set(island, sender)
    for (const longest of this.#senders.keys()) {
      if (this.#senders.size <= MOST_SENDERS) break
      this.#senders.delete(longest)
    }
    return sender
  }

  #read(from: string, kind: BusMessage['kind'], bytes: Uint8Array): Reason {
    const read = kind === 'champion' ? decodeChampion(bytes) : decodeArchive(bytes)
    if (!read.ok) return read.fault.kind === 'mail-version' ? 'foreign' : 'junk'
    const mail = read.value
    if (('migrant' in mail ? mail.migrant.island : mail.island) !== from) return 'junk'
    const { arena, version, world } = this.#options
    if (mail.arena !== arena || mail.version !== version || mail.world !== world) return 'foreign'
    return 'migrant' in mail ? this.#welcome(mail.migrant) : this.#keep(mail)
  }

  #welcome(migrant: Migrant): Reason {
    const waiting = this.#waiting.get(migrant.hash)
    if (waiting !== undefined || this.#handed.has(migrant.hash)) {
      // Of several islands that found the same, the same one is named whatever came first.
      if (waiting !== undefined && migrant.island < waiting.island) this.#waiting.set(migrant.hash, migrant)
      return 'duplicate'
    }
    if (!this.#isGenome(migrant.words)) return 'junk'
    if (this.#waiting.size >= MOST_MIGRANTS) this.#makeRoom()
    this.#waiting.set(migrant.hash, migrant)
    return 'taken'
  }

  /** The oldest of the island that has most waiting goes. */
  #makeRoom(): void {
    const waiting = [...this.#waiting.values()]
    const share = (island: string) => waiting.filter((one) => one.island === island).length
    const most = Math.max(...waiting.map(({ island }) => share(island)))
    const oldest = waiting.find(({ island }) => share(island) === most)
    if (oldest === undefined) return
    this.#waiting.delete(oldest.hash)
    this.#recount('flood')
  }

  #keep(archive: ArchiveMail): Reason {
    const known = this.#archives.get(archive.island)
    // Messages overtake each other, and mailboxes are read again.
    if (known !== undefined && known.round >= archive.round) return 'duplicate'
    if (!archive.elites.every(({ words }) => this.#isGenome(words))) return 'junk'
    this.#archives.delete(archive.island)
    this.#archives.set(archive.island, archive)
    let bytes = 0
    for (const one of this.#archives.values()) bytes += bytesOf(one)
    for (const [island, one] of this.#archives) {
      if (this.#archives.size <= MOST_ARCHIVES && bytes <= MOST_ARCHIVE_BYTES) break
      this.#archives.delete(island)
      bytes -= bytesOf(one)
    }
    return 'taken'
  }

  #isGenome(words: Uint32Array): boolean {
    const { stride, check } = this.#options.codec
    if (words.length !== stride) return false
    try {
      return check === undefined || check(words) === null
    } catch {
      // An arena that trips over foreign words says no, and the run goes on.
      return false
    }
  }

  #recount(reason: Reason): void {
    this.#counts.taken--
    this.#counts[reason]++
  }
}

const bytesOf = ({ elites }: ArchiveMail): number => elites.reduce((sum, { words }) => sum + words.byteLength + 256, 0)
