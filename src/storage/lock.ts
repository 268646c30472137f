/** One writer a run, across tabs: a Web Lock named after it. Where there are no Web Locks there are no other tabs to fear. */
export interface LockManagerLike {
  request(
    name: string,
    options: { readonly ifAvailable?: boolean; readonly steal?: boolean; readonly mode?: 'shared' | 'exclusive' },
    callback: (lock: unknown) => Promise<void>,
  ): Promise<unknown>
}

export class RunLocks {
  readonly #manager: LockManagerLike | undefined
  /** How to let go of each lock that is held here. */
  readonly #held = new Map<string, () => void>()
  /** Each request's end: then the lock is free for others. */
  readonly #over = new Map<string, Promise<void>>()

  constructor(manager: LockManagerLike | undefined) {
    this.#manager = manager
  }

  /** `onLost` is called when another tab takes the run over, and not when the lock is released here. */
  acquire(id: string, onLost: () => void): Promise<'held' | 'elsewhere'> {
    return this.#request(id, { ifAvailable: true }, onLost)
  }

  /** Takes the lock from whichever tab holds it; that tab is told. */
  takeOver(id: string, onLost: () => void): Promise<'held' | 'elsewhere'> {
    return this.#request(id, { steal: true }, onLost)
  }

  /** Settles once another tab, or this one, can acquire it. */
  async release(id: string): Promise<void> {
    const letGo = this.#held.get(id)
    if (letGo === undefined) return
    this.#held.delete(id)
    letGo()
    await this.#over.get(id)
  }

  #request(
    id: string,
    options: { ifAvailable?: boolean; steal?: boolean },
    onLost: () => void,
  ): Promise<'held' | 'elsewhere'> {
    const manager = this.#manager
    if (manager === undefined || this.#held.has(id)) return Promise.resolve('held')
    return new Promise((resolve) => {
      let mine: (() => void) | null = null
      const request = manager.request(`evo:run:${id}`, options, (lock) => {
        if (lock === null) {
          resolve('elsewhere')
          return Promise.resolve()
        }
        return new Promise<void>((letGo) => {
          mine = letGo
          this.#held.set(id, letGo)
          resolve('held')
        })
      })
      const over = request.then(
        () => undefined,
        () => {
          // Refused before it was ours: locks are forbidden here, and so for every other tab. Later: it was stolen.
          resolve('held')
          if (mine === null || this.#held.get(id) !== mine) return
          this.#held.delete(id)
          onLost()
        },
      )
      this.#over.set(id, over)
    })
  }
}

/** The browser's locks, or undefined where there are none: Node 20, pages that are not secure. */
export const webLocks = (): LockManagerLike | undefined =>
  (globalThis as { navigator?: { locks?: LockManagerLike } }).navigator?.locks

export const createRunLocks = (): RunLocks => new RunLocks(webLocks())
