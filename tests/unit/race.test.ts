import { describe, expect, it } from 'vitest'
import { CONTENDERS, isRepeatable } from '../../bench/race/contenders.ts'
import {
  FIRST_RACING_SEED,
  makeHeldOut,
  MAKING,
  placesFor,
  readHeldOut,
  takenSeeds,
} from '../../bench/race/held-out.ts'
import { planOf, race, racingSeeds } from '../../bench/race/index.ts'
import { bestOf, POPULATION, type Ran, type Row } from '../../bench/race/run.ts'
import { catchUp, columnsOf, tableOf } from '../../bench/race/table.ts'
import { differences, meanOf } from '../../bench/stats.ts'
import { battlePlan } from '../../src/arenas/core-war/environment.ts'
import { encodeWarrior, warriorCodec } from '../../src/arenas/core-war/genome.ts'
import { PRESETS } from '../../src/arenas/core-war/options.ts'
import { panelOf } from '../../src/arenas/core-war/panel.ts'
import { hashWords } from '../../src/core/hash.ts'

const options = PRESETS.find(({ id }) => id === 'nano')?.options ?? {}
const small = { ...options, rounds: 2, opponents: 3 }
const { stride } = warriorCodec(options)
const names = (programs: readonly Parameters<typeof encodeWarrior>[0][]) =>
  programs.map((program) => hashWords(encodeWarrior(program, stride)))

describe('the race', () => {
  it('[B2] all have one budget, and who is repeatable gives the same rows again', async () => {
    const plan = () => planOf({ preset: 'nano', options: small, model: 'redcode-nano' }, 3 * POPULATION, readHeldOut('nano', options).slice(0, 4)) // prettier-ignore
    const runs = await race(CONTENDERS, [FIRST_RACING_SEED], plan())
    expect(runs.map(({ contender }) => contender)).toEqual(CONTENDERS)
    for (const { contender, evaluations, rows, written, tokens } of runs) {
      expect([evaluations, rows.at(-1)?.evaluations, rows.at(-1)?.generation]).toEqual([3 * POPULATION, 3 * POPULATION, 3]) // prettier-ignore
      expect([written > 0, tokens > 0]).toEqual([contender.mix !== null, contender.mix !== null])
      for (const { heldOut } of rows) expect(heldOut >= 0 && heldOut <= 300).toBe(true)
    }
    const named = (id: string) => runs.find(({ contender }) => contender.id === id)
    // The first generation is everybody's, but for the one that writes in it and the one that draws nothing else.
    for (const { contender, rows } of runs.filter((run) => run.contender.strategy === 'map-elites'))
      expect([contender.id, JSON.stringify(rows[0]) === JSON.stringify(named('classical')?.rows[0])]).toEqual([contender.id, contender.start === 'soup']) // prettier-ignore
    expect(named('embedded')?.written).toBeGreaterThan(1.8 * POPULATION)
    const steady = CONTENDERS.filter(isRepeatable)
    expect(steady.map(({ id }) => id)).not.toContain('bandit')
    const again = await race(steady, [FIRST_RACING_SEED], plan())
    for (const ran of again) {
      const before = named(ran.contender.id)
      expect([ran.contender.id, ran.hash, ran.rows]).toEqual([ran.contender.id, before?.hash, before?.rows])
    }
  })

  it('[B2] opponents and places of the table are none of those that a run meets, nor of the corpus', () => {
    const opponents = readHeldOut('nano', options)
    expect(opponents.length).toBeGreaterThanOrEqual(48)
    const held = names(opponents)
    expect(new Set(held).size).toBe(held.length)
    const met = new Set(names(panelOf(options).map(({ program }) => program)))
    expect(held.filter((name) => met.has(name))).toEqual([])
    const others = new Set([...takenSeeds('nano'), ...racingSeeds('nano', 50)])
    expect(MAKING.seeds.filter((seed) => others.has(seed))).toEqual([])
    expect(racingSeeds('nano', 50).filter((seed) => takenSeeds('nano').has(seed))).toEqual([])
    const used = new Set(battlePlan(options, FIRST_RACING_SEED).positions.map(([place]) => place))
    const places = placesFor(options, FIRST_RACING_SEED, opponents.length)
    expect(places.length).toBe(opponents.length)
    for (const own of places) {
      expect([own.length, new Set(own).size, own.filter((place) => used.has(place))]).toEqual([4, 4, []])
    }
  })

  it('[B2] opponents follow from their seeds', async () => {
    const making = { seeds: [3001, 3002, 3003], generations: 2, kept: 2 }
    const first = names(await makeHeldOut('nano', small, making))
    expect(first.length).toBe(6)
    expect(names(await makeHeldOut('nano', small, making))).toEqual(first)
    await expect(makeHeldOut('nano', small, { ...making, seeds: [1001] })).rejects.toThrow('corpus')
  })

  it('[B2] the table has means with errors, differences by seed, and when the classical run got there', () => {
    expect(meanOf([1, 2, 3])).toEqual({ mean: 2, error: Math.sqrt(1 / 3) })
    expect(meanOf([5]).error).toBeNaN()
    // What the seeds have in common does not blur the difference.
    expect(meanOf(differences([[110, 100], [60, 50]]))).toEqual({ mean: 10, error: 0 }) // prettier-ignore
    const row = (generation: number, heldOut: number): Row => ({
      generation, evaluations: generation * 64, heldOut, champion: heldOut, best: 200, coverage: 0.5, qdScore: 9, kinds: 18, shapes: 12,
    }) // prettier-ignore
    const ran = (id: string, seed: number, points: readonly number[]): Ran => ({
      contender: CONTENDERS.find((one) => one.id === id)!, seed, rows: [5, 10, 15, 20, 30].map((generation, at) => row(generation, points[at] ?? 0)),
      evaluations: 1920, writingMs: 0, judgingMs: 10, tokens: 0, completions: 0, written: 0, elites: [], hash: '',
    }) // prettier-ignore
    const classical = [ran('classical', 1, [50, 60, 70, 80, 90]), ran('classical', 2, [60, 70, 80, 90, 100])]
    const model = [ran('embedded', 1, [60, 80, 90, 95, 99]), ran('embedded', 2, [80, 120, 130, 135, 139])]
    expect(catchUp(model, classical)).toEqual([20, null])
    expect(columnsOf(classical)).toEqual([10, 20, 30])
    const table = tableOf([...classical, ...model])
    expect(table).toContain('| embedded model only | 100 ± 20 | 115 ± 20 | 119 ± 20 | +35 ± 15 (2 of 2 seeds) | +24 ± 15 (2 of 2 seeds) |') // prettier-ignore
    expect(table).toContain('embedded model only: 20, not by 30')
  })

  it('[B2] the best are chosen by the score of their own run alone', () => {
    const birth = (id: number, score: number) => ({ id, objectives: [score] }) as unknown as Parameters<typeof bestOf>[0][number] // prettier-ignore
    expect(bestOf([birth(3, 0.5), birth(1, 0.5), birth(2, 0.9)], 2).map(({ id }) => id)).toEqual([2, 1])
  })
})
