/**
 * The archive of strategies that keep a population, such as NSGA-II: slots in a row, a member each. Who stays is the
 * strategy's to say. A child that stays takes a free slot, or that of a member who did not stay, so that a run's journal of
 * births by cell is what it is for grids.
 */
import type { Measure } from '../core/contracts.ts'
import { lossesOf, sharesOf, type Goal } from '../core/goals.ts'
import type { Birth } from '../core/journal.ts'
import { statsOf, type ArchiveStats, type GridShape } from './grid.ts'
import { hypervolume } from './hypervolume.ts'

/** `capacity` slots; the arena's axes say nothing of who lives where. */
export const populationShape = (
  axes: readonly [Measure, Measure],
  goals: readonly Goal[],
  capacity: number,
): GridShape => ({
  kind: 'population',
  goals,
  axes,
  rows: 1,
  columns: capacity,
  reachable: new Uint8Array(capacity).fill(1),
  reachableCount: capacity,
})

type Scored = Pick<Birth, 'cell' | 'objectives'>

/** The share of the box between the good and the bad ends of the goals' axes that somebody dominates, 0..1. */
export function dominatedShare(goals: readonly Goal[], elites: readonly Pick<Scored, 'objectives'>[]): number {
  const points = elites.map(({ objectives }) => sharesOf(goals, lossesOf(goals, objectives)))
  return hypervolume(points, goals.map(() => 1)) // prettier-ignore
}

/** What archives of any kind have in common; a population's score is what it dominates. */
export function statsIn(
  { kind, goals, reachableCount }: Pick<GridShape, 'kind' | 'goals' | 'reachableCount'>,
  elites: readonly Scored[],
): ArchiveStats {
  const stats = statsOf(elites, reachableCount)
  return kind === 'grid' ? stats : { ...stats, qdScore: dominatedShare(goals, elites) }
}
