/** The progress line: a bar with what is found so far and how long it will take; plain lines where there is no terminal. */
import type { Work } from '../../core/batch.ts'

const REDRAW_MS = 250
const PLAIN_MS = 10_000

export class Progress {
  readonly #total: number
  readonly #from: number
  readonly #unit: string
  readonly #began = performance.now()
  #units = 0
  #remembered = 0
  #drawn = 0

  constructor(total: number, from: number, unit: string) {
    this.#total = total
    this.#from = from
    this.#unit = unit
  }

  count(work: Work): void {
    this.#units += work.units
    this.#remembered += work.remembered ?? 0
  }

  /** Draws when it is time to, or when `force` is set; only then is it asked what was found. */
  draw(evaluations: number, found: () => string, force = false): void {
    const now = performance.now()
    if (!force && now - this.#drawn < (process.stderr.isTTY ? REDRAW_MS : PLAIN_MS)) return
    this.#drawn = now
    const seconds = (now - this.#began) / 1000
    const done = evaluations - this.#from
    const left = done === 0 ? Infinity : ((this.#total - evaluations) / done) * seconds
    const line =
      `${this.#bar(evaluations)}  ${found()}  ${rate(this.#units / seconds)} ${this.#unit}/s` +
      `  ${Math.round((100 * this.#remembered) / Math.max(1, done))} % known${this.#total === 0 ? '' : `  ${span(left)} left`}`
    process.stderr.write(process.stderr.isTTY ? `\r${line}\x1b[K` : `${line}\n`)
  }

  /** Without a budget, such as in rounds, there is nothing to be a part of. */
  #bar(evaluations: number): string {
    if (this.#total === 0) return `${short(evaluations)} evaluations`
    const bar = '#'.repeat(Math.min(20, Math.round((20 * evaluations) / this.#total))).padEnd(20, '.')
    return `[${bar}] ${short(evaluations)} of ${short(this.#total)}`
  }

  /** A line of its own, which stays. */
  say(line: string): void {
    process.stderr.write(process.stderr.isTTY ? `\r${line}\x1b[K\n` : `${line}\n`)
  }

  end(): void {
    if (process.stderr.isTTY) process.stderr.write('\n')
  }
}

/** Pictures are few a second. */
const rate = (number: number): string => (number < 10 ? number.toFixed(1) : short(number))

function short(number: number): string {
  if (number >= 1e6) return `${(number / 1e6).toFixed(2)} M`
  return number >= 1e4 ? `${(number / 1e3).toFixed(1)} k` : String(Math.round(number))
}

function span(seconds: number): string {
  if (!Number.isFinite(seconds)) return '?'
  // A generation that goes beyond the budget is finished all the same.
  const whole = Math.max(0, Math.round(seconds))
  const minutes = Math.floor(whole / 60)
  return minutes >= 60
    ? `${Math.floor(minutes / 60)} h ${minutes % 60} min`
    : minutes > 0
      ? `${minutes} min ${whole % 60} s`
      : `${whole} s`
}
