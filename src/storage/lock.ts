/** One writer a run, across tabs: a Web Lock named after it. Where there are no Web Locks there are no other tabs to fear. */
export interface LockManagerLike {
  request(
    name: string,
    options: { readonly ifAvailable?: boolean; readonly steal?: boolean },
    callback: (lock: unknown) => Promise<void>,
  ): Promise<unknown>
}

export class RunLocks {
  readonly #manager: LockManagerLike | undefined
  readonly #held = new Map<string, () => void>()

  constructor(manager: LockManagerLike | undefined) {
    this.#manager = manager
  }

  /** `onLost` is called when another tab takes the run over. */
  acquire(id: string, onLost: () => void): Promise<'held' | 'elsewhere'> {
    return this.#request(id, { ifAvailable: true }, onLost)
  }

  takeOver(id: string, onLost: () => void): Promise<'held' | 'elsewhere'> {
    return this.#request(id, { steal: true }, onLost)
  }

  release(id: string): Promise<void> {
    this.#held.get(id)?.()
    this.#held.delete(id)
    return Promise.resolve()
  }

  #request(
    id: string,
    options: { ifAvailable?: boolean; steal?: boolean },
    onLost: () => void,
  ): Promise<'held' | 'elsewhere'> {
    const manager = this.#manager
    if (manager === undefined || (this.#held.has(id) && options.steal !== true)) return Promise.resolve('held')
    return new Promise((resolve) => {
      manager
        .request(`evo:run:${id}`, options, (lock) => {
          if (lock === null) {
            resolve('elsewhere')
            return Promise.resolve()
          }
          return new Promise<void>((release) => {
            this.#held.set(id, release)
            resolve('held')
          })
        })
        .catch(() => {
          // The lock was stolen from us, or could not be had at all.
          resolve('elsewhere')
          if (this.#held.delete(id)) onLost()
        })
    })
  }
}

export const createRunLocks = (): RunLocks =>
  new RunLocks(globalThis.navigator.locks as unknown as LockManagerLike | undefined)
