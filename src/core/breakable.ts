/**
 * Waiting for something that may break before it answers: a worker, a graphics card. `Promise.race` with a promise of the
 * break would do the same, but such a promise remembers everyone who ever waited, and a run waits millions of times.
 */
export class Breakable {
  #broken: Error | null = null
  readonly #waiting = new Set<(error: Error) => void>()

  /** What broke it; null while it is whole. */
  get broken(): Error | null {
    return this.#broken
  }

  /** How many wait at the moment. */
  get waiting(): number {
    return this.#waiting.size
  }

  /** Everyone who waits, now or later, gets this error. Only the first one counts. */
  break(error: Error): void {
    this.#broken ??= error
    for (const reject of this.#waiting) reject(this.#broken)
    this.#waiting.clear()
  }

  /** The same promise; rejects when this breaks first. */
  guard<T>(promise: Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const settle = (done: () => void) => {
        this.#waiting.delete(reject)
        done()
      }
      this.#waiting.add(reject)
      promise.then(
        (value) => settle(() => (this.#broken === null ? resolve(value) : reject(this.#broken))),
        (error: unknown) => settle(() => reject(error instanceof Error ? error : new Error(String(error)))),
      )
      if (this.#broken !== null) {
        const broken = this.#broken
        settle(() => reject(broken))
      }
    })
  }
}
