import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LIMIT, offsetCodec, zeroOf, type Offsets } from '../../../src/arenas/singular-values/genome.ts'
import { worldOf } from '../../../src/arenas/singular-values/options.ts'
import { spectrumPrompts } from '../../../src/arenas/singular-values/prompts.ts'
import { formOf, lineOf, MOST_NUMBER, numbersOf } from '../../../src/arenas/singular-values/prompts/form.ts'
import { TEXT_KINDS } from '../../../src/core/completion.ts'
import type { Situation } from '../../../src/core/contracts.ts'
import type { Options } from '../../../src/core/options.ts'
import { rng } from '../../../src/core/rng.ts'
import { checkTemplate, render } from '../../../src/operators/llm/render.ts'
import { requestOf } from '../../../src/operators/llm/request.ts'
import { HOSTILE } from '../../corpus/completions/hostile.ts'
import { repeatsIn, rulesOf, sentence } from '../../support/ebnf.ts'
import { worldFor } from '../../support/singular.ts'
import { ebnf, schema } from '../../support/xgrammar.ts'

function kitFor(preset: string, change: Options = {}) {
  const options = worldFor(preset, change)
  return { kit: spectrumPrompts(options), codec: offsetCodec(options), form: formOf(worldOf(options)), zero: zeroOf(options), step: worldOf(options).step } // prettier-ignore
}
type World = ReturnType<typeof kitFor>

const WORLDS = {
  clothes: kitFor('clothes'),
  'clothes, one value, far': kitFor('clothes', { alpha: 0.1, step: 8 }),
  sums: kitFor('sums'),
  'sums, products': kitFor('sums', { rank: '2', svd: 'product', step: 0.3 }),
  'sums, rank 16': kitFor('sums', { rank: '16', step: 0.05 }),
} as const
const CASES = Object.entries(WORLDS)
const { clothes, sums } = WORLDS

/** A genome between the numbers that are shown. */
const genomeOf = ({ zero, step }: World, seed: number): Offsets => {
  const random = rng(seed)
  return zero.map(() => step * LIMIT * (2 * random.unit() - 1))
}
const sourceOf = (world: World, genome: Offsets) => world.codec.print(genome, 'parent 7')

/** What an answer comes to, or the sentence that refuses it. */
function read({ kit, codec }: World, answer: string, parents: readonly string[] = []): Offsets | string {
  const parsed = codec.parse(kit.extract(answer, parents))
  return parsed.ok ? codec.decode(codec.encode(parsed.value)) : parsed.fault.message
}
const numbersIn = (world: World, answer: string, parents: readonly string[] = []) => {
  const genome = read(world, answer, parents)
  return typeof genome === 'string' ? genome : numbersOf(genome, world.form)
}
const linesOf = ({ form }: World, numbers: readonly number[]) => form.rows.map((row) => lineOf(row, numbers))

/** As much as there can be to tell. */
function fullest(world: World): Situation {
  const parents = [1, 2].map((seed) => ({ text: sourceOf(world, genomeOf(world, seed)), objectives: [0.6 / seed], measures: [0.2, 0.3], report: '' })) // prettier-ignore
  const edits = Array.from({ length: 9 }, (_, at) => ({ label: `Nudge all ${at} ${'x'.repeat(200)}`, gain: 0.031 }))
  const broken = sourceOf(world, genomeOf(world, 3)).replaceAll('.', ',9,')
  return { parents, edits, refused: { text: broken, reason: 'Line 2: no '.repeat(300) }, best: 0.61 }
}

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

describe('the spectra in an answer', () => {
  const numbers = [2, -1, 0, 0, 3, 0, -12, 30, 0, 1]
  const line = `base: ${numbers.join(' ')}`
  const zeros = 'base: 0 0 0 0 0 0 0 0 0 0'

  it.each([
    ['alone', line],
    ['in a fence', `Sure! Here it is:\n\n\`\`\`\n${line}\n\`\`\`\nIt moves the first value up.`],
    ['in a fence of one line', `\`\`\`${line}\`\`\``],
    ['among chatter', `I changed 3 numbers of base, carefully.\nImproved ${line}\nThe base: 3 numbers moved.`],
    ['after a thought', `<think>\nbase: 9 9 9 9 9 9 9 9 9 9\n</think>\n${line}`],
    ['before the next turn', `${line}<|im_end|>\n<|im_start|>user\nbase: 1 1 1 1 1 1 1 1 1 1`],
    ['in a list', `- **base**: ${numbers.join(', ')}`],
    ['in a numbered list', `1. base: [${numbers.join(', ')}]`],
    ['in a table', `| name | numbers |\n|---|---|\n| base | ${numbers.join(' | ')} |`],
    ['without a colon', `base ${numbers.join(' ')}`],
    ['without a name', `The next one:\n[${numbers.join(', ')}]`],
    ['with signs', line.replaceAll(' 2', ' +2').replaceAll('-', '\u2212')],
    ['with a remark', `${line}  ; stronger first\n`],
    ['with a remark in words', `${line} (the eighth at its limit)`],
    ['in other words', `BASE = ${numbers.join(' ')}.`],
    ['by an arrow', `base -> ${numbers.join(' ')}`],
    ['by its whole name', `base product: ${numbers.join(' ')}`],
    ['with Windows line ends', `Here:\r\n${line}\r\n`],
    ['before the question again', `${line}\nIt was:\n${zeros}`],
    ['after the question', `${zeros}\nbecomes\n${line}`],
    ['the last of several', `base: 1 1 1 1 1 1 1 1 1 1\nor rather\n${line}`],
    ['in JSON that is cut', `{"base": [${numbers.join(',')}], "why": "it`],
    ['in JSON as text', JSON.stringify({ base: numbers.join(' ') })],
    ['in JSON as a list', JSON.stringify(numbers)],
  ])('[O4] are found %s', (_name, answer) => {
    expect(numbersIn(clothes, answer)).toEqual(numbers)
  })

  it('[O4] are found by short names and by long ones, in any order', () => {
    const expected = Array.from({ length: 128 }, (_, at) => (at < 4 ? [2, -1, 0, 30][at]! : at === 127 ? -7 : 0))
    for (const answer of [
      '0.query A: 2 -1 0 30\n3.output B: 0 0 0 -7',
      '3.output B: 0 0 0 -7\nlayers.0.attention.query A: 2 -1 0 30',
      '1. `0.query A`: 2, -1, 0, 30\n2. `3.output B`: 0, 0, 0, -7',
      '{"0.query A": [2, -1, 0, 30], "3.output B": [0, 0, 0, -7]}',
      '| 0.query A | 2 | -1 | 0 | 30 |\n| 3.output B | 0 | 0 | 0 | -7 |',
    ])
      expect(numbersIn(sums, answer), answer).toEqual(expected)
  })

  it('[O4] a source with offsets, as people paste it, is what it says; where there are none there is no genome', () => {
    for (const [name, world] of CASES) {
      const genome = world.codec.decode(world.codec.encode(genomeOf(world, 4)))
      expect(read(world, sourceOf(world, genome)), name).toEqual(genome)
      expect(read(world, world.kit.extract(world.kit.extract(sourceOf(world, genome), []), [])), name).toEqual(genome)
      for (const answer of [
        '',
        'I am sorry, but I cannot help with that.',
        'Score: 72\nLayers: 4 of 4',
        '{"a": [1, 2]}',
      ])
        expect(world.kit.extract(answer, [sourceOf(world, genome)]), name).toBe('')
    }
  })
})

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
