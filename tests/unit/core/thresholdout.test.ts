/**
 * What Thresholdout is for, played: an analyst who chooses by the answers. Members are coins that nobody can foresee, so the
 * truth about every contestant is a share of one half; whatever else somebody is told was learned from the set.
 */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { deriveSeed, rng } from '../../../src/core/rng.ts'
import { answersTo, ask, guardOf, guardSettings, halvesOf, type Answer, type Question } from '../../../src/core/thresholdout.ts' // prettier-ignore

const share = fc.double({ min: 0, max: 1, noNaN: true })
const question = fc.record({ open: share, guarded: share })
const settings = fc.record({
  threshold: fc.double({ min: 0, max: 0.5, noNaN: true }),
  noise: fc.double({ min: 0.001, max: 0.2, noNaN: true }),
  budget: fc.nat(12),
})

describe('Thresholdout', () => {
  it('[D31] never tells the guarded half as it is', () => {
    fc.assert(
      fc.property(fc.array(question), settings, fc.integer(), (questions, how, seed) => {
        answersTo(questions, how, seed).forEach(({ from, value }, at) => {
          const { open, guarded } = questions[at]!
          if (from === 'guarded') expect(value).not.toBe(guarded)
          if (from === 'open') expect(value).toBe(open)
          if (from === 'spent') expect(value).toBeNull()
          if (value !== null) expect(Number.isFinite(value)).toBe(true)
        })
      }),
    )
  })

  it('[D31] where it answers with the open half, the guarded one does not show in it', () => {
    fc.assert(
      fc.property(share, share, settings, fc.integer(), (open, step, how, seed) => {
        const guard = guardOf({ ...how, budget: 3, threshold: 0.4 }, seed)
        const [one, other] = [open, (open + step / 1000) % 1].map((guarded) => ask(guard, { open, guarded }).answer)
        if (one!.from === 'open' && other!.from === 'open') expect(other).toEqual(one)
      }),
    )
  })

  it('[D32] only answers of the guarded half cost, and the budget ends it for good', () => {
    fc.assert(
      fc.property(fc.array(question, { maxLength: 60 }), settings, fc.integer(), (questions, how, seed) => {
        let left = how.budget
        for (const answer of answersTo(questions, how, seed)) {
          if (left === 0) expect(answer).toEqual({ value: null, from: 'spent', left: 0 })
          else expect(answer.from).not.toBe('spent')
          if (answer.from === 'guarded') left--
          expect(answer.left).toBe(left)
        }
      }),
    )
    const apart = Array.from({ length: 30 }, (): Question => ({ open: 1, guarded: 0 }))
    const answers = answersTo(apart, { threshold: 0.04, noise: 0.01, budget: 20 }, 1)
    expect(answers.filter(({ from }) => from === 'guarded').length).toBe(20)
    expect(answers.slice(20).every(({ from }) => from === 'spent')).toBe(true)
    const alike = answersTo(apart.map(() => ({ open: 0.5, guarded: 0.5 })), { threshold: 0.3, noise: 0.01, budget: 1 }, 1)
    expect(alike.every(({ from }) => from === 'open')).toBe(true)
  }) // prettier-ignore

  it('[D33] the same questions and seed, the same answers; a guard put away goes on as it was', () => {
    fc.assert(
      fc.property(fc.array(question), settings, fc.integer(), (questions, how, seed) => {
        let guard = guardOf(how, seed)
        const answers: Answer[] = []
        for (const one of questions) {
          const asked = ask(structuredClone(guard), one)
          expect(ask(guard, one)).toEqual(asked)
          guard = asked.guard
          answers.push(asked.answer)
        }
        expect(answersTo(questions, how, seed)).toEqual(answers)
      }),
    )
    const apart = Array.from({ length: 5 }, (): Question => ({ open: 1, guarded: 0 }))
    const how = { threshold: 0.04, noise: 0.01, budget: 5 }
    expect(answersTo(apart, how, 1)).not.toEqual(answersTo(apart, how, 2))
  })

  it('[D33] noise is Laplace: of scale sigma on answers, and a comparison has that of threshold and query together', () => {
    const noise = 0.01
    const told = Array.from({ length: 4000 }, (_, seed) => answersTo([{ open: 1, guarded: 0 }], { threshold: 0.04, noise, budget: 1 }, seed)[0]!.value!) // prettier-ignore
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
    expect(Math.abs(mean(told))).toBeLessThan(0.1 * noise)
    // The mean size of a Laplace variable is its scale, its median size ln 2 of that.
    expect(mean(told.map(Math.abs)) / noise).toBeCloseTo(1, 1)
    expect(told.filter((value) => Math.abs(value) < noise * Math.LN2).length / told.length).toBeCloseTo(0.5, 1)
    // P(Lap(2) + Lap(4) > x) = (4^2 e^(-x/4) - 2^2 e^(-x/2)) / (2 (4^2 - 2^2)) for x >= 0, in sigmas.
    for (const x of [0, 4, 10]) {
      const over = Array.from({ length: 4000 }, (_, seed) => answersTo([{ open: 0.5, guarded: 0.6 }], { threshold: 0.1 - x * noise, noise, budget: 1 }, seed)[0]!) // prettier-ignore
      const expected = 1 - (16 * Math.exp(-x / 4) - 4 * Math.exp(-x / 2)) / 24
      expect(over.filter(({ from }) => from === 'guarded').length / over.length).toBeCloseTo(expected, 1)
    }
  })

  it('[D34] the halves are all members, each once, as many in one as in the other', () => {
    fc.assert(
      fc.property(fc.nat(100), fc.integer(), (count, seed) => {
        const { open, guarded } = halvesOf(count, seed)
        expect([...open, ...guarded].sort((x, y) => x - y)).toEqual(Array.from({ length: count }, (_, at) => at))
        expect(guarded.length - open.length).toBe(count % 2)
        expect(halvesOf(count, seed)).toEqual({ open, guarded })
      }),
    )
    expect(halvesOf(64, 1)).not.toEqual(halvesOf(64, 2))
  })
})

