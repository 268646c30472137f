import { describe, expect, it } from 'vitest'
import { editGrammar, upTo } from '../../../src/arenas/core-war/prompts/grammar.ts'
import { rng, type Rng } from '../../../src/core/rng.ts'
import { repeatsIn, rulesOf, sentence } from '../../support/ebnf.ts'
import { compileTime, ebnf, schema } from '../../support/xgrammar.ts'
import { PRESETS, warriorsOf, worldFor } from './worlds.ts'

const SHIFTS = '!?abcxyz0189#$@<>*{}.,;:-+ \t\n"\\'

/** One small damage to a warrior; most leave no warrior of the grammar. */
function broken(text: string, random: Rng, maxLength: number): string {
  const lines = text.split('\n')
  const at = random.int(text.length)
  switch (random.int(8)) {
    case 0:
      return text.slice(0, at) + text.slice(at + 1)
    case 1:
      return text.slice(0, at) + SHIFTS[random.int(SHIFTS.length)]! + text.slice(at)
    case 2:
      return text.slice(0, at) + SHIFTS[random.int(SHIFTS.length)]! + text.slice(at + 1)
    case 3:
      return [...lines, ...Array.from({ length: maxLength + 1 }, () => lines.at(-1)!)].join('\n')
    case 4:
      return text.replace(/-?\d+$/, '70000')
    case 5:
      return `ORG ${maxLength}\n${text}`
    case 6:
      return `Here it is:\n${text}`
    default:
      return text.replace(/[A-Z]{3}/, random.pick(['LDP', 'STP', 'MVO', 'XOR', 'mov', 'FOR', 'EQU', 'PIN']))
  }
}

