/** What strategies with several objectives see of scores: a number for each goal, all to be made small. */
import type { Axis, Losses } from './contracts.ts'
import { log } from './exact.ts'

export interface Goal {
  /** Which of the arena's objectives. */
  readonly objective: number
  /** The objective's number times this is to be made small. */
  readonly sign: 1 | -1
  /** Where the objective's axis begins and ends; of its logarithm, where that is what counts. */
  readonly min: number
  readonly max: number
  /** What is to be made small is the logarithm; what lies below this counts as this. */
  readonly least?: number
}

/** The objectives that have a goal; where none has one, the first is to be made large, as it always is. */
export function goalsOf(objectives: readonly Axis[]): readonly Goal[] {
  const goals = objectives.flatMap(({ goal, min, max, scale }, objective): readonly Goal[] => {
    if (goal === undefined) return []
    const sign = goal === 'max' ? -1 : 1
    return scale === 'log'
      ? [{ objective, sign, min: log(min), max: log(max), least: min }]
      : [{ objective, sign, min, max }]
  })
  if (goals.length > 0) return goals
  return objectives.slice(0, 1).map(({ min, max }) => ({ objective: 0, sign: -1, min, max }))
}

/** A score that is no number is the worst there is. */
export const lossesOf = (goals: readonly Goal[], objectives: ArrayLike<number>): Losses =>
  goals.map(({ objective, sign, least }) => {
    const value = objectives[objective] ?? NaN
    if (Number.isNaN(value)) return Infinity
    return sign * (least === undefined ? value : log(Math.max(least, value)))
  })

/** Losses as shares of the goals' axes: 0 at the good end, 1 at the bad one, and neither beyond. */
export const sharesOf = (goals: readonly Goal[], losses: Losses): Losses =>
  goals.map(({ sign, min, max }, index) => {
    const [good, bad] = sign === 1 ? [min, max] : [-max, -min]
    return Math.min(1, Math.max(0, ((losses[index] ?? Infinity) - good) / (bad - good)))
  })
