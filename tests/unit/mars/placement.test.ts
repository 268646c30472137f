import { describe, expect, it } from 'vitest'
import { checksum } from '../../../src/arenas/core-war/mars/checksum.ts'
import { minstd, placeRounds, type Placement } from '../../../src/arenas/core-war/mars/placement.ts'
import { rng } from '../../../src/core/rng.ts'
import { randomProgram } from '../../support/warriors.ts'

const programs = (count: number) =>
  Array.from({ length: count }, (_, index) => randomProgram(rng(index + 1), 80, 4, false))
const place = (warriors: number, change: Partial<Placement>) => [
  ...placeRounds(programs(warriors), {
    coreSize: 80,
    minDistance: 5,
    rounds: 3,
    series: { kind: 'fixed', position: 30 },
    permute: false,
    ...change,
  }),
]
const second = (warriors: number, change: Partial<Placement>) =>
  place(warriors, change).map(({ positions }) => positions[1])

describe('placement', () => {
  it('[M14] after -F 30 the next places are the MINSTD numbers after 30 - d, modulo the places there are', () => {
    expect(second(2, {})).toEqual([30, 5 + (minstd(25) % 71), 5 + (minstd(minstd(25)) % 71)])
    // -F d is the one seed that MINSTD cannot leave.
    expect(second(2, { series: { kind: 'fixed', position: 5 } })).toEqual([5, 5, 5])
    // Too large a number is wrapped around the places there are.
    expect(second(2, { series: { kind: 'fixed', position: 30 + 71 } })[0]).toBe(30)
  })

  it('[M14] -f takes the series from the code of all warriors in their order', () => {
    const [x, y] = programs(2)
    expect(checksum([x!, y!])).not.toBe(checksum([y!, x!]))
    expect(second(2, { series: { kind: 'checksum' } })[0]).toBe(5 + (minstd(checksum([x!, y!])) % 71))
  })

  it('[M14] a negative checksum gives places all the same', () => {
    for (const seed of [-1, -123456789, -2147483648]) expect(minstd(seed)).toBeGreaterThan(0)
  })

  it('[M14] where warriors fill the core to the last cell, the places are what is left', () => {
    for (const { positions } of place(16, { rounds: 20 }))
      expect([...positions].sort((x, y) => x - y)).toEqual(Array.from({ length: 16 }, (_, index) => 5 * index))
  })

  it('[M14] the starter rotates among all warriors; one warrior alone stands at 0', () => {
    expect(place(3, { rounds: 5 }).map(({ first }) => first)).toEqual([0, 1, 2, 0, 1])
    expect(place(1, { rounds: 2 })).toEqual([
      { positions: [0], first: 0 },
      { positions: [0], first: 0 },
    ])
  })

  it('[M15] with -F and -P warrior 2 starts round 1 at the given place, after warrior 1', () => {
    for (const position of [5, 30, 75])
      expect(place(2, { permute: true, series: { kind: 'fixed', position } })[0]).toEqual({
        positions: [0, position],
        first: 0,
      })
  })

  it('[M15] when all places were played the deck is made anew', () => {
    const rounds = place(2, { permute: true, rounds: 3 * 142 })
    const seen = new Map<string, number>()
    for (const { positions, first } of rounds) {
      const key = `${positions[1]} ${first}`
      seen.set(key, (seen.get(key) ?? 0) + 1)
    }
    expect(seen.size).toBe(142)
    expect(new Set(seen.values())).toEqual(new Set([3]))
  })
})
