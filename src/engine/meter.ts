/** How fast the run goes, over the last few seconds. For people only: nothing in a run depends on it. */
import type { Work } from '../core/batch.ts'

const WINDOW_MS = 4000

interface Mark extends Required<Work> {
  readonly at: number
}

export interface Rates {
  readonly unitsPerSecond: number
  readonly stepsPerSecond: number
  /** Genomes whose scores were known from before. */
  readonly rememberedPerSecond: number
}

export class SpeedMeter {
  #marks: Mark[] = []
  #running = false

  start(): void {
    this.#running = true
    this.#marks = [{ at: performance.now(), units: 0, steps: 0, remembered: 0 }]
  }

  stop(): void {
    this.#running = false
  }

  count({ units, steps, remembered = 0 }: Work): void {
    const now = performance.now()
    this.#marks.push({ at: now, units, steps, remembered })
    while (this.#marks.length > 2 && (this.#marks[1]?.at ?? now) < now - WINDOW_MS) this.#marks.shift()
  }

  rates(): Rates {
    const first = this.#marks[0]
    const last = this.#marks.at(-1)
    if (!this.#running || first === undefined || last === undefined || last.at <= first.at)
      return { unitsPerSecond: 0, stepsPerSecond: 0, rememberedPerSecond: 0 }
    // The first mark is where counting starts: its own work was done before the window.
    const seconds = (last.at - first.at) / 1000
    const counted = this.#marks.slice(1)
    const rate = (of: (mark: Mark) => number) => counted.reduce((sum, mark) => sum + of(mark), 0) / seconds
    return {
      unitsPerSecond: rate(({ units }) => units),
      stepsPerSecond: rate(({ steps }) => steps),
      rememberedPerSecond: rate(({ remembered }) => remembered),
    }
  }
}
