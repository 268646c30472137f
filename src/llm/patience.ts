/** Waiting that ends: for something that may hang, stay silent, or be told to stop. Used by the host of language models. */
import { fail, type Result } from '../core/result.ts'

/** What the promise comes to, or null after so many milliseconds; a promise that rejects counts as done. */
export async function within<T>(promise: Promise<T>, ms: number): Promise<T | null> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), ms)
  })
  try {
    return await Promise.race([promise, late])
  } catch {
    return null
  } finally {
    clearTimeout(timer)
  }
}

/** Settles when the signal is aborted; at once when it is already. */
export function whenAborted(signal: AbortSignal): Promise<'aborted'> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve('aborted')
    else signal.addEventListener('abort', () => resolve('aborted'), { once: true })
  })
}

/** An alarm that rings when nobody has put it off for so many milliseconds. */
export class Alarm {
  readonly rang: Promise<'silent'>
  readonly #ms: number
  #ring: () => void = () => undefined
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(ms: number) {
    this.#ms = ms
    this.rang = new Promise((resolve) => {
      this.#ring = () => resolve('silent')
    })
    this.putOff()
  }

  putOff(): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(this.#ring, this.#ms)
  }

  stop(): void {
    clearTimeout(this.#timer)
  }
}

/** Runs foreign code; whatever it throws becomes a fault of this kind. */
export async function attempt<T>(kind: string, what: string, work: () => Promise<Result<T>>): Promise<Result<T>> {
  try {
    return await work()
  } catch (error) {
    return fail(kind, `${what} (${error instanceof Error ? error.message : String(error)}).`)
  }
}
