/** The reference curves of the open run: asked for when it is opened, and again when its front has moved, but not too often. */
import type { EliteDetail } from '../engine/protocol.ts'
import type { RunSettings } from '../core/settings.ts'
import type { ArenaViews, ReferenceCurve, References } from './views.ts'

/** Between two askings: each samples pictures, and evolution wants the machine. */
const REST_MS = 15_000

export class ReferencesOnShow {
  curves = $state.raw<readonly ReferenceCurve[]>([])
  /** Why there are none, or empty. */
  fault = $state('')
  #source: References | null = null
  #asked = ''
  #timer: ReturnType<typeof setTimeout> | undefined
  #busy = false

  /** For another run or another arena; null views have none. */
  open(views: ArenaViews | null, { options, seed }: Pick<RunSettings, 'options' | 'seed'>): void {
    this.close()
    this.#source = views?.references?.(options, seed) ?? null
  }

  /** The front as it is now; `key` tells it from others. */
  follow(key: string, fetch: () => Promise<readonly EliteDetail[]>): void {
    if (this.#source === null || this.#busy || key === this.#asked) return
    this.#asked = key
    this.#busy = true
    void this.#ask(this.#source, fetch)
  }

  close(): void {
    clearTimeout(this.#timer)
    this.#source?.dispose()
    this.#source = null
    this.#asked = ''
    this.#busy = false
    this.curves = []
    this.fault = ''
  }

  async #ask(source: References, fetch: () => Promise<readonly EliteDetail[]>): Promise<void> {
    const front = await fetch()
    const curves = await source.curves(front.map(({ text }) => text))
    if (this.#source !== source) return
    if (curves.ok) this.curves = curves.value
    this.fault = curves.ok ? '' : curves.fault.message
    this.#timer = setTimeout(() => (this.#busy = false), REST_MS)
  }
}
