/** NSGA-II beside pymoo 0.6.1.3: what record.py wrote down. */
import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { hypervolume } from '../../../src/archives/hypervolume.ts'
import { crowdingOf, frontsOf } from '../../../src/archives/pareto.ts'
import type { Arena, Strategy } from '../../../src/core/contracts.ts'
import { makeOf } from '../../../src/core/generation.ts'
import nsga2 from '../../../src/strategies/nsga2/index.ts'
import { evolve } from '../../support/toy.ts'
import { PROBLEMS, realArena } from '../../support/zdt.ts'

interface Golden {
  readonly population: number
  readonly generations: readonly [number, number]
  readonly sorting: readonly {
    readonly points: readonly (readonly number[])[]
    readonly ranks: readonly number[]
    /** null is Infinity. */
    readonly crowding: readonly (number | null)[]
  }[]
  readonly volumes: readonly {
    readonly points: readonly (readonly number[])[]
    readonly reference: readonly number[]
    readonly volume: number
  }[]
  /** `volumes[seed][generation]`. */
  readonly runs: Readonly<
    Record<string, { readonly reference: readonly number[]; readonly volumes: readonly (readonly number[])[] }>
  >
}

const golden = JSON.parse(gunzipSync(readFileSync(new URL('pymoo.json.gz', import.meta.url))).toString()) as Golden

describe('sorting', () => {
  it.each(golden.sorting.map((set, index) => [index, set] as const))(
    '[N4] [N5] set %i: fronts and crowding are those of pymoo',
    (_index, { points, ranks, crowding }) => {
      const fronts = frontsOf(points)
      const ours = points.map((_, index) => fronts.findIndex((front) => front.includes(index)))
      expect(ours).toEqual(ranks)
      for (const front of fronts) {
        for (const [place, distance] of crowdingOf(front.map((index) => points[index]!)).entries()) {
          const theirs = crowding[front[place]!]!
          if (theirs === null) expect(distance).toBe(Infinity)
          else expect(distance).toBeCloseTo(theirs, 12)
        }
      }
    },
  )

  it('the sets are worth something: many fronts, ties, one to five objectives', () => {
    expect(Math.max(...golden.sorting.flatMap(({ ranks }) => ranks))).toBeGreaterThan(8)
    expect([...new Set(golden.sorting.map(({ points }) => points[0]!.length))].sort()).toEqual([1, 2, 3, 4, 5])
    expect(golden.sorting.some(({ points }) => new Set(points.map(String)).size < points.length)).toBe(true)
  })
})

describe('hypervolume', () => {
  it.each(golden.volumes.map((set, index) => [index, set] as const))(
    '[N6] set %i: as pymoo has it',
    (_index, { points, reference, volume }) => {
      expect(hypervolume(points, reference)).toBeCloseTo(volume, 12)
    },
  )
})

describe('whole runs', () => {
  const SEEDS = [1, 2, 3, 4, 5]
  const mean = (numbers: readonly number[]) => numbers.reduce((sum, one) => sum + one, 0) / numbers.length

  it.each(Object.keys(golden.runs))('[N7] %s: ends, and is half-way, where pymoo is', (name) => {
    const { reference, volumes } = golden.runs[name]!
    const arena = realArena(name, PROBLEMS[name]!) as Arena
    const ours = SEEDS.map((seed) => {
      const settings = {
        arena: name, arenaVersion: 1, preset: name, strategy: 'nsga2', seed, population: golden.population, evaluations: 0,
        options: {}, operators: {}, tactics: { crossoverShare: 0.9, mutatedShare: 0.9 },
      } // prettier-ignore
      const make = makeOf(settings, arena, nsga2 as Strategy<unknown>)
      const [first, last] = golden.generations
      const middle = evolve(make, first).state
      const end = evolve(make, last - first, middle).state
      expect(end.evaluations).toBe(last * golden.population)
      return [middle, end].map(({ elites }) => hypervolume(elites.map(({ objectives }) => objectives), reference)) // prettier-ignore
    })
    for (const at of [0, 1]) {
      const theirs = volumes.map((row) => row[at]!)
      const [least, most] = [Math.min(...theirs), Math.max(...theirs)]
      const reached = ours.map((row) => row[at]!)
      // The band: on average within what pymoo's eleven seeds reach, each within as much again on either side.
      expect(mean(reached)).toBeGreaterThan(least)
      expect(mean(reached)).toBeLessThan(most)
      expect(Math.min(...reached)).toBeGreaterThan(least - (most - least))
      expect(Math.max(...reached)).toBeLessThan(most + (most - least))
    }
  })
})
