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

/** Dispatches that are sent off together, because nobody looks at anything between them. */
export const MOST_SLICES = 16
/** And how long they may take in all: a cancellation waits for them. */
const TOGETHER_MS = 60
/** The first slices of new items are short, each so much longer than the one before: many items are done soon. */
const GROWTH = 4
/** A dispatch so much slower than one like it means that the GPU got slower; less may be chance. */
const SLOWDOWN = 2

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
    return this.#bounded(Math.min(like.steps * GROWTH, this.#target / costOf(like)) / worst)
  }

  /**
   * Steps of the dispatches to send off together, at least one. `left` is the most steps that any item still takes; new items
   * begin with short slices.
   */
  plan(items: number, left: number, isNew: boolean): number[] {
    const most = this.stepsFor(items)
    const like = this.#likest(items)
    const cost = like === null ? Infinity : costOf(like) * Math.max(1, items / like.items)
    let next = isNew ? Math.min(this.#first, most) : most
    const slices = [next]
    let total = next
    while (slices.length < MOST_SLICES && total < left) {
      next = Math.min(most, next * GROWTH)
      if ((total + next) * cost > TOGETHER_MS) break
      slices.push(next)
      total += next
    }
    return slices
  }

  /**
   * What dispatches sent off together took, given in order with their items, of which there are ever fewer. Each could have
   * taken at most so long, because a step of more items takes no less time, and one of fewer items less in proportion at most.
   * Answers with these bounds.
   */
  measuredTogether(slices: readonly Pick<Dispatch, 'steps' | 'items'>[], milliseconds: number): readonly Dispatch[] {
    const bounds = slices.map(({ steps, items }, at) => {
      const weight = slices.reduce(
        (sum, other, index) => sum + other.steps * (index <= at ? 1 : other.items / items), 0,
      ) // prettier-ignore
      return { steps, items, milliseconds: (milliseconds * steps) / weight }
    })
    const bySize = new Map<number, Dispatch>()
    for (const bound of bounds) {
      const longest = bySize.get(sizeOf(bound.items))
      if (longest === undefined || bound.steps >= longest.steps) bySize.set(sizeOf(bound.items), bound)
    }
    for (const bound of bySize.values()) this.measured(bound)
    return bounds
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
    if (slowdown > SLOWDOWN)
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
