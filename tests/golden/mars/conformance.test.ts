import { describe, expect, it } from 'vitest'
import { FastEngine } from '../../../src/arenas/core-war/mars/fast.ts'
import { ReferenceEngine } from '../../../src/arenas/core-war/reference.ts'
import { differences, matches } from './conformance.ts'

describe('against what pMARS 0.9.5 recorded', () => {
  const jobs = matches()
  const twoWarriors = jobs.filter(({ warriors, args }) => warriors.length === 2 && !args.includes('-S'))

  it('[M11] there are enough matches of every sort', () => {
    expect(twoWarriors.length).toBeGreaterThanOrEqual(2000)
    expect(new Set(twoWarriors.map(({ args }) => args[args.indexOf('-s') + 1])).size).toBeGreaterThanOrEqual(4)
    expect(jobs.filter(({ warriors }) => warriors.length > 2).length).toBeGreaterThanOrEqual(200)
    expect(jobs.filter(({ args }) => args.includes('-S')).length).toBeGreaterThanOrEqual(200)
    // A control: the battles come to something.
    expect(
      jobs.flatMap(({ rounds }) => rounds).filter(([instructions]) => (instructions ?? 0) > 1000).length,
    ).toBeGreaterThan(1000)
  })

  it(
    '[M11] [C1] the fast engine prints the same and leaves the same core and queues',
    { timeout: 300_000 },
    async () => {
      expect(await differences(new FastEngine(), jobs)).toEqual([])
    },
  )

  it('[M11] [C1] the oracle prints the same and leaves the same core and queues', { timeout: 300_000 }, async () => {
    expect(await differences(new ReferenceEngine(), jobs)).toEqual([])
  })
})
