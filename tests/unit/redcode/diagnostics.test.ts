import { describe, expect, it } from 'vitest'
import { assemble } from '../../../src/arenas/core-war/redcode/assemble.ts'
import { STANDARD_94 } from '../../../src/arenas/core-war/redcode/assembly.ts'
import { codes, problems, run } from './help.ts'

describe('diagnostics', () => {
  it('[R8] tell everything that is wrong, and where', () => {
    const text = 'add.q 1, 2\ndat 1/0\njmp nowhere, nobody\nmov 1\nmov 0, 1 2'
    expect(problems(text)).toEqual([
      'error 2:5+1 unknown-modifier',
      'error 3:6+1 division-by-zero',
      'error 4:5+7 unknown-name',
      'error 4:14+6 unknown-name',
      'error 5:1+3 one-operand',
      'warning 6:10+1 joined-numbers',
    ])
  })

  it('[R8] say what is wrong and how to mend it, in sentences', () => {
    const text =
      'add.q 1, 2\ndat 1/0\nmvo 0, 1\nl dat 0\nl dat 1\nrof\nmov 1\nequ 5\nfor\nrof\nmov (1, 2\ni for 2\ndat a&q\nrof\nmov mov, 1\n5\norg q\nx equ x\ndat x'
    const { diagnostics } = run(text)
    expect(diagnostics.length).toBeGreaterThan(12)
    for (const { message, fix } of diagnostics) {
      expect(message).toMatch(/^["A-Z0-9&].*\.$/)
      expect(fix).toMatch(/^[A-Z].*[.?)]$/)
    }
  })

  it.each([
    ['mvo 0, 1', 2, 1, 'MOV'],
    ['start mvo 0, 1', 2, 7, 'MOV'],
    ['jpm @1', 2, 1, 'JMP'],
    ['x eqv 5\nmov 0, 1', 2, 3, 'EQU'],
    ['i fro 3\nmov 0, 1\nrof', 2, 3, 'FOR'],
    ['target dat 0\nmov taget, 0', 3, 5, 'target'],
    ['mov Coresize, 0', 2, 5, 'CORESIZE'],
    ['mov 0, 1\njmp Start\nstart dat 0', 3, 5, 'start'],
  ])('[R14] suggest what was meant: %s', (text, line, column, meant) => {
    const found = run(text).diagnostics.find((one) => one.fix.includes(`Did you mean ${meant}?`))
    expect(found).toMatchObject({ severity: 'error', line, column })
  })

  it('[R8] point at the name where an EQU of one line is used, and into an EQU of several', () => {
    expect(problems('half equ 1/0\ndat 5, half')).toEqual(['error 3:8+4 division-by-zero'])
    expect(problems('two equ mov 0, 1\n equ jmp nowhere\ntwo')).toEqual(['error 3:10+7 unknown-name'])
  })

  it('[R8] point at the line that a continued line was written on', () => {
    expect(problems('mov 0, \\\n  nowhere')).toEqual(['error 3:3+7 unknown-name'])
    expect(problems('\t add.q 1, 2')).toEqual(['error 2:7+1 unknown-modifier'])
    expect(assemble('\uFEFF;assert 1\r\nmov 0, nowhere\r\n', STANDARD_94).diagnostics).toMatchObject([
      { line: 2, column: 8, length: 7 },
    ])
  })

  it('[R8] one fault does not make others', () => {
    expect(codes('mvo 0, 1\nadd 1, 2')).toEqual(['unknown-opcode'])
    expect(codes('jmp nowhere')).toEqual(['unknown-name'])
    expect(codes('here add.q 1, 2\njmp here')).toEqual(['unknown-modifier'])
    expect(codes('i for nobody\ndat i\nrof\nmov 0, 1')).toEqual(['unknown-name'])
    expect(codes('for 3\njmp nowhere\nrof')).toEqual(['unknown-name'])
    expect(codes('mov 1')).toEqual(['one-operand'])
  })

  it('[R8] a missing ;assert is a warning, a false one an error', () => {
    expect(assemble('mov 0, 1', STANDARD_94).diagnostics).toMatchObject([{ severity: 'warning', code: 'no-assert' }])
    expect(assemble(';assert CORESIZE==80\nmov 0, 1', STANDARD_94)).toMatchObject({
      program: null,
      diagnostics: [{ line: 1, column: 9, code: 'assert-failed' }],
    })
    expect(assemble(';assert nonsense\nmov 0, 1', STANDARD_94).program).not.toBeNull()
  })

  it('[R8] warn of what pMARS takes and people seldom mean', () => {
    expect(codes('l dat 0\nl dat 1\ndat 2')).toEqual(['label-twice'])
    expect(codes('mov 0, 1\nlonely')).toEqual(['label-without-line'])
    expect(codes('equ 5\nmov 0, 1')).toEqual(['equ-without-name'])
    expect(codes('for 2\nmov 0, 1')).toEqual(['unclosed-for'])
    expect(codes('mov 0, 1\nend 5')).toEqual(['start-outside'])
    expect(codes('org 1\nmov 0, 1\ndat 0\nend 2')).toEqual(['org-and-end'])
    expect(codes('jmp x')).toEqual(['unset-register'])
    expect(codes('mov #, 1')).toEqual(['no-number'])
    for (const text of ['l dat 0\nl dat 1', 'mov 0, 1\nlonely', 'for 2\nmov 0, 1', 'jmp x', 'mov #, 1'])
      expect(run(text).program, text).not.toBeNull()
  })

  it('[R8] a program is there exactly when no diagnostic is an error', () => {
    for (const text of ['mov 0, 1', 'mov 0', '', 'lonely', 'jmp x', 'for 101\ndat 0\nrof', 'for 100\ndat 0\nrof']) {
      const { program, diagnostics } = run(text)
      expect(program === null, text).toBe(diagnostics.some(({ severity }) => severity === 'error'))
    }
    expect(codes('for 6\ndat 0\nrof', { maxLength: 5 })).toEqual(['too-long-warrior'])
    expect(codes('for 5\ndat 0\nrof', { maxLength: 5 })).toEqual([])
  })

  it('[R8] each line of the program knows the line it came from', () => {
    expect(run('\nmov 0, 1\nfor 2\ndat 0\nrof\nend 1').lines).toEqual([
      { source: 3, label: '' }, { source: 5, label: 'START' }, { source: 5, label: '' },
    ]) // prettier-ignore
  })
})
