/** Keeping to stop words where what writes does not know them: nothing from the first one on is passed on. */

/** The text up to the first of these strings. */
export function cutAt(text: string, stop: readonly string[]): string {
  const ends = stop.flatMap((word) => (word !== '' && text.includes(word) ? [text.indexOf(word)] : []))
  return ends.length === 0 ? text : text.slice(0, Math.min(...ends))
}

/** Text as it comes, cut at the first stop word; what may be the beginning of one is held back until that is known. */
export class Stopping {
  readonly #stop: readonly string[]
  readonly #onText: (added: string) => void
  #all = ''
  #passed = 0
  stopped = false

  constructor(stop: readonly string[], onText: (added: string) => void) {
    this.#stop = stop.filter((word) => word !== '')
    this.#onText = onText
  }

  /** All that was passed on. */
  get text(): string {
    return this.#all.slice(0, this.#passed)
  }

  add(piece: string): void {
    if (this.stopped) return
    this.#all += piece
    const cut = cutAt(this.#all, this.#stop)
    this.stopped = cut.length < this.#all.length
    this.#pass(this.stopped ? cut.length : this.#all.length - this.#held())
  }

  /** Nothing more comes: what was held back is no stop word. */
  end(): void {
    if (!this.stopped) this.#pass(this.#all.length)
  }

  #pass(to: number): void {
    const added = this.#all.slice(this.#passed, to)
    this.#passed = Math.max(this.#passed, to)
    if (added !== '') this.#onText(added)
  }

  /** Characters at the end that a stop word begins with. */
  #held(): number {
    const longest = Math.max(0, ...this.#stop.map((word) => word.length - 1))
    for (let length = Math.min(longest, this.#all.length); length > 0; length--) {
      const end = this.#all.slice(-length)
      if (this.#stop.some((word) => word.startsWith(end))) return length
    }
    return 0
  }
}
