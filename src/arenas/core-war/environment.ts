/**
 * What a warrior is scored against: frozen opponents and a battle plan. Both follow from the options and the seed, and
 * every candidate of the run meets the same ones, so scores of different generations can be compared.
 */
import type { GenomeBatch } from '../../core/batch.ts'
import { batchOf, rowOf } from '../../core/batch.ts'
import { numberOption, textOption, type Options } from '../../core/options.ts'
import { deriveSeed, rng } from '../../core/rng.ts'
import { decodeWarrior, encodeWarrior } from './genome.ts'
import type { BattleSetup } from './mars/battle.ts'
import { panelOf } from './panel.ts'
import type { Program } from './redcode/instruction.ts'

export interface BattlePlan {
  readonly format: 'duels' | 'melee'
  readonly names: readonly string[]
  readonly opponents: GenomeBatch
  /** How many of the opponents, from the first, are the world's own; those after them came in by evolution. */
  readonly own: number
  /** What the places follow from. */
  readonly seed: number
  /** One entry a round. Duels: `[opponent's address]`. Melee: an address for each warrior, the candidate's first. */
  readonly positions: readonly (readonly number[])[]
}

/** Places follow from the seed: duels uniform over all fair distances, melees one per equal segment as in Digital Red Queen. */
export function battlePlan(options: Options, seed: number): BattlePlan {
  const panel = panelOf(options).slice(0, numberOption(options, 'opponents'))
  const stride = 1 + 2 * numberOption(options, 'maxLength')
  return {
    format: formatOf(options),
    seed,
    own: panel.length,
    names: panel.map((opponent) => opponent.name),
    opponents: batchOf(stride, panel.map((opponent) => encodeWarrior(opponent.program, stride))),
    positions: placesOf(options, seed, 1 + panel.length),
  } // prettier-ignore
}

export const formatOf = (options: Options): BattlePlan['format'] =>
  textOption(options, 'fitness') === 'survival' ? 'melee' : 'duels'

/** {@link BattlePlan.positions} for so many warriors, the candidate among them; those of duels are the same for any number. */
export function placesOf(options: Options, seed: number, warriors: number): BattlePlan['positions'] {
  const coreSize = numberOption(options, 'coreSize')
  const minDistance = numberOption(options, 'minDistance')
  const places = rng(deriveSeed('places', seed))
  const segment = Math.floor(coreSize / warriors)
  const spots = Math.max(1, coreSize + 1 - 2 * minDistance)
  return Array.from({ length: numberOption(options, 'rounds') }, () =>
    formatOf(options) === 'duels'
      ? [(minDistance + places.int(spots)) % coreSize]
      : Array.from({ length: warriors }, (_, at) => at * segment + places.int(Math.max(1, segment - minDistance + 1))),
  )
}

export const opponentsOf = (plan: BattlePlan): readonly Program[] =>
  Array.from({ length: plan.opponents.count }, (_, index) => decodeWarrior(rowOf(plan.opponents, index)))

/** All battles of one candidate, round by round; the starter of duels alternates, in a melee the candidate is first. */
export function battlesOf(candidate: Program, opponents: readonly Program[], plan: BattlePlan): BattleSetup[] {
  if (plan.format === 'melee') {
    const programs = [candidate, ...opponents]
    return plan.positions.map((places) => ({
      warriors: programs.map((program, index) => ({ program, position: places[index] ?? 0 })),
      first: 0,
    }))
  }
  return opponents.flatMap((program) =>
    plan.positions.map((places, round) => ({
      warriors: [
        { program: candidate, position: 0 },
        { program, position: places[0] ?? 0 },
      ],
      first: round % 2,
    })),
  )
}
