import { describe, expect, it } from 'vitest'
import { FastEngine } from '../../../src/arenas/core-war/mars/fast.ts'
import { playMatch } from '../../../src/arenas/core-war/mars/match.ts'
import { minstd, placeRounds as placing } from '../../../src/arenas/core-war/mars/placement.ts'
import { pointsTable, scoreOf } from '../../../src/arenas/core-war/mars/score.ts'
import { rng } from '../../../src/core/rng.ts'
import { randomProgram, rules } from '../../support/warriors.ts'

const placeRounds = (...match: Parameters<typeof placing>) => [...placing(...match)]
const programs = (count: number, coreSize = 80) =>
  Array.from({ length: count }, (_, index) => randomProgram(rng(index + 1), coreSize, 4, false))
const placement = {
  coreSize: 80,
  minDistance: 5,
  rounds: 10,
  series: { kind: 'fixed', position: 30 },
  permute: false,
} as const

describe('placement', () => {
  it('[M14] follows MINSTD: 10,000 steps from 1 give 1043618065 (Park & Miller 1988)', () => {
    let seed = 1
    for (let step = 0; step < 10_000; step++) seed = minstd(seed)
    expect(seed).toBe(1043618065)
  })

  it('[M14] -F puts warrior 2 there first, the starter rotates', () => {
    const rounds = placeRounds(programs(2), placement)
    expect(rounds[0]).toEqual({ positions: [0, 30], first: 0 })
    expect(rounds.map(({ first }) => first)).toEqual([0, 1, 0, 1, 0, 1, 0, 1, 0, 1])
  })

  it('[M15] -P plays every place and starter once before any comes again', () => {
    const spots = 80 + 1 - 10
    const rounds = placeRounds(programs(2), { ...placement, rounds: 2 * spots, permute: true })
    expect(new Set(rounds.map(({ positions, first }) => `${positions[1]} ${first}`)).size).toBe(2 * spots)
  })

  it.each([3, 8, 15, 16])('[M14] %i warriors never start closer than they may', (count) => {
    for (const { positions } of placeRounds(programs(count), { ...placement, rounds: 50 })) {
      const sorted = [...positions].sort((x, y) => x - y)
      sorted.forEach((position, index) =>
        expect((sorted[index + 1] ?? 80 + sorted[0]!) - position).toBeGreaterThanOrEqual(5),
      )
    }
  })
})

describe('a match', () => {
  it('[M16] counts every round once for every warrior', async () => {
    const tallies = await playMatch(
      new FastEngine(),
      rules(80),
      programs(4),
      placeRounds(programs(4), { ...placement, rounds: 25 }),
    )
    for (const { survived, died } of tallies) expect(survived.reduce((sum, rounds) => sum + rounds, died)).toBe(25)
  })

  it('[M16] scores 3 for a win and 1 for a tie unless told otherwise', () => {
    const table = pointsTable('(W*W-1)/S', 2)
    expect(table.ok && table.value).toEqual([3, 1])
    expect(scoreOf({ survived: [10, 4], died: 6 }, [3, 1])).toBe(34)
    expect(pointsTable('W*', 2).ok).toBe(false)
  })
})
