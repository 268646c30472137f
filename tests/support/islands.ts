/** Islands to test with: a world of Core War, legal warriors from a seed, and what an island would send. */
import coreWar from '../../src/arenas/core-war/index.ts'
import { encodeWarrior, warriorCodec } from '../../src/arenas/core-war/genome.ts'
import { PRESETS } from '../../src/arenas/core-war/options.ts'
import type { BusMessage, MessageKind } from '../../src/bus/contracts.ts'
import { Inbox, type InboxOptions } from '../../src/bus/inbox.ts'
import { encodeArchive, encodeChampion, worldOf, type ArchiveElite, type World } from '../../src/bus/mail.ts'
import { hashWords } from '../../src/core/hash.ts'
import type { Migrant } from '../../src/core/migrant.ts'
import type { Result } from '../../src/core/result.ts'
import type { Rng } from '../../src/core/rng.ts'
import { randomProgram } from './warriors.ts'

const optionsOf = (preset: string) => PRESETS.find(({ id }) => id === preset)!.options

export const options = optionsOf('nano')
export const codec = warriorCodec(options)
export const world: World = { arena: coreWar.id, version: coreWar.version, world: worldOf(coreWar.id, options) }
export const otherWorld: World = { ...world, world: worldOf(coreWar.id, optionsOf('tiny')) }

/** Words of a legal warrior of five lines at most in eighty cells. */
export const warrior = (random: Rng): Uint32Array =>
  encodeWarrior(randomProgram(random, 80, 1 + random.int(5), false), codec.stride)

export function migrant(random: Rng, change: Partial<Migrant> = {}): Migrant {
  const words = change.words ?? warrior(random)
  return {
    island: 'brno', round: random.int(100), name: `Warrior ${random.int(1000)}`, operator: 'tweak', claimed: random.unit(), hash: hashWords(words),
    ...change, words,
  } // prettier-ignore
}

export const elites = (random: Rng, count: number): ArchiveElite[] =>
  Array.from({ length: count }, (_, cell) => ({
    cell, claimed: random.unit(), words: warrior(random), name: `Elite ${cell}`,
  })) // prettier-ignore

export function value<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(result.fault.message)
  return result.value
}

export const message = (from: string, kind: MessageKind, bytes: Uint8Array): BusMessage => ({ from, kind, bytes })

export const champion = (one: Migrant, place: World = world): BusMessage =>
  message(one.island, 'champion', value(encodeChampion(place, one)))

export const archive = (island: string, round: number, of: readonly ArchiveElite[], place: World = world): BusMessage =>
  message(island, 'archive', value(encodeArchive(place, { island, round, elites: of })))

/** An inbox of island "here", with a clock that is set by hand. */
export function inbox(change: Partial<InboxOptions> = {}): { inbox: Inbox; clock: { now: number } } {
  const clock = { now: 0 }
  return { inbox: new Inbox({ island: 'here', ...world, codec, now: () => clock.now, ...change }), clock }
}

export const text = (json: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(json))

/** Counts are 0 where nothing else is said. */
export const counts = (some: Partial<ReturnType<Inbox['counts']>>) => ({
  taken: 0, junk: 0, foreign: 0, flood: 0, ignored: 0, duplicate: 0, own: 0, ...some,
}) // prettier-ignore
