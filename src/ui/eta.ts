/** How fast a load goes and how long it still takes, from what was seen of it in the last seconds. */
import type { LoadProgress } from '../llm/contracts.ts'

const WINDOW_MS = 8000
/** Before that it would be a guess. */
const LEAST_MS = 1500

export interface Pace {
  /** Null where bytes are not told, or too little was seen. */
  readonly bytesPerSecond: number | null
  readonly secondsLeft: number | null
}

export class LoadMeter {
  #seen: { readonly at: number; readonly done: number; readonly bytes: number }[] = []
  #stage = ''

  /** Called with each progress; `at` in milliseconds. */
  note({ stage, done, bytes = 0 }: LoadProgress, at: number): Pace {
    if (stage !== this.#stage || done < (this.#seen.at(-1)?.done ?? 0)) this.#seen = []
    this.#stage = stage
    this.#seen = [...this.#seen.filter((past) => at - past.at <= WINDOW_MS), { at, done, bytes }]
    const first = this.#seen[0]
    if (first === undefined || at - first.at < LEAST_MS) return { bytesPerSecond: null, secondsLeft: null }
    const seconds = (at - first.at) / 1000
    const share = (done - first.done) / seconds
    return {
      bytesPerSecond: bytes > first.bytes ? (bytes - first.bytes) / seconds : null,
      secondsLeft: share > 0 ? (1 - done) / share : null,
    }
  }
}
