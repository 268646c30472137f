import { describe, expect, it } from 'vitest'
import type { BattleEngine, BattleOutcome } from '../../../src/arenas/core-war/mars/battle.ts'
import { FastEngine } from '../../../src/arenas/core-war/mars/fast.ts'
import { WasmEngine } from '../../../src/arenas/core-war/mars/wasm.ts'
import { ReferenceEngine } from '../../../src/arenas/core-war/reference.ts'
import { differences, matches } from './conformance.ts'

/** The B field of the last cell is one off. */
function changed(outcome: BattleOutcome): BattleOutcome {
  if (outcome.state === undefined) return outcome
  const b = outcome.state.b.slice()
  b[b.length - 1]! ^= 1
  return { ...outcome, state: { ...outcome.state, b } }
}

describe('against what pMARS 0.9.5 recorded', () => {
  const jobs = matches()
  const twoWarriors = jobs.filter(({ warriors, args }) => warriors.length === 2 && !args.includes('-S'))

  it('[M11] there are enough matches of every sort', () => {
    expect(twoWarriors.length).toBeGreaterThanOrEqual(2000)
    expect(new Set(twoWarriors.map(({ args }) => args[args.indexOf('-s') + 1])).size).toBeGreaterThanOrEqual(4)
    expect(jobs.filter(({ warriors }) => warriors.length > 2).length).toBeGreaterThanOrEqual(200)
    expect(jobs.filter(({ args }) => args.includes('-S')).length).toBeGreaterThanOrEqual(200)
    // Only lists have no rounds: everything else is compared by state, not by totals alone.
    const lists = jobs.filter(({ rounds }) => rounds.length === 0)
    expect(lists.filter(({ args }) => !/^-A|^-r 0 |^-8 -A/.test(args.join(' ')))).toEqual([])
    // A control: the battles come to something.
    expect(
      jobs.flatMap(({ rounds }) => rounds).filter(([instructions]) => (instructions ?? 0) > 1000).length,
    ).toBeGreaterThan(1000)
  })

  it.each<[string, (outcome: BattleOutcome) => BattleOutcome]>([
    ['an instruction too many', (outcome) => ({ ...outcome, instructions: outcome.instructions + 1 })],
    [
      'a death a turn late',
      (outcome) => ({ ...outcome, diedAt: outcome.diedAt.map((turn) => (turn < 0 ? turn : turn + 1)) }),
    ],
    ['a cell more covered', (outcome) => ({ ...outcome, covered: outcome.covered.map((cells) => cells + 1) })],
    ['a changed cell', changed],
  ])('[M11] a control: an engine with %s is found out', async (_name, spoil) => {
    const engine: BattleEngine = {
      name: 'spoiled',
      run: async (...battles) => (await new FastEngine().run(...battles)).map(spoil),
    }
    const some = jobs.filter((_, index) => index % 100 === 0)
    expect((await differences(engine, some)).length).toBeGreaterThan(some.length / 4)
  })

  it(
    '[M11] [C1] the fast engine prints the same and leaves the same core and queues',
    { timeout: 300_000 },
    async () => {
      expect(await differences(new FastEngine(), jobs)).toEqual([])
    },
  )

  it(
    '[M11] [C1] the WebAssembly engine prints the same and leaves the same core and queues',
    { timeout: 300_000 },
    async () => {
      expect(await differences(new WasmEngine({ specialised: true }), jobs)).toEqual([])
    },
  )

  it('[M11] [C1] the oracle prints the same and leaves the same core and queues', { timeout: 300_000 }, async () => {
    expect(await differences(new ReferenceEngine(), jobs)).toEqual([])
  })
})
