/**
 * Which of a few ways to do the same work is the fastest on this machine: each is tried on the first batches that come, then
 * the best is kept, and remembered for the next visit. No result depends on it.
 */

/** Where choices outlast the page. Losing them costs a few slower batches. */
export interface Remember {
  get(key: string): Promise<string | null>
  put(key: string, value: string): Promise<void>
}

export const forgetful: Remember = { get: () => Promise.resolve(null), put: () => Promise.resolve() }

/** Batches that each way is tried on; the first of them compiles, and says nothing. */
const TRIALS = 3

interface Trials {
  /** Units a millisecond, by choice. */
  readonly speeds: ReadonlyMap<string, number[]>
  best: string | null
}

export class Tuner {
  readonly #remember: Remember
  readonly #trials = new Map<string, Trials>()

  constructor(remember: Remember = forgetful) {
    this.#remember = remember
  }

  /** The choice to make now, for work of a kind. The first of them is the one to make where nothing is known. */
  async choose(kind: string, choices: readonly [string, ...string[]]): Promise<string> {
    let trials = this.#trials.get(kind)
    if (trials === undefined) {
      const known = choices.length === 1 ? null : await this.#remember.get(kind).catch(() => null)
      const best = known !== null && choices.includes(known) ? known : null
      trials = { speeds: new Map(choices.map((choice) => [choice, []])), best }
      this.#trials.set(kind, trials)
    }
    const { speeds, best } = trials
    if (best !== null && choices.includes(best)) return best
    return choices.find((choice) => (speeds.get(choice)?.length ?? TRIALS) < TRIALS) ?? choices[0]
  }

  /** How much of it was done in what time. */
  measured(kind: string, choice: string, units: number, milliseconds: number): void {
    const trials = this.#trials.get(kind)
    const own = trials?.speeds.get(choice)
    if (trials === undefined || own === undefined || trials.best !== null) return
    own.push(units / Math.max(0.05, milliseconds))
    const all = [...trials.speeds]
    if (all.some(([, speeds]) => speeds.length < TRIALS)) return
    const speed = (speeds: readonly number[]) => Math.max(...speeds.slice(1))
    const best = all.reduce((most, other) => (speed(other[1]) > speed(most[1]) ? other : most), all[0] ?? [choice, own])
    trials.best = best[0]
    if (all.length > 1) void this.#remember.put(kind, best[0]).catch(() => undefined)
  }
}
