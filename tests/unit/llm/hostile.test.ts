import { describe, expect, it } from 'vitest'
import { MOST_TEXT } from '../../../src/core/completion.ts'
import { recentEdits } from '../../../src/operators/llm/edits.ts'
import { signatureOf, textDistance } from '../../../src/core/novelty.ts'
import { render } from '../../../src/operators/llm/render.ts'
import { HOSTILE } from '../../corpus/completions/hostile.ts'
import { PRESETS, worldFor } from './worlds.ts'

const PARENT = 'ADD.AB #4, $3\nMOV.I $2, @2\nJMP.B $-2, $0\nDAT.F #0, #0'
const globals = () => [Object.prototype, Array.prototype, String.prototype, Function.prototype, globalThis].map((one) => Reflect.ownKeys(one).length) // prettier-ignore
/** Milliseconds for one text on a machine that others use as well: ten times what it takes alone. */
const MOST_TIME = 2_000

/** Processor time of this process, in milliseconds: a busy machine does not count. */
const cpuMs = () => process.cpuUsage().user / 1000

describe('hostile completions', () => {
  it('[Q8] there are 200 at least, all different', () => {
    expect(new Set(HOSTILE.map(({ text }) => text)).size).toBeGreaterThanOrEqual(200)
  })

  it.each(PRESETS)(
    '[Q8] come to a legal genome or to a refusal with a sentence, in bounded time, and change nothing: %s',
    (id) => {
      const { kit, codec } = worldFor(id)
      const before = globals()
      let legal = 0
      for (const { name, text: told } of HOSTILE) {
        // What hides in them is of '94; in the world of '88 it is written as that has it.
        const text = id === '88' ? told.replaceAll('MOV.I', 'MOV') : told
        const start = cpuMs()
        const source = kit.extract(text, [PARENT])
        expect(source.length, name).toBeLessThanOrEqual(MOST_TEXT + 100)
        const parsed = codec.parse(source)
        expect(cpuMs() - start, name).toBeLessThan(MOST_TIME)
        if (parsed.ok) {
          legal++
          const words = codec.encode(parsed.value)
          expect(codec.check?.(words), name).toBeNull()
          expect(codec.encode(codec.decode(words)), name).toEqual(words)
        } else expect(parsed.fault.message, name).toMatch(/[.?]$/)
        // A text that comes to something does so alone as well: extracting twice changes nothing more.
        if (parsed.ok) expect(codec.parse(kit.extract(source, [])).ok, name).toBe(true)
      }
      expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
      expect(globals()).toEqual(before)
      // Some hide a warrior that is fine; if all were, or none, nothing would be checked.
      expect(legal).toBeGreaterThan(20)
      expect(legal).toBeLessThan(HOSTILE.length / 2)
    },
    120_000,
  )

  it('[Q8] the assembler alone takes any of them within its bounds, without extracting', () => {
    const { codec } = worldFor('tiny')
    for (const { name, text } of HOSTILE) {
      const start = cpuMs()
      const parsed = codec.parse(text)
      expect(cpuMs() - start, name).toBeLessThan(MOST_TIME)
      if (!parsed.ok) expect(parsed.fault.message, name).toMatch(/[.?]$/)
    }
  }, 120_000)

  it('[Q8] in a prompt they are text: no place is filled in them, no sign is unseen, nothing grows', () => {
    const { kit } = worldFor('tiny')
    for (const { name, text } of HOSTILE) {
      const refused = { text: kit.extract(text, []), reason: text.slice(0, 5000) }
      const situation = { parents: [{ text, objectives: [Number.NaN], measures: [], report: text }], edits: [{ label: text, gain: 0.1 }], refused, best: 0 } // prettier-ignore
      for (const kind of ['mutate', 'fix'] as const) {
        const { system, prompt } = render(kit, kit.templates[kind], 'informed', situation)
        expect(system.length + prompt.length, name).toBeLessThan(5000)
        expect(system, name).not.toMatch(/\{\{/)
      }
    }
  }, 60_000)

  it('[Q8] novelty and edits take any of them', () => {
    const plain = signatureOf(PARENT)
    for (const { name, text } of HOSTILE) {
      const start = cpuMs()
      const distance = textDistance(plain, signatureOf(text))
      expect(distance >= 0 && distance <= 1, name).toBe(true)
      expect(cpuMs() - start, name).toBeLessThan(MOST_TIME)
    }
    expect(recentEdits({ births: [], label: (id) => id })).toEqual([])
  }, 60_000)
})