/**
 * Freedman's paradox: ask about many features, each a coin for each member; turn those round that look worse than chance; let
 * them all vote, and ask how often the vote is right. The truth is one half, whatever the features are.
 */
function climb(members: number, features: number, seed: number, tell: (question: Question) => number): number {
  const random = rng(seed)
  const { open, guarded } = halvesOf(members, seed)
  const shareIn = (half: readonly number[], isRight: (member: number) => boolean) => half.filter(isRight).length / half.length // prettier-ignore
  const asked = (isRight: (member: number) => boolean) => tell({ open: shareIn(open, isRight), guarded: shareIn(guarded, isRight) }) // prettier-ignore
  const votes = new Int32Array(members)
  for (let feature = 0; feature < features; feature++) {
    const coins = Int8Array.from({ length: members }, () => 2 * random.int(2) - 1)
    const sign = asked((member) => coins[member] === 1) >= 0.5 ? 1 : -1
    coins.forEach((coin, member) => (votes[member]! += sign * coin))
  }
  return asked((member) => votes[member]! > 0)
}

describe('an analyst who chooses by the answers', () => {
  const seeds = Array.from({ length: 40 }, (_, at) => deriveSeed('climb', at))
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

  it.each([
    [64, 101, 0.65],
    [400, 301, 0.25],
  ])('[D35] overfits a plain held-out set and not this one: %i members, %i features', (members, features, rest) => {
    const how = guardSettings(members / 2, 20)
    const plain = seeds.map((seed) => climb(members, features, seed, ({ guarded }) => guarded))
    const behind = seeds.flatMap((seed) => {
      let guard = guardOf(how, seed)
      const believed = climb(members, features, seed, (question) => {
        const { guard: next, answer } = ask(guard, question)
        guard = next
        return answer.value ?? NaN
      })
      return Number.isNaN(believed) ? [] : [believed]
    })
    expect(mean(plain)).toBeGreaterThan(0.75)
    // Most still have an answer at the end, and of the self-deception there is so much left.
    expect(behind.length).toBeGreaterThan(30)
    expect(Math.abs(mean(behind) - 0.5)).toBeLessThan(rest * (mean(plain) - 0.5))
  })
})
