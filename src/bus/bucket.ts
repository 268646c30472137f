/** A token bucket: `most` at once, `rate` a second on the long run. */
export class Bucket {
  readonly #most: number
  readonly #rate: number
  #level: number
  #at: number

  constructor(most: number, rate: number, now: number) {
    this.#most = most
    this.#rate = rate
    this.#level = most
    this.#at = now
  }

  /** Takes `cost` tokens at time `now` in milliseconds, or none when there are not enough. */
  take(cost: number, now: number): boolean {
    // A clock that was set back gives nothing.
    const passed = Math.max(0, now - this.#at)
    this.#level = Math.min(this.#most, this.#level + (passed * this.#rate) / 1000)
    this.#at = now
    if (this.#level < cost) return false
    this.#level -= cost
    return true
  }
}
