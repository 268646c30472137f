import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { assemble } from '../../../src/arenas/core-war/redcode/assemble.ts'
import { STANDARD_94 } from '../../../src/arenas/core-war/redcode/assembly.ts'
import { loadFile } from '../../../src/arenas/core-war/redcode/listing.ts'
import { tokenize } from '../../../src/arenas/core-war/redcode/tokens.ts'
import { rng } from '../../../src/core/rng.ts'
import { randomProgram } from '../../support/warriors.ts'

const run = (text: string, change: Partial<typeof STANDARD_94> = {}) =>
  assemble(`;assert 1\n${text}`, { ...STANDARD_94, ...change })
const lines = (text: string) => {
  const { program } = run(text)
  return program === null
    ? []
    : loadFile(program, 8000)
        .split('\n')
        .slice(1, -2)
        .map((line) => line.trim().replace(/\s+/g, ' '))
}
const problems = (text: string, change = {}) =>
  run(text, change).diagnostics.map(({ severity, line, column, code }) => `${severity} ${line}:${column} ${code}`)

describe('the assembler', () => {
  it('[R1] substitutes EQU as text, without brackets', () => {
    expect(lines('x equ 1+1\ndat x*2, -x')).toEqual(['DAT.F $ 3, $ 0'])
    expect(lines('go equ mov 0,\ngo 1')).toEqual(['MOV.I $ 0, $ 1'])
  })

  it('[R2] an EQU may be several lines, with statements and labels', () => {
    expect(lines('two equ top mov 0, 1\n equ jmp top\ntwo')).toEqual(['MOV.I $ 0, $ 1', 'JMP.B $ -1, $ 0'])
  })

  it('[R3] FOR repeats, nests, counts and joins names with &', () => {
    expect(lines('i for 2\nj for 2\nx&i&j dat i, j\nrof\nrof\nmov x0101, x0202')).toEqual([
      'DAT.F $ 1, $ 1',
      'DAT.F $ 1, $ 2',
      'DAT.F $ 2, $ 1',
      'DAT.F $ 2, $ 2',
      'MOV.I $ -4, $ -1',
    ])
    expect(lines('for 0\n$%& no code\nrof\nmov 0, 1')).toEqual(['MOV.I $ 0, $ 1'])
  })

  it('[R4] calculates as C does, with registers and comparisons', () => {
    expect(lines('dat -9/2, -9%4')).toEqual(['DAT.F $ -4, $ -1'])
    expect(lines('dat (a=5)+1, a*2')).toEqual(['DAT.F $ 6, $ 10'])
    expect(lines('dat 1+2*3==7, 1||0&&0')).toEqual(['DAT.F $ 1, $ 1'])
  })

  it('[R5] ORG, END and PIN say where it starts and whom it shares with', () => {
    expect(run('org b\ndat 0\nb mov 0, 1').program?.start).toBe(1)
    expect(run('dat 0\nb mov 0, 1\nend b').program?.start).toBe(1)
    expect(run('pin 7\nmov 0, 1').program?.pin).toBe(7)
  })

  it('[R6] the header is read, and the tag names the hill', () => {
    const { header } = assemble(
      'letter\n;redcode-94nop quiet\n;name Sol\n;author Me\n;strategy one\n;strategy two\n;assert 1\nmov 0, 1',
      STANDARD_94,
    )
    expect(header).toMatchObject({ name: 'Sol', author: 'Me', strategy: ['one', 'two'] })
    expect(header.redcode).toMatch(/^94nop/)
  })

  it('[R7] under the rules of 1988 what came later is an error', () => {
    expect(problems('mov.i 0, 1', { icws88: true })).toContain('error 2:1 not-in-88')
    expect(problems('mul 1, 2', { icws88: true })).toContain('error 2:1 not-in-88')
    expect(problems('mov 0, }1', { icws88: true })).toContain('error 2:8 not-in-88')
    expect(run('start mov 0, 1\nend start', { icws88: true }).program).not.toBeNull()
  })

  it('[R8] tells everything that is wrong, where, and how to mend it', () => {
    expect(problems('mov 0 1\nadd.q 1, 2\ndat 1/0\njmp nowhere\nmov 1')).toEqual([
      'error 2:1 one-operand',
      'error 3:5 unknown-modifier',
      'error 4:7 division-by-zero',
      'error 5:5 unknown-name',
      'error 6:1 one-operand',
    ])
    for (const { message, fix } of run('mov 0 1\nadd.q 1, 2').diagnostics)
      expect(`${message} ${fix}`).toMatch(/\. .+\.$/)
  })

  it('[R8] suggests the word that was meant', () => {
    expect(run('target dat 0\nmov taget, 0').diagnostics[0]?.fix).toContain('Did you mean target?')
    expect(problems('mvo 0, 1')).toContain('error 2:1 unknown-opcode')
    expect(run('mvo 0, 1').diagnostics.map(({ fix }) => fix)).toContain('Did you mean MOV?')
  })

  it('[R8] a missing ;assert is a warning, a false one an error', () => {
    expect(assemble('mov 0, 1', STANDARD_94).diagnostics.map(({ severity, code }) => `${severity} ${code}`)).toEqual([
      'warning no-assert',
    ])
    expect(assemble(';assert CORESIZE==80\nmov 0, 1', STANDARD_94).program).toBeNull()
  })

  it.each([
    ['FOR 1000000', 'for 1000000\nmov 0, 1\nrof'],
    ['FOR 60000 around FOR 60000', 'for 60000\nfor 60000\nrof\nrof'],
    [
      'an EQU bomb',
      `${Array.from({ length: 40 }, (_, n) => `a${n} equ a${n + 1} a${n + 1}`).join('\n')}\na40 equ 1\ndat a0`,
    ],
    [
      'an EQU bomb of lines',
      `${Array.from({ length: 30 }, (_, n) => `b${n} equ b${n + 1}\n equ b${n + 1}`).join('\n')}\nb30 equ dat 0\nb0`,
    ],
    ['an EQU that names itself', 'l equ l\ndat l'],
    ['two EQUs that name each other', 'l equ k\nk equ l\ndat l'],
    ['UTF-16', Buffer.from('mov 0, 1', 'utf16le').toString('latin1')],
    ['brackets without end', `dat ${'('.repeat(7000)}1`],
    ['signs without end', `dat ${'-'.repeat(7000)}1`],
    ['a line without end', `mov ${'1+'.repeat(400_000)}1, 2`],
    ['more than a megabyte', 'mov 0, 1\n'.repeat(130_000)],
    ['many lines', 'mov 0, 1\n'.repeat(100_000)],
    ['many labels', Array.from({ length: 50_000 }, (_, n) => `l${n}`).join('\n')],
    ['FOR nested deeply', 'for 1\n'.repeat(5000)],
  ])('[R10] answers bad input with a diagnostic: %s', (_name, text) => {
    const assembly = run(text)
    expect(assembly.diagnostics.length).toBeGreaterThan(0)
    expect(assembly.diagnostics.length).toBeLessThan(300)
    if (assembly.program !== null) expect(assembly.program.instructions.length).toBeLessThanOrEqual(100)
  })

  it('[R10] answers any text at all, a megabyte of noise too', () => {
    const random = rng(7)
    const noise = Array.from({ length: 1_000_000 }, () => String.fromCharCode(32 + random.int(96))).join('')
    expect(run(noise).diagnostics.length).toBeGreaterThan(0)
    const alphabet = [
      'mov ',
      'for ',
      'rof',
      'equ ',
      '\n',
      'i',
      '&',
      '3',
      ',',
      '#',
      '(',
      ')',
      '-',
      ' ',
      ';',
      '.',
      'a',
      '\\',
      'org ',
      'end ',
      '=',
      '"',
      '\0',
      'é',
    ]
    const soup = fc.array(fc.constantFrom(...alphabet), { maxLength: 60 }).map((parts) => parts.join(''))
    fc.assert(fc.property(fc.oneof(fc.string({ maxLength: 80 }), soup), (text) => {
      const { program, diagnostics } = run(text)
      return (program === null) === diagnostics.some(({ severity }) => severity === 'error')
    }), { numRuns: 3000, seed: 1 }) // prettier-ignore
  })

  it('[R11] what it prints it reads back to the same program', () => {
    for (let seed = 1; seed <= 300; seed++) {
      const program = randomProgram(rng(seed), 8000, 1 + (seed % 60), true, true)
      expect(run(loadFile(program, 8000)).program).toEqual(program)
    }
  })

  it('[R12] coloured pieces put together are the line', () => {
    for (const line of ['start mov.ab #5*x, }-1 ; note', ';name Sol', 'i for CORESIZE/2', '', 'a\tb: dat <1,>2']) {
      expect(
        tokenize(line)
          .map(({ text }) => text)
          .join(''),
      ).toBe(line)
    }
    expect(
      tokenize('a mov.i }1, 2')
        .filter(({ kind }) => kind !== 'space')
        .map(({ kind }) => kind),
    ).toEqual(['label', 'opcode', 'operator', 'modifier', 'mode', 'number', 'operator', 'number'])
  })
})
