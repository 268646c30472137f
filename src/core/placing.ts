/** What an archive says to a generation's children: who finds a place, and whose. */
import { cellOf, type GridShape } from '../archives/grid.ts'
import { dominates } from '../archives/pareto.ts'
import type { AddStatus, Losses } from './contracts.ts'
import { lossesOf } from './goals.ts'
import { hashWords } from './hash.ts'
import type { Birth } from './journal.ts'

/** A child, judged. */
export interface Scored {
  readonly objectives: readonly number[]
  readonly measures: readonly number[]
  readonly words: Uint32Array
}

export interface Place {
  readonly status: AddStatus
  /** Where it lives from now on; for the rejected, where it would have. */
  readonly cell: number
  /** What it was worth to the archive, 0..1; 0 for the rejected. */
  readonly gain: number
}

/** On a grid: into the cell of its measures, where nobody better lives. One child after another. */
export function placesOnGrid(shape: GridShape, elites: readonly Birth[], children: readonly Scored[]): Place[] {
  const best = new Map(elites.map(({ cell, objectives }) => [cell, objectives[0] ?? -Infinity]))
  return children.map(({ objectives, measures }): Place => {
    const cell = cellOf(shape, measures)
    const score = objectives[0] ?? 0
    const before = best.get(cell)
    if (before !== undefined && !(score > before)) return { status: 'rejected', cell, gain: 0 }
    best.set(cell, score)
    return before === undefined
      ? { status: 'new', cell, gain: score }
      : { status: 'improved', cell, gain: score - before }
  })
}

/** Of a population's members and children those who stay are the strategy's choice. */
type Survive = (losses: readonly Losses[], capacity: number) => readonly number[]

/**
 * Into a population: a child that stays takes a free slot (`new`), or once none is left that of a member who does not
 * (`improved`). Twins of somebody never stay. A child whom nobody dominates is worth 1, any other that stays half as much.
 */
export function placesInPopulation(
  { goals, reachableCount: capacity }: GridShape,
  elites: readonly Birth[],
  children: readonly Scored[],
  survive: Survive,
): Place[] {
  // From the eldest: where two are equal, it is no matter of slots who stays.
  const members = [...elites].sort((x, y) => x.id - y.id)
  const known = new Set(members.map(({ words }) => hashWords(words)))
  const candidates = children.flatMap(({ words }, index) => {
    const hash = hashWords(words)
    if (known.has(hash)) return []
    known.add(hash)
    return [index]
  })
  const losses = [
    ...members.map(({ objectives }) => lossesOf(goals, objectives)),
    ...candidates.map((index) => lossesOf(goals, children[index]?.objectives ?? [])),
  ]
  const stay = new Set(survive(losses, capacity))
  const taken = new Set(elites.map(({ cell }) => cell))
  const free = Array.from({ length: capacity }, (_, slot) => slot).filter((slot) => !taken.has(slot))
  const left = members.flatMap(({ cell }, index) => (stay.has(index) ? [] : [cell]))
  const places = children.map((): Place => ({ status: 'rejected', cell: 0, gain: 0 }))
  for (const [place, index] of candidates.entries()) {
    const own = losses[members.length + place] ?? []
    if (!stay.has(members.length + place)) continue
    const slot = free.shift()
    const cell = slot ?? left.shift()
    if (cell === undefined) throw new Error(`more than ${capacity} survive`)
    const isBeaten = losses.some((other) => dominates(other, own))
    places[index] = { status: slot === undefined ? 'improved' : 'new', cell, gain: isBeaten ? 0.5 : 1 }
  }
  return places
}
