import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { allocate, learn, posteriors, type ArmStats } from '../../../src/core/bandit.ts'
import { callsFor, MIX_DEFAULTS, mixOf, operatorWeights, type Arm } from '../../../src/core/mix.ts'
import { rng } from '../../../src/core/rng.ts'

const options = { exploration: 0.25, cheapFirst: false }
const ids = ['a', 'b', 'c', 'd']

/** Plays arms with known chances and costs; gives the share of calls in the last quarter. */
function play(arms: readonly { id: string; chance: number; cost: number }[], how = options, rounds = 200) {
  const random = rng(3)
  let stats: readonly ArmStats[] = []
  const late = new Map<string, number>()
  for (let round = 0; round < rounds; round++) {
    const calls = allocate(stats, arms.map(({ id }) => id), 32, how) // prettier-ignore
    const outcomes = arms.map(({ id, chance, cost }, index) => {
      const pulls = calls[index] ?? 0
      if (round >= (rounds * 3) / 4) late.set(id, (late.get(id) ?? 0) + pulls)
      let reward = 0
      for (let pull = 0; pull < pulls; pull++) if (random.chance(chance)) reward += 0.1 + 0.2 * random.unit()
      return { id, pulls, reward, cost: pulls * cost }
    })
    stats = learn(stats, outcomes)
  }
  const total = [...late.values()].reduce((sum, calls) => sum + calls, 0)
  return Object.fromEntries([...late].map(([id, calls]) => [id, calls / total]))
}

describe('the bandit', () => {
  it('[V5] finds who pays most for its cost, and goes on asking the others now and then', () => {
    const shares = play([
      { id: 'a', chance: 0.05, cost: 1 },
      { id: 'b', chance: 0.2, cost: 1 },
      { id: 'c', chance: 0.02, cost: 1 },
      { id: 'd', chance: 0.3, cost: 10 },
    ])
    expect(shares['b']).toBeGreaterThan(0.4)
    for (const id of ids) expect(shares[id]).toBeGreaterThan(0.005)
    expect(Math.max(...ids.filter((id) => id !== 'b').map((id) => shares[id] ?? 0))).toBeLessThan(shares['b'] ?? 0)
  })

  it('[V5] cheap first: a dear arm that pays no better gets fewer calls than without', () => {
    const arms = [
      { id: 'cheap', chance: 0.1, cost: 1 },
      { id: 'dear', chance: 0.1, cost: 8 },
    ]
    const usual = play(arms)
    const ladder = play(arms, { ...options, cheapFirst: true })
    expect(ladder['dear']).toBeLessThanOrEqual(usual['dear'] ?? 0)
    const paying = play([arms[0]!, { id: 'dear', chance: 0.9, cost: 2 }], { ...options, cheapFirst: true })
    expect(paying['dear']).toBeGreaterThan(0.6)
  })

  it('[V5] hands out exactly the calls there are, each arm that was never tried first', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ pulls: fc.double({ min: 0.01, max: 500, noNaN: true }), reward: fc.double({ min: 0, max: 5, noNaN: true }), cost: fc.double({ min: 0.01, max: 1e4, noNaN: true }) }), { maxLength: 8 }),
        fc.integer({ min: 0, max: 70 }),
        (known, count) => {
          const stats = known.map((arm, index) => ({ id: `k${index}`, ...arm }))
          const all = [...stats.map(({ id }) => id), 'fresh', 'fresher']
          const calls = allocate(stats, all, count, options)
          expect(calls.reduce((sum, call) => sum + call, 0)).toBe(count)
          if (count >= 2) expect([calls.at(-1), calls.at(-2)].every((call) => (call ?? 0) >= 1)).toBe(true)
          for (const { bound, rate } of posteriors(stats, all, options)) expect(bound >= 0 && rate >= 0).toBe(true)
        },
      ),
    ) // prettier-ignore
  })

  it('[V5] a failure costs and takes nothing away; old experience fades', () => {
    const before = learn([], [{ id: 'a', pulls: 10, reward: 2, cost: 10 }])
    const after = learn(before, [{ id: 'a', pulls: 10, reward: 0, cost: 10 }])
    expect(posteriors(after, ['a'], options)[0]?.rate).toBeGreaterThan(0)
    let faded = after
    for (let generation = 0; generation < 2000; generation++) faded = learn(faded, [])
    expect(faded).toEqual([])
  })
})

describe('shares', () => {
  const operators = [{ id: 'x', weight: 3 }, { id: 'y', weight: 1 }, { id: 'off', weight: 0 }] // prettier-ignore
  const arms: Arm[] = [{ model: 'm', kind: 'mutate' }, { model: 'm', kind: 'resample' }, { model: 'n', kind: 'mutate' }] // prettier-ignore
  const mean = (mix: ReturnType<typeof mixOf>, offered = arms) => {
    const sums = offered.map(() => 0)
    for (let generation = 1; generation <= 300; generation++)
      callsFor(mix, [], operators, offered, 64, generation).forEach((calls, at) => (sums[at] = (sums[at] ?? 0) + calls))
    return sums.map((sum) => sum / 300 / 64)
  }

  it('[V4] fixed shares hold over the generations; models divide the share of a prompt', () => {
    const thirds = mixOf({ mix: { ...MIX_DEFAULTS, classical: 1, mutate: 1, resample: 1 } })
    const [first = 0, second = 0, third = 0] = mean(thirds)
    expect(first).toBeCloseTo(1 / 6, 2)
    expect(second).toBeCloseTo(1 / 3, 2)
    expect(third).toBeCloseTo(1 / 6, 2)
    expect(operatorWeights(thirds, [], operators)).toEqual([3, 1, 0])
  })

  it('[V4] one arm only: models write every child, or none', () => {
    const only = mixOf({ mix: { ...MIX_DEFAULTS, classical: 0, mutate: 1, resample: 0, crossover: 0, new: 0 } })
    for (let generation = 1; generation < 50; generation++) {
      const calls = callsFor(only, [], operators, arms, 63, generation)
      expect(calls.reduce((sum, call) => sum + call, 0)).toBe(63)
      expect(calls[1]).toBe(0)
    }
    const none = mixOf({ mix: { ...MIX_DEFAULTS, mutate: 0, resample: 0 } })
    expect(mean(none)).toEqual([0, 0, 0])
  })

  it('[V4] all alike: each arm and each operator that is on has the same share', () => {
    const uniform = mixOf({ mix: { ...MIX_DEFAULTS, policy: 'uniform' } })
    for (const share of mean(uniform)) expect(share).toBeCloseTo(1 / 5, 2)
    expect(operatorWeights(uniform, [], operators)).toEqual([1, 1, 0])
  })

  it('[V4] an operator that is off stays off, and a prompt of weight 0 is not asked, whatever the policy', () => {
    for (const policy of ['shares', 'uniform', 'bandit', 'ladder'] as const) {
      const mix = mixOf({ mix: { ...MIX_DEFAULTS, policy, resample: 0 } })
      expect(operatorWeights(mix, [], operators)[2]).toBe(0)
      expect(mean(mix)[1]).toBe(0)
    }
  })
})
