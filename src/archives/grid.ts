/**
 * The grid archive of MAP-Elites (Mouret & Clune 2015): one elite a cell, the best of its kind. A cell is a pair of bins;
 * an elite gives way only to a strictly better one.
 */
import type { AddStatus, Measure } from '../core/contracts.ts'
import type { Goal } from '../core/goals.ts'
import type { Birth } from '../core/journal.ts'

/** Of any archive: a population (`population.ts`) is a row of slots. */
export interface GridShape {
  readonly kind: 'grid' | 'population'
  /** What strategies with several objectives seek in this arena. */
  readonly goals: readonly Goal[]
  readonly axes: readonly [Measure, Measure]
  readonly rows: number
  readonly columns: number
  /** Cells that some genome can land in: the 100 % of coverage. */
  readonly reachable: Uint8Array
  readonly reachableCount: number
}

export function gridShape(
  measures: { readonly axes: readonly [Measure, Measure]; reachable(row: number, column: number): boolean },
  goals: readonly Goal[],
): GridShape {
  const rows = measures.axes[0].thresholds.length
  const columns = measures.axes[1].thresholds.length
  const reachable = Uint8Array.from({ length: rows * columns }, (_, cell) =>
    Number(measures.reachable(Math.floor(cell / columns), cell % columns)),
  )
  const reachableCount = reachable.reduce((sum, one) => sum + one, 0)
  return { kind: 'grid', goals, axes: measures.axes, rows, columns, reachable, reachableCount }
}

/** The cell of two measures, row-major: the bin of each is the first threshold it lies below. */
export function cellOf(shape: GridShape, measures: ArrayLike<number>): number {
  const bin = (axis: 0 | 1) => shape.axes[axis].thresholds.findIndex((threshold) => (measures[axis] ?? 0) < threshold)
  return bin(0) * shape.columns + bin(1)
}

/** Elites by cell. Mutable, and owned by whoever made it. */
export class GridArchive {
  readonly shape: GridShape
  readonly #cells: (Birth | undefined)[]

  constructor(shape: GridShape, elites: readonly Birth[] = []) {
    this.shape = shape
    this.#cells = new Array<Birth | undefined>(shape.rows * shape.columns).fill(undefined)
    for (const elite of elites) this.put(elite)
  }

  at(cell: number): Birth | undefined {
    return this.#cells[cell]
  }

  /** What adding a score to a cell would come to. */
  judge(cell: number, objective: number): AddStatus {
    const incumbent = this.#cells[cell]
    if (incumbent === undefined) return 'new'
    return objective > (incumbent.objectives[0] ?? -Infinity) ? 'improved' : 'rejected'
  }

  /** Sets the cell's elite without asking: for births already judged. */
  put(birth: Birth): void {
    this.#cells[birth.cell] = birth
  }

  /** Filled cells, rising. */
  occupied(): number[] {
    return this.#cells.flatMap((elite, cell) => (elite === undefined ? [] : [cell]))
  }

  /** In cell order. */
  elites(): Birth[] {
    return this.#cells.filter((elite) => elite !== undefined)
  }
}

export interface ArchiveStats {
  readonly filled: number
  /** Filled share of the reachable cells. */
  readonly coverage: number
  /** Sum of the first objective over all elites (each in 0..1); of a population the share of the goals' ranges that it dominates. */
  readonly qdScore: number
  readonly best: number
  readonly mean: number
  readonly bestCell: number
}

export function statsOf(elites: readonly Pick<Birth, 'cell' | 'objectives'>[], reachableCount: number): ArchiveStats {
  let qdScore = 0
  let best = 0
  let bestCell = -1
  for (const { objectives, cell } of elites) {
    const objective = objectives[0] ?? 0
    qdScore += objective
    if (bestCell === -1 || objective > best) {
      best = objective
      bestCell = cell
    }
  }
  const filled = elites.length
  return {
    filled,
    coverage: filled / reachableCount,
    qdScore,
    best,
    mean: filled === 0 ? 0 : qdScore / filled,
    bestCell,
  }
}
