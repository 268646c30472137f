/** One warrior's processes: a FIFO of core addresses with room for `capacity`. */
export class TaskQueue {
  readonly #ring: Uint16Array
  #head = 0
  length = 0

  constructor(capacity: number) {
    this.#ring = new Uint16Array(capacity)
  }

  /** The caller sees to it that there is room. */
  push(address: number): void {
    this.#ring[this.#wrapped(this.#head + this.length++)] = address
  }

  /** The process that waited longest; the queue must not be empty. */
  shift(): number {
    const address = this.#ring[this.#head]!
    this.#head = this.#wrapped(this.#head + 1)
    this.length--
    return address
  }

  /** Next process first. */
  list(): Uint16Array {
    return Uint16Array.from({ length: this.length }, (_, index) => this.#ring[this.#wrapped(this.#head + index)]!)
  }

  #wrapped(index: number): number {
    return index < this.#ring.length ? index : index - this.#ring.length
  }
}
