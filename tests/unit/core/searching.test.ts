import { describe, expect, it } from 'vitest'
import { batchOf } from '../../../src/core/batch.ts'
import { NO_FILES } from '../../../src/core/files.ts'
import { apply, initialState, makeOf, propose, record, type Make } from '../../../src/core/generation.ts'
import type { RunState } from '../../../src/core/journal.ts'
import mapElites from '../../../src/strategies/map-elites/index.ts'
import { arena as coreWar, evolve, settings } from '../../support/toy.ts'
import { BOTTOM, bowlMake, LEARNERS, SEARCHES } from '../../support/searches.ts'

const [cmaEs, gaussian] = [SEARCHES[0]![1], SEARCHES[4]![1]]
const placeOf = ({ codec, search }: Make, words: Uint32Array) => search!.space.point(codec.decode(words))
const farFrom = (point: Float64Array) => point.reduce((sum, x) => sum + (x - BOTTOM) ** 2, 0) / point.length

describe('a run that searches', () => {
  it.each(LEARNERS)('[Y12] %s: fifty generations bring the mean near the bottom, and rewards to the top', (id, strategy) => {
    const run = bowlMake(strategy)
    const { state } = evolve(run, 50)
    const [first, last] = [state.stands![0]!, state.stands!.at(-1)!]
    expect(farFrom(placeOf(run, last.words))).toBeLessThan(id === 'open-es' ? 0.05 : 0.01)
    expect(last.reward).toBeGreaterThan(first.reward + 0.1)
    expect(last.best).toBeGreaterThanOrEqual(last.reward)
    expect(state.evaluations).toBe(50 * run.settings.population)
  }) // prettier-ignore

  it('[Y12] same seed, same run; it goes on from its state as JSON as if nothing had been', () => {
    const run = bowlMake(cmaEs, { seed: 3 })
    const whole = evolve(run, 24).state
    expect(evolve(bowlMake(cmaEs, { seed: 3 }), 24).state).toEqual(whole)
    expect(evolve(bowlMake(cmaEs, { seed: 4 }), 24).state).not.toEqual(whole)
    const middle = evolve(run, 11).state
    const strategy: unknown = JSON.parse(JSON.stringify(middle.strategy))
    expect(evolve(run, 13, { ...structuredClone(middle), strategy }).state).toEqual(whole)
  })

  it('[Y12] is the sum of its records', () => {
    const run = bowlMake(cmaEs)
    const { state, records } = evolve(run, 9)
    expect(records.reduce((past, change) => apply(run.shape, past, change), initialState(run))).toEqual(state)
    expect(records.every(({ stand, generation }) => stand?.generation === generation)).toBe(true)
    expect(records[0]!.births.every(({ operator, parents }) => operator === 'sample' && parents.length === 0)).toBe(true) // prettier-ignore
  })

  it('[Y12] learns from points as they were judged: within limits, rounded, and with their losses', () => {
    const run = bowlMake(cmaEs, { tactics: { sigma: 8, sigmaMost: 8 } })
    const before = initialState(run)
    const children = propose(run, before)
    expect(children.sampled).toBe(run.settings.population)
    expect(children.asks).toEqual([])
    const scores = run.arena.evaluator({}, NO_FILES)(children.batch, children.environment, { aborted: false })
    const points = Array.from({ length: children.sampled }, (_, k) => placeOf(run, children.batch.words.slice(k * 10, k * 10 + 10))) // prettier-ignore
    expect(points.some((point) => point.some((x) => Math.abs(x) === 4))).toBe(true)
    expect(points.every((point) => point.every((x) => Math.abs(x) <= 4 && Math.fround(x) === x))).toBe(true)
    const losses = points.map((_, k) => -scores.objectives[2 * k]!)
    expect(record(run, before, children, scores).strategy).toEqual(run.search!.rules.learn(before.strategy, points, losses)) // prettier-ignore
  })

  it('[Y13] each generation has an environment of its own, the same when it is done again', () => {
    const run = bowlMake(cmaEs)
    let state = initialState(run)
    for (let generation = 1; generation <= 5; generation++) {
      expect(propose(run, state).environment).toEqual({ generation })
      const { records } = evolve(run, 1, state)
      state = apply(run.shape, state, records[0]!)
      // The arena tells it as its second objective.
      for (const { generation: born, objectives } of state.elites) expect(objectives[1]).toBe(born)
    }
  })

  it('[Y13] arenas and strategies that know nothing of it run as ever', () => {
    const run = makeOf({ ...settings(), strategy: 'map-elites' }, coreWar, mapElites as never)
    expect(run.search).toBeNull()
    const { state, records } = evolve(run, 2)
    expect('stands' in state || records.some((change) => 'stand' in change)).toBe(false)
    expect(propose(run, state).environment).toBe(run.environment)
    expect(propose(run, state).sampled).toBe(0)
    expect(() => makeOf({ ...settings(), strategy: 'cma-es' }, coreWar, cmaEs)).toThrow('no points')
  })

  it('[Y14] of where it stood the first, the last and every so many are kept, at most 130', () => {
    const run = bowlMake(gaussian, { population: 2 })
    const scores = run.arena.evaluator({}, NO_FILES)(batchOf(10, [new Uint32Array(10), new Uint32Array(10)]), { generation: 0 }, { aborted: false }) // prettier-ignore
    let state: RunState = initialState(run)
    let most = 0
    for (let generation = 1; generation <= 600; generation++) {
      state = apply(run.shape, state, record(run, state, propose(run, state), scores))
      const kept = state.stands!.map((stand) => stand.generation)
      most = Math.max(most, kept.length)
      expect([kept[0], kept.at(-1)]).toEqual([1, generation])
      expect(new Set(kept).size).toBe(kept.length)
      expect([...kept].sort((x, y) => x - y)).toEqual(kept)
      const stride = (kept[2] ?? 2) - (kept[1] ?? 1)
      for (const one of kept.slice(1, -1)) expect(one % stride).toBe(0)
    }
    expect(most).toBeLessThanOrEqual(130)
    expect(state.stands!.length).toBeGreaterThan(60)
  })
})
