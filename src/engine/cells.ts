/** An archive cell by cell, as the page is told of it. */
import type { GridShape } from '../archives/grid.ts'
import { frontOf } from '../archives/pareto.ts'
import { lossesOf } from '../core/goals.ts'
import type { Birth } from '../core/journal.ts'
import type { ArchiveView } from './protocol.ts'

/** What a cell needs of a birth. */
export type Resident = Pick<Birth, 'id' | 'cell' | 'objectives'> & { readonly isWritten: boolean }

export const residentOf = ({ id, cell, objectives, writing }: Birth): Resident => ({
  id,
  cell,
  objectives,
  isWritten: writing !== undefined,
})

/** One resident a cell at most; those beyond the archive are left out. */
export function cellsOf(
  { rows, columns, goals }: GridShape,
  objectiveCount: number,
  residents: Iterable<Resident>,
): Pick<ArchiveView, 'ids' | 'scores' | 'written' | 'points' | 'front'> {
  const count = rows * columns
  const ids = new Float64Array(count)
  const scores = new Float64Array(count).fill(NaN)
  const written = new Uint8Array(count)
  const points = new Float64Array(count * objectiveCount).fill(NaN)
  const front = new Uint8Array(count)
  const inside = [...residents].filter(({ cell }) => cell < count)
  for (const { id, cell, objectives, isWritten } of inside) {
    ids[cell] = id
    scores[cell] = objectives[0] ?? 0
    written[cell] = isWritten ? 1 : 0
    points.set(objectives.slice(0, objectiveCount), cell * objectiveCount)
  }
  const losses = inside.map(({ objectives }) => lossesOf(goals, objectives))
  for (const index of frontOf(losses)) front[inside[index]?.cell ?? count] = 1
  return { ids, scores, written, points, front }
}
