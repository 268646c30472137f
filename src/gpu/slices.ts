/** Cuts work into short dispatches: many small ones go off together, a large one in ranges of rows. */
import type { Work } from './work.ts'

/** Multiply-accumulates of one unit, in which the chunker counts. */
export const UNIT = 1 << 16
/** Dispatches sent off together at most. */
export const MOST_DISPATCHES = 512

export interface Slice<W extends Work = Work> {
  readonly work: W
  readonly begin: number
  readonly end: number
}

export class Slices<W extends Work = Work> {
  readonly #work: readonly W[]
  readonly #most: number
  #at = 0
  #row = 0
  /** Units still to be done. */
  left: number

  /** `mostGroups`: workgroups of a dispatch beside each other. */
  constructor(work: readonly W[], mostGroups: number) {
    this.#work = work
    this.#most = mostGroups
    this.left = work.reduce((sum, { rows, cost }) => sum + rows * cost, 0) / UNIT
  }

  get isDone(): boolean {
    return this.#at === this.#work.length
  }

  /** The next dispatches: about `units` in all, none of them longer than `most` unless its fewest rows are. Not empty before the end. */
  next(units: number, most: number): Slice<W>[] {
    const slices: Slice<W>[] = []
    let taken = 0
    while (slices.length < MOST_DISPATCHES && (slices.length === 0 || taken < units)) {
      const work = this.#work[this.#at]
      if (work === undefined) break
      const { rows, lines, cost } = work
      const begin = this.#row
      const fitting = Math.floor((Math.min(most, units - taken) * UNIT) / (cost * lines))
      const end = Math.min(rows, begin + lines * Math.max(1, Math.min(fitting, this.#most)))
      slices.push({ work, begin, end })
      taken += ((end - begin) * cost) / UNIT
      this.#row = end === rows ? 0 : end
      if (end === rows) this.#at++
    }
    this.left -= taken
    return slices
  }
}
