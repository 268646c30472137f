/** A kind in words: where a cell lies on the two axes, and how good the best of it is. */
import type { ArchiveView } from '../engine/protocol.ts'
import { binLabel, percent1 } from './format.ts'

export function kindOf(
  { axes: [rowAxis, columnAxis], columns }: Pick<ArchiveView, 'axes' | 'columns'>,
  cell: number,
): string {
  const row = Math.floor(cell / columns)
  const column = cell % columns
  return `${rowAxis.label} ${binLabel(rowAxis.thresholds, row, rowAxis.min)}, ${columnAxis.label.toLowerCase()} ${binLabel(columnAxis.thresholds, column, columnAxis.min)}`
}

/** Its row and its column, as the map names them. */
export function placeOf({ axes: [row, column], columns }: Pick<ArchiveView, 'axes' | 'columns'>, cell: number): string {
  return `${binLabel(row.thresholds, Math.floor(cell / columns), row.min)} × ${binLabel(column.thresholds, cell % columns, column.min)}`
}

export function kindLabel(archive: ArchiveView, cell: number): string {
  const kind = kindOf(archive, cell)
  const score = archive.scores[cell] ?? NaN
  if (archive.reachable[cell] !== 1) return `${kind}: nothing can be of this kind`
  if (Number.isNaN(score)) return `${kind}: empty`
  return `${kind}: fitness ${percent1(score)}${archive.written[cell] === 1 ? ', written by a language model' : ''}`
}
