/** Asking one server: with the key in a header and nowhere else, with patience that ends, and again where it says so. */
import { fail, ok, type Result } from '../../core/result.ts'
import { nearby, type Address, type ServerKind } from './address.ts'
import { errorText, parseModels, parseProps, type ListedModel } from './chunks.ts'
import { corsFault, nonsenseFault, stalledFault, statusFault, unreachableFault, type Asked } from './faults.ts'

export interface ServerPatience {
  /** A server that sends nothing for so long is given up. */
  readonly stallMs: number
  /** Longest wait before asking again, when a server is busy. */
  readonly mostWaitMs: number
}
export const PATIENCE: ServerPatience = { stallMs: 60_000, mostWaitMs: 30_000 }

/** A busy server is asked so often at most. */
const TRIES = 4
/** Longest body of an error or a list that is read. */
const MOST_BODY = 4_000_000

export class Server {
  readonly #patience: ServerPatience
  readonly #key: string
  #asked: Asked

  constructor(address: Address, model: string, key: string, patience: ServerPatience) {
    this.#patience = patience
    this.#key = key
    const { location } = globalThis as { readonly location?: { readonly origin: string } }
    this.#asked = { address, model, key, origin: location?.origin ?? null }
  }

  get asked(): Asked {
    return this.#asked
  }

  /** Once it is known what the server is, whatever its port. */
  know(kind: ServerKind): void {
    this.#asked = { ...this.#asked, address: { ...this.#asked.address, kind } }
  }

  async models(signal: AbortSignal): Promise<Result<readonly ListedModel[]>> {
    const answered = await this.ask('/models', null, signal)
    if (!answered.ok) return answered
    const models = parseModels((await answered.value.text().catch(() => '')).slice(0, MOST_BODY))
    return models === null ? nonsenseFault(this.#asked) : ok(models)
  }

  /** llama-server alone has this; others answer 404, and then nothing is known. */
  async props(signal: AbortSignal): Promise<ReturnType<typeof parseProps>> {
    const answered = await this.#fetch(`${this.#asked.address.base.replace(/\/v1$/, '')}/props`, null, signal)
    if (!answered.ok || !answered.value.ok) return { context: null, slots: null }
    return parseProps(await answered.value.text().catch(() => ''))
  }

  /** An answer with a good status, or a fault; a busy server is asked again after a while. Its body is yet to be read. */
  async ask(path: string, body: unknown, signal: AbortSignal): Promise<Result<Response>> {
    for (let tries = 1; ; tries++) {
      const answered = await this.#fetch(`${this.#asked.address.base}${path}`, body, signal)
      if (!answered.ok || answered.value.ok) return answered
      const { status, headers } = answered.value
      const said = errorText((await answered.value.text().catch(() => '')).slice(0, MOST_BODY))
      const wait = (status === 429 || status === 503) && tries < TRIES ? waitOf(headers, tries) : Infinity
      if (wait > this.#patience.mostWaitMs) return statusFault(status, said, this.#asked)
      await pause(wait, signal)
      if (signal.aborted) return stopped
    }
  }

  async #fetch(url: string, body: unknown, signal: AbortSignal): Promise<Result<Response>> {
    const { address, origin } = this.#asked
    const stall = new AbortController()
    const timer = setTimeout(() => stall.abort(), this.#patience.stallMs)
    const init: RequestInit & ReturnType<typeof nearby> = {
      method: body === null ? 'GET' : 'POST',
      headers: {
        ...(body === null ? {} : { 'content-type': 'application/json' }),
        ...(this.#key === '' ? {} : { authorization: `Bearer ${this.#key}` }),
      },
      ...(body === null ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.any([signal, stall.signal]),
      credentials: 'omit',
      cache: 'no-store',
      referrerPolicy: 'no-referrer',
      ...nearby(address, origin?.startsWith('https:') === true),
    }
    try {
      return ok(await fetch(url, init))
    } catch {
      if (signal.aborted) return stopped
      if (stall.signal.aborted) return stalledFault(this.#asked, this.#patience.stallMs)
      return (await this.#isThere(url, signal)) ? corsFault(this.#asked) : unreachableFault(this.#asked)
    } finally {
      clearTimeout(timer)
    }
  }

  /** A page is not told why a request failed; but one whose answer it may not read fails only where nobody is. */
  async #isThere(url: string, signal: AbortSignal): Promise<boolean> {
    if (this.#asked.origin === null) return false
    const { address, origin } = this.#asked
    const init: RequestInit & ReturnType<typeof nearby> = {
      mode: 'no-cors',
      credentials: 'omit',
      cache: 'no-store',
      referrerPolicy: 'no-referrer',
      signal: AbortSignal.any([signal, AbortSignal.timeout(5_000)]),
      ...nearby(address, origin?.startsWith('https:') === true),
    }
    return fetch(url, init).then(
      () => true,
      () => false,
    )
  }
}

/** Whether it can be sent at all: keys are plain characters without blanks. */
export const isKey = (key: string): boolean => /^[\x21-\x7e]*$/.test(key.trim())
export const badKey = fail('bad-key', 'The key holds characters that no key has: copy it again.')
export const stopped = fail('cancelled', 'The request was stopped.')

/** How long a busy server wants to be left alone: as it says, in seconds or as a date, or twice as long each time. */
function waitOf(headers: Headers, tries: number): number {
  const said = headers.get('retry-after')
  if (said === null) return 500 * 2 ** tries
  const seconds = Number(said)
  if (Number.isFinite(seconds)) return Math.max(0, seconds) * 1000
  const date = Date.parse(said)
  return Number.isNaN(date) ? 500 * 2 ** tries : Math.max(0, date - Date.now())
}

/** Ends early when the signal is aborted. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms)
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer)
        resolve()
      },
      { once: true },
    )
  })
}
