/**
 * Asking one held-out set many times without wearing it out. Each question has two answers: one from what is known anyway,
 * and one from the held-out set. As long as they agree, the known one is told; where they differ, the held-out one is told
 * with noise, which costs one of a budget. The mechanism is Thresholdout (Dwork, Feldman, Hardt, Pitassi, Reingold and Roth,
 * "The reusable holdout", Science 349, 2015, figure 1), with their threshold and noise.
 */
import { deriveSeed, rng } from './rng.ts'

/** Differences up to this, more or less, are none. */
const THRESHOLD = 0.04
/** Scale of the noise in an answer; the threshold's is twice, the comparison's four times as large. */
const NOISE = 0.01

/** Two answers to one question, 0..1 each. */
export interface Question {
  readonly known: number
  readonly heldOut: number
}

export interface Guarded {
  /** One for each question, 0..1; null from where the budget is spent on. */
  readonly answers: readonly (number | null)[]
  /** Answers from the held-out set that are left. */
  readonly left: number
}

/** Asks in order; same seed, same answers, and later questions change no earlier answer. `budget` is a whole number from 0 up. */
export function guard(questions: readonly Question[], seed: number, budget: number): Guarded {
  const draws = rng(deriveSeed('thresholdout', seed))
  const laplace = (scale: number) => {
    const unit = draws.unit() - 0.5
    return -scale * Math.sign(unit) * Math.log(1 - 2 * Math.abs(unit))
  }
  const drawThreshold = () => THRESHOLD + laplace(2 * NOISE)
  let left = budget
  let threshold = drawThreshold()
  const answers = questions.map(({ known, heldOut }) => {
    if (left < 1) return null
    if (Math.abs(heldOut - known) <= threshold + laplace(4 * NOISE)) return known
    left--
    threshold = drawThreshold()
    return Math.min(1, Math.max(0, heldOut + laplace(NOISE)))
  })
  return { answers, left }
}
