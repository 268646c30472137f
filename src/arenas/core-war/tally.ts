/**
 * What the battles of one candidate came to, as whole numbers: engines sum them up wherever they like, and {@link scores.ts}
 * divides. So scores are equal to the last bit, whoever fought.
 */
import type { BattleOutcome, BattleSetup, Fighter } from './mars/battle.ts'
import type { Cancellation } from '../../core/result.ts'

export interface Tally {
  readonly battles: number
  /** Battles after which the candidate alone of two was alive, and those after which both were. */
  readonly wins: number
  readonly ties: number
  /** Instructions of all warriors. */
  readonly instructions: number
  /** Of the candidate: see {@link BattleOutcome}. */
  readonly spawned: number
  readonly covered: number
  /** {@link BattleOutcome.diedAt} of each battle. Left out where the score does not ask for it. */
  readonly deaths: readonly ArrayLike<number>[]
}

/** The candidate is the first warrior of each battle. */
export function tallyOf(outcomes: readonly BattleOutcome[]): Tally {
  let wins = 0
  let ties = 0
  let instructions = 0
  let spawned = 0
  let covered = 0
  for (const outcome of outcomes) {
    const [own, other = -1] = outcome.diedAt
    if (own === -1) {
      if (other === -1) ties++
      else wins++
    }
    instructions += outcome.instructions
    spawned += outcome.spawned[0] ?? 0
    covered += outcome.covered[0] ?? 0
  }
  return { battles: outcomes.length, wins, ties, instructions, spawned, covered, deaths: outcomes.map(({ diedAt }) => diedAt) } // prettier-ignore
}

/** Fights the battles one after another, and sums up on the way; a cancelled one is cut short. Equal to {@link tallyOf}. */
export function fightAll(
  fighter: Fighter,
  battles: readonly BattleSetup[],
  asksForDeaths: boolean,
  cancel: Cancellation,
): Tally {
  const deaths: Int32Array[] = []
  let [wins, ties, instructions, spawned, covered] = [0, 0, 0, 0, 0]
  for (const setup of battles) {
    if (cancel.aborted) break
    instructions += fighter.fight(setup)
    spawned += fighter.spawnedBy(0)
    covered += fighter.coveredBy(0)
    if (asksForDeaths) deaths.push(Int32Array.from(setup.warriors, (_, warrior) => fighter.diedAt(warrior)))
    if (fighter.diedAt(0) !== -1) continue
    if (setup.warriors.length < 2 || fighter.diedAt(1) === -1) ties++
    else wins++
  }
  return { battles: battles.length, wins, ties, instructions, spawned, covered, deaths }
}
