/** What a run on an island knows of the world outside: who has come, and whom to send. It never waits for either. */
import type { Champion, GenerationRecord, RunState } from '../core/journal.ts'
import { hashWords } from '../core/hash.ts'
import type { Migrant } from '../core/migrant.ts'

export interface Mailbox {
  /** Who has come since the last call; `known` are hashes of those who need not be told again. */
  drain(known: ReadonlySet<string>): readonly Migrant[]
  /** Champion and archive of a round that has ended. Returns at once. */
  send(champion: Champion, state: RunState): void
}

/** The island's side of it, as the runner's hooks need it. */
export class Island {
  readonly #mailbox: Mailbox
  /** Taken out of the mailbox, and not yet let in: a generation that is cut short leaves no trace. */
  #pending: readonly Migrant[] = []

  constructor(mailbox: Mailbox) {
    this.#mailbox = mailbox
  }

  /** For {@link RunnerHooks.migrants}. */
  migrants({ rounds, elites }: RunState): readonly Migrant[] {
    const met = [...(rounds?.champions ?? []), ...(rounds?.guests ?? []), ...elites]
    const known = new Set([...met.map(({ words }) => hashWords(words)), ...this.#pending.map(({ hash }) => hash)])
    this.#pending = [...this.#pending, ...this.#mailbox.drain(known)]
    return this.#pending
  }

  /** After each generation. A champion that came from elsewhere is not sent on: a migrant does not migrate again. */
  generation({ turn }: GenerationRecord, before: RunState): void {
    if (turn?.opens === true) this.#pending = []
    if (turn?.champion != null && turn.champion.from === undefined) this.#mailbox.send(turn.champion, before)
  }
}
