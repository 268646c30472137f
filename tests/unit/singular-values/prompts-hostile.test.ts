import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { render } from '../../../src/operators/llm/render.ts'
import { HOSTILE } from '../../corpus/completions/hostile.ts'
import { CASES, genomeOf, read, sourceOf } from '../../support/spectra.ts'

describe('hostile answers', () => {
  /** Milliseconds of this process, on a machine that others use as well: what takes longer is no longer linear. */
  const MOST_TIME = 2000
  const cpuMs = () => process.cpuUsage().user / 1000
  const globals = () => [Object.prototype, Array.prototype, String.prototype, globalThis].map((one) => Reflect.ownKeys(one).length) // prettier-ignore
  const line = '0.query A: 2 -1 0 0'
  const OWN = [
    ...HOSTILE.map(({ text }) => text.replaceAll('MOV.I $0, $1', line)),
    '"a":['.repeat(4000), '"a":[' + '1 '.repeat(9000), '[1 '.repeat(6000), `${line}\n`.repeat(1000), `0.query A: ${'9 '.repeat(8000)}`, `0.query A: ${'9'.repeat(16_000)}`,
    ' '.repeat(16_000) + line, '(a'.repeat(8000), ':'.repeat(16_000), '0.query A:'.repeat(1600), ' -'.repeat(8000), '- '.repeat(8000), `${'> '.repeat(8000)}`, '1.'.repeat(8000),
    `{"__proto__": [2, -1, 0, 0], "0.query A": [2, -1, 0, 0]}`, '{"constructor": [1]}', 'constructor: 1 2 3 4\n__proto__ 1 2 3 4\ntoString: 1',
  ] // prettier-ignore

  it.each(CASES)('[O7] come to a genome or a sentence, in bounded time, and change nothing: %s', (name, world) => {
    const { kit, codec } = world
    const before = globals()
    const parent = sourceOf(world, genomeOf(world, 1))
    let legal = 0
    for (const text of OWN) {
      const start = cpuMs()
      const source = kit.extract(text, [parent])
      expect(source.length).toBeLessThan(100_000)
      const parsed = codec.parse(source)
      const situation = { parents: [{ text, objectives: [NaN], measures: [], report: text }], edits: [{ label: text, gain: NaN }], best: 0, refused: { text, reason: text } } // prettier-ignore
      const { system, prompt } = render(kit, kit.templates.fix, 'informed', situation)
      expect(cpuMs() - start, text.slice(0, 60)).toBeLessThan(MOST_TIME)
      expect(system.length + prompt.length).toBeLessThan(4000)
      expect(system).not.toMatch(/\{\{/)
      if (parsed.ok) {
        legal++
        expect(codec.check?.(codec.encode(parsed.value))).toBeNull()
      } else expect(parsed.fault.message).toMatch(/\.$/)
    }
    expect(globals()).toEqual(before)
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
    // Some hide a spectrum of the sums; if all did, or none, nothing would be checked.
    if (name === 'sums') expect(legal).toBeGreaterThan(10)
    expect(legal).toBeLessThan(OWN.length / 2)
  })

  it('[O7] whatever the text, nothing throws', () => {
    const pieces = fc.constantFrom('base', '0.query A', ':', ' ', '\n', '-', '1', '30', '"', '[', ']', '{', '}', ',', '.', ';', 'x', '```', '\\n', '=', '0.query', '(')
    fc.assert(
      fc.property(fc.oneof(fc.string({ maxLength: 300 }), fc.array(pieces, { maxLength: 80 }).map((all) => all.join(''))), (text) => {
        for (const [, world] of CASES) {
          const found = read(world, text)
          expect(found).not.toBe('')
          if (typeof found !== 'string') expect(found).toHaveLength(world.zero.length)
          world.kit.fill({ parents: [{ text, objectives: [], measures: [], report: '' }], edits: [], best: 0, refused: { text, reason: text } })
        }
      }),
      { numRuns: 300 },
    )
  }) // prettier-ignore
})
