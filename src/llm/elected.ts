/**
 * One tab at a time runs a model that fills a GPU: whichever asked first holds a Web Lock as long as the model is loaded. The
 * others wait, evolve with what they have, and the next in line loads it when that tab takes it out of play or is closed.
 */
import type { LockManagerLike } from '../storage/lock.ts'
import type { ModelSpec } from './contracts.ts'
import { fail } from '../core/result.ts'
import type { Llm } from './llm.ts'

const LOCK = 'evolarium:gpu-model'

/** Models that fill a GPU; ours are small, others run on the CPU or elsewhere. */
const isLarge = ({ adapter }: ModelSpec): boolean => adapter === 'webllm'

export function electedLlm(inner: Llm, locks: LockManagerLike | undefined): Llm {
  if (locks === undefined) return inner
  const turn = new Turn(locks)
  return {
    ...inner,
    async load(spec, onProgress) {
      if (!isLarge(spec)) return inner.load(spec, onProgress)
      const waits = setTimeout(() => onProgress({ stage: 'prepare', text: WAITING, done: 0 }), PATIENCE_MS)
      const isMine = await turn.take(spec.model)
      clearTimeout(waits)
      if (!isMine) return fail('cancelled', `${spec.model} is not loaded: it was still another tab's turn.`)
      const loaded = await inner.load(spec, onProgress)
      if (!loaded.ok) turn.giveUp(spec.model)
      return loaded
    },
    cancelLoad(model) {
      turn.giveUp(model)
      inner.cancelLoad(model)
    },
    async unload(model) {
      await inner.unload(model)
      turn.giveUp(model)
    },
    dispose() {
      inner.dispose()
      turn.end()
    },
  }
}

const WAITING = 'Waiting: another tab runs a model on this GPU. This one follows when it is closed there.'
/** A lock that is free comes at once. */
const PATIENCE_MS = 200

/** This tab's turn, shared by all its large models. */
class Turn {
  readonly #locks: LockManagerLike
  readonly #models = new Set<string>()
  /** Asked for, or held; settles with the end of the turn, or when nobody waits for it any more. */
  #asked: Promise<boolean> | null = null
  #end: () => void = () => undefined

  constructor(locks: LockManagerLike) {
    this.#locks = locks
  }

  /** True once it is this tab's turn; false when the model was given up before. */
  async take(model: string): Promise<boolean> {
    this.#models.add(model)
    this.#asked ??= this.#ask()
    return (await this.#asked) && this.#models.has(model)
  }

  giveUp(model: string): void {
    if (this.#models.delete(model) && this.#models.size === 0) this.end()
  }

  end(): void {
    this.#models.clear()
    this.#asked = null
    this.#end()
  }

  #ask(): Promise<boolean> {
    return new Promise((resolve) => {
      let isOver = false
      let letGo: () => void = () => undefined
      this.#end = () => {
        isOver = true
        letGo()
        resolve(false)
      }
      const turn = () => {
        if (isOver) return Promise.resolve()
        resolve(true)
        return new Promise<void>((done) => (letGo = done))
      }
      // Where locks are forbidden there is nobody to wait for.
      void this.#locks.request(LOCK, {}, turn).catch(() => resolve(true))
    })
  }
}
