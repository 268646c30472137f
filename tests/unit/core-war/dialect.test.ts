import { describe, expect, it } from 'vitest'
import models, { NATIVE_KINDS, nativePrompt } from '../../../src/arenas/core-war/dialect.ts'
import { canonical, OPERATIONS } from '../../../src/arenas/core-war/dialect/canonical.ts'
import { redcodeDialect } from '../../../src/arenas/core-war/dialect/redcode.ts'
import { EOS, folded, PAD, programOfTokens, tokensOf, tokensOfProgram, unfolded } from '../../../src/arenas/core-war/dialect/tokens.ts' // prettier-ignore
import { decodeWarrior, encodeWarrior, warriorCodec } from '../../../src/arenas/core-war/genome.ts'
import { FastMars } from '../../../src/arenas/core-war/mars/fast.ts'
import { rulesOf, WORLDS as PRESETS } from '../../../src/arenas/core-war/options.ts'
import { panelOf } from '../../../src/arenas/core-war/panel.ts'
import { isInstruction } from '../../../src/arenas/core-war/variation/draw.ts'
import { INSTRUCTION_CODES, MODIFIER, modifierOf, OP, opcodeOf, type Program } from '../../../src/arenas/core-war/redcode/instruction.ts' // prettier-ignore
import { rng, type Rng } from '../../../src/core/rng.ts'
import { embeddedFor } from '../../../src/engine/snapshot.ts'

const optionsOf = (preset: string) => PRESETS.find(({ id }) => id === preset)!.options
const WORLDS = ['nano', 'tiny'].map((preset) => {
  const options = optionsOf(preset)
  return { preset, options, dialect: redcodeDialect(options), codec: warriorCodec(options) }
})

/** Any warrior of '94 without P-space: every opcode, modifier, mode and number. */
function warrior(draws: Rng, coreSize: number, maxLength: number, legal = (_instruction: number) => true): Program {
  const length = 1 + draws.int(maxLength)
  const instruction = (): number => {
    const code = draws.int(INSTRUCTION_CODES)
    return isInstruction(code, { coreSize, icws88: false }) && legal(code) ? code : instruction()
  }
  const numbers = () => Uint16Array.from({ length }, () => (draws.chance(0.5) ? draws.int(9) : draws.int(coreSize)))
  return {
    instructions: Uint16Array.from({ length }, instruction),
    a: numbers(),
    b: numbers(),
    start: draws.int(length),
    pin: null,
  }
}
const folding = (program: Program): Program => ({ ...program, instructions: program.instructions.map(canonical) })

describe('the tokens of Redcode', () => {
  it('[T20] opcode and modifier are one of 70; folding is done once and for all', () => {
    expect(OPERATIONS).toHaveLength(70)
    expect(new Set(OPERATIONS).size).toBe(70)
    const legal = Array.from({ length: INSTRUCTION_CODES }, (_, code) => code).filter((code) =>
      isInstruction(code, { coreSize: 80, icws88: false }),
    )
    const reached = new Set(legal.map((code) => canonical(code) >> 6))
    expect([...reached].sort((x, y) => x - y)).toEqual([...OPERATIONS].sort((x, y) => x - y))
    expect(legal.filter((code) => canonical(canonical(code)) !== canonical(code))).toEqual([])
  })

  it.each(WORLDS)('[T20] folding changes no battle of $preset, with no whole-cell comparison about', ({ options }) => {
    const rules = rulesOf(options)
    const mars = new FastMars(rules)
    const draws = rng(20)
    const comparing = (code: number) =>
      [OP.CMP, OP.SEQ, OP.SNE].includes(opcodeOf(code) as never) && modifierOf(code) === MODIFIER.I
    const opponents = panelOf(options).map(({ program }) => program)
    const blind = opponents.filter(({ instructions }) => !instructions.some(comparing))
    let changed = 0
    for (let round = 0; round < (options === optionsOf('nano') ? 600 : 150); round++) {
      const program = warrior(draws, rules.coreSize, rules.maxLength, (code) => !comparing(code))
      const position = rules.minDistance + draws.int(rules.coreSize + 1 - 2 * rules.minDistance)
      const other = { program: draws.pick(blind), position }
      const fight = (one: Program) => mars.run({ warriors: [{ program: one, position: 0 }, other], first: round % 2 })
      expect([...fight(folding(program)).diedAt]).toEqual([...fight(program).diedAt])
      if (folding(program).instructions.some((code, line) => code !== program.instructions[line])) changed += 1
    }
    expect(changed).toBeGreaterThan(100)
  })

  it('[T21] numbers are counted 0, -1, 1, -2, 2, ... and back, in odd cores too', () => {
    expect([0, 79, 1, 78, 2, 40].map((value) => folded(value, 80))).toEqual([0, 1, 2, 3, 4, 79])
    for (const coreSize of [8, 79, 80, 81, 800]) {
      const counts = Array.from({ length: coreSize }, (_, value) => folded(value, coreSize))
      expect([...counts].sort((x, y) => x - y)).toEqual(counts.map((_, index) => index))
      expect(counts.map((count) => unfolded(count, coreSize))).toEqual(counts.map((_, value) => value))
    }
  })

  it('[T21] nano has 173 tokens and a context of 56, tiny two tokens a number', () => {
    expect(WORLDS[0]!.dialect).toMatchObject({ vocabulary: 173, context: 56, end: EOS })
    expect(WORLDS[1]!.dialect).toMatchObject({ vocabulary: 165, context: 286, end: EOS })
    expect(WORLDS[1]!.dialect.tokens.line).toHaveLength(7)
  })

  it.each(WORLDS)('[T22] a program of $preset goes to tokens and back, folded', ({ dialect: { tokens } }) => {
    const draws = rng(22)
    for (let round = 0; round < 300; round++) {
      const program = warrior(draws, tokens.coreSize, tokens.maxLength)
      const answer = [...tokensOfProgram(program, tokens), EOS]
      expect(programOfTokens(answer, tokens)).toEqual(folding(program))
      expect(programOfTokens(answer.slice(0, -1), tokens)).toEqual(folding(program))
    }
  })
})

