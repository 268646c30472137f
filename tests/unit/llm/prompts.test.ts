import { describe, expect, it } from 'vitest'
import type { Situation, Template, TextKind } from '../../../src/core/contracts.ts'
import coreWar from '../../../src/arenas/core-war/index.ts'
import { opcodesOf } from '../../../src/arenas/core-war/prompts/world.ts'
import type { Capabilities, GenerateRequest } from '../../../src/llm/contracts.ts'
import { checkTemplate, filled, MOST_TEMPLATE, render } from '../../../src/operators/llm/render.ts'
import { requestOf, roughTokens, type Abilities, type Asking } from '../../../src/operators/llm/request.ts'
import { PRESETS, worldFor } from './worlds.ts'

const KINDS: readonly TextKind[] = ['new', 'mutate', 'crossover', 'fix']

/** As much as there can be to tell: parents of full length with the widest lines, long reports, edits, complaints. */
function fullest(id: string): Situation {
  const { world } = worldFor(id)
  const half = Math.floor(world.coreSize / 2) - 1
  const line = world.icws88 ? `MOV $-${half}, $-${half}` : `MOV.AB $-${half}, $-${half}`
  const text = Array.from({ length: world.maxLength }, () => line).join('\n')
  const parent = { text, objectives: [0.43], measures: [1, 2], report: 'lost to somebody\n'.repeat(80).slice(0, 1000) }
  const refused = { text: text.replaceAll('MOV', 'MVO'), reason: Array.from({ length: 20 }, (_, at) => `Line ${at + 1}, column 1: "MVO" is no opcode. Did you mean MOV?`).join('\n') } // prettier-ignore
  const edits = Array.from({ length: 9 }, (_, at) => ({ label: `Change number, line ${at}: ${line} became ${line}`, gain: 0.1 })) // prettier-ignore
  return { parents: [parent, parent], edits, refused, best: 0.61 }
}
const tokens = ({ system, prompt }: { system: string; prompt: string }) => (system.length + prompt.length) / 3.5

