import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import arena from '../../../src/arenas/diffusion-cache/index.ts'
import { textOf } from '../../../src/arenas/diffusion-cache/lines.ts'
import { schedulePrompts } from '../../../src/arenas/diffusion-cache/prompts.ts'
import { fora } from '../../../src/arenas/diffusion-cache/seeds.ts'
import { settingsIn } from '../../../src/core/settings.ts'

const { options } = settingsIn(arena, arena.presets[0]!)
const kit = schedulePrompts(options)
const codec = arena.codec(options)
const text = textOf(fora({ steps: 12, blocks: 6 }, 3))
const situation = {
  parents: [{ text: `; somebody\n${text}`, objectives: [0.4, 0.00412, 1 / 3, 0.98, 0.001], measures: [1 / 3, 0.4], report: '' }],
  edits: [{ label: 'shift a step', gain: 0.02 }],
  best: 1,
} // prettier-ignore

describe('what language models are asked for schedules', () => {
  it('[J31] every place of every template is filled, and says cost, error and shares of work', () => {
    const filled = kit.fill(situation)
    const known = new Set(kit.places.map(({ key }) => key))
    for (const template of Object.values(kit.templates))
      for (const [, place] of `${template.system}${template.blind}${template.informed}`.matchAll(/\{\{([^}]+)\}\}/g)) {
        expect(known.has(place!)).toBe(true)
        expect(filled[place!]).toBeTypeOf('string')
      }
    expect(filled['score']).toBe('Cost 33.3 %, error 0.00412.')
    expect(filled['parent']).toBe(text)
    expect(filled['task']).toMatch(/12 steps.*6 blocks/)
  })

  it('[J32] schedules are found in chatter, fences and JSON; whatever else is said is told why it is none', () => {
    const rows = text.trim().split('\n').map((line) => line.slice(3)) // prettier-ignore
    for (const answer of [
      text,
      `Sure! Here it is:\n\`\`\`\n${text}\`\`\`\nIt saves two thirds.`,
      rows.join('\n'),
      rows.map((row, step) => `${step}: ${row.toLowerCase()}`).join('\n'),
      JSON.stringify({ steps: rows }),
    ]) {
      const parsed = codec.parse(kit.extract(answer, []))
      expect(parsed.ok && textOf(parsed.value as Parameters<typeof textOf>[0])).toBe(text)
    }
    fc.assert(
      fc.property(fc.string({ maxLength: 400 }), (answer) => {
        const parsed = codec.parse(kit.extract(answer, []))
        expect(parsed.ok ? '' : parsed.fault.message).not.toBe('')
      }),
    )
  })

  it('[J33] the grammar allows exactly what the codec reads', () => {
    expect(kit.grammar.split('\n')[0]).toMatch(/^root ::= "00 " row "\\n" "01 " row "\\n"/)
    expect(kit.grammar).toMatch(/gene ::= \[C\.\]$/)
    expect(schedulePrompts({ ...options, lines: true }).grammar).toMatch(/gene ::= \[C\.\/\]$/)
  })
})
