/** Rooms of islands as the page knows them: whom it was invited by, what can be joined again. Nothing is joined unasked. */
import { HUB_HEADER } from '../bus/names.ts'
import type { RunSettings } from '../core/settings.ts'
import type { RoomSpec, RunWorkerApi, Snapshot } from '../engine/protocol.ts'
import { RoomMemory } from './memory-of-rooms.ts'

export interface IslandsHost {
  api(): RunWorkerApi | null
  /** A new run with these settings, begun. */
  begin(settings: RunSettings): Promise<boolean>
  /** What the page does when no link asks for anything. */
  goOn(): void
  /** The address of the open run. */
  link(): void
}

export interface Invitation {
  /** The link's, kept in the address until it is answered. */
  readonly hash: string
  readonly place: RoomSpec
  readonly settings: RunSettings
}

export class Islands {
  /** A link's, until it is answered. */
  invitation = $state.raw<Invitation | null>(null)
  /** The room that the open run was in before. */
  offered = $state.raw<RoomSpec | null>(null)
  /** Why the room that was asked for last is not joined, or empty. */
  trouble = $state('')
  isJoining = $state(false)
  readonly #host: IslandsHost
  readonly #memory = new RoomMemory(localStorage)
  #run = ''
  /** As whom it was last seen in a room. */
  #room: string | null = null

  constructor(host: IslandsHost) {
    this.#host = host
  }

  async join(spec: RoomSpec): Promise<boolean> {
    const api = this.#host.api()
    if (api === null || this.isJoining) return false
    this.trouble = ''
    this.isJoining = true
    const joined = await api.join(spec)
    this.isJoining = false
    if (!joined.ok) this.trouble = joined.fault.message
    return joined.ok
  }

  async leave(): Promise<void> {
    await this.#host.api()?.leave()
    this.#memory.put(this.#run, null)
    this.#room = null
  }

  forget(): void {
    this.#memory.put(this.#run, null)
    this.offered = null
  }

  ask(invitation: Invitation): void {
    history.replaceState(null, '', invitation.hash)
    this.invitation = invitation
  }

  /** A run of its own, in the invited world: two islands with the same seed would find the same. */
  async accept(): Promise<void> {
    const { invitation } = this
    if (invitation === null) return
    this.invitation = null
    if (await this.#host.begin(withOwnSeed(invitation.settings))) await this.join(invitation.place)
  }

  decline(): void {
    this.invitation = null
    this.#host.link()
    this.#host.goOn()
  }

  /** To be called with every picture of the engine. */
  received({ run, island }: Snapshot): void {
    if (run.id !== this.#run) {
      this.#run = run.id
      this.#room = null
      this.trouble = ''
      this.offered = this.#memory.of(run.id)
    }
    if (island === null || this.#room === island.island) return
    this.#room = island.island
    this.offered = null
    this.#memory.put(run.id, island.spec)
  }
}

/** Settings with a seed that hardly anybody else has; it is shown and kept like any other. */
export function withOwnSeed(settings: RunSettings): RunSettings {
  const [word = 1] = crypto.getRandomValues(new Uint32Array(1))
  return { ...settings, seed: word >>> 1 }
}

/** Whether a hub serves this page, and so its own address is one. */
export async function isServedByHub(): Promise<boolean> {
  try {
    const { headers } = await fetch(location.pathname, { method: 'HEAD' })
    return headers.has(HUB_HEADER)
  } catch {
    return false
  }
}
