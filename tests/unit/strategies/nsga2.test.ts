import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dominates, frontOf } from '../../../src/archives/pareto.ts'
import type { Ask, Losses, Strategy } from '../../../src/core/contracts.ts'
import { apply, archiveHash, initialState, makeOf, propose, type Make } from '../../../src/core/generation.ts'
import { hashWords } from '../../../src/core/hash.ts'
import { defaultsOf, type Options } from '../../../src/core/options.ts'
import { rng } from '../../../src/core/rng.ts'
import type { RunSettings } from '../../../src/core/settings.ts'
import mapElites from '../../../src/strategies/map-elites/index.ts'
import nsga2, { survive } from '../../../src/strategies/nsga2/index.ts'
import { BITS, bitsArena, leadingOnes, trailingZeros } from '../../support/several.ts'
import { arena as coreWar, evolve, settings as nanoSettings } from '../../support/toy.ts'

const strategy = nsga2 as Strategy<unknown>

function bits(change: Partial<RunSettings> = {}, told: Parameters<typeof bitsArena>[0] = {}): Make {
  const settings: RunSettings = {
    arena: 'bits', arenaVersion: 1, preset: 'bits', strategy: 'nsga2', seed: 1, population: 20, evaluations: 0, options: {}, operators: {},
    ...change,
  } // prettier-ignore
  return makeOf(settings, bitsArena(told), strategy)
}

const losses = (objectives: number, least: number) =>
  fc.array(fc.array(fc.integer({ min: 0, max: 9 }), { minLength: objectives, maxLength: objectives }), {
    minLength: least,
    maxLength: 50,
  })

describe('survival', () => {
  it('[N8] fills the room, and nobody who goes beats somebody who stays', () => {
    fc.assert(
      fc.property(losses(3, 0), fc.integer({ min: 1, max: 50 }), (all, capacity) => {
        const stay = survive(all, capacity)
        expect(stay.length).toBe(Math.min(all.length, capacity))
        expect(stay).toEqual([...new Set(stay)].sort((x, y) => x - y))
        const gone = all.filter((_, index) => !stay.includes(index))
        for (const index of stay) expect(gone.some((one) => dominates(one, all[index]!))).toBe(false)
      }),
    )
  })

  it('[N8] never loses the best of any objective, where there is room for all ends', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 4 }).chain((objectives) => fc.tuple(fc.constant(objectives), losses(objectives, 1))),
        ([objectives, all]) => {
          const stay = survive(all, 2 * objectives).map((index) => all[index]!)
          for (let objective = 0; objective < objectives; objective++) {
            const least = (some: readonly Losses[]) => Math.min(...some.map((point) => point[objective]!))
            expect(least(stay)).toBe(least(all))
          }
        },
      ),
    )
  })

  it('[N8] of equals the members stay', () => {
    const twins = Array.from({ length: 10 }, () => [1, 1])
    expect(survive(twins, 4)).toEqual([0, 1, 2, 3])
  })
})

