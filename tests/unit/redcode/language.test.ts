import { describe, expect, it } from 'vitest'
import { assemble } from '../../../src/arenas/core-war/redcode/assemble.ts'
import { presetTag, settingsFor, STANDARD_94 } from '../../../src/arenas/core-war/redcode/assembly.ts'
import { codes, lines, run } from './help.ts'

describe('EQU', () => {
  it('[R1] is substituted as text, without brackets', () => {
    expect(lines('x equ 1+1\ndat x*2, -x')).toEqual(['DAT.F $ 3, $ 0'])
    expect(lines('go equ mov 0,\ngo 1')).toEqual(['MOV.I $ 0, $ 1'])
    expect(lines('m equ #\nadd m 5, m 6')).toEqual(['ADD.AB # 5, # 6'])
    expect(lines('two equ 1, @2\nsub.f two')).toEqual(['SUB.F $ 1, @ 2'])
  })

  it('[R1] may be used before its line', () => {
    expect(lines('dat late, late*2\nlate equ later+1\nlater equ 3')).toEqual(['DAT.F $ 4, $ 5'])
  })

  it('[R2] may be several lines, with statements, labels and FOR', () => {
    expect(lines('two equ top mov 0, 1\n equ jmp top\ntwo')).toEqual(['MOV.I $ 0, $ 1', 'JMP.B $ -1, $ 0'])
    expect(lines('x equ mov 0, 1\n; a remark between\n\n equ mov 0, 2\nx')).toHaveLength(2)
    expect(lines('x equ i for 3\n equ dat i\n equ rof\nx\nx')).toHaveLength(6)
  })

  it('[R2] of several lines cannot be part of an operand', () => {
    expect(codes('x equ 1\n equ 2\ndat x')).toEqual(['lines-as-operand'])
  })
})

describe('FOR', () => {
  it('[R3] repeats, nests, counts and joins names with &', () => {
    const nested = 'i for 2\nj for 2\nx&i&j dat i, j\nrof\nrof\nmov x0101, x0202'
    expect(lines(nested)).toEqual([
      'DAT.F $ 1, $ 1',
      'DAT.F $ 1, $ 2',
      'DAT.F $ 2, $ 1',
      'DAT.F $ 2, $ 2',
      'MOV.I $ -4, $ -1',
    ])
    expect(lines('top\ni for 2\ndat top, top+i\nrof')).toEqual(['DAT.F $ 0, $ 1', 'DAT.F $ -1, $ 1'])
    expect(lines('i for 2\nv&i equ i*10\ndat v&i\nrof')).toEqual(['DAT.F # 0, $ 10', 'DAT.F # 0, $ 20'])
  })

  it('[R3] FOR 0 is a comment, also around other FORs', () => {
    expect(lines('for 0\n$%& no code\nfor 5\nrof\nrof\nmov 0, 1')).toEqual(['MOV.I $ 0, $ 1'])
  })

  it('[R3] the counter means something within its loop only', () => {
    expect(codes('idx for 2\ndat idx\nrof\ndat idx')).toEqual(['unknown-name'])
    expect(lines('i i for 1\ndat i\nrof\ndat i')).toEqual(['DAT.F # 0, $ 1', 'DAT.F # 0, $ -1'])
  })
})

describe('labels', () => {
  it('[R13] are distances, stand alone or in numbers, with or without a colon, and mind capitals', () => {
    expect(lines('a:\nb: c mov a, d\nd dat c')).toEqual(['MOV.I $ 0, $ 1', 'DAT.F # 0, $ -1'])
    expect(codes('Case mov case, Case')).toEqual(['unknown-name'])
    expect(lines('MoV.aB #1, $2')).toEqual(['MOV.AB # 1, $ 2'])
  })

  it('[R13] CURLINE counts the lines so far', () => {
    expect(lines('dat CURLINE\ndat CURLINE, CURLINE+1')).toEqual(['DAT.F # 0, $ 0', 'DAT.F $ 1, $ 2'])
  })
})

