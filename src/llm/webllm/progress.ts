/** WebLLM tells of its loading in sentences; here they become numbers, and sentences of ours. */
import type { LoadProgress } from '../contracts.ts'

const mb = (bytes: number) => (bytes < 1e7 ? (bytes / 1e6).toFixed(1) : String(Math.round(bytes / 1e6)))

/** "3 min", "40 s". */
function duration(seconds: number): string {
  return seconds < 90 ? `${Math.max(1, Math.round(seconds))} s` : `${Math.round(seconds / 60)} min`
}

export class Progress {
  readonly #label: string
  readonly #now: () => number
  #total: number
  #began: { readonly at: number; readonly bytes: number } | null = null

  /** `total`: bytes of the weights, 0 where they are not known. `now`: milliseconds. */
  constructor(label: string, total: number, now: () => number = () => performance.now()) {
    this.#label = label
    this.#total = total
    this.#now = now
  }

  /** What a report of WebLLM's means. */
  read(report: { readonly progress: number; readonly text: string }): LoadProgress {
    const done = Math.min(1, Math.max(0, Number.isFinite(report.progress) ? report.progress : 0))
    const { text } = report
    if (/^(Start to fetch|Fetching) param/.test(text)) return this.#download(done)
    // The last part of the way is for the programs of the GPU.
    if (text.startsWith('Loading model from cache')) return this.#prepare(done * 0.8, 'reading its weights')
    if (text.startsWith('Loading GPU shader')) return this.#prepare(0.8 + done * 0.2, 'preparing the GPU')
    return this.#prepare(done, done === 1 ? 'ready' : 'preparing')
  }

  #download(done: number): LoadProgress {
    if (this.#total === 0)
      return { stage: 'download', text: `Downloading ${this.#label}: ${Math.round(done * 100)}%`, done }
    const bytes = Math.round(done * this.#total)
    const at = this.#now()
    this.#began ??= { at, bytes }
    const seconds = (at - this.#began.at) / 1000
    const speed = seconds > 1 ? (bytes - this.#began.bytes) / seconds : 0
    const pace =
      speed > 0 && done < 1 ? `, ${mb(speed)} MB a second, ${duration((this.#total - bytes) / speed)} to go` : ''
    const text = `Downloading ${this.#label}: ${mb(bytes)} of ${mb(this.#total)} MB${pace}`
    return { stage: 'download', text, done, bytes, total: this.#total }
  }

  #prepare(done: number, what: string): LoadProgress {
    return { stage: 'prepare', text: `Loading ${this.#label}: ${what}`, done }
  }
}
