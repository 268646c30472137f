import { describe, expect, it } from 'vitest'
import type { BattleEngine } from '../../../src/arenas/core-war/mars/battle.ts'
import { FastEngine } from '../../../src/arenas/core-war/mars/fast.ts'
import { playMatch, pspacesOf } from '../../../src/arenas/core-war/mars/match.ts'
import { assemble } from '../../../src/arenas/core-war/redcode/assemble.ts'
import { STANDARD_94 } from '../../../src/arenas/core-war/redcode/assembly.ts'
import type { Program } from '../../../src/arenas/core-war/redcode/instruction.ts'
import { ReferenceEngine } from '../../../src/arenas/core-war/reference.ts'
import { rules } from '../../support/warriors.ts'

const warrior = (source: string): Program => {
  const { program } = assemble(`;assert 1\n${source}`, STANDARD_94)
  if (program === null) throw new Error(`not Redcode: ${source}`)
  return program
}
const settings = rules(8000, { maxCycles: 40, pspaceSize: 500 })
const rounds = (count: number) =>
  Array.from({ length: count }, (_, round) => ({ positions: [0, 1000, 2000], first: round % 2 }))
const engines: readonly BattleEngine[] = [new ReferenceEngine(), new FastEngine()]

/** Lives, unless cell 0 holds `result`, the outcome of the round before. */
const diesAfter = (result: number) => warrior(`ldp.ab #0,2\nseq.ab #${result},1\njmp 0,0\ndat 0`)

describe.each(engines.map((engine) => [engine.name, engine] as const))('P-space in a match: %s', (_name, engine) => {
  it('[M20] cell 0 holds -1 in round 1, then 0 for a loss, 1 for a win, the survivors of a tie', async () => {
    const waits = warrior('jmp 0')
    const loses = warrior(`${'nop 0\n'.repeat(9)}dat 0`)
    // The first dies in round 1 only, because every later round finds another number in cell 0.
    expect(await playMatch(engine, settings, [diesAfter(-1), waits], rounds(3))).toEqual([
      { survived: [0, 2], died: 1 },
      { survived: [1, 2], died: 0 },
    ])
    // Wins round 1, for the other dies in its tenth turn; dies before that in round 2.
    expect((await playMatch(engine, settings, [diesAfter(1), loses], rounds(2)))[0]).toEqual({
      survived: [1, 0],
      died: 1,
    })
    expect((await playMatch(engine, settings, [diesAfter(2), waits], rounds(4)))[0]).toEqual({
      survived: [0, 2],
      died: 2,
    })
    expect((await playMatch(engine, settings, [diesAfter(0), waits], rounds(4)))[0]).toEqual({
      survived: [0, 4],
      died: 0,
    })
  })

  it('[M20] what is stored lasts from round to round, not from match to match', async () => {
    // Dies in the second round that it sees.
    const counts = warrior('ldp.ab #1,1\nadd.ab #1,#0\nstp.b -1,2\nsne.ab #2,-2\ndat 0,1\njmp 0')
    for (let match = 0; match < 2; match++)
      expect((await playMatch(engine, settings, [counts, warrior('jmp 0')], rounds(4)))[0]).toEqual({
        survived: [0, 3],
        died: 1,
      })
  })

  it('[M20] a PIN shares all cells but the first', async () => {
    const tells = (pin: string) => warrior(`${pin}stp.ab #7,#3\njmp 0`)
    const hears = (pin: string) => warrior(`${pin}nop 0\nnop 0\nldp.ab #3,#0\nsne.ab #7,-1\ndat 0\njmp 0`)
    const died = async (programs: Program[]) =>
      (await playMatch(engine, settings, programs, rounds(1))).map((tally) => tally.died)
    expect(await died([tells('PIN 5\n'), hears('PIN 5\n')])).toEqual([0, 1])
    expect(await died([tells('PIN 5\n'), hears('PIN 6\n')])).toEqual([0, 0])
    expect(await died([tells('PIN 5\n'), hears('')])).toEqual([0, 0])
    expect(await died([tells(''), hears('')])).toEqual([0, 0])
  })
})

describe('P-spaces', () => {
  const shares = (...pins: (number | null)[]) => {
    const spaces = pspacesOf(
      pins.map((pin) => ({ ...warrior('dat 0'), pin })),
      settings,
    )
    return spaces.map(({ shared }) => spaces.findIndex((space) => space.shared === shared))
  }

  it('[M20] a warrior without a PIN joins an earlier one whose PIN is 0, as in pMARS', () => {
    expect(shares(1, 2, 1, null, 2)).toEqual([0, 1, 0, 3, 1])
    expect(shares(0, null, 0)).toEqual([0, 0, 0])
    expect(shares(null, 0, null)).toEqual([0, 1, 1])
    expect(shares(null, null)).toEqual([0, 1])
  })

  it('[M8] a P-space of one cell has cell 0 alone', () => {
    const [space] = pspacesOf([warrior('dat 0')], rules(8000, { pspaceSize: 1 }))
    expect([space?.own.length, space?.shared.length]).toEqual([1, 1])
  })
})
