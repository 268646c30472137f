/** The held-out panel behind Thresholdout: what may be told of it without wearing it out. */
import { deriveSeed, rng } from '../core/rng.ts'

const THRESHOLD = 0.04
const NOISE = 0.01

export interface GuardedAnswers {
  /** One a champion, 0..1; null once the budget is spent. */
  readonly answers: readonly (number | null)[]
  readonly budget: number
  readonly left: number
}

export function guardedAnswers(
  asked: readonly { readonly known: number; readonly heldOut: number }[],
  seed: number,
  budget: number,
): GuardedAnswers {
  const draws = rng(deriveSeed('thresholdout', seed))
  const laplace = (scale: number) => {
    const unit = draws.unit() - 0.5
    return -scale * Math.sign(unit) * Math.log(1 - 2 * Math.abs(unit))
  }
  let left = budget
  let threshold = THRESHOLD + laplace(2 * NOISE)
  const answers = asked.map(({ known, heldOut }) => {
    if (left < 1) return null
    if (Math.abs(heldOut - known) <= threshold + laplace(4 * NOISE)) return known
    left--
    threshold = THRESHOLD + laplace(2 * NOISE)
    return Math.min(1, Math.max(0, heldOut + laplace(NOISE)))
  })
  return { answers, budget, left }
}