describe('expressions', () => {
  it('[R4] calculate as C does, with registers and comparisons', () => {
    expect(lines('dat -9/2, -9%4')).toEqual(['DAT.F $ -4, $ -1'])
    expect(lines('dat 1+2*3, (1+2)*3')).toEqual(['DAT.F $ 7, $ 9'])
    expect(lines('dat (a=5)+1, a*2')).toEqual(['DAT.F $ 6, $ 10'])
    expect(lines('dat 2*3==6, 1||0&&0')).toEqual(['DAT.F $ 1, $ 1'])
    expect(lines('dat !5, 3--2')).toEqual(['DAT.F $ 0, $ 5'])
  })

  it("[R4] have pMARS's habits with chains of comparisons", () => {
    expect(codes('dat 1+2*3==7')).toEqual(['lost-equality'])
    expect(lines('dat (1+2*3)==7, 5>4+0*1>9')).toEqual(['DAT.F $ 1, $ 1'])
  })

  it('[R4] know the settings by name', () => {
    const text =
      'dat CORESIZE, MAXPROCESSES\ndat MAXCYCLES, MAXLENGTH\ndat MINDISTANCE, ROUNDS\ndat PSPACESIZE, WARRIORS\ndat READLIMIT, WRITELIMIT\ndat VERSION'
    const change = {
      coreSize: 60000,
      maxProcesses: 2,
      maxCycles: 3,
      maxLength: 44,
      minDistance: 55,
      rounds: 6,
      pspaceSize: 7,
      warriors: 8,
      readLimit: 9,
      writeLimit: 10,
    }
    expect(lines(text, change)).toEqual([
      'DAT.F $ 0, $ 2',
      'DAT.F $ 3, $ 44',
      'DAT.F $ 55, $ 6',
      'DAT.F $ 7, $ 8',
      'DAT.F $ 9, $ 10',
      'DAT.F # 0, $ 95',
    ])
  })

  it('[R4] wrap into the core, whatever their size', () => {
    expect(lines('dat 99999999999999, -8001')).toEqual(['DAT.F $ -1, $ -1'])
    expect(lines('dat 40, 41', { coreSize: 80 })).toEqual(['DAT.F $ 40, $ -39'])
  })
})

describe('where it starts', () => {
  it('[R5] ORG, END and PIN take labels before and after them, as addresses', () => {
    expect(run('org b\ndat 0\nb mov 0, 1').program?.start).toBe(1)
    expect(run('dat 0\nb mov 0, 1\nend b').program?.start).toBe(1)
    expect(run('org 1\ndat 0\nb mov 0, 1\nc mov 0, 2\nend c').program?.start).toBe(1)
    expect(run('org 2\norg 1\ndat 0\ndat 0').program?.start).toBe(1)
    expect(run('pin -7\nmov 0, 1').program?.pin).toBe(-7)
    expect(run('mov 0, 1\nend\nthis ^ is not read').program?.start).toBe(0)
  })
})

describe('the header', () => {
  it('[R6] is read; text before the first ;redcode is not, nor what follows the second', () => {
    const text =
      'dear hill ^\n;redcode-94nop quiet\n;name  Sol \n;author Me\n;date now\n;version 2\n;strategy one\n;strategy two\n;assert 1\nmov 0, 1\n;redcode\n;name Other\nmov 0, 2'
    const { header, program } = assemble(text, STANDARD_94)
    expect(header).toEqual({
      name: 'Sol ',
      author: 'Me',
      date: 'now',
      version: '2',
      strategy: ['one', 'two'],
      redcode: '94nop',
    })
    expect(program?.instructions).toHaveLength(1)
  })

  it('[R6] its tag names the hill', () => {
    const tagOf = (line: string) => presetTag(assemble(`${line}\nmov 0, 1`, STANDARD_94).header)
    expect([';redcode', ';redcode-nano', ';REDCODE-TINY verbose', '; redcode-94', ';redcode-94x'].map(tagOf)).toEqual([
      '88',
      'nano',
      'tiny',
      null,
      '94x',
    ])
  })
})

describe('the rules of 1988', () => {
  it("[R7] make everything of '94 an error", () => {
    const codes88 = (text: string) => codes(text, { icws88: true })
    for (const text of [
      'mov.i 0, 1',
      'mul 1, 2',
      'mov 0, }1',
      'mov 0, >1',
      'pin 1\nmov 0, 1',
      'org 0\nmov 0, 1',
      'nop 0',
    ])
      expect(codes88(text), text).toContain('not-in-88')
    for (const text of ['dat 1', 'dat @1, #2', 'mov 0, #1', 'jmp #1'])
      expect(codes88(text), text).toEqual(['mode-in-88'])
    expect(run('start mov 0, 1\ndat <1, #2\nslt #1, #2\nend start', { icws88: true }).program).not.toBeNull()
  })
})

describe('settings', () => {
  it('[R4] read and write limits follow the core size', () => {
    expect(settingsFor({ coreSize: 800 })).toMatchObject({
      coreSize: 800,
      readLimit: 800,
      writeLimit: 800,
      maxCycles: 80000,
    })
    expect(settingsFor({ coreSize: 800, readLimit: 40 })).toMatchObject({ readLimit: 40, writeLimit: 800 })
  })
})
