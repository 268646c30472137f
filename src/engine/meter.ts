/** How fast the run goes, over the last few seconds. For people only: nothing in a run depends on it. */
import type { Work } from '../core/batch.ts'

const WINDOW_MS = 4000

export class SpeedMeter {
  #marks: { readonly at: number; readonly units: number; readonly steps: number }[] = []
  #running = false

  start(): void {
    this.#running = true
    this.#marks = [{ at: performance.now(), units: 0, steps: 0 }]
  }

  stop(): void {
    this.#running = false
  }

  count({ units, steps }: Work): void {
    const now = performance.now()
    this.#marks.push({ at: now, units, steps })
    while (this.#marks.length > 2 && (this.#marks[1]?.at ?? now) < now - WINDOW_MS) this.#marks.shift()
  }

  rates(): { unitsPerSecond: number; stepsPerSecond: number } {
    const first = this.#marks[0]
    const last = this.#marks.at(-1)
    if (!this.#running || first === undefined || last === undefined || last.at <= first.at) {
      return { unitsPerSecond: 0, stepsPerSecond: 0 }
    }
    // The first mark is where counting starts: its own work was done before the window.
    const seconds = (last.at - first.at) / 1000
    const counted = this.#marks.slice(1)
    return {
      unitsPerSecond: counted.reduce((sum, mark) => sum + mark.units, 0) / seconds,
      stepsPerSecond: counted.reduce((sum, mark) => sum + mark.steps, 0) / seconds,
    }
  }
}
