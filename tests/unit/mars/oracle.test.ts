import { describe, expect, it } from 'vitest'
import type { MarsSettings } from '../../../src/arenas/core-war/mars/battle.ts'
import { pspacesOf } from '../../../src/arenas/core-war/mars/match.ts'
import { assemble } from '../../../src/arenas/core-war/redcode/assemble.ts'
import { STANDARD_94 } from '../../../src/arenas/core-war/redcode/assembly.ts'
import { printInstruction } from '../../../src/arenas/core-war/redcode/listing.ts'
import { Machine } from '../../../src/arenas/core-war/reference.ts'
import { rules } from '../../support/warriors.ts'

/** One warrior alone at address 0 of an 8,000-cell core. */
function machine(source: string, change: Partial<MarsSettings> = {}): Machine {
  const { program } = assemble(`;assert 1\n${source}`, STANDARD_94)
  if (program === null) throw new Error(`not Redcode: ${source}`)
  const settings = rules(8000, { pspaceSize: 500, maxProcesses: 8000, ...change })
  return new Machine(settings, {
    warriors: [{ program, position: 0 }],
    first: 0,
    pspaces: pspacesOf([program], settings),
  })
}
const after = (source: string, steps = 1, change: Partial<MarsSettings> = {}) => {
  const one = machine(source, change)
  for (let step = 0; step < steps; step++) one.step()
  return one
}
const cell = (one: Machine, address: number) =>
  printInstruction(one.instructions[address]!, one.a[address]!, one.b[address]!, 8000).replace(/\s+/g, ' ').trim()
const queue = (one: Machine) => [...one.queues[0]!.list()]

describe('the oracle: golden facts of pMARS 0.9.5', () => {
  it('[M1] an immediate B operand is read after the side effects of A', () => {
    expect(cell(after('sub.b <0, #5\njmp 0\ndat 0\ndat 0\ndat #7, #100'), 0)).toBe('SUB.B < 0, # -96')
    expect(cell(after('add.f }0, #5'), 0)).toBe('ADD.F } 1, # 10')
  })

  it('[M2] operands are registers: MOV writes the copy, post-increment comes after it', () => {
    const one = after('mov.i >0, >0\ndat 0, 0')
    expect([cell(one, 0), cell(one, 1)]).toEqual(['MOV.I > 0, > 2', 'MOV.I > 0, > 0'])
    expect(cell(after('mov.i #3, 2'), 2)).toBe('MOV.I # 3, $ 2')
    // The FAQ's example: the second line must stay as it is.
    expect(cell(after('mov 1, <1\ndat #0, #1'), 1)).toBe('DAT.F # 0, # 1')
  })

  it('[M4] DJN counts memory down and tests the copy', () => {
    const one = after('djn.b 2, >1\ndat 0, 1\ndat 0, 2')
    expect([one.b[1], one.b[2], queue(one)]).toEqual([2, 1, [2]])
    const both = after('djn.f 0, 1\ndat 1, 0')
    expect([cell(both, 1), queue(both)]).toEqual(['DAT.F $ 0, $ -1', [0]])
  })

  it('[M5] numbers are compared without sign', () => {
    expect(queue(after('slt.ab #-1, 2\ndat 0\ndat 0, 5'))).toEqual([1])
    expect(queue(after('slt.ab #4, 2\ndat 0\ndat 0, 5'))).toEqual([2])
    expect(queue(after('slt.ab #5, 2\ndat 0\ndat 0, 5'))).toEqual([1])
  })

  it('[M6] BA adds the B field of A to the A field of B', () => {
    expect(cell(after('add.ba #3, 2\njmp 0\ndat 1, 1'), 2)).toBe('DAT.F $ 3, $ 1')
  })

  it('[M6] a jump evaluates its other operand too', () => {
    const one = after('jmp >1, }1\ndat 0, 2\ndat 0\njmp 0')
    expect([queue(one), one.a[1], one.b[1]]).toEqual([[3], 1, 3])
  })

  it('[M7] DIV and MOD do the half that can be done, then die', () => {
    const divided = after('div.f 1, 2\ndat 0, 3\ndat 7, 9')
    expect([divided.a[2], divided.b[2], queue(divided)]).toEqual([7, 3, []])
    const rest = after('mod.x 1, 2\ndat 4, 0\ndat 7, 9')
    expect([rest.a[2], rest.b[2], queue(rest)]).toEqual([7, 1, []])
  })

  it('[M3] SPL puts the next process before the new one, and only that when the queue is full', () => {
    expect(queue(after('spl 3'))).toEqual([1, 3])
    const full = machine('spl 0\nspl 0\njmp 0', { maxProcesses: 2 })
    for (let step = 0; step < 50; step++) {
      full.step()
      expect(queue(full).length).toBeLessThanOrEqual(2)
    }
    expect(full.spawned[0]).toBe(1)
  })

  it('[M8] P-space: index modulo its size, cell 0 holds the last result', () => {
    const settings = rules(8000, { pspaceSize: 500 })
    const { program } = assemble(';assert 1\nstp.ab #7, #501\nldp.ab #0, 1\ndat 0', STANDARD_94)
    const pspaces = pspacesOf([program!], settings)
    const one = new Machine(settings, { warriors: [{ program: program!, position: 0 }], first: 0, pspaces })
    one.step()
    expect(pspaces[0]!.shared[1]).toBe(7)
    one.step()
    expect(one.b[2]).toBe(7999)
  })

  it('[M9] read and write limits fold offsets around the program counter', () => {
    // 30 within 80 of 800: 30 - 80 = -50 lies beyond half, so 30 stays; 50 becomes -30.
    const near = after('mov 50, 1\ndat 0', 1, { readLimit: 80 })
    near.instructions[7970] = 1
    expect(cell(after('mov #9, 50', 1, { writeLimit: 80 }), 7970)).toBe(
      'MOV.AB # 0, $ 0'.replace('MOV.AB', 'DAT.F').replace('# 0', '$ 0').replace('$ 0, $ 0', '$ 0, $ 9'),
    )
  })

  it('[M12] CMP and SEQ are two opcodes to .I, as in pMARS', () => {
    expect(queue(after('seq.i 1, 2\ncmp.a 1, 2\nseq.a 1, 2'))).toEqual([1])
    expect(queue(after('seq.i 1, 2\nseq.a 1, 2\nseq.a 1, 2'))).toEqual([2])
  })

  it('[M13] counts what Digital Red Queen counts: Imp alone starts nothing and covers everything', () => {
    const imp = machine('mov 0, 1', { maxCycles: 8000 }).run()
    expect([imp.spawned[0], imp.coveredBy(0), imp.diedAt[0]]).toEqual([0, 8000, -1])
    const dead = machine('dat 0').run()
    expect([dead.spawned[0], dead.coveredBy(0), dead.diedAt[0]]).toEqual([0, 0, 1])
  })
})
