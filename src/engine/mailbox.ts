/** What a run on an island knows of the world outside: who has come, and whom to send. It never waits for either. */
import type { Birth, Champion, GenerationRecord, RunState } from '../core/journal.ts'
import { phaseOf, type Make } from '../core/generation.ts'
import { hashWords } from '../core/hash.ts'
import type { Migrant } from '../core/migrant.ts'
import { crown } from '../core/rounds.ts'

export interface Mailbox {
  /** Who has come since the last call; `known` are hashes of those who need not be told again. */
  drain(known: ReadonlySet<string>): readonly Migrant[]
  /** Both return at once. */
  sendChampion(champion: Champion): void
  sendArchive(round: number, elites: readonly Birth[]): void
}

/** The island's side of it, as the runner's hooks need it. */
export class Island {
  readonly #make: Make
  readonly #mailbox: Mailbox
  /** Taken out of the mailbox, and not yet let in: a generation that is cut short leaves no trace. */
  #pending: readonly Migrant[] = []

  constructor(make: Make, mailbox: Mailbox) {
    this.#make = make
    this.#mailbox = mailbox
  }

  /** For {@link RunnerHooks.migrants}. */
  migrants({ rounds, elites }: RunState): readonly Migrant[] {
    const met = [...(rounds?.champions ?? []), ...(rounds?.guests ?? []), ...elites]
    const known = new Set([...met.map(({ words }) => hashWords(words)), ...this.#pending.map(({ hash }) => hash)])
    this.#pending = [...this.#pending, ...this.#mailbox.drain(known)]
    return this.#pending
  }

  /** After each generation: a round that is over has its champion, and nobody is waited for. */
  generation({ turn }: GenerationRecord, state: RunState): void {
    if (turn?.opens === true) this.#pending = []
    this.announce(state)
  }

  /** Sends what a round that is over came to. A champion from elsewhere is not sent on: a migrant does not migrate again. */
  announce(state: RunState): void {
    const phase = phaseOf(this.#make, state)
    if (phase.kind === 'on' || phase.kind === 'over' || state.rounds === undefined) return
    const champion = crown(state.elites, state.rounds)
    if (champion === null) return
    if (champion.from === undefined) this.#mailbox.sendChampion(champion)
    this.#mailbox.sendArchive(champion.round, state.elites)
  }
}
