import { describe, expect, it } from 'vitest'
import { assemble } from '../../../src/arenas/core-war/redcode/assemble.ts'
import { STANDARD_94 } from '../../../src/arenas/core-war/redcode/assembly.ts'
import { MODE, MODIFIER, OP, pack } from '../../../src/arenas/core-war/redcode/instruction.ts'
import { listing, loadFile, printInstruction } from '../../../src/arenas/core-war/redcode/listing.ts'
import { tokenize } from '../../../src/arenas/core-war/redcode/tokens.ts'
import { rng } from '../../../src/core/rng.ts'
import { randomProgram } from '../../support/warriors.ts'
import { run } from './help.ts'

describe('printing', () => {
  it('[R11] what it prints it reads back to the same program', () => {
    for (let seed = 1; seed <= 300; seed++) {
      const program = randomProgram(rng(seed), 8000, 1 + (seed % 60), true, true)
      expect(run(loadFile(program, 8000)).program).toEqual(program)
    }
  })

  it('[R9] a listing has its heading, the label START and a blank line', () => {
    const assembly = assemble(';name Two\n;assert 1\ndat 0\nmov 0, 1\nend 1', STANDARD_94)
    expect(listing(assembly, 8000)).toBe(
      'Program "Two" (length 2) by "Anonymous"\n\n       ORG      START\n       DAT.F  #     0, $     0     \nSTART  MOV.I  $     0, $     1     \n\n',
    )
  })

  it('[R9] numbers are printed from -M/2 + 1 to M/2', () => {
    const instruction = pack(OP.DJN, MODIFIER.F, MODE['<'], MODE['}'])
    expect(printInstruction(instruction, 4000, 4001, 8000)).toBe('DJN.F  <  4000, } -3999     ')
    expect(printInstruction(instruction, 40, 41, 81, true)).toBe('DJN    <    40, }   -40     ')
  })
})

describe('colouring', () => {
  const kinds = (line: string) =>
    tokenize(line)
      .filter(({ kind }) => kind !== 'space')
      .map(({ kind, text }) => `${kind} ${text}`)

  it('[R12] the pieces put together are the line, without a gap', () => {
    for (const line of [
      'start mov.ab #5*x, }-1 ; note',
      ';name Sol',
      'i for CORESIZE/2',
      '',
      'a\tb: dat <1,>2',
      'é"$',
      'x equ mov 0,',
    ]) {
      const pieces = tokenize(line)
      expect(pieces.map(({ text }) => text).join('')).toBe(line)
      let end = 0
      for (const piece of pieces) {
        expect(piece.start).toBe(end)
        expect(line.slice(piece.start, piece.end)).toBe(piece.text)
        end = piece.end
      }
    }
  })

  it('[R12] a sign is a mode where one can stand, and calculates elsewhere', () => {
    expect(kinds('a mov.i }1, 2*3')).toEqual([
      'label a',
      'opcode mov',
      'operator .',
      'modifier i',
      'mode }',
      'number 1',
      'operator ,',
      'number 2',
      'operator *',
      'number 3',
    ])
    expect(kinds('dat <CORESIZE>2, >x ; why')).toEqual([
      'opcode dat',
      'mode <',
      'constant CORESIZE',
      'operator >',
      'number 2',
      'operator ,',
      'mode >',
      'label x',
      'comment ; why',
    ])
    expect(kinds('go equ jmp @1')).toEqual(['label go', 'opcode equ', 'opcode jmp', 'mode @', 'number 1'])
    expect(kinds(';redcode-94')).toEqual(['directive ;redcode-94'])
    expect(kinds('mov "')).toEqual(['opcode mov', 'other "'])
  })
})
