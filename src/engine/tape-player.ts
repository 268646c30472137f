/** Plays a run again from its tape: every generation gets the completions that it got, and no model is asked. */
import type { Completion } from '../core/completion.ts'
import type { TapeEntry } from '../core/journal.ts'
import type { Migrant } from '../core/migrant.ts'

export class TapePlayer {
  readonly #entries: ReadonlyMap<number, TapeEntry>

  constructor(tape: readonly TapeEntry[]) {
    this.#entries = new Map(tape.map((entry) => [entry.generation, entry]))
  }

  arrivals(generation: number): readonly Completion[] {
    return this.#entries.get(generation)?.completions ?? []
  }

  migrants(generation: number): readonly Migrant[] {
    return this.#entries.get(generation)?.migrants ?? []
  }

  /** What judging took then; null where nothing came from outside, so that it does not matter. */
  evaluationMs(generation: number): number | null {
    return this.#entries.get(generation)?.evaluationMs ?? null
  }
}
