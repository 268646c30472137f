import { describe, expect, it } from 'vitest'
import type { BattleSetup, MarsSettings } from '../../../src/arenas/core-war/mars/battle.ts'
import { assemble } from '../../../src/arenas/core-war/redcode/assemble.ts'
import { STANDARD_94 } from '../../../src/arenas/core-war/redcode/assembly.ts'
import type { Program } from '../../../src/arenas/core-war/redcode/instruction.ts'
import { Machine, type Observer } from '../../../src/arenas/core-war/reference.ts'
import { randomBattle, rules } from '../../support/warriors.ts'

const warrior = (source: string): Program => {
  const { program } = assemble(`;assert 1\n${source}`, { ...STANDARD_94, coreSize: 800 })
  if (program === null) throw new Error(`not Redcode: ${source}`)
  return program
}
const imp = warrior('mov.i 0,1')
const waits = warrior('jmp 0')
/** Dies in its n-th turn. */
const diesIn = (turns: number) => warrior(`${'nop 0\n'.repeat(turns - 1)}dat 0`)

const battle = (programs: readonly Program[], first = 0): BattleSetup => ({
  warriors: programs.map((program, index) => ({ program, position: index * 100 })),
  first,
})
const fight = (programs: readonly Program[], change: Partial<MarsSettings> = {}, first = 0) =>
  new Machine(rules(800, { maxCycles: 50, ...change }), battle(programs, first)).run()

describe('the time of a round', () => {
  it('[M17] every warrior gets its cycles when nobody dies', () => {
    const machine = fight([waits, waits, waits])
    expect([...machine.turns]).toEqual([50, 50, 50])
    expect([...machine.diedAt]).toEqual([-1, -1, -1])
  })

  it('[M17] a death takes its share out of the time that is left, and one instruction more, as pMARS counts', () => {
    // Of 150 instructions 149 are left when the first warrior dies at once: 150 - 2 - floor(149 / 3) = 99.
    const machine = fight([diesIn(1), waits, waits])
    expect([...machine.turns]).toEqual([1, 50, 49])
    expect(machine.instructionsExecuted).toBe(1 + 99)
  })

  it('[M17] a death with the very last instruction ends the round too', () => {
    const machine = fight([waits, waits, diesIn(50)])
    expect([...machine.turns]).toEqual([50, 50, 50])
    expect([...machine.diedAt]).toEqual([-1, -1, 50])
    expect(machine.isOver).toBe(true)
  })

  it('[M17] the turn of death counts from 1, its last instruction included', () => {
    expect([...fight([diesIn(1), waits]).diedAt]).toEqual([1, -1])
    expect([...fight([waits, diesIn(7)]).diedAt]).toEqual([-1, 7])
  })

  it('[M18] a round of two ends with the first death, of one with its own', () => {
    const machine = fight([waits, diesIn(7)])
    expect([...machine.turns]).toEqual([7, 7])
    expect([...fight([waits, diesIn(7)], {}, 1).turns]).toEqual([6, 7])
    expect(fight([diesIn(3)]).instructionsExecuted).toBe(3)
  })

  it("[M18] after Digital Red Queen's rule a sole survivor goes on until its time is up or it dies", () => {
    const rule = { endsWhen: 'none-left' } as const
    expect([...fight([waits, diesIn(7)], rule).turns]).toEqual([50, 7])
    expect([...fight([diesIn(20), diesIn(7)], rule).turns]).toEqual([20, 7])
    expect([...fight([diesIn(9), waits, diesIn(50)], rule).turns]).toEqual([9, 50, 50])
  })

  it('[M18] the warrior named begins, the others follow in order', () => {
    const machine = new Machine(rules(800), battle([waits, waits, waits], 1))
    const order = Array.from({ length: 4 }, () => {
      const { next } = machine
      machine.step()
      return next
    })
    expect(order).toEqual([1, 2, 0, 1])
  })
})

describe('a machine to be watched', () => {
  function watch(program: Program, steps: number): string[] {
    const events: string[] = []
    const note = (kind: string) => (address: number, by: number) => void events.push(`${kind} ${address} by ${by}`)
    const observer: Observer = {
      executed: note('executed'),
      read: note('read'),
      written: note('written'),
      counted: note('counted'),
    }
    const machine = new Machine(rules(800), battle([program]), observer)
    events.length = 0
    for (let step = 0; step < steps; step++) machine.step()
    return events
  }

  it('[M19] tells what becomes of cells: read, written, counted, executed', () => {
    expect(watch(imp, 2)).toEqual([
      'executed 0 by 0', 'read 0 by 0', 'written 1 by 0', 'executed 1 by 0', 'read 1 by 0', 'written 2 by 0',
    ]) // prettier-ignore
    expect(watch(warrior('mov.i @1,>1\ndat 0,4'), 1)).toEqual([
      'read 1 by 0', 'counted 1 by 0', 'executed 0 by 0', 'read 5 by 0', 'written 5 by 0',
    ]) // prettier-ignore
    expect(watch(warrior('djn 0,3'), 1)).toEqual(['executed 0 by 0', 'counted 3 by 0'])
    expect(watch(warrior('seq.i 3,4'), 1)).toEqual(['executed 0 by 0', 'read 4 by 0', 'read 3 by 0'])
    expect(watch(warrior('div.f 1,2\ndat 0,0'), 1)).toEqual(['executed 0 by 0', 'read 1 by 0'])
  })

  it('[M19] tells who loaded which cell', () => {
    const owners = new Map<number, number>()
    const nothing = () => undefined
    const observer: Observer = {
      executed: nothing,
      read: nothing,
      counted: nothing,
      written: (address, by) => void owners.set(address, by),
    }
    new Machine(rules(800), battle([imp, diesIn(2)]), observer)
    expect([...owners]).toEqual([
      [0, 0],
      [100, 1],
      [101, 1],
    ])
  })

  it.each([1, 2, 3, 4, 5])('[M19] steps come to what a run comes to, watched or not (seed %i)', (seed) => {
    const settings = rules(800, { maxCycles: 2000 })
    const setup = randomBattle(seed, settings, 3)
    const nothing = () => undefined
    const watched = new Machine(settings, setup, {
      executed: nothing,
      read: nothing,
      written: nothing,
      counted: nothing,
    })
    for (let step = 0; !watched.isOver && step < 10_000; step++) watched.step()
    expect(watched.outcome(true)).toEqual(new Machine(settings, setup).run().outcome(true))
    const before = watched.instructionsExecuted
    watched.step()
    expect(watched.instructionsExecuted).toBe(before)
  })
})
