/** Gathers text as it is written and hands it on a few times a second: a message between threads per token costs more than the token. */
export class TextBatch {
  readonly #onText: (index: number, added: string) => unknown
  readonly #ms: number
  readonly #waiting = new Map<number, string>()
  readonly #unheard = new Set<Promise<unknown>>()
  #timer: ReturnType<typeof setTimeout> | undefined

  /** `ms` between two hand-outs; 0 hands everything on at once. */
  constructor(onText: (index: number, added: string) => unknown, ms: number) {
    this.#onText = onText
    this.#ms = ms
  }

  add(index: number, added: string): void {
    if (added === '') return
    this.#waiting.set(index, (this.#waiting.get(index) ?? '') + added)
    if (this.#ms <= 0) this.flush()
    else this.#timer ??= setTimeout(() => this.flush(), this.#ms)
  }

  flush(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const texts = [...this.#waiting]
    this.#waiting.clear()
    for (const [index, added] of texts) {
      const heard = tell(() => this.#onText(index, added))
      if (heard === null) continue
      this.#unheard.add(heard)
      void heard.then(() => this.#unheard.delete(heard))
    }
  }

  /** Settles when a listener in another thread has heard everything. */
  async heard(): Promise<void> {
    this.flush()
    await Promise.all(this.#unheard)
  }
}

/** Calls a listener that may be gone, here or in another thread: its errors are its own. Null when it was heard at once. */
export function tell(call: () => unknown): Promise<unknown> | null {
  try {
    const answer = call()
    return answer instanceof Promise ? answer.catch(() => undefined) : null
  } catch {
    return null // Nobody listens any more.
  }
}
