/**
 * Evolution in rounds, as Digital Red Queen has it (arXiv 2601.03335): each round has a fresh archive, and its rivals are the
 * environment's own and the champions of the rounds before it; on an island also those of others (DEI, arXiv 2605.27130).
 * When a round begins and ends is the strategy's to say; what that does to a run is here.
 */
import type { Arena, Codec, Coevolution, Named, Phase, Strategy } from './contracts.ts'
import { hashWords } from './hash.ts'
import type { Birth, Champion, Guest, RoundsState, Turn } from './journal.ts'
import type { Migrant } from './migrant.ts'
import { eliteName } from './names.ts'
import type { Options } from './options.ts'

/** More foreign champions than this are not let in at once. */
export const MOST_MIGRANTS = 64
/** Guests remembered, rivals or not. */
const MOST_KEPT = 256

export const NO_ROUNDS: RoundsState = { openings: [], champions: [], guests: [], received: 0, novel: 0 }

/** What a run in rounds stands on: what follows from its settings. */
export interface Rounds {
  readonly coevolution: Coevolution
  readonly memory: { readonly champions: number; readonly guests: number }
  /** The environment's own rivals, encoded. */
  readonly rivals: readonly Uint32Array[]
  /** Hashes of the held-out: whoever equals one of them never becomes a rival. */
  readonly guarded: ReadonlySet<string>
  /** What children are scored against. The same object for the same rivals, so that evaluators notice when it moves. */
  environmentOf(rounds: RoundsState): unknown
}

/** Null where the strategy does not go in rounds. Throws where the arena's genomes never meet: settings are checked before. */
export function roundsOf(
  arena: Arena,
  codec: Codec<unknown>,
  strategy: Strategy<unknown>,
  environment: unknown,
  { options, tactics }: { readonly options: Options; readonly tactics: Options },
): Rounds | null {
  if (strategy.rounds === undefined) return null
  const coevolution = arena.coevolution?.(options)
  if (coevolution === undefined) throw new Error(`${arena.id} has no co-evolution for ${strategy.id}`)
  const guarded = new Set(
    coevolution.panels
      .filter(({ id }) => id === 'held-out')
      .flatMap(({ members }) => members.map(({ genome }) => hashWords(codec.encode(genome)))),
  )
  const memory = strategy.rounds.memory(tactics)
  let last: { readonly key: string; readonly environment: unknown } | null = null
  return {
    coevolution,
    memory,
    guarded,
    rivals: coevolution.rivals(environment).map(({ genome }) => codec.encode(genome)),
    environmentOf(rounds) {
      const added = rivalsOf(rounds, memory).filter(({ words }) => !guarded.has(hashWords(words)))
      const key = added.map(({ name, words }) => `${name} ${hashWords(words)}`).join()
      if (last?.key === key) return last.environment
      const moved = added.reduce(
        (past, { name, words }) => coevolution.advance(past, named(codec, name, words)),
        environment,
      )
      last = { key, environment: moved }
      return moved
    },
  }
}

const named = (codec: Codec<unknown>, name: string, words: Uint32Array): Named<unknown> => ({
  name,
  genome: codec.decode(words),
})

/** The champions and guests that are rivals now, oldest first, guests last. */
export function rivalsOf(
  { champions, guests }: RoundsState,
  memory: Rounds['memory'],
): readonly { readonly name: string; readonly words: Uint32Array }[] {
  return [
    ...newest(champions, memory.champions).map(({ round, name, words }) => ({ name: `round ${round + 1}: ${name}`, words })),
    ...newest(guests, memory.guests).map(({ name, words }) => ({ name: `guest: ${name}`, words })),
  ] // prettier-ignore
}

/** `slice(-0)` would be all of them. */
const newest = <T>(list: readonly T[], count: number): readonly T[] => (count === 0 ? [] : list.slice(-count))

/** The best elite; of equals the one that was born first. */
export const bestOf = (elites: readonly Birth[]): Birth | null =>
  elites.reduce<Birth | null>((best, elite) => {
    const [score = 0, most = 0] = [elite.objectives[0], best?.objectives[0]]
    return best === null || score > most || (score === most && elite.id < best.id) ? elite : best
  }, null)

/** The winner of the round that is going on, or null where none is. */
export function crown(elites: readonly Birth[], { openings }: RoundsState): Champion | null {
  const best = bestOf(elites)
  if (best === null || openings.length === 0) return null
  const { id, operator, objectives, measures, words, from } = best
  return {
    round: openings.length - 1, id, name: eliteName(best), operator, objectives, measures, words,
    ...(from === undefined ? {} : { from }),
  } // prettier-ignore
}

/** Of migrants those that are let in: genomes of this world that are neither rivals already nor held out. */
export function letIn(
  { rivals, guarded, memory }: Rounds,
  codec: Codec<unknown>,
  rounds: RoundsState,
  migrants: readonly Migrant[],
): readonly Guest[] {
  const known = new Set([...rivals, ...rivalsOf(rounds, memory).map(({ words }) => words)].map(hashWords))
  const guests: Guest[] = []
  for (const migrant of migrants.slice(0, MOST_MIGRANTS)) {
    const { words } = migrant
    if (words.length !== codec.stride || (codec.check?.(words) ?? null) !== null) continue
    const hash = hashWords(words)
    if (hash !== migrant.hash || guarded.has(hash) || known.has(hash)) continue
    known.add(hash)
    guests.push({ ...migrant, joined: rounds.openings.length })
  }
  return guests
}

/** Somebody who is judged anew when a round begins. */
export interface Returning {
  readonly operator: 'rival' | 'champion' | 'guest'
  readonly parents: readonly number[]
  readonly words: Uint32Array
  readonly from?: string
}

/** Who returns, in the order in which they are placed: rivals, champions, guests. */
export function returningTo(
  { rivals, memory }: Rounds,
  { champions }: RoundsState,
  phase: Extract<Phase, { kind: 'open' }>,
  guests: readonly Guest[],
): readonly Returning[] {
  const warm = phase.warmChampions ? newest(champions, memory.champions) : []
  return [
    ...(phase.warmRivals ? rivals : []).map((words): Returning => ({ operator: 'rival', parents: [], words })),
    ...warm.map(({ id, words, from }): Returning => ({
      operator: 'champion', parents: [id], words, ...(from === undefined ? {} : { from }),
    })),
    ...guests.map(({ words, island }): Returning => ({ operator: 'guest', parents: [], words, from: island })),
  ] // prettier-ignore
}

/** The rounds after a turn in `generation`. `novel` of its guests were of a kind that the archive did not have. */
export function turned(rounds: RoundsState, { champion, guests, opens, novel }: Turn, generation: number): RoundsState {
  return {
    openings: opens ? [...rounds.openings, generation] : rounds.openings,
    champions: champion === null ? rounds.champions : [...rounds.champions, champion],
    guests: guests.length === 0 ? rounds.guests : newest([...rounds.guests, ...guests], MOST_KEPT),
    received: rounds.received + guests.length,
    novel: rounds.novel + novel,
  }
}
