/** What exams come to, in numbers. */
import type { Standing } from '../core/contracts.ts'

export const games = ({ won, tied, lost }: Standing): number => won + tied + lost

/** All games together. */
export const sumOf = (standings: readonly Standing[]): Standing =>
  standings.reduce(
    (sum, { won, tied, lost }) => ({ won: sum.won + won, tied: sum.tied + tied, lost: sum.lost + lost }),
    {
      won: 0,
      tied: 0,
      lost: 0,
    },
  )

/** 3 for a win, 1 for a tie, per 100 games: 0..300. Of no games 0. */
export function points(standing: Standing): number {
  const all = games(standing)
  return all === 0 ? 0 : (100 * (3 * standing.won + standing.tied)) / all
}

/** Share of those that were met whom it beat or tied with, over all games with each: 0..1. */
export const share = (standings: readonly Standing[]): number =>
  standings.length === 0 ? 0 : standings.filter(({ won, lost }) => won >= lost).length / standings.length

/** Points against each, 0..1 each. */
export const phenotype = (standings: readonly Standing[]): readonly number[] =>
  standings.map((standing) => points(standing) / 300)

/** Root of the mean squared difference, 0..1. Null where the vectors are not of one panel. */
export function distance(one: readonly number[], other: readonly number[]): number | null {
  if (one.length === 0 || one.length !== other.length) return null
  return Math.sqrt(one.reduce((sum, value, at) => sum + (value - (other[at] ?? 0)) ** 2, 0) / one.length)
}

/** Threes of whom each beats the next and the last the first; `beats(a, b)` for a and b below `count`. */
export function cyclesOf(
  count: number,
  beats: (one: number, other: number) => boolean,
): readonly (readonly [number, number, number])[] {
  const found: [number, number, number][] = []
  for (let a = 0; a < count; a++)
    for (let b = a + 1; b < count; b++)
      for (let c = b + 1; c < count; c++) {
        if (beats(a, b) && beats(b, c) && beats(c, a)) found.push([a, b, c])
        else if (beats(a, c) && beats(c, b) && beats(b, a)) found.push([a, c, b])
      }
  return found
}
