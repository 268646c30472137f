/**
 * Decides how many steps the next dispatch may take, so that each stays near the target time: long enough to be worth its
 * overhead, short enough that the page, and whoever else uses the GPU, keep breathing.
 */
export interface ChunkerOptions {
  readonly targetMs?: number
  readonly first?: number
  readonly most?: number
}

export class Chunker {
  readonly #target: number
  readonly #most: number
  #steps: number
  /** The longest dispatch measured so far, for tests and for the curious. */
  longestMs = 0

  constructor({ targetMs = 12, first = 64, most = 1 << 20 }: ChunkerOptions = {}) {
    this.#target = targetMs
    this.#steps = first
    this.#most = most
  }

  /** Steps for the next dispatch, >= 1. */
  get steps(): number {
    return this.#steps
  }

  /** What the last dispatch of `steps` took. Shrinks at once, grows fourfold at most. */
  measured(steps: number, milliseconds: number): void {
    this.longestMs = Math.max(this.longestMs, milliseconds)
    const fitting = milliseconds <= 0 ? Infinity : (steps * this.#target) / milliseconds
    this.#steps = Math.max(1, Math.min(this.#most, steps * 4, Math.floor(fitting)))
  }
}