describe('prompts', () => {
  it.each(['nano', 'tiny'])(
    '[Q4] blind ones stay under 500 tokens and informed ones under 1,000, whatever there is to tell: %s',
    (id) => {
      const { kit } = worldFor(id)
      for (const kind of KINDS) {
        expect(tokens(render(kit, kit.templates[kind], 'blind', fullest(id))), `${kind} blind`).toBeLessThan(500)
        expect(tokens(render(kit, kit.templates[kind], 'informed', fullest(id))), `${kind} informed`).toBeLessThan(1000)
      }
    },
  )

  it.each(PRESETS)("[Q4] tell the dialect's essentials, the world's numbers and the form of the answer: %s", (id) => {
    const { kit, world } = worldFor(id)
    for (const kind of KINDS) {
      const { system } = render(kit, kit.templates[kind], 'blind', fullest(id))
      for (const word of [
        ...opcodesOf(world),
        String(world.coreSize),
        String(world.maxLength),
        String(world.maxCycles),
        String(world.maxProcesses),
      ])
        // prettier-ignore
        expect(system).toContain(word)
      expect(system.includes('Modifiers')).toBe(!world.icws88)
      expect(system).toContain(world.icws88 ? 'END n' : 'ORG n')
    }
  })

  it('[Q4] the examples are legal warriors, in every world', () => {
    for (const id of PRESETS) {
      const { kit, codec } = worldFor(id)
      const blocks = kit.fill(fullest(id))['examples']!.split('\n\n')
      expect(blocks).toHaveLength(2)
      for (const block of blocks) expect(codec.parse(block.split('\n').slice(1).join('\n')).ok, block).toBe(true)
    }
  })

  it('[Q4] blind ones show the parents alone, informed ones tell scores, reports and edits', () => {
    const { kit } = worldFor('tiny')
    const situation = fullest('tiny')
    const blind = render(kit, kit.templates.mutate, 'blind', situation).prompt
    expect(blind).not.toMatch(/scores|lost to|became/)
    const informed = render(kit, kit.templates.mutate, 'informed', situation).prompt
    expect(informed).toContain('It scores 0.43 of 1; the best so far 0.61.')
    expect(informed).toContain('lost to somebody')
    expect(informed).toMatch(/line 0: .*\+0\.10/)
  })

  it('[Q4] parents are shown in the short form, whatever form they come in', () => {
    const { kit, codec } = worldFor('nano')
    const parsed = codec.parse('start equ 2\n MOV 0, 1 ; hm\nx jmp x\nspl 0, <start\nend 1')
    if (!parsed.ok) throw new Error(parsed.fault.message)
    const text = codec.print(parsed.value, 'somebody')
    const values = kit.fill({ parents: [{ text, objectives: [], measures: [], report: '' }], edits: [], best: 0 })
    expect(values['parent']).toBe('ORG 1\nMOV.I $0, $1\nJMP.B $0, $0\nSPL.B $0, <2')
    expect(values['numbered']).toBe('1: MOV.I $0, $1\n2: JMP.B $0, $0\n3: SPL.B $0, <2\nIt starts at line 2.')
  })

  it("[Q9] fix shows the assembler's first three complaints, each with its line", () => {
    const { kit, codec } = worldFor('tiny')
    const text = 'MOV.I $0, $1\nMVO 0, 1\nADD 1\nJMP nowhere\nDAT 1/0'
    const parsed = codec.parse(text)
    if (parsed.ok) throw new Error('legal')
    const situation = { parents: [], edits: [], best: 0, refused: { text, reason: parsed.fault.message } }
    const { prompt } = render(kit, kit.templates.fix, 'blind', situation)
    expect(prompt).toContain('Line 2, "MVO 0, 1": "MVO" is no opcode. Did you mean MOV?')
    expect(prompt).toContain('Line 3, "ADD 1": ADD needs two operands.')
    expect(prompt).toContain('Line 4, "JMP nowhere": ')
    expect(prompt).not.toContain('Line 5, ')
    expect(prompt).toContain(text)
  })
})

describe('templates', () => {
  const places = [{ key: 'parent', help: '' }, { key: 'score', help: '' }] // prettier-ignore
  const template = (change: Partial<Template>): Template => ({ system: '', blind: '{{parent}}', informed: '{{ score }}', ...change }) // prettier-ignore

  it('[Q5] places are filled in one go, without nesting', () => {
    const values = { parent: '{{score}} $& $1', score: '7' }
    expect(filled('a {{parent}} b {{ score }}', values)).toBe('a {{score}} $& $1 b 7')
    expect(filled('{{nobody}} {{constructor}} {{{score}}}', values)).toBe('{{nobody}} {{constructor}} {7}')
    expect(filled('x\n\n{{score}}\n\n\n\ny  \n', { score: '' })).toBe('x\n\ny')
    expect(filled('x'.repeat(9000), {})).toHaveLength(MOST_TEMPLATE)
  })

  it("[Q5] what is wrong with an edited one is told in sentences; the arena's own have nothing wrong", () => {
    expect(checkTemplate(template({}), places)).toEqual([])
    for (const [part, text, said] of [
      ['blind', '{{paretn}}', 'a place {{paretn}} that is never filled'],
      ['system', '{{parent', 'double braces'],
      ['informed', '  ', 'is empty'],
      ['blind', 'x'.repeat(5000), '5000 characters'],
    ] as const) {
      const problems = checkTemplate(template({ [part]: text }), places)
      expect(problems).toHaveLength(1)
      expect(problems[0]).toContain(said)
      expect(problems[0]).toMatch(new RegExp(`^The ${part} text .*\\.$`))
    }
    for (const id of PRESETS) {
      const { kit } = worldFor(id)
      for (const kind of KINDS) expect(checkTemplate(kit.templates[kind], kit.places)).toEqual([])
      expect(Object.keys(kit.fill(fullest(id))).sort()).toEqual(kit.places.map(({ key }) => key).sort())
    }
  })
})

