import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { guard, type Question } from '../../../src/core/thresholdout.ts'

const share = fc.double({ min: 0, max: 1, noNaN: true })
const questions = fc.array(fc.record({ known: share, heldOut: share }), { maxLength: 60 })
const same = (count: number, question: Question) => Array.from({ length: count }, () => question)

describe('thresholdout', () => {
  it('[P36] tells the known answer where both agree, and spends little', () => {
    const { answers, left } = guard(same(40, { known: 0.5, heldOut: 0.5 }), 1, 40)
    // The comparison itself is noisy: now and then agreement costs an answer.
    expect(answers.filter((answer) => answer === 0.5).length).toBeGreaterThan(answers.length / 2)
    expect(left).toBeGreaterThan(0)
  })

  it('[P36] tells the held-out answer with noise where they differ, until the budget is spent', () => {
    const { answers, left } = guard(same(10, { known: 0.9, heldOut: 0.3 }), 3, 6)
    const told = answers.slice(0, 6).map((answer) => answer ?? NaN)
    expect(told.every((answer) => Math.abs(answer - 0.3) < 0.15 && answer !== 0.3)).toBe(true)
    expect(new Set(told).size).toBe(6)
    expect(answers.slice(6)).toEqual([null, null, null, null])
    expect(left).toBe(0)
  })

  it('[P36] is repeatable; later questions change no earlier answer; answers are shares', () => {
    fc.assert(
      fc.property(questions, fc.integer(), fc.nat(30), fc.nat(60), (asked, seed, budget, cut) => {
        const { answers, left } = guard(asked, seed, budget)
        expect(guard(asked, seed, budget)).toEqual({ answers, left })
        expect(guard(asked.slice(0, cut), seed, budget).answers).toEqual(answers.slice(0, cut))
        expect(answers.every((answer) => answer === null || (answer >= 0 && answer <= 1))).toBe(true)
        expect(left).toBeGreaterThanOrEqual(0)
        expect(left).toBeLessThanOrEqual(budget)
      }),
    )
  })
})
