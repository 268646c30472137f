/** What games say about somebody: points, generality, behaviour as a vector, and who beats whom in a circle. Pure. */
import type { Standing } from './contracts.ts'
import type { Exam } from './journal.ts'

/** Results against a panel; none where nobody measured. */
export const standingsOf = (
  { exams = [] }: { readonly exams?: readonly Exam[] },
  panel: Exam['panel'],
): readonly Standing[] => exams.find((exam) => exam.panel === panel)?.standings ?? []

/** 3 for a win, 1 for a tie, per 100 games; 0 where none was played. */
export function pointsOf(standings: readonly Standing[]): number {
  const sum = standings.reduce((total, { won, tied }) => total + 3 * won + tied, 0)
  const games = standings.reduce((total, { won, tied, lost }) => total + won + tied + lost, 0)
  return games === 0 ? 0 : (100 * sum) / games
}

/** Beaten or tied, as Digital Red Queen counts generality: not lost to more often than won against. */
export const isHeld = ({ won, lost }: Standing): boolean => won >= lost

/** Share of opponents beaten or tied, 0..1; 0 of nobody. */
export const heldShare = (standings: readonly Standing[]): number =>
  standings.length === 0 ? 0 : standings.filter(isHeld).length / standings.length

/** Rungs of a ladder, from below, each of which is beaten: the first that is not ends the climb. */
export function rungsOf(standings: readonly Standing[]): number {
  const first = standings.findIndex(({ won, lost }) => won <= lost)
  return first === -1 ? standings.length : first
}

/** Behaviour: the points against each opponent as a share of the most there is, 0..1. */
export const phenotypeOf = (standings: readonly Standing[]): readonly number[] =>
  standings.map((standing) => pointsOf([standing]) / 300)

/** Root mean square difference of two phenotypes of the same panel, 0..1. */
export function distanceOf(one: readonly number[], other: readonly number[]): number {
  if (one.length === 0) return 0
  return Math.sqrt(one.reduce((sum, value, index) => sum + (value - (other[index] ?? 0)) ** 2, 0) / one.length)
}

/** How far several phenotypes lie apart: the variance against each opponent, averaged over the panel. */
export function varianceOf(phenotypes: readonly (readonly number[])[]): number {
  const [first] = phenotypes
  if (first === undefined || first.length === 0) return 0
  const spread = first.map((_, index) => {
    const values = phenotypes.map((phenotype) => phenotype[index] ?? 0)
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length
    return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length
  })
  return spread.reduce((sum, value) => sum + value, 0) / spread.length
}

/** Rock, paper, scissors: three of whom each beats the next. */
export interface Cycles {
  /** As triples of indices, each beginning with its smallest: the first beats the second, it the third, it the first. */
  readonly triples: readonly (readonly [number, number, number])[]
  /** Triples of contestants there are. */
  readonly of: number
}

/** `beats(i, j)` of `count` contestants. */
export function cyclesOf(count: number, beats: (one: number, other: number) => boolean): Cycles {
  const triples: [number, number, number][] = []
  for (let i = 0; i < count; i++)
    for (let j = i + 1; j < count; j++)
      for (let k = j + 1; k < count; k++) {
        if (beats(i, j) && beats(j, k) && beats(k, i)) triples.push([i, j, k])
        else if (beats(i, k) && beats(k, j) && beats(j, i)) triples.push([i, k, j])
      }
  return { triples, of: count < 3 ? 0 : (count * (count - 1) * (count - 2)) / 6 }
}