describe('requests', () => {
  const abilities: Abilities = { grammar: true, schema: true, context: 2048 }
  const { kit } = worldFor('tiny')
  const asking = (change: Partial<Asking> = {}): Asking => ({
    arena: coreWar.id, kit, kind: 'mutate', manner: 'informed', situation: fullest('tiny'), abilities, quality: 5, temperature: 0.8, seed: 7, ...change,
  }) // prettier-ignore
  const made = (change: Partial<Asking> = {}) => {
    const result = requestOf(asking(change))
    if (!result.ok) throw new Error(result.fault.message)
    return result.value
  }

  it('[Q6] are held to the grammar, else to the schema, else stopped at chat tokens', () => {
    const request: GenerateRequest = made().request
    expect(request).toMatchObject({ grammar: kit.grammar, seed: 7, maxTokens: kit.maxTokens })
    expect(request.schema ?? request.stop).toBeUndefined()
    const schema = made({ abilities: { ...abilities, grammar: false } }).request
    expect(schema).toMatchObject({ schema: kit.schema })
    const free = made({ abilities: { ...abilities, grammar: false, schema: false } }).request
    expect(free.grammar ?? free.schema).toBeUndefined()
    expect(free.stop?.length).toBeLessThanOrEqual(4)
    // What an adapter says of its model is enough.
    const all: Capabilities = { ...abilities, repeatable: true, batch: 1 }
    expect(made({ abilities: all }).manner).toBe('informed')
  })

  it('[Q6] a template that asks for edits is held to the grammar of edits, and has no schema', () => {
    const mutate = {
      ...kit.templates.mutate,
      system: '{{language}}\n{{answer-edits}}',
      blind: 'Change it.\n{{numbered}}',
    }
    const edited = { ...kit, templates: { ...kit.templates, mutate } }
    const edits = made({ kit: edited, manner: 'blind' })
    expect(edits.request.grammar).toBe(kit.edits!.grammar)
    expect(edits.request.prompt).toContain('20: MOV.AB')
    const free = made({ kit: edited, abilities: { ...abilities, grammar: false } })
    expect(free.request.schema).toBeUndefined()
  })

  it('[Q6] where what is known has no room the parents alone are shown, and where they have none that is said', () => {
    expect(made({ abilities: { ...abilities, context: 800 } }).manner).toBe('blind')
    const tight = made({ manner: 'blind', abilities: { ...abilities, context: 700 } })
    expect(tight.request.maxTokens).toBe(700 - roughTokens(tight.request))
    expect(requestOf(asking({ abilities: { ...abilities, context: 300 } }))).toMatchObject({
      ok: false, fault: { kind: 'no-room', message: expect.stringMatching(/300 tokens\. .*\.$/) as string },
    }) // prettier-ignore
  })

  it('[Q6] a model with a dialect is asked in it, and for nothing that it does not know', () => {
    const native = { ...kit, native: (kind: string, parents: readonly string[], quality: number) => `${kind} ${quality}\n${parents.length}` } // prettier-ignore
    const speaks: Abilities = { ...abilities, native: { arena: 'core-war', kinds: ['mutate', 'resample'] } }
    const { request, manner } = made({ kit: native, abilities: speaks })
    expect(manner).toBe('native')
    expect(request).toMatchObject({ system: '', prompt: 'mutate 5\n2' })
    expect(request.grammar ?? request.schema ?? request.stop).toBeUndefined()
    const own = made({ abilities: speaks, kind: 'resample', quality: 3 })
    expect(own.request.prompt).toBe(`resample 3\n${fullest('tiny').parents[0]!.text}`)
    for (const change of [
      { kit: native, abilities: speaks, kind: 'crossover' as const },
      { kit: native, abilities: { ...abilities, native: { arena: 'other', kinds: ['mutate' as const] } } },
      { abilities: speaks, kit: { ...kit, native: undefined } as unknown as typeof kit },
      { kind: 'resample' as const },
    ])
      expect(requestOf(asking(change))).toMatchObject({ ok: false, fault: { kind: 'wrong-kind' } })
  })
})
