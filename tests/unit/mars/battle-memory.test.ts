import { describe, expect, it } from 'vitest'
import type { BattleSetup } from '../../../src/arenas/core-war/mars/battle.ts'
import { BattleMemory } from '../../../src/arenas/core-war/mars/battle-memory.ts'
import { FastEngine, FastMars } from '../../../src/arenas/core-war/mars/fast.ts'
import { playMatch } from '../../../src/arenas/core-war/mars/match.ts'
import { placeRounds } from '../../../src/arenas/core-war/mars/placement.ts'
import type { Program } from '../../../src/arenas/core-war/redcode/instruction.ts'
import { rng } from '../../../src/core/rng.ts'
import { lastingBattle, rules } from '../../support/warriors.ts'

const CORE = 80
const settings = rules(CORE)
const mars = new FastMars(settings)
const alive = (setup: BattleSetup): readonly [boolean, boolean] => {
  const { processes } = mars.run(setup)
  return [processes[0] !== 0, processes[1] !== 0]
}

const duel = (one: Program, at: number, other: Program, distance: number, first: number): BattleSetup => ({
  warriors: [{ program: one, position: at % CORE }, { program: other, position: (at + distance) % CORE }],
  first,
}) // prettier-ignore

/** Two warriors that last, of 12 lines at most. */
const twoOf = (seed: number): [Program, Program] => {
  const [one, other] = lastingBattle(seed, settings, 2).warriors
  return [one!.program, other!.program]
}

describe('a battle of two', () => {
  it('[M23] comes to the same wherever it lies in the ring, and whoever is named first', () => {
    const random = rng(1)
    for (let seed = 1; seed <= 150; seed++) {
      const [one, other] = twoOf(seed)
      const distance = 12 + random.int(CORE - 24)
      const first = random.int(2)
      const { state: _, ...here } = mars.run(duel(one, 0, other, distance, first), true)
      const { state: __, ...there } = mars.run(duel(one, random.int(CORE), other, distance, first), true)
      expect(there, `seed ${seed}, turned`).toEqual(here)
      const mirrored = mars.run(duel(other, random.int(CORE), one, CORE - distance, 1 - first))
      expect([...mirrored.diedAt].reverse(), `seed ${seed}, mirrored`).toEqual([...here.diedAt])
      expect([...mirrored.covered].reverse()).toEqual([...here.covered])
    }
  })

  it('[M23] is recalled as it ended, turned and mirrored too, and not when anything else is different', () => {
    const random = rng(2)
    const memory = new BattleMemory(CORE)
    let recalled = 0
    for (let battle = 0; battle < 4000; battle++) {
      const [one, other] = twoOf(1 + random.int(6))
      // Other objects, the same lines.
      const copy = { ...other, a: other.a.slice() }
      const places = [random.int(CORE), 12 + random.int(CORE - 24)] as const
      const setup = random.chance(0.5)
        ? duel(one, places[0], copy, places[1], random.int(2))
        : duel(copy, places[0], one, CORE - places[1], random.int(2))
      const known = memory.recall(setup)
      const found = alive(setup)
      if (known !== undefined) {
        recalled++
        expect(known, `battle ${battle}`).toEqual(found)
      }
      memory.keep(setup, found)
      expect(memory.recall(setup)).toEqual(found)
    }
    expect(recalled).toBeGreaterThan(2500)
  })

  it('[M23] of warriors that overlap is not remembered: who was loaded last matters there', () => {
    const [one, other] = twoOf(3)
    const memory = new BattleMemory(CORE)
    const setup = duel(one, 0, other, one.instructions.length - 1, 0)
    memory.keep(setup, [true, false])
    expect(memory.recall(setup)).toBeUndefined()
  })

  it('[M23] is forgotten when the tables grow too large, and then learnt anew', () => {
    const memory = new BattleMemory(CORE, 3 * CORE)
    const setups = [1, 2, 3, 4].map((seed) => duel(twoOf(seed)[0], 0, twoOf(seed)[1], 30, 0))
    for (const setup of setups) memory.keep(setup, [true, true])
    expect(setups.map((setup) => memory.recall(setup) !== undefined)).toEqual([false, false, false, true])
  })

  it('[M23] is fought once in a match, and the match comes to the same', async () => {
    for (let seed = 1; seed <= 12; seed++) {
      const two = twoOf(seed)
      const rounds = () =>
        placeRounds(two, { coreSize: CORE, minDistance: 12, rounds: 700, series: { kind: 'seed', seed }, permute: false }) // prettier-ignore
      const fought = { every: 0, once: 0 }
      const counting = (key: 'every' | 'once') => {
        const engine = new FastEngine()
        return {
          name: 'counting',
          run: (...battles: Parameters<FastEngine['run']>) => ((fought[key] += battles[1].length), engine.run(...battles)),
        } // prettier-ignore
      }
      const every = await playMatch(counting('every'), settings, two, rounds(), true)
      expect(await playMatch(counting('once'), settings, two, rounds())).toEqual(every)
      expect(fought.every).toBe(700)
      expect(fought.once).toBeLessThanOrEqual(2 * (CORE + 1 - 24))
    }
  })
})
