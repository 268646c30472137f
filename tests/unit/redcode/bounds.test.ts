import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { rng } from '../../../src/core/rng.ts'
import { generate } from '../../fixtures/redcode/generate.ts'
import { run } from './help.ts'

const chain = (count: number, line: (at: number) => string) =>
  Array.from({ length: count }, (_, at) => line(at)).join('\n')
const megabyte = (text: string) => text.repeat(Math.ceil(1e6 / text.length)).slice(0, 1e6)

describe('bad input', () => {
  it.each([
    ['FOR 1000000', 'for 1000000\nmov 0, 1\nrof', 'for-too-often'],
    ['FOR 60000 around FOR 60000', 'for 60000\nfor 60000\nrof\nrof', 'too-much-work'],
    ['FOR 1000 around FOR 1000', 'for 1000\nfor 1000\nmov 0, 1\nrof\nrof', 'too-many-lines'],
    ['names by the thousand', 'i for 65534\nx&i equ i\nrof', 'too-many-names'],
    ['FOR nested deeply', 'for 1\n'.repeat(5000), 'too-deep'],
    ['an EQU bomb', `${chain(40, (n) => `a${n} equ a${n + 1} a${n + 1}`)}\na40 equ 1\ndat a0`, 'long-statement'],
    [
      'an EQU bomb used before it is defined',
      `dat a0\n${chain(40, (n) => `a${n} equ a${n + 1}+a${n + 1}`)}\na40 equ 1`,
      'long-statement',
    ],
    [
      'an EQU bomb without powder',
      `${chain(60, (n) => `a${n} equ a${n + 1} a${n + 1}`)}\na60 equ\ndat a0 1`,
      'too-much-work',
    ],
    [
      'an EQU bomb of lines',
      `${chain(30, (n) => `b${n} equ b${n + 1}\n equ b${n + 1}`)}\nb30 equ dat 0\nb0`,
      'too-many-lines',
    ],
    ['a long EQU in a long loop', `x equ 1\n${' equ\n'.repeat(50_000)}for 60000\nx\nrof`, 'unexpected'],
    ['an EQU that names itself', 'l equ l\ndat l', 'recursive-equ'],
    ['two EQUs that name each other', 'l equ k\nk equ l\ndat l', 'recursive-equ'],
    ['an EQU that begins with itself', 'l equ l mov 0, 1\nl', 'recursive-equ'],
    ['EQUs nested deeply', `a0 equ 1\n${chain(2000, (n) => `a${n + 1} equ a${n}`)}\ndat a2000`, 'too-deep'],
    [
      'EQUs nested deeply, used before',
      `dat a0\n${chain(2000, (n) => `a${n} equ a${n + 1}`)}\na2000 equ 1`,
      'long-statement',
    ],
    ['UTF-16', Buffer.from('mov 0, 1', 'utf16le').toString('latin1'), 'not-text'],
    ['zero bytes', 'mov 0, 1\0', 'not-text'],
    ['brackets without end', `dat ${'('.repeat(3000)}1`, 'expression-too-deep'],
    ['signs without end', `dat ${'-'.repeat(3000)}1`, 'expression-too-deep'],
    ['assignments without end', `dat ${'a='.repeat(1500)}1`, 'expression-too-deep'],
    ['digits without end', `dat ${'9'.repeat(7000)}`, 'number-too-long'],
    ['a line without end', `mov ${'1+'.repeat(400_000)}1, 2`, 'long-line'],
    ['a line continued without end', megabyte('1+\\\n'), 'long-line'],
    ['more than a megabyte', 'mov 0, 1\n'.repeat(130_000), 'too-long'],
    ['a megabyte of lines', megabyte('mov 0, 1\n'), 'too-many-lines'],
    ['a megabyte of ORG', megabyte('org 1\n'), 'too-many-lines'],
    ['a megabyte of labels', chain(120_000, (n) => `l${n}`), 'too-many-labels'],
    ['a megabyte of faults', megabyte('jmp nowhere\n'), 'too-many-problems'],
    ['a megabyte of nothing', megabyte('\n'), 'no-instructions'],
    ['a megabyte of ROF', megabyte('rof\n'), 'unopened-for'],
    ['only a name', 'lonely', 'no-instructions'],
    ['nothing', '', 'no-instructions'],
  ])('[R10] gets a diagnostic that says what it is: %s', (_name, text, code) => {
    const assembly = run(text)
    expect(assembly.program).toBeNull()
    expect(assembly.diagnostics.find(({ severity }) => severity === 'error')).toBeDefined()
    expect(assembly.diagnostics.map((one) => one.code)).toContain(code)
    expect(assembly.diagnostics.length).toBeLessThan(203)
  })

  it('[R10] honest limits are far away', () => {
    expect(run(`dat ${'('.repeat(250)}1${')'.repeat(250)}`).program).not.toBeNull()
    expect(run(`a0 equ 1\n${chain(190, (n) => `a${n + 1} equ a${n}`)}\ndat a190`).program).not.toBeNull()
    expect(run(`for 1000\ndat 0\nrof`, { maxLength: 1000 }).program?.instructions).toHaveLength(1000)
    expect(run(`${';remark\n'.repeat(100_000)}mov 0, 1`).program).not.toBeNull()
    expect(run(`i for 5000\nrof\nmov 0, 1`).program).not.toBeNull()
  })

  it('[R10] any text at all gets an answer: a megabyte of noise', () => {
    const random = rng(7)
    for (const least of [1, 32, 97]) {
      const noise = Array.from({ length: 1_000_000 }, () =>
        random.chance(0.03) ? '\n' : String.fromCharCode(least + random.int(60)),
      ).join('')
      expect(run(noise).program).toBeNull()
    }
  })

  it('[R10] any text at all gets an answer: random words and strings', () => {
    const alphabet = ['mov ', 'for ', 'rof', 'equ ', '\n', 'i', '&', '3', ',', '#', '(', ')', '-', ' ', ';', '.', 'a', '\\', '\\\n', 'org ', 'end ', '=', '"', '\0', 'é', ':', ';assert ', ';redcode', '<', '\r\n', '||', '65534', 'CURLINE'] // prettier-ignore
    const soup = fc.array(fc.constantFrom(...alphabet), { maxLength: 60 }).map((parts) => parts.join(''))
    fc.assert(
      fc.property(fc.oneof(fc.string({ maxLength: 80, unit: 'binary' }), soup), (text) => {
        const { program, diagnostics, lines } = run(text)
        expect(program === null).toBe(diagnostics.some(({ severity }) => severity === 'error'))
        for (const { line, column, length } of diagnostics)
          expect(Math.min(line, column, length)).toBeGreaterThanOrEqual(1)
        if (program !== null) expect(lines).toHaveLength(program.instructions.length)
      }),
      { numRuns: 3000, seed: 1 },
    )
  })

  it('[R10] diagnostics stay within the text, and columns within their lines', () => {
    for (let seed = 1; seed <= 400; seed++) {
      const { text } = generate(seed)
      const rows = `;assert 1\n${text}`.split('\n')
      for (const { line, column, length, code } of run(text).diagnostics) {
        expect(line, `seed ${seed} ${code}`).toBeLessThanOrEqual(rows.length)
        expect(column - 1 + length, `seed ${seed} ${code}`).toBeLessThanOrEqual((rows[line - 1]?.length ?? 0) + 1)
      }
    }
  })
})