describe('asking', () => {
  const shares = [
    { arity: 0, weight: 1 }, { arity: 2, weight: 3 }, { arity: 1, weight: 1 }, { arity: 2, weight: 1 }, { arity: 1, weight: 0 },
  ] as const // prettier-ignore
  const asked = (tactics: Options, occupied: readonly number[], operators: typeof shares | readonly { arity: 0 | 1 | 2; weight: number }[] = shares, count = 4000, of: (cell: number) => Losses = (cell) => [cell, -cell]): readonly Ask[] =>
    nsga2.ask(nsga2.init({ ...defaultsOf(nsga2.options!), ...tactics }, null), occupied, operators, count, rng(5), of) // prettier-ignore
  const cells = Array.from({ length: 30 }, (_, index) => index + 3)

  it('[N9] crosses and then mutates in the shares that are set; nobody is left its parent', () => {
    const asks = asked({ crossoverShare: 0.8, mutatedShare: 0.25 }, cells)
    expect(asks.length).toBe(4000)
    const share = (is: (ask: Ask) => boolean) => asks.filter(is).length / asks.length
    // Neither would be 0.2 * 0.75 of all: those are drawn again.
    expect(share(({ operator, then }) => operator === 1 && then === undefined)).toBeCloseTo(
      (0.75 * 0.8 * 0.75) / 0.85,
      1,
    )
    expect(share(({ operator }) => operator === 3)).toBeCloseTo((0.25 * 0.8) / 0.85, 1)
    expect(share(({ then }) => then !== undefined)).toBeCloseTo((0.8 * 0.25) / 0.85, 1)
    expect(share(({ operator }) => operator === 2)).toBeCloseTo((0.2 * 0.25) / 0.85, 1)
    for (const { operator, parents, then } of asks) {
      expect(parents.length).toBe(shares[operator]!.arity)
      expect([undefined, 2]).toContain(then)
      for (const parent of parents) expect(cells).toContain(parent)
    }
  })

  it('[N9] goes by what there is: nobody, one alone, no crossover, no mutation, none of both', () => {
    const all = (asks: readonly Ask[]) =>
      [...new Set(asks.map(({ operator, then }) => `${operator} ${then ?? '-'}`))].sort()
    expect(all(asked({}, []))).toEqual(['0 -'])
    expect(all(asked({}, [7]))).toEqual(['2 -'])
    expect(all(asked({ crossoverShare: 0 }, cells))).toEqual(['2 -'])
    expect(all(asked({ crossoverShare: 0, mutatedShare: 0 }, cells))).toEqual(['2 -'])
    expect(all(asked({ mutatedShare: 0 }, cells))).toEqual(['1 -', '3 -'])
    expect(all(asked({}, cells, [{ arity: 2, weight: 1 }]))).toEqual(['0 -'])
    expect(all(asked({}, cells, [{ arity: 1, weight: 1 }]))).toEqual(['0 -'])
    expect(all(asked({}, cells, [{ arity: 0, weight: 1 }]))).toEqual(['0 -'])
    expect(asked({}, [7], [{ arity: 2, weight: 1 }], 2)).toEqual([{ operator: 0, parents: [7, 7] }, { operator: 0, parents: [7, 7] }]) // prettier-ignore
    for (const count of [0, 1, 7]) expect(asked({}, cells, shares, count).length).toBe(count)
  })

  it('[N9] who beats the other has the child, else who is lonelier; all meet equally often', () => {
    const children = (of: (cell: number) => Losses, count: number) => {
      const born = new Map<number, number>()
      for (const { parents } of asked({ mutatedShare: 0 }, cells, shares, count, of))
        for (const parent of parents) born.set(parent, (born.get(parent) ?? 0) + 1)
      return born
    }
    // In a row of dominance the worst never wins, and the best wins all of its meetings: 2 a winner, 2 children of each pair.
    const row = children((cell) => [cell, cell], 300)
    expect(row.get(32)).toBeUndefined()
    expect(row.get(3)).toBe((300 * 4) / 30)
    // On a front where one gap is wide, those beside it are chosen before the crowded; the ends win against all but each other.
    const front = children((cell) => [cell < 15 ? cell : cell + 100, cell < 15 ? -cell : -cell - 100], 3000)
    for (const lonely of [3, 14, 15, 32]) expect(front.get(lonely)).toBeGreaterThan(1.6 * (6000 / 30))
  })
})

