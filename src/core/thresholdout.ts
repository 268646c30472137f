/**
 * Thresholdout: a held-out set that may be asked many times. Whoever chooses by its answers learns the set instead of the
 * world, so the answer is the open half's as long as the guarded half agrees with it; only where it does not is the
 * guarded half told, with noise, and that costs one of a budget. Dwork, Feldman, Hardt, Pitassi, Reingold and Roth,
 * "Generalization in Adaptive Data Analysis and Holdout Reuse" (2015), figure 1; "The reusable holdout", Science 349,
 * 2015; after "Preserving Statistical Validity in Adaptive Data Analysis", STOC 2015. Pure; not a source of secrets: whoever
 * knows the seed knows the noise.
 */
import { deriveSeed, rng, rngFrom, type Rng, type RngState } from './rng.ts'

export interface GuardSettings {
  /** How far the halves may lie apart before the guarded one is told, >= 0. */
  readonly threshold: number
  /** Sigma: the scale of the Laplace noise on what is told, > 0; that of the threshold is twice, of a comparison four times as large. */
  readonly noise: number
  /** Answers that may come from the guarded half, a whole number >= 0. */
  readonly budget: number
}

/** Plain and cloneable: a guard goes on from here. */
export interface Guard {
  readonly settings: GuardSettings
  readonly left: number
  /** The threshold with its noise: drawn anew after each answer from the guarded half. */
  readonly threshold: number
  readonly draws: RngState
}

export interface Answer {
  /** A share; one from the guarded half has noise and may lie a little outside 0..1. Null once the budget is spent. */
  readonly value: number | null
  readonly from: 'open' | 'guarded' | 'spent'
  /** Answers that the guarded half has left after this one. */
  readonly left: number
}

/** What was asked: how one does against either half, as shares 0..1. */
export interface Question {
  readonly open: number
  readonly guarded: number
}

/**
 * Settings for halves of `members` each. Two such halves differ by 0.7 / sqrt(members) by chance alone (one standard deviation,
 * at most), so a threshold of nearly three times that is seldom passed by those who did not choose by the answers. The noise
 * is small enough that it seldom passes it either. With 32 members the threshold is 0.35: so few cannot tell more.
 */
export function guardSettings(members: number, budget: number): GuardSettings {
  const threshold = 2 / Math.sqrt(Math.max(1, members))
  return { threshold, noise: threshold / 16, budget }
}

export function guardOf(settings: GuardSettings, seed: number): Guard {
  const draws = rng(deriveSeed('thresholdout', seed))
  return {
    settings,
    left: settings.budget,
    threshold: settings.threshold + laplace(draws, 2 * settings.noise),
    draws: draws.state(),
  }
}

/** One answer, and the guard after it. Once the budget is spent there is no answer at all, not even the open half's. */
export function ask(guard: Guard, { open, guarded }: Question): { readonly guard: Guard; readonly answer: Answer } {
  const { settings, left, threshold } = guard
  if (left < 1) return { guard, answer: { value: null, from: 'spent', left: 0 } }
  const draws = rngFrom(guard.draws)
  if (Math.abs(guarded - open) <= threshold + laplace(draws, 4 * settings.noise))
    return { guard: { ...guard, draws: draws.state() }, answer: { value: open, from: 'open', left } }
  const value = guarded + laplace(draws, settings.noise)
  const anew = settings.threshold + laplace(draws, 2 * settings.noise)
  return {
    guard: { settings, left: left - 1, threshold: anew, draws: draws.state() },
    answer: { value, from: 'guarded', left: left - 1 },
  }
}

/** Questions one after another, of a fresh guard. */
export function answersTo(questions: readonly Question[], settings: GuardSettings, seed: number): readonly Answer[] {
  let guard = guardOf(settings, seed)
  return questions.map((question) => {
    const asked = ask(guard, question)
    guard = asked.guard
    return asked.answer
  })
}

/** Which of `count` members lie in which half; the guarded one has the odd one. The same for the same seed. */
export function halvesOf(
  count: number,
  seed: number,
): { readonly open: readonly number[]; readonly guarded: readonly number[] } {
  const draws = rng(deriveSeed('halves', seed))
  const drawn = Array.from({ length: count }, (_, index) => ({ index, at: draws.unit() }))
    .sort((one, other) => one.at - other.at || one.index - other.index)
    .map(({ index }) => index)
  const inOrder = (half: readonly number[]) => half.toSorted((one, other) => one - other)
  const middle = Math.floor(count / 2)
  return { open: inOrder(drawn.slice(0, middle)), guarded: inOrder(drawn.slice(middle)) }
}

/** Density exp(-|x| / scale) / (2 scale): an exponential one with a random sign. Never 0, never infinite. */
function laplace(draws: Rng, scale: number): number {
  const size = -scale * Math.log(1 - (draws.int(0xffffffff) + 1) / 0x100000001)
  return draws.chance(0.5) ? size : -size
}
