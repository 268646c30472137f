import { describe, expect, it } from 'vitest'
import { MOST_NUMBER, numbersOf } from '../../../src/arenas/singular-values/prompts/form.ts'
import { rng } from '../../../src/core/rng.ts'
import { repeatsIn, rulesOf, sentence } from '../../support/ebnf.ts'
import { CASES, clothes, genomeOf, linesOf, numbersIn, read, sourceOf, sums } from '../../support/spectra.ts'
import { ebnf, schema } from '../../support/xgrammar.ts'

describe('what an answer may be', () => {
  it.each(CASES)('[O3] sentences of both grammars are genomes with their numbers, and XGrammar takes them: %s', async (_, world) => {
    const { kit, form, step } = world
    const parent = genomeOf(world, 1)
    const before = sourceOf(world, parent)
    for (const [grammar, parents] of [[kit.grammar, []], [kit.edits!.grammar, [before]], [kit.edits!.grammar, []]] as const) {
      const rules = rulesOf(grammar)
      // llama.cpp makes a rule of every repeat.
      for (const node of rules.values()) expect(repeatsIn(node).reduce((x, y) => x * y, 1)).toBeLessThan(100)
      expect(grammar.length).toBeLessThan(1200)
      const held = await ebnf(grammar)
      const random = rng(5)
      const sizes = new Set<number>()
      for (let at = 0; at < 40; at++) {
        const text = sentence(rules, random)
        expect(held.accepts(text), text).toBe(true)
        const genome = read(world, text, parents)
        if (typeof genome === 'string') expect.unreachable(`${genome}\n${text}`)
        const lines = new Map(text.split('\n').map((line) => line.split(': ') as [string, string]))
        sizes.add(text.split('\n').length)
        for (const row of form.rows) {
          const said = lines.get(row.short)?.split(' ').map(Number)
          for (let gene = 0; gene < row.genes; gene++) {
            const offset = genome[row.first + gene]!
            const old = parents.length === 0 ? 0 : parent[row.first + gene]!
            if (said === undefined) expect(offset).toBe(old)
            else {
              const number = said[gene]!
              // As it was shown: as it was. Else the number in tenths of a step.
              if (numbersOf(parent, form)[row.first + gene] === number && parents.length > 0) expect(offset).toBe(old)
              else expect(offset / step * 10).toBeCloseTo(number, 4)
            }
          }
        }
      }
      expect(sizes.size).toBe(grammar === kit.edits!.grammar && form.rows.length > 1 ? 4 : 1)
    }
  }) // prettier-ignore

  it('[O3] numbers go exactly as far as genomes do, and have one way to be written', async () => {
    const held = await ebnf(clothes.kit.grammar)
    const edits = await ebnf(sums.kit.edits!.grammar)
    const lineWith = (number: string) => `base: ${number} 0 0 0 0 0 0 0 0 0`
    for (let number = -MOST_NUMBER - 9; number <= MOST_NUMBER + 9; number++) {
      const inRange = Math.abs(number) <= MOST_NUMBER
      expect(held.accepts(lineWith(String(number))), String(number)).toBe(inRange)
      expect(edits.accepts(`3.output B: 0 ${number} 0 0`)).toBe(inRange)
      expect(typeof read(clothes, lineWith(String(number))) === 'string').toBe(!inRange)
    }
    for (const bad of ['-0', '00', '07', '1.5', '+1', '300', '']) expect(held.accepts(lineWith(bad)), bad).toBe(false)
    expect(held.accepts('base: 0 0 0 0 0 0 0 0 0')).toBe(false)
    expect(edits.accepts('4.query A: 0 0 0 0')).toBe(false)
    expect(edits.accepts('0.query: 0 0 0 0')).toBe(false)
  })

  it.each(CASES)("[O4] the schema's answers are read, and no number beyond the range is one: %s", async (_, world) => {
    const { kit, form } = world
    const held = await schema(kit.schema)
    for (let seed = 1; seed <= 3; seed++) {
      const numbers = numbersOf(genomeOf(world, seed), form)
      const answer = (change: (numbers: number[]) => number[]) => JSON.stringify(Object.fromEntries(form.rows.map(({ short, first, genes }) => [short, change(numbers.slice(first, first + genes))]))) // prettier-ignore
      const json = answer((row) => row)
      expect(held.accepts(json), json).toBe(true)
      expect(numbersIn(world, json)).toEqual(numbers)
      expect(numbersIn(world, JSON.stringify(JSON.parse(json), null, 2))).toEqual(numbers)
      expect(numbersIn(world, `Here:\n\`\`\`json\n{"spectra": ${json}}\n\`\`\`\nGood luck!`)).toEqual(numbers)
      expect(numbersIn(world, JSON.stringify({ lines: linesOf(world, numbers) }))).toEqual(numbers)
      expect(numbersIn(world, JSON.stringify({ answer: linesOf(world, numbers).join('\n') }))).toEqual(numbers)
      expect(held.accepts(answer((row) => row.with(0, 31)))).toBe(false)
      expect(held.accepts(answer((row) => row.with(0, 0.5)))).toBe(false)
      expect(held.accepts(answer((row) => [...row, 1]))).toBe(false)
    }
  })
})
