/**
 * Decides how many steps the next dispatch may take, so that each stays near the target time: long enough to be worth its
 * overhead, short enough that the page, and whoever else uses the GPU, keep breathing. One for each kind of work, because
 * what one kind teaches (a step of a small core costs little) would be wrong for another.
 */
export interface ChunkerOptions {
  readonly targetMs?: number
  /** Steps of the very first dispatch at most. */
  readonly first?: number
  readonly most?: number
}

export interface Dispatch {
  readonly steps: number
  /** Threads that each took so many steps. */
  readonly items: number
  readonly milliseconds: number
}

/** What the first dispatch may hold in all: a software GPU does it in a moment. */
const FIRST_WORK = 1 << 18

/** Clocks of browsers are coarse: less than this is not believed. */
const SHORTEST_MS = 0.05

export class Chunker {
  readonly #target: number
  readonly #first: number
  readonly #most: number
  /** The last dispatch of about so many items (by the power of two), for a batch begins with many and ends with few. */
  readonly #known = new Map<number, Dispatch>()

  constructor({ targetMs = 12, first = 64, most = 1 << 20 }: ChunkerOptions = {}) {
    this.#target = targetMs
    this.#first = first
    this.#most = most
  }

  /**
   * Steps for the next dispatch, >= 1: four times those of the last one at most. Trusts that more items take in proportion
   * more time at worst, and fewer items no more time than before.
   */
  stepsFor(items: number): number {
    const like = this.#likest(items)
    if (like === null) return this.#bounded(Math.min(this.#first, FIRST_WORK / items))
    const worst = Math.max(1, items / like.items)
    return this.#bounded(Math.min(like.steps * 4, this.#target / costOf(like)) / worst)
  }

  /**
   * What a dispatch took. Not to be told when all its items were done before its steps were: then nothing is known of what
   * its steps would have cost.
   */
  measured(dispatch: Dispatch): void {
    const size = sizeOf(dispatch.items)
    const before = this.#known.get(size)
    const slowdown = before === undefined ? 1 : costOf(dispatch) / costOf(before)
    // A GPU that got slower got slower for all.
    if (slowdown > 1)
      for (const [other, known] of this.#known)
        this.#known.set(other, { ...known, milliseconds: known.milliseconds * slowdown })
    this.#known.set(size, dispatch)
  }

  /** The dispatch of as many items, else of the next more, else of the next fewer. */
  #likest(items: number): Dispatch | null {
    const size = sizeOf(items)
    const sizes = [...this.#known.keys()].sort((x, y) => x - y)
    const best = sizes.find((known) => known >= size) ?? sizes.at(-1)
    return best === undefined ? null : (this.#known.get(best) ?? null)
  }

  #bounded(steps: number): number {
    return Math.max(1, Math.min(this.#most, Math.floor(steps)))
  }
}

const sizeOf = (items: number): number => Math.ceil(Math.log2(Math.max(1, items)))
const costOf = ({ steps, milliseconds }: Dispatch): number => Math.max(SHORTEST_MS, milliseconds) / steps
