/** Rounds and migrants in a `.evo` file: as in memory, with genomes as base64. */
import * as v from 'valibot'
import type { Champion, Guest, RoundsState } from '../core/journal.ts'
import type { Migrant } from '../core/migrant.ts'
import { fail, ok, type Result } from '../core/result.ts'
import { count, finite, short } from './fields.ts'
import { wordsFromBase64, wordsToBase64 } from '../core/base64.ts'

const numbers = v.pipe(v.array(finite), v.maxLength(16))
const genome = v.pipe(v.string(), v.maxLength(1 << 16))

const MOST_ROUNDS = 100_000
const MOST_OF_PANEL = 4096

const standing = v.object({ won: count, tied: count, lost: count })
const championSchema = v.object({
  round: count,
  id: v.pipe(count, v.minValue(1)),
  name: short,
  operator: short,
  objectives: v.pipe(numbers, v.minLength(1)),
  measures: numbers,
  words: genome,
  from: v.exactOptional(short),
  exams: v.exactOptional(
    v.pipe(
      v.array(
        v.object({
          panel: v.picklist(['held-out', 'ladder', 'champions']),
          standings: v.pipe(v.array(standing), v.maxLength(MOST_OF_PANEL)),
        }),
      ),
      v.maxLength(8),
    ),
  ),
})

const MIGRANT = {
  island: short,
  round: count,
  name: short,
  operator: short,
  claimed: finite,
  words: genome,
  hash: short,
}
export const migrantSchema = v.object(MIGRANT)
export type MigrantFile = v.InferOutput<typeof migrantSchema>

export const roundsSchema = v.object({
  openings: v.pipe(v.array(count), v.maxLength(MOST_ROUNDS)),
  champions: v.pipe(v.array(championSchema), v.maxLength(MOST_ROUNDS)),
  guests: v.pipe(v.array(v.object({ ...MIGRANT, joined: count })), v.maxLength(1024)),
  received: count,
  novel: count,
})
export type RoundsFile = v.InferOutput<typeof roundsSchema>

export const encodeMigrant = ({ words, ...migrant }: Migrant): MigrantFile => ({
  ...migrant,
  words: wordsToBase64(words),
})

export function decodeMigrant({ words: text, ...migrant }: MigrantFile): Result<Migrant> {
  const words = wordsFromBase64(text)
  return words === null ? fail('bad-file', `the genome of ${migrant.name} is not readable`) : ok({ ...migrant, words })
}

export const encodeRounds = ({ champions, guests, ...rest }: RoundsState) => ({
  ...rest,
  champions: champions.map(({ words, ...champion }) => ({ ...champion, words: wordsToBase64(words) })),
  guests: guests.map(({ words, ...guest }) => ({ ...guest, words: wordsToBase64(words) })),
})

/** A checked file's rounds, or what about them makes no sense. */
export function decodeRounds(
  { openings, champions, guests, ...totals }: RoundsFile,
  { generation, nextId }: { readonly generation: number; readonly nextId: number },
): Result<RoundsState> {
  if (openings.some((opening, at) => opening > generation || opening <= (openings[at - 1] ?? 0)))
    return fail('bad-file', 'its rounds are out of order')
  const crowned: Champion[] = []
  for (const { words: text, ...champion } of champions) {
    const words = wordsFromBase64(text)
    if (words === null) return fail('bad-file', `the genome of ${champion.name} is not readable`)
    if (champion.round >= openings.length || champion.round <= (crowned.at(-1)?.round ?? -1) || champion.id >= nextId)
      return fail('bad-file', `champion ${champion.name} is out of order`)
    crowned.push({ ...champion, words })
  }
  const inside: Guest[] = []
  for (const { words: text, ...guest } of guests) {
    const words = wordsFromBase64(text)
    if (words === null) return fail('bad-file', `the genome of ${guest.name} is not readable`)
    inside.push({ ...guest, words })
  }
  return ok({ ...totals, openings, champions: crowned, guests: inside })
}
