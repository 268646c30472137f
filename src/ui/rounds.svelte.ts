/** The round that is looked at, in runs that go in rounds, and whom warriors on the stage may meet. */
import type { RoundDetail, Snapshot } from '../engine/protocol.ts'
import type { Opponent, RoundsView } from '../engine/protocol-rounds.ts'

export interface RoundsHost {
  fetch(round: number): Promise<RoundDetail | null>
  /** Shows the archive of a generation, or of now. */
  show(generation: number | null): void
}

export class RoundsOnShow {
  /** From 0; null looks at none. */
  chosen = $state<number | null>(null)
  /** Of the chosen round, once it is here. */
  detail = $state.raw<RoundDetail | null>(null)
  /** Opponents of the round that is going on; null where the run does not go in rounds. */
  #current = $state.raw<readonly Opponent[] | null>(null)
  /** Whom the one on the stage is to meet now; another object is another wish. */
  against = $state.raw<{ readonly name: string } | null>(null)
  readonly #host: RoundsHost
  /** Run and round that {@link #current} belongs to. */
  #known = ''
  /** The rounds as last seen. */
  #view: RoundsView | null = null

  constructor(host: RoundsHost) {
    this.#host = host
  }

  /** The champion on show, or null. */
  readonly champion = $derived(this.detail?.champion ?? null)
  /** Null where warriors meet the arena's own opponents. */
  readonly rivals = $derived(this.champion === null ? this.#current : (this.detail?.rivals ?? null))

  /** Looks at a round that has its champion; the archive is shown as it was at its end. */
  async choose(round: number): Promise<void> {
    const isOther = this.chosen !== round
    this.chosen = round
    if (isOther) this.against = null
    const detail = await this.#host.fetch(round)
    if (this.chosen !== round) return
    if ((detail?.champion ?? null) === null) return this.leave()
    this.detail = detail
    this.#host.show(endOf(this.#view, round))
  }

  leave(): void {
    this.chosen = null
    this.detail = null
    this.against = null
  }

  watch(name: string): void {
    this.against = { name }
  }

  /** For another run. */
  forget(): void {
    this.leave()
    this.#known = ''
    this.#current = null
  }

  received({ rounds, run }: Snapshot): void {
    this.#view = rounds
    if (rounds === null || rounds.opened === 0) {
      this.#known = ''
      this.#current = null
      return
    }
    const key = `${run.id}/${rounds.opened}`
    if (key === this.#known) return
    this.#known = key
    void this.#host.fetch(rounds.opened - 1).then((detail) => {
      if (this.#known === key) this.#current = detail?.rivals ?? null
    })
  }
}

/** The last generation of a round; null where that is now. */
function endOf(view: RoundsView | null, round: number): number | null {
  if (view === null) return null
  const next = view.openings[round + 1 - (view.opened - view.openings.length)]
  return next === undefined ? null : next - 1
}
