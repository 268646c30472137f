/**
 * Islands in one process, on a net whose troubles are drawn from a seed and whose time is counted in ticks: what happens
 * is the same in every run. For tests, and for showing what trouble does to islands.
 */
import { ok, type Result } from '../core/result.ts'
import { rng, type Rng } from '../core/rng.ts'
import type { BusMessage, IslandBus, MessageKind } from './contracts.ts'
import { whyNoPlace } from './names.ts'
import { Station } from './station.ts'

export interface Trouble {
  readonly seed: number
  /** Ticks that a message is on its way: least and most, at least 1. */
  readonly delay?: readonly [number, number]
  /** Chance that a message is lost, 0..1. */
  readonly loss?: number
  /** Chance that a message comes twice, 0..1. */
  readonly twice?: number
  /** Chance that a message is held up and others overtake it, 0..1. Without it, what is sent first comes first. */
  readonly reorder?: number
}

interface InFlight extends BusMessage {
  readonly to: LoopbackBus
  readonly due: number
  /** Breaks ties of `due`. */
  readonly order: number
}

/** How long a message is held up, in ticks on top of its delay. */
const HELD_UP = 8

export class LoopbackNet {
  readonly #trouble: Required<Trouble>
  readonly #rng: Rng
  readonly #islands = new Map<string, LoopbackBus>()
  /** Mailboxes outlive their islands, as retained messages do at a broker. */
  readonly #mailboxes = new Map<string, Map<MessageKind, Uint8Array>>()
  /** The side of each island; null while the net is whole. */
  #sides: ReadonlyMap<string, number> | null = null
  #flying: InFlight[] = []
  #now = 0
  #order = 0

  constructor({ seed, delay = [1, 1], loss = 0, twice = 0, reorder = 0 }: Trouble) {
    this.#trouble = { seed, delay, loss, twice, reorder }
    this.#rng = rng(seed)
  }

  /** A new island on the net; it gets the mailboxes of all it can reach. One of the same name is cut off. */
  join(island: string): Result<IslandBus> {
    const bad = whyNoPlace('loopback', island)
    if (bad !== null) return bad
    const bus: LoopbackBus = new LoopbackBus(island, {
      send: (kind, bytes) => this.#send(bus, kind, bytes),
      leave: () => {
        if (this.#islands.get(island) === bus) this.kill(island)
      },
    })
    this.#islands.set(island, bus)
    this.#readMailboxes(bus, (owner) => this.#reaches(owner, island))
    return ok(bus)
  }

  /** Time passes: what is due is delivered, in order, and who is there is noticed. */
  tick(steps = 1): void {
    for (let step = 0; step < steps; step++) {
      this.#now++
      for (const bus of this.#islands.values()) this.#look(bus)
      const due = this.#flying.filter((message) => message.due <= this.#now)
      this.#flying = this.#flying.filter((message) => message.due > this.#now)
      due.sort((one, other) => one.due - other.due || one.order - other.order)
      for (const { to, from, kind, bytes } of due) {
        if (this.#islands.get(to.island) === to && this.#reaches(from, to.island))
          to.hear({ from, kind, bytes: bytes.slice() })
      }
    }
  }

  /** Ticks until nothing is on its way. What is sent in answer to messages counts too, so it may not end where islands chat. */
  settle(): void {
    do this.tick()
    while (this.#flying.length > 0)
  }

  /** Cuts the net: islands reach those of their own group alone. One in no group is on its own. */
  partition(groups: readonly (readonly string[])[]): void {
    this.#sides = new Map(groups.flatMap((group, side) => group.map((island) => [island, side] as const)))
  }

  /** Makes the net whole; everybody reads the mailboxes of those who were out of reach. */
  heal(): void {
    const cut = this.#sides
    this.#sides = null
    for (const bus of this.#islands.values()) this.#readMailboxes(bus, (owner) => !reaches(cut, owner, bus.island))
  }

  /** It is gone at once, and says nothing. */
  kill(island: string): void {
    this.#islands.delete(island)
  }

  #send(from: LoopbackBus, kind: MessageKind, bytes: Uint8Array): void {
    if (this.#islands.get(from.island) !== from) return
    const mailbox = this.#mailboxes.get(from.island) ?? new Map<MessageKind, Uint8Array>()
    this.#mailboxes.set(from.island, mailbox.set(kind, bytes))
    for (const to of this.#islands.values()) {
      if (to !== from) this.#post(to, { from: from.island, kind, bytes })
    }
  }

  #readMailboxes(to: LoopbackBus, ofWhom: (owner: string) => boolean): void {
    for (const [owner, mailbox] of this.#mailboxes) {
      if (owner === to.island || !ofWhom(owner)) continue
      for (const [kind, bytes] of mailbox) this.#post(to, { from: owner, kind, bytes })
    }
  }

  #post(to: LoopbackBus, message: BusMessage): void {
    const { delay, loss, twice, reorder } = this.#trouble
    if (this.#rng.chance(loss)) return
    for (let copy = this.#rng.chance(twice) ? 2 : 1; copy > 0; copy--) {
      const [least, most] = delay
      const held = this.#rng.chance(reorder) ? 1 + this.#rng.int(HELD_UP) : 0
      const due = this.#now + Math.max(1, least + this.#rng.int(most - least + 1) + held)
      const before = this.#flying.findLast((other) => other.to === to && other.from === message.from)
      this.#flying.push({
        ...message,
        to,
        due: reorder > 0 ? due : Math.max(due, before?.due ?? 0),
        order: this.#order++,
      })
    }
  }

  #look(bus: LoopbackBus): void {
    let cut = 0
    const all = new Set([
      ...this.#mailboxes.keys(),
      ...this.#islands.keys(),
      ...bus.peers().map(({ island }) => island),
    ])
    for (const other of all) {
      const isThere = this.#islands.has(other)
      const isNear = this.#reaches(other, bus.island)
      if (isThere && !isNear) cut++
      bus.see(other, isThere && isNear ? 'here' : 'gone')
    }
    bus.stand(cut)
  }

  #reaches(one: string, other: string): boolean {
    return reaches(this.#sides, one, other)
  }
}

function reaches(sides: ReadonlyMap<string, number> | null, one: string, other: string): boolean {
  if (sides === null || one === other) return true
  const side = sides.get(one)
  return side !== undefined && side === sides.get(other)
}

/** What a bus asks of its net. */
interface Wire {
  send(kind: MessageKind, bytes: Uint8Array): void
  leave(): void
}

class LoopbackBus extends Station {
  readonly kind = 'loopback'
  readonly #net: Wire

  constructor(island: string, net: Wire) {
    super(island)
    this.#net = net
  }

  protected override send(kind: MessageKind, bytes: Uint8Array): void {
    this.#net.send(kind, bytes)
  }

  protected override leave(): Promise<void> {
    this.#net.leave()
    return Promise.resolve()
  }

  hear(message: BusMessage): void {
    this.deliver(message)
  }

  override see(island: string, state: 'here' | 'gone'): void {
    super.see(island, state)
  }

  /** `cut` islands are there and out of reach. */
  stand(cut: number): void {
    if (cut === 0) this.become('joined')
    else this.become('apart', `Cut off from ${cut} ${cut === 1 ? 'island' : 'islands'} until the net heals.`)
  }
}
