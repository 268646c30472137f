/** What a run has found, in words: the best and how many kinds of a grid, the front of a population. */
import type { GridShape } from '../../archives/grid.ts'
import { frontOf } from '../../archives/pareto.ts'
import { statsIn } from '../../archives/population.ts'
import { lossesOf } from '../../core/goals.ts'
import type { Birth } from '../../core/journal.ts'

type Shape = Pick<GridShape, 'kind' | 'goals' | 'reachableCount'>

/** Members whom nobody beats in all goals: no one of them is the best. */
const frontSize = ({ goals }: Shape, elites: readonly Birth[]): number =>
  frontOf(elites.map(({ objectives }) => lossesOf(goals, objectives))).length

/** For the progress line. */
export function foundIn(shape: Shape, elites: readonly Birth[]): string {
  const { best, coverage, filled, qdScore } = statsIn(shape, elites)
  return shape.kind === 'grid'
    ? `best ${best.toFixed(3)}  coverage ${Math.round(100 * coverage)} %  QD ${qdScore.toFixed(2)}`
    : `front ${frontSize(shape, elites)} of ${filled}  hypervolume ${qdScore.toFixed(4)}`
}

/** For the end. */
export function outcomeOf(shape: Shape, elites: readonly Birth[]): string {
  const { best, filled, qdScore } = statsIn(shape, elites)
  return shape.kind === 'grid'
    ? `${filled} of ${shape.reachableCount} kinds, best ${best.toFixed(4)}, QD-Score ${qdScore.toFixed(3)}`
    : `${filled} of ${shape.reachableCount} members, ${frontSize(shape, elites)} of them on the front, hypervolume ${qdScore.toFixed(4)}`
}
