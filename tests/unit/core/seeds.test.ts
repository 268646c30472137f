import { describe, expect, it } from 'vitest'
import type { Strategy } from '../../../src/core/contracts.ts'
import { initialState, makeOf, propose } from '../../../src/core/generation.ts'
import { eliteDetail } from '../../../src/engine/snapshot.ts'
import mapElites from '../../../src/strategies/map-elites/index.ts'
import nsga2 from '../../../src/strategies/nsga2/index.ts'
import random from '../../../src/strategies/random/index.ts'
import { bitsArena } from '../../support/several.ts'
import { evolve } from '../../support/toy.ts'

const strategies = [mapElites, nsga2, random] as readonly Strategy<unknown>[]

function run(strategy: Strategy<unknown>, seeds: readonly number[] | undefined, population = 8) {
  const settings = {
    arena: 'bits', arenaVersion: 1, preset: 'bits', strategy: strategy.id, seed: 1, population, evaluations: 0, options: {}, operators: {},
  } // prettier-ignore
  return makeOf(settings, bitsArena(seeds === undefined ? {} : { seeds }), strategy)
}

describe('the seeds of an arena', () => {
  it.each(strategies.map((strategy) => [strategy.id, strategy] as const))(
    '[N13] %s: are the first rows of the first generation, each once, and of no other',
    (_id, strategy) => {
      const make = run(strategy, [0xfff1, 0x8000, 0xfff1])
      const first = propose(make, initialState(make))
      expect([...first.batch.words.slice(0, 2)]).toEqual([0xfff1, 0x8000])
      expect(first.batch.count).toBe(8)
      expect(first.asks.length).toBe(6)
      for (const { operator } of first.asks) expect(make.operators[operator]?.arity).toBe(0)
      const { state, records } = evolve(make, 2)
      const born = records[0]!.births.filter(({ operator }) => operator === 'seed')
      expect(born.map(({ words }) => words[0])).toEqual([0xfff1, 0x8000])
      expect(born.map(({ parents }) => parents)).toEqual([[], []])
      expect(eliteDetail(make, born[0]!).operatorLabel).toBe('Seed')
      expect(records[1]!.births.filter(({ operator }) => operator === 'seed')).toEqual([])
      expect(records[0]!.evaluations).toBe(8)
      // Operators are counted without them.
      expect(state.operators.reduce((sum, { proposed, id }) => sum + (id === 'any' ? proposed : 0), 0)).toBeGreaterThanOrEqual(6) // prettier-ignore
      expect(records[0]!.operators.reduce((sum, { proposed }) => sum + proposed, 0)).toBe(6)
    },
  )

  it('[N13] more than a generation has: all of them are judged, and a population keeps as many as it holds', () => {
    const seeds = Array.from({ length: 20 }, (_, index) => index * 3001)
    const make = run(nsga2 as Strategy<unknown>, seeds)
    const first = propose(make, initialState(make))
    expect([...first.batch.words]).toEqual(seeds)
    expect(first.asks).toEqual([])
    const { state } = evolve(make, 1)
    expect([state.evaluations, state.elites.length]).toEqual([20, 8])
    expect(evolve(make, 1, state).state.evaluations).toBe(28)
  })

  it('[N13] without any, nothing is changed', () => {
    for (const strategy of strategies) expect(evolve(run(strategy, []), 6).state).toEqual(evolve(run(strategy, undefined), 6).state) // prettier-ignore
  })
})