describe.each(WORLDS)('the dialect of $preset', ({ options, dialect, codec }) => {
  const { tokens } = dialect
  const stride = codec.stride
  const drawn = (draws: Rng) => {
    const answer: number[] = []
    while (answer.at(-1) !== EOS) {
      const allowed = [...dialect.allowed(answer)].flatMap((yes, token) => (yes === 1 ? [token] : []))
      answer.push(draws.pick(allowed))
    }
    return answer
  }
  const planOf = (prompt: string) => {
    const plan = dialect.plan(prompt)
    if (!plan.ok) throw new Error(plan.fault.message)
    return plan.value
  }

  it('[T23] whatever the grammar lets through is a warrior of the world, and ends in time', () => {
    const draws = rng(23)
    for (let round = 0; round < 60; round++) {
      const answer = drawn(draws)
      expect(answer.length).toBeLessThanOrEqual(dialect.write(5).most)
      const parsed = codec.parse(dialect.text(answer))
      if (!parsed.ok) throw new Error(parsed.fault.message)
      expect(parsed.value).toEqual(programOfTokens(answer, tokens))
      expect(codec.check?.(codec.encode(parsed.value))).toBe(null)
    }
  })

  it('[T23] every program passes the grammar token by token', () => {
    const draws = rng(24)
    for (let round = 0; round < 100; round++) {
      const answer = [...tokensOfProgram(warrior(draws, tokens.coreSize, tokens.maxLength), tokens), EOS]
      answer.forEach((token, step) => expect(dialect.allowed(answer.slice(0, step))[token]).toBe(1))
    }
  })

  it('[T23] after the end only the end may come, and any tokens at all get an answer', () => {
    const over = Array.from({ length: dialect.context * 2 }, () => EOS)
    expect([...dialect.allowed(over)].flatMap((yes, token) => (yes === 1 ? [token] : []))).toEqual([EOS])
    expect(dialect.text([])).toBe('')
    expect(dialect.text([EOS])).toBe('')
    const draws = rng(25)
    for (let round = 0; round < 200; round++) {
      const junk = Array.from({ length: draws.int(2 * dialect.context) }, () => draws.int(dialect.vocabulary + 3) - 1)
      const text = dialect.text(junk)
      expect(text === '' || codec.parse(text).ok).toBe(true)
    }
  })

  it('[T24] orders become plans: quality, order, parent padded to its place, and room for the answer', () => {
    const parent = decodeWarrior(encodeWarrior(warrior(rng(26), tokens.coreSize, tokens.maxLength), stride))
    const text = codec.print(parent, 'Parent')
    expect(planOf(nativePrompt('new', [], 4))).toEqual({ prompt: [8, 1], most: dialect.write(0).most })
    expect(planOf('write 0').prompt).toEqual([PAD, 1])
    const { prompt, most } = planOf(nativePrompt('mutate', [text], 5))
    const shown = tokensOfProgram(parent, tokens)
    expect(prompt.slice(0, 2 + shown.length)).toEqual([9, 2, ...shown])
    expect(prompt.slice(2 + shown.length, -1).every((token) => token === PAD)).toBe(true)
    expect(prompt.at(-1)).toBe(3)
    expect(prompt.length + most).toBe(dialect.context)
  })

  it('[T24] a resample keeps the parent but for one to three fields, the same for the same seed', () => {
    const draws = rng(27)
    const counts = new Set<number>()
    for (let seed = 0; seed < 60; seed++) {
      const parent = warrior(draws, tokens.coreSize, tokens.maxLength)
      const prompt = nativePrompt('resample', [codec.print(parent, 'Parent')], 5, seed)
      const plan = planOf(prompt)
      expect(planOf(prompt)).toEqual(plan)
      const open = nativePrompt('resample', [codec.print(parent, 'Parent')], 5)
      expect(dialect.plan(open, seed)).toEqual({ ok: true, value: plan })
      expect(plan.prompt).toEqual([9, 1])
      const whole = [...tokensOfProgram(parent, tokens), EOS]
      expect(plan.kept).toHaveLength(whole.length)
      expect(plan.most).toBe(whole.length)
      const redrawn = plan.kept!.flatMap((token, at) => (token === -1 ? [at] : []))
      plan.kept!.forEach((token, at) => expect(token === -1 || token === whole[at]).toBe(true))
      const slots = redrawn.map((at) => tokens.line[(at - 1) % tokens.line.length])
      expect(slots.filter((slot) => slot === 'high')).toHaveLength(slots.filter((slot) => slot === 'low').length)
      counts.add(slots.filter((slot) => slot !== 'low').length)
    }
    expect([...counts].sort()).toEqual([1, 2, 3])
  })

  it('[T24] parents may be any legal source; what is none gets a sentence', () => {
    expect(dialect.plan('mutate 5\nstep equ 3\nloop mov #step, loop+step\n jmp loop ; again').ok).toBe(true)
    const wrong = ['', 'mutate 6\nmov 0, 1', 'mutate', 'explain 3', 'mutate 5', 'mutate 5\n  ', 'resample 5 1\nmov', 'mutate 5\nldp 0, 1', `mutate 3\n${'mov 0, 1\n'.repeat(tokens.maxLength + 1)}`, '<script>', 'write 5\u0000'] // prettier-ignore
    for (const prompt of wrong) {
      const plan = dialect.plan(prompt)
      expect(plan.ok, prompt).toBe(false)
      if (!plan.ok) expect(plan.fault.message).toMatch(/\w+ .+[.\d"]$/s)
    }
  })

  it('[T23] knows its options', () => {
    expect(tokensOf(Number(options['coreSize']), Number(options['maxLength']))).toEqual(tokens)
  })
})

describe('the models that come with Core War', () => {
  it('[T25] each fits its own world and no other; cycles and processes may differ', () => {
    for (const model of models) {
      const own = PRESETS.filter(({ options }) => model.fits(options))
      expect(own.map(({ id }) => id)).toEqual([model.id.split('-')[1]])
      const world = own[0]!.options
      expect(model.fits({ ...world, maxCycles: 500, rounds: 1, fitness: 'survival' })).toBe(true)
      expect(model.fits({ ...world, icws88: true })).toBe(false)
    }
    expect(NATIVE_KINDS).toEqual(['new', 'mutate', 'resample'])
  })

  it('[T41] of several for a world the first, named as the world is, is the one that is offered; no two have one name', () => {
    for (const key of ['id', 'label', 'summary'] as const)
      expect(new Set(models.map((model) => model[key])).size).toBe(models.length)
    for (const preset of ['nano', 'tiny']) {
      const { options } = PRESETS.find(({ id }) => id === preset)!
      expect(embeddedFor(models, options)[0]?.id).toBe(`redcode-${preset}`)
    }
    expect(embeddedFor(models, PRESETS.find(({ id }) => id === 'nano')!.options).length).toBe(3)
  })
})
