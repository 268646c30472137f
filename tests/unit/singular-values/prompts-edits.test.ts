import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Offsets } from '../../../src/arenas/singular-values/genome.ts'
import { lineOf, MOST_NUMBER, numbersOf } from '../../../src/arenas/singular-values/prompts/form.ts'
import { render } from '../../../src/operators/llm/render.ts'
import { CASES, clothes, genomeOf, linesOf, read, sourceOf, sums, type World, WORLDS } from '../../support/spectra.ts'

describe('edits of a parent', () => {
  const parent = genomeOf(sums, 1)
  const before = sourceOf(sums, parent)
  const shown = numbersOf(parent, sums.form)

  it('[O5] leave all other spectra as they are, to the last bit; the second parent has no part in it', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.nat(31), { minLength: 1, maxLength: 4 }),
        fc.array(fc.integer({ min: -MOST_NUMBER, max: MOST_NUMBER }), { minLength: 128, maxLength: 128 }),
        (rows, numbers) => {
          const answer = rows.map((row) => lineOf(sums.form.rows[row]!, numbers)).join('\n')
          const child = read(sums, answer, [before, sourceOf(sums, genomeOf(sums, 2))]) as Offsets
          child.forEach((offset, at) => {
            const isNamed = rows.includes(Math.floor(at / 4))
            if (isNamed && numbers[at] !== shown[at]) expect(offset * 10).toBeCloseTo(numbers[at]!, 4)
            else expect(offset).toBe(parent[at])
          })
        },
      ),
      { numRuns: 30 },
    )
  })

  it('[O5] the parent as it was shown is the parent, whole or in part', () => {
    for (const [name, world] of CASES) {
      const genome = world.codec.decode(world.codec.encode(genomeOf(world, 5)))
      const lines = linesOf(world, numbersOf(genome, world.form))
      expect(read(world, lines.join('\n'), [sourceOf(world, genome)]), name).toEqual(genome)
      expect(read(world, lines[0]!, [sourceOf(world, genome)]), name).toEqual(genome)
    }
  })

  it('[O5] without a parent, or one that is none, the rest is as it was trained', () => {
    for (const parents of [[], [''], ['nobody'], ['x'.repeat(200_000)]]) {
      const child = read(sums, '1.key B: 0 0 5 0', parents) as Offsets
      expect([...child].filter((offset) => offset !== 0)).toEqual([0.5])
      expect(child[sums.form.rows.find(({ short }) => short === '1.key B')!.first + 2]).toBe(0.5)
    }
  })

  it('[O6] what the codec would not take is not made to fit', () => {
    const said = (answer: string, world: World = sums) => {
      const found = read(world, answer, world === sums ? [before] : [])
      return typeof found === 'string' ? found : 'read'
    }
    expect(said('0.query A: 31 0 0 0')).toMatch(/^Line 1: 3\.1 is too far; offsets here are from -3 to 3\.$/)
    expect(said('0.query B: 0 0 -1000000 0')).toMatch(/^Line 2: -100000 is too far/)
    expect(said('0.query A: 1e300 0 0 0')).toMatch(/is too far/)
    expect(said('0.query A: 1 2 3 4 5')).toMatch(/^Line 1 has 5 numbers; layers\.0\.attention\.query A has 4/)
    expect(said('0.query A: 1 2 3')).toMatch(/^Line 1 has 3 numbers/)
    expect(said('0.query A: 1 up 3 4')).toMatch(/^Line 1: "up" is no number/)
    expect(said('0.query A: 1 0x1 3 4')).toMatch(/^Line 1: "\?0x1" is no number/)
    expect(said('0.query A: 1 1e999 3 4')).toMatch(/^Line 1: "1e999" is no number/)
    expect(said('0.query A: 1 2 3 4\n4.query A: 1 2 3 4')).toMatch(/"4\.query a" is no spectrum of this model/)
    expect(said('0.query: 1 2 3 4')).toMatch(/"0\.query \?" is no spectrum of this model/)
    expect(said('0.query A: 1 2 3 4', clothes)).toMatch(/"0\.query a" is no spectrum of this model/)
    expect(said('Nothing.')).toMatch(/^There is no line for layers\.0\.attention\.query A/)
    // In a world of large steps a word is no number either, though the codec might take it for one.
    expect(said('base: 0x14', WORLDS['clothes, one value, far'])).not.toBe('read')
  })

  it('[O8] what is to be fixed is told as models write it', () => {
    const asked = (answer: string, world: World, parents: readonly string[]) => {
      const text = world.kit.extract(answer, parents)
      const parsed = world.codec.parse(text)
      if (parsed.ok) throw new Error('legal')
      const situation = { parents: parents.map((source) => ({ text: source, objectives: [], measures: [], report: '' })), edits: [], best: 0, refused: { text: text === '' ? answer : text, reason: parsed.fault.message } } // prettier-ignore
      const { refused, reason } = world.kit.fill(situation)
      const { prompt } = render(world.kit, world.kit.templates.fix, 'informed', situation)
      expect(prompt.startsWith(`${refused!}\n\nThis cannot be used:\n${reason!}\n\n`)).toBe(true)
      return [refused, reason]
    }
    expect(asked('1.key A: 0 45 0 0\n3.output B: 1 2 3 4', sums, [before])).toEqual([
      '1.key A: 0 45 0 0\n3.output B: 1 2 3 4',
      '1.key A: 45 is too far; numbers are from -30 to 30.',
    ])
    expect(asked('1.key A: 0 0 0', sums, [])).toEqual([
      '1.key A: 0 0 0',
      '1.key A has 3 numbers; 1.key A has 4 singular values to move.',
    ])
    expect(asked('base: 1 2 3 4 5 6 7 8 9 ten', clothes, [])).toEqual([
      'base: 1 2 3 4 5 6 7 8 9 ten',
      'base: "ten" is no number. Write whole numbers from -30 to 30.',
    ])
    expect(asked('Sorry, I cannot.', clothes, [])).toEqual([
      'Sorry, I cannot.',
      'There is no line for base: write one for each spectrum.',
    ])
  })
})
