import { describe, expect, it } from 'vitest'
import { FastMars } from '../../../src/arenas/core-war/mars/fast.ts'
import { WasmMars } from '../../../src/arenas/core-war/mars/wasm.ts'
import { Machine } from '../../../src/arenas/core-war/reference.ts'
import { fightAll, tallyOf } from '../../../src/arenas/core-war/tally.ts'
import { lastingBattle, rules } from '../../support/warriors.ts'

describe('sums over the battles of a candidate', () => {
  it.each([
    ['duels', rules(80), 2],
    ['alone', rules(80), 1],
    ['a melee that goes on alone', rules(400, { endsWhen: 'none-left' }), 5],
    ['limits, which the oracle fights', rules(120, { readLimit: 40, writeLimit: 24 }), 2],
  ])('[E6] are the same, taken while fighting or from outcomes: %s', (_name, settings, warriors) => {
    const battles = Array.from({ length: 60 }, (_, seed) => lastingBattle(seed + 1, settings, warriors))
    const whole = tallyOf(battles.map((setup) => new Machine(settings, setup).run().outcome(false)))
    expect(whole.wins + whole.ties).toBeGreaterThan(0)
    for (const machine of [new FastMars(settings), new WasmMars(settings)]) {
      const { deaths, ...sums } = fightAll(machine, battles, true, { aborted: false })
      expect({ ...sums, deaths: deaths.map((turns) => [...Array.from(turns)]) }).toEqual({
        ...whole,
        deaths: whole.deaths.map((turns) => [...Array.from(turns)]),
      })
      expect(fightAll(machine, battles, false, { aborted: false }).deaths).toEqual([])
    }
  })
})
