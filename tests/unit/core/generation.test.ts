import { describe, expect, it } from 'vitest'
import { archiveHash, apply, initialState, makeOf, propose } from '../../../src/core/generation.ts'
import { hashWords } from '../../../src/core/hash.ts'
import { deriveSeed, rng, rngFrom } from '../../../src/core/rng.ts'
import random from '../../../src/strategies/random/index.ts'
import type { Strategy } from '../../../src/core/contracts.ts'
import { NO_FILES } from '../../../src/core/files.ts'
import { arena, evolve, localPool, make, settings } from '../../support/toy.ts'

describe('the generation step', () => {
  it('[E1] same seed, same archive; another seed, another', () => {
    const hash = (seed: number) => archiveHash(evolve(make({ seed }), 15).state.elites)
    expect(hash(1)).toBe(hash(1))
    expect(hash(1)).not.toBe(hash(2))
  })

  it('[E2] a state is the sum of its records: replay gives the same, from any point', () => {
    const run = make({ seed: 3 })
    const { state, records } = evolve(run, 25)
    const replayed = records.reduce((past, change) => apply(run.shape, past, change), initialState(run))
    expect(replayed).toEqual(state)
    const middle = evolve(run, 10).state
    expect(evolve(run, 15, structuredClone(middle)).state).toEqual(state)
  })

  it('[E3] elites only ever get better, and their numbers are what scoring gives again', () => {
    const run = make({ seed: 4 })
    let best = new Map<number, number>()
    let state = initialState(run)
    for (let generation = 0; generation < 20; generation++) {
      state = evolve(run, 1, state).state
      for (const { cell, objectives } of state.elites)
        expect(objectives[0]!).toBeGreaterThanOrEqual(best.get(cell) ?? 0)
      best = new Map(state.elites.map(({ cell, objectives }) => [cell, objectives[0]!]))
    }
    const words = Uint32Array.from(state.elites.flatMap((elite) => [...elite.words]))
    const scores = run.arena.evaluator(run.settings.options, NO_FILES)(
      { count: state.elites.length, stride: run.codec.stride, words },
      run.environment,
      { aborted: false },
    )
    expect([...scores.objectives]).toEqual(state.elites.flatMap(({ objectives }) => objectives))
    expect([...scores.measures]).toEqual(state.elites.flatMap(({ measures }) => measures))
  })

  it('[E4] children are new: none is in the archive or twice in a batch', () => {
    const run = make({ seed: 5, population: 64 })
    const { state } = evolve(run, 10)
    const children = propose(run, state)
    const hashes = Array.from({ length: children.batch.count }, (_, index) =>
      hashWords(children.batch.words.slice(index * run.codec.stride, (index + 1) * run.codec.stride)),
    )
    const known = new Set(state.elites.map(({ words }) => hashWords(words)))
    expect(hashes.filter((hash) => known.has(hash)).length + hashes.length - new Set(hashes).size).toBeLessThanOrEqual(
      2,
    )
  })

  it('[E5] operators are counted: proposed, opened, improved', () => {
    const { state, records } = evolve(make({ seed: 6 }), 20)
    expect(state.operators.reduce((sum, { proposed }) => sum + proposed, 0)).toBe(state.evaluations)
    const births = records.flatMap((change) => change.births)
    expect(state.operators.reduce((sum, { opened }) => sum + opened, 0)).toBe(
      births.filter(({ status }) => status === 'new').length,
    )
    expect(state.operators.reduce((sum, { improved }) => sum + improved, 0)).toBe(
      births.filter(({ status }) => status === 'improved').length,
    )
    expect(births.map(({ id }) => id)).toEqual(births.map((_, index) => index + 1))
  })

  it('[E5] a budget ends a run and changes nothing before its end', () => {
    const [short, long] = [make({ evaluations: 100, population: 64 }), make({ evaluations: 0, population: 64 })]
    expect(evolve(short, 2).state).toEqual(evolve(long, 2).state)
  })

  it('[E7] the curves keep the first and the last generation and stay short', () => {
    const run = make()
    let state = initialState(run)
    const { operators } = state
    for (let generation = 1; generation <= 5000; generation++) {
      state = apply(run.shape, state, {
        generation,
        evaluations: generation,
        nextId: 1,
        rng: [0, 0, 0, 0],
        strategy: null,
        operators,
        births: [],
      })
    }
    expect(state.history.length).toBeLessThanOrEqual(1025)
    expect([state.history[0]?.generation, state.history.at(-1)?.generation]).toEqual([1, 5000])
    const generations = state.history.map(({ generation }) => generation)
    expect(generations).toEqual([...new Set(generations)].sort((x, y) => x - y))
  })

  it('[E8] evolution beats random search at equal cost', () => {
    const cost = { population: 32, options: { rounds: 2, opponents: 6 } }
    const score = (strategy: Strategy<unknown>) =>
      [1, 2, 3].reduce((sum, seed) => {
        const run = makeOf(settings({ ...cost, seed }), arena, strategy)
        return sum + evolve(run, 60).state.history.at(-1)!.qdScore
      }, 0)
    expect(score(make().strategy)).toBeGreaterThan(1.1 * score(random as Strategy<unknown>))
  })
})

describe('evaluation', () => {
  it.each([1, 2, 5])('[E6] %i lanes give the same scores as one evaluator', async (lanes) => {
    const run = make({ seed: 8, population: 33 })
    const { batch } = propose(run, evolve(run, 3).state)
    const expected = run.arena.evaluator(run.settings.options, NO_FILES)(batch, run.environment, { aborted: false })
    const pooled = await localPool(run.settings.options, lanes).evaluate(batch, run.environment, { aborted: false })
    expect(pooled).toEqual({ ok: true, value: expected })
  })
})

describe('random numbers', () => {
  it('[E1] go on from a saved state as if nothing had been', () => {
    const first = rng(42)
    const drawn = Array.from({ length: 10 }, () => first.int(1000))
    const second = rng(42)
    for (let draw = 0; draw < 4; draw++) second.int(1000)
    const third = rngFrom(structuredClone(second.state()))
    expect(Array.from({ length: 6 }, () => third.int(1000))).toEqual(drawn.slice(4))
  })

  it('[E1] a weight of nought is never drawn, and seeds of different names differ', () => {
    const random = rng(1)
    for (let draw = 0; draw < 2000; draw++) expect([1, 3]).toContain(random.weighted([0, 2, 0, 1, 0]))
    expect(new Set(['a', 'b', 'c'].map((name) => deriveSeed(name, 1))).size).toBe(3)
  })
})
