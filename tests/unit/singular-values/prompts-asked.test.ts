import { describe, expect, it } from 'vitest'
import { lineOf, MOST_NUMBER } from '../../../src/arenas/singular-values/prompts/form.ts'
import { TEXT_KINDS } from '../../../src/core/completion.ts'
import { checkTemplate, render } from '../../../src/operators/llm/render.ts'
import { requestOf } from '../../../src/operators/llm/request.ts'
import { CASES, clothes, fullest, genomeOf, sourceOf, sums, WORLDS } from '../../support/spectra.ts'

describe('what language models are asked for spectra', () => {
  it.each(CASES)('[O1] every place of every template is filled, and nothing is wrong with any: %s', (_, { kit, form, step, zero }) => {
    const situation = fullest(Object.values(WORLDS).find((world) => world.kit === kit)!)
    const filled = kit.fill(situation)
    expect(Object.keys(filled).sort()).toEqual(kit.places.map(({ key }) => key).sort())
    for (const [key, text] of Object.entries(filled)) expect(text, key).not.toBe('')
    expect(kit.places.every(({ help }) => help.endsWith('.'))).toBe(true)
    for (const kind of TEXT_KINDS) {
      const template = kit.templates[kind]
      expect(checkTemplate(template, kit.places)).toEqual([])
      for (const manner of ['blind', 'informed'] as const) {
        const { system, prompt } = render(kit, template, manner, situation)
        expect(`${system}${prompt}`).not.toMatch(/\{\{|NaN|undefined/)
        expect(system.length, kind).toBeLessThan(1200)
        expect(prompt.length, kind).toBeLessThan(2200)
        for (const word of [String(MOST_NUMBER), 'tenths of a step', `a step is ${step} times`, `of ${zero.length / form.rows.length} number`, form.rows[0]!.short])
          expect(system).toContain(word)
        // An answer of nothing but what the system shows is one.
        expect(system).toContain(lineOf(form.rows[0]!, Array.from(zero)))
      }
    }
  }) // prettier-ignore

  it('[O1] small worlds are asked for all numbers, large ones for edits; a small model has room for either', () => {
    for (const [name, world] of CASES) {
      const { kit } = world
      const abilities = { grammar: true, schema: true, context: 2048 }
      for (const kind of TEXT_KINDS) {
        const asked = requestOf({ arena: 'singular-values', kit, kind, manner: 'informed', situation: fullest(world), abilities, quality: 5, temperature: 1, seed: 1 }) // prettier-ignore
        if (!asked.ok) expect.unreachable(asked.fault.message)
        expect(asked.value.manner, name).toBe('informed')
        expect(asked.value.request.grammar, name).toBe(world.zero.length <= 32 ? kit.grammar : kit.edits!.grammar)
      }
      // A token is a character at least: the longest answer that templates ask for is never cut, with room to spare.
      const longest = world.form.rows.map((row) => lineOf(row, new Array<number>(world.zero.length).fill(-MOST_NUMBER)))
      expect(kit.maxTokens).toBeGreaterThan(
        longest.slice(0, world.zero.length <= 32 ? undefined : 4).join('\n').length + 10,
      )
      expect(kit.maxTokens).toBeLessThanOrEqual(1024)
    }
  })

  it('[O2] parents are whole numbers from the worst to the best, and a better score is asked for', () => {
    const [worse, better] = [[3, -2, 0, 1, 30, -30, 5, 0, 0, 1], [4, 0, 0, 0, 0, 0, 0, 0, 0, -1]] // prettier-ignore
    const parent = (numbers: readonly number[], score: number) => ({ text: sourceOf(clothes, Float32Array.from(numbers, (number) => number / 10 + 0.02)), objectives: [score], measures: [], report: '' }) // prettier-ignore
    // The limit is the limit: what lies a little beyond was never a parent.
    const at = (numbers: readonly number[], score: number) => parent(numbers.map((number) => Math.min(29, number)), score) // prettier-ignore
    const first = at(better, 0.5)
    const second = at(worse, 0.25)
    const { ranked, wanted, parent: shown, score, other, 'other-score': otherScore } = clothes.kit.fill({ parents: [first, second], edits: [], best: 0.6 }) // prettier-ignore
    expect(shown).toBe('base: 4 0 0 0 0 0 0 0 0 -1')
    expect(other).toBe('base: 3 -2 0 1 29 -30 5 0 0 1')
    expect([score, otherScore, wanted]).toEqual(['score 50 %', 'score 25 %', '68 %'])
    expect(ranked).toBe(`Second, score 25 %:\n${other}\n\nFirst, score 50 %:\n${shown}`)
    const wantedAt = (best: number) => clothes.kit.fill({ parents: [], edits: [], best })['wanted']
    expect([0, 0.98, 0.995, 1].map(wantedAt)).toEqual(['20 %', '99 %', '100 %', '100 %'])
    // A score that is none comes first and is not told.
    const lost = { ...second, objectives: [NaN] }
    expect(clothes.kit.fill({ parents: [first, lost], edits: [], best: 0 })['ranked']).toMatch(
      /^Second:\nbase.*\n\nFirst, /,
    )
  })

  it('[O2] of a large world 128 numbers are shown, of two parents those in which they differ most', () => {
    const world = WORLDS['sums, rank 16']
    const { kit, form, step } = world
    const one = genomeOf(world, 1)
    const other = one.slice()
    const differing = [30, 2, 17, 9]
    for (const at of differing) other[form.rows[at]!.first] = one[form.rows[at]!.first]! > 0 ? -3 * step : 3 * step
    const parents = [one, other].map((genome) => ({ text: sourceOf(world, genome), objectives: [0.5], measures: [], report: '' })) // prettier-ignore
    const two = kit.fill({ parents, edits: [], best: 0 })
    const names = (text: string) => text.split('\n').flatMap((line) => /^(.*):/.exec(line)?.[1] ?? [])
    const expected = [...differing].sort((x, y) => x - y).map((at) => form.rows[at]!.short)
    expect(names(two['parent']!)).toEqual(expected)
    expect(names(two['other']!)).toEqual(expected)
    expect(two['parent']).toMatch(/\(28 more are not shown\.\)$/)
    const alone = kit.fill({ parents: parents.slice(0, 1), edits: [], best: 0 })['parent']!
    expect(names(alone)).toHaveLength(8)
    expect(kit.fill({ parents: parents.slice(0, 1), edits: [], best: 0 })['parent']).toBe(alone)
    // Other parents, other blocks: over a run all are shown.
    const seen = new Set(Array.from({ length: 60 }, (_, seed) => names(kit.fill({ parents: [{ ...parents[0]!, text: sourceOf(world, genomeOf(world, seed)) }], edits: [], best: 0 })['parent']!)).flat()) // prettier-ignore
    expect(seen.size).toBe(32)
    expect(names(sums.kit.fill(fullest(sums))['parent']!)).toHaveLength(16)
  })
})
