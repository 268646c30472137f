/** The room that the open run is an island in: mail in and out, and the picture of all islands. */
import { elitesOf, type Merged } from '../archives/merged.ts'
import type { IslandBus } from '../bus/contracts.ts'
import type { Evaluator } from '../core/contracts.ts'
import { phaseOf, type Make } from '../core/generation.ts'
import type { GenerationRecord, RunState } from '../core/journal.ts'
import type { Migrant } from '../core/migrant.ts'
import { eliteName } from '../core/names.ts'
import { fail, type Result } from '../core/result.ts'
import { NO_ROUNDS } from '../core/rounds.ts'
import { Island } from './mailbox.ts'
import { Membership } from './membership.ts'
import { Merging, NO_PICTURE, type Picture } from './merging.ts'
import type { IslandView, PictureView, RoomSpec } from './protocol.ts'

export interface RoomHost {
  /** An evaluator for the picture alone. */
  evaluator(): Evaluator
  now(): number
  /** Something to show has changed. */
  changed(): void
}

export class Room {
  readonly spec: RoomSpec
  readonly #make: Make
  readonly #membership: Membership
  readonly #island: Island
  readonly #host: RoomHost
  readonly #abort = new AbortController()
  #merging: Merging | null = null
  /** One update after another; asked for again meanwhile, it is done once more. */
  #updating: Promise<void> | null = null
  #again = false
  #picture: PictureView
  #note = ''
  #rounds = NO_ROUNDS

  constructor(spec: RoomSpec, make: Make, bus: IslandBus, host: RoomHost) {
    this.spec = spec
    this.#make = make
    this.#host = host
    this.#picture = pictureView(make, NO_PICTURE)
    this.#membership = new Membership(make, bus, { now: () => host.now(), changed: () => this.#heard() })
    this.#island = new Island(make, this.#membership)
  }

  migrants(state: RunState): readonly Migrant[] {
    return this.#island.migrants(state)
  }

  generation(change: GenerationRecord, state: RunState): void {
    this.#rounds = state.rounds ?? NO_ROUNDS
    this.#island.generation(change, state)
    this.#update()
  }

  /** On joining: what the last finished round came to is told again, so that the others know us at once. */
  arrive(state: RunState): void {
    this.#rounds = state.rounds ?? NO_ROUNDS
    const last = state.rounds?.champions.at(-1)
    if (last !== undefined && last.from === undefined) this.#membership.sendChampion(last)
    this.#island.announce(state)
    // Once all rounds are over nothing is announced any more, and the others are to have its archive all the same.
    if (last !== undefined && phaseOf(this.#make, state).kind === 'over')
      this.#membership.sendArchive(last.round, state.elites)
    this.#update()
  }

  view(): IslandView {
    const { bus, note, sent } = this.#membership
    const { state, note: trouble } = this.#membership.status()
    return {
      spec: this.spec, island: bus.island, state, note: [trouble, note, this.#note].filter((text) => text !== '').join(' '), peers: this.#membership.peers(),
      sent, received: this.#rounds.received, novel: this.#rounds.novel, counts: this.#membership.counts(), picture: this.#picture,
    } // prettier-ignore
  }

  /** Settles once the picture shows what is known now. */
  async drawn(): Promise<void> {
    await this.#updating
  }

  async close(): Promise<void> {
    this.#abort.abort()
    this.#merging?.dispose()
    await this.#membership.close()
  }

  #heard(): void {
    this.#update()
    this.#host.changed()
  }

  #update(): void {
    this.#again = true
    this.#updating ??= this.#work().finally(() => (this.#updating = null))
  }

  async #work(): Promise<void> {
    while (this.#again && !this.#abort.signal.aborted) {
      this.#again = false
      const archives = this.#membership.archives()
      if (archives.length === 0) return
      this.#merging ??= new Merging(this.#make, this.#host.evaluator())
      const updated = await this.#merging.update(archives, this.#abort.signal)
      if (this.#abort.signal.aborted) return
      this.#note = updated.ok ? '' : `The picture of all islands could not be drawn: ${updated.fault.message}`
      if (!updated.ok || !updated.value.isNew) continue
      this.#picture = pictureView(this.#make, updated.value.picture)
      this.#host.changed()
    }
  }
}

export function pictureView({ shape }: Pick<Make, 'shape'>, picture: Picture): PictureView {
  const { islands, merged, qdScore, coverage, hash } = picture
  const scoresOf = (archive: Merged) => {
    const scores = new Float64Array(shape.rows * shape.columns).fill(NaN)
    for (const { cell, objective } of elitesOf(archive)) scores[cell] = objective
    return scores
  }
  const owners = new Int16Array(shape.rows * shape.columns).fill(-1)
  for (const { cell, island } of elitesOf(merged)) owners[cell] = islands.findIndex((one) => one.island === island)
  return {
    islands: islands.map(({ archive, ...told }) => ({ ...told, scores: scoresOf(archive) })),
    merged: { qdScore, coverage, scores: scoresOf(merged), owners },
    hash,
  }
}

/** Why a run cannot be an island; null when it can. */
export function whyNoIsland({ rounds, arena, strategy }: Make): Result<never> | null {
  if (rounds === null)
    return fail('not-in-rounds', `Islands send each other the champions of rounds, and ${strategy.label} has none: begin a run of the Red Queen.`) // prettier-ignore
  if (rounds.coevolution.panels.every(({ id, members }) => id !== 'held-out' || members.length === 0))
    return fail('no-panel', `${arena.label} has nobody held out in this world, so islands could not be compared: take fewer first opponents.`) // prettier-ignore
  return null
}

/** A name for an island of this run: sayable, and hardly anybody else's. */
export function islandName(id: string): string {
  const digits = id.toLowerCase().replace(/[^0-9a-f]/g, '')
  const words = Uint32Array.from({ length: 2 }, (_, at) => parseInt(digits.slice(8 * at, 8 * at + 8) || '1', 16))
  const [word = 'island'] = eliteName({ id: 0, words }).toLowerCase().split(' ')
  return `${word}-${digits.slice(0, 4) || '0'}`
}