describe('the grammar of answers', () => {
  it.each(PRESETS)(
    '[Q1] XGrammar takes every warrior of the fixtures, the panel and chance: %s',
    async (id) => {
      const { kit } = worldFor(id)
      const held = await ebnf(kit.grammar)
      const warriors = warriorsOf(id)
      expect(warriors.length).toBeGreaterThan(id === '88' ? 40 : 100)
      const refused: string[] = []
      for (const warrior of warriors) if (!held.accepts(warrior)) refused.push(warrior)
      expect(refused).toEqual([])
    },
    60_000,
  )

  it.each(['nano', 'tiny', '88'])(
    '[Q1] XGrammar refuses 200 broken ones, and what it takes the assembler takes: %s',
    async (id) => {
      const { kit, codec, world } = worldFor(id)
      const held = await ebnf(kit.grammar)
      const random = rng(11)
      const warriors = warriorsOf(id)
      const seen = new Set<string>()
      let refused = 0
      while (refused < 200) {
        const text = broken(random.pick(warriors), random, world.maxLength)
        if (seen.has(text)) continue
        seen.add(text)
        if (held.accepts(text)) {
          // Another number, another mode: still a warrior.
          expect(codec.parse(text).ok, text).toBe(true)
          continue
        }
        refused++
        const parsed = codec.parse(text)
        // Redcode allows more than the short form does: what is read all the same is no text of that form.
        if (parsed.ok) expect(warriors).not.toContain(text)
      }
    },
    60_000,
  )

  it.each(['nano', 'tiny', '88'])(
    '[Q1] of what the assembler refuses XGrammar takes nothing: %s',
    async (id) => {
      const { kit, codec, world } = worldFor(id)
      const held = await ebnf(kit.grammar)
      const random = rng(12)
      const warriors = warriorsOf(id)
      let refused = 0
      while (refused < 200) {
        const text = broken(random.pick(warriors), random, world.maxLength)
        if (codec.parse(text).ok) continue
        refused++
        expect(held.accepts(text), text).toBe(false)
      }
    },
    60_000,
  )

  it.each(PRESETS)(
    '[Q2] every sentence of the grammar is a warrior of the world: %s',
    (id) => {
      const { kit, codec, world } = worldFor(id)
      const rules = rulesOf(kit.grammar)
      const random = rng(5)
      const lengths = new Set<number>()
      for (let at = 0; at < (world.maxLength > 50 ? 100 : 500); at++) {
        const text = sentence(rules, random)
        const parsed = codec.parse(text)
        if (!parsed.ok) expect.unreachable(`${parsed.fault.message}\n${text}`)
        const { instructions, start } = parsed.value
        lengths.add(instructions.length)
        expect(instructions.length).toBeLessThanOrEqual(world.maxLength)
        expect(codec.check?.(codec.encode(parsed.value))).toBeNull()
        expect(start).toBeLessThan(instructions.length)
        // What was written comes back as it was, save for numbers beyond half the core and a start at 0.
        expect(kit.extract(text, [])).toBe(text)
      }
      expect(lengths.size).toBeGreaterThan(3)
    },
    60_000,
  )

  it.each(PRESETS)(
    '[Q2] every sentence of the grammar of edits makes a warrior of a parent of full length: %s',
    async (id) => {
      const { kit, codec, world } = worldFor(id)
      const rules = rulesOf(kit.edits!.grammar)
      const random = rng(6)
      const short = { ...world, maxLength: Math.max(1, world.maxLength - 5) }
      const parent = Array.from({ length: short.maxLength }, () => (world.icws88 ? 'MOV $0, $1' : 'MOV.I $0, $1')).join('\n') // prettier-ignore
      const held = await ebnf(kit.edits!.grammar)
      const inside = rulesOf(editGrammar(short))
      for (let at = 0; at < 100; at++) {
        expect(held.accepts(sentence(rules, random))).toBe(true)
        const edits = sentence(inside, random)
        const child = codec.parse(kit.extract(edits, [parent]))
        // A warrior of one line may lose it.
        if (!child.ok) expect(`${short.maxLength} ${child.fault.message}`).toMatch(/^1 .*There are no instructions/)
      }
    },
    60_000,
  )

  it.each(PRESETS)(
    '[Q2] the schema allows warriors in JSON and no others: %s',
    async (id) => {
      const { kit, codec } = worldFor(id)
      const held = await schema(kit.schema)
      for (const warrior of warriorsOf(id).slice(0, 40)) {
        const lines = warrior.split('\n')
        const [, start] = /^(?:ORG|END) (\d+)$/m.exec(warrior) ?? []
        const code = lines.filter((line) => !/^(ORG|END)/.test(line))
        const json = JSON.stringify({ lines: code, ...(start === undefined ? {} : { start: Number(start) }) })
        expect(held.accepts(json), json).toBe(true)
        expect(kit.extract(json, [])).toBe(warrior)
        expect(codec.parse(kit.extract(json, [])).ok).toBe(true)
        expect(held.accepts(json.replace(/[A-Z]{3}/, 'MVO'))).toBe(false)
        expect(held.accepts(json.replace('$', '%').replace('#', '&').replace('<', '^').replace('@', '!').replace('>', '~').replace('*', '~').replace('{"lines"', '{"line"'))).toBe(false) // prettier-ignore
      }
    },
    60_000,
  )

  it.each(PRESETS)('[Q3] the grammar keeps to what XGrammar and GBNF share, and is small: %s', (id) => {
    const { kit, world } = worldFor(id)
    for (const grammar of [kit.grammar, kit.edits!.grammar]) {
      const rules = rulesOf(grammar)
      // llama.cpp makes a rule of every repeat, and refuses 2,000 of them in one sequence.
      for (const node of rules.values()) expect(repeatsIn(node).reduce((x, y) => x * y, 1)).toBeLessThan(2000)
      expect(rules.size).toBeLessThan(2 * world.maxLength + 12)
      expect(grammar.length).toBeLessThan(1200 + 120 * world.maxLength)
    }
  })

  it('[Q3] compiles in a second for a vocabulary of 20,000 tokens', async () => {
    const random = rng(9)
    const pieces = ['MOV', '.I', ' $', '0', ', ', '-', 'DAT', '\n', 'the', '#', 'ing', '12', 'JMP', 'A', 'B', '.', 'ORG ', '*', 'x'] // prettier-ignore
    const tokens = new Set(['</s>', ...Array.from({ length: 95 }, (_, at) => String.fromCharCode(32 + at))])
    while (tokens.size < 20_000)
      tokens.add(Array.from({ length: 2 + random.int(5) }, () => random.pick(pieces)).join(''))
    for (const id of PRESETS) expect(await compileTime(worldFor(id).kit.grammar, [...tokens]), id).toBeLessThan(4000)
  }, 60_000)

  it('[Q3] numbers have exactly their range', () => {
    for (const most of [1, 4, 9, 10, 19, 79, 80, 99, 100, 799, 7999, 55439, 65535]) {
      for (const least of [0, 1] as const) {
        const pattern = new RegExp(`^(?:${upTo(least, most, 'pattern')})$`)
        for (let at = 0; at <= Math.min(2 * most + 20, 140_000); at++)
          if (pattern.test(String(at)) !== (at >= least && at <= most)) expect.unreachable(`${at} of ${least}..${most}`)
        expect(pattern.test('01')).toBe(false)
      }
    }
  })
})