describe('a run of NSGA-II', () => {
  it('[N10] finds a known front, and its score is the share that it dominates', () => {
    const make = bits({ population: 40, tactics: { crossoverShare: 0.9, mutatedShare: 0.3 } })
    const { state } = evolve(make, 120)
    const found = new Set(state.elites.map(({ words }) => words[0]))
    for (let ones = 0; ones <= BITS; ones++) expect(found).toContain(((1 << ones) - 1) << (BITS - ones))
    const scores = state.history.map(({ qdScore }) => qdScore)
    expect(scores[0]).toBeLessThan(0.2)
    // Steps of a sixteenth, from one corner to the other.
    expect(scores.at(-1)).toBeCloseTo((BITS - 1) / (2 * BITS), 12)
  })

  it('[N10] same seed, same run; it is the sum of its records, from any point', () => {
    const make = bits({ seed: 4 })
    const { state, records } = evolve(make, 30)
    expect(archiveHash(evolve(bits({ seed: 4 }), 30).state.elites)).toBe(archiveHash(state.elites))
    expect(archiveHash(evolve(bits({ seed: 5 }), 30).state.elites)).not.toBe(archiveHash(state.elites))
    expect(records.reduce((past, change) => apply(make.shape, past, change), initialState(make))).toEqual(state)
    const middle = structuredClone(evolve(make, 11).state)
    expect(evolve(make, 19, middle).state).toEqual(state)
  })

  it('[N11] members keep their slots: a child takes a free one, then that of somebody who went', () => {
    const make = bits({ seed: 2, population: 12 })
    let state = initialState(make)
    for (let generation = 0; generation < 40; generation++) {
      const before = new Map(state.elites.map(({ cell, id }) => [cell, id]))
      const { state: after, records } = evolve(make, 1, state)
      for (const { cell, status } of records[0]!.births) {
        expect(cell).toBeLessThan(12)
        expect(status).toBe(before.has(cell) ? 'improved' : 'new')
      }
      expect(new Set(records[0]!.births.map(({ cell }) => cell)).size).toBe(records[0]!.births.length)
      const born = new Set(records[0]!.births.map(({ id }) => id))
      for (const { cell, id } of after.elites) if (!born.has(id)) expect(before.get(cell)).toBe(id)
      expect(after.elites.length).toBe(12)
      expect(new Set(after.elites.map(({ words }) => hashWords(words))).size).toBe(12)
      state = after
    }
    // Nobody who stands is beaten by nobody who was born: the front of all births is among the members.
    const points = state.elites.map(({ objectives: [ones = 0, , rest = 0] }) => [-ones, rest])
    expect(frontOf(points).length).toBeGreaterThan(5)
  })

  it('[N11] [E4] children are new; other parents are asked for where none can be', () => {
    const make = bits({ seed: 3, population: 30 })
    const { state } = evolve(make, 60)
    const known = new Set(state.elites.map(({ words }) => words[0]))
    const { batch, asks } = propose(make, state)
    expect(asks.length).toBe(30)
    expect(new Set(batch.words).size).toBe(30)
    expect([...batch.words].filter((word) => known.has(word))).toEqual([])
  })

  it('[N9] children that are crossed and mutated count for both operators', () => {
    const make = bits({ tactics: { crossoverShare: 1, mutatedShare: 1 } })
    const { state } = evolve(make, 10)
    expect(state.operators.map(({ proposed }) => proposed)).toEqual([20, 180, 180])
  })

  it('[N12] goals are what it seeks: an objective without one counts for nothing, and without any the first is made large', () => {
    const make = bits()
    expect(make.shape.goals.map(({ objective, sign }) => [objective, sign])).toEqual([[0, -1], [2, 1]]) // prettier-ignore
    const { state } = evolve(bits({}, { goals: false }), 60)
    const ones = state.elites.map(({ words }) => leadingOnes(words[0]!))
    expect(Math.max(...ones)).toBe(BITS)
    expect(state.elites.map(({ words }) => trailingZeros(words[0]!)).filter((zeros) => zeros > 4)).toEqual([])
    const core = makeOf(nanoSettings({ strategy: 'nsga2' }), coreWar, strategy)
    const scores = evolve(core, 12).state.history.map(({ best }) => best)
    expect(scores.at(-1)).toBeGreaterThan(scores[0]!)
    expect(scores).toEqual([...scores].sort((x, y) => x - y))
  })

  it('[N12] MAP-Elites does the same whether goals are named or not', () => {
    const [named, unnamed] = [true, false].map((goals) =>
      makeOf({ ...bits().settings, strategy: 'map-elites' }, bitsArena({ goals }), mapElites as Strategy<unknown>),
    )
    expect(evolve(named!, 20).state).toEqual(evolve(unnamed!, 20).state)
  })
})
