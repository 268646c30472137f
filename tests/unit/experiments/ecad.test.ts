import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import diffusionCache from '../../../src/arenas/diffusion-cache/index.ts'
import { pictureTask } from '../../../src/arenas/diffusion-cache/environment.ts'
import { macsOf } from '../../../src/arenas/diffusion-cache/model/shape.ts'
import { MODEL } from '../../../src/arenas/diffusion-cache/options.ts'
import { costOf } from '../../../src/arenas/diffusion-cache/schedule.ts'
import { objectivesOf } from '../../../src/arenas/diffusion-cache/scores.ts'
import { loadArena, loadStrategy } from '../../../src/cli/arenas.ts'
import { readEcad } from '../../../src/cli/experiment/ecad.ts'
import { loadPictureModels } from '../../../src/cli/experiment/picture-models.ts'
import { rowOf } from '../../../src/core/batch.ts'
import type { Evaluator } from '../../../src/core/contracts.ts'
import { ok, type Result } from '../../../src/core/result.ts'
import { inlineEvaluator } from '../../../src/engine/inline-evaluator.ts'
import { bestGrid, gridLike, gridsOf } from '../../../src/experiments/ecad/grids.ts'
import { areaOf, areasAt, atLeast, bestAtEach, bestWithin } from '../../../src/experiments/ecad/measure.ts'
import { optionsOf, planOf, SEARCHES, settingsOf, type Plan, type Search } from '../../../src/experiments/ecad/plan.ts'
import { ratioOf, verdictOf } from '../../../src/experiments/ecad/ratio.ts'
import { decisionOf, tablesOf } from '../../../src/experiments/ecad/report.ts'
import {
  benchOf,
  runSeed,
  type AtBudget,
  type Found,
  type Held,
  type Outcome,
} from '../../../src/experiments/ecad/run.ts'
import { search } from '../../../src/experiments/ecad/search.ts'

const never = { aborted: false }
const must = <T>(result: Result<T>): T => {
  if (!result.ok) throw new Error(result.fault.message)
  return result.value
}
const plan = planOf({ seeds: [1, 2], evaluations: 200, pictures: 4, heldOut: 16 })
const arena = must(await loadArena('diffusion-cache'))
const strategies = new Map(
  await Promise.all(['nsga2', 'random'].map(async (id) => [id, must(await loadStrategy(id))] as const)),
)

/** Schedules are the better the later they compute; no pictures are needed. */
const cheap = (asked: number[] = []): Evaluator => ({
  kind: 'cpu',
  label: 'none',
  dispose: () => undefined,
  evaluate(batch) {
    asked.push(batch.count)
    const codec = diffusionCache.codec(optionsOf(plan))
    const count = objectivesOf().length
    const objectives = new Float64Array(batch.count * count)
    for (let row = 0; row < batch.count; row++) {
      const schedule = codec.decode(rowOf(batch, row))
      const late = schedule.genes.reduce((sum, gene, at) => sum + (gene === 1 ? at : 0), 0)
      objectives.set([0.5, 0.09 / (1 + late), costOf(schedule, macsOf(MODEL)), 1, 0], row * count)
    }
    return Promise.resolve(ok({ count: batch.count, objectives, measures: new Float64Array(batch.count * 2), work: { units: 0, steps: 0 } })) // prettier-ignore
  },
})

const run = (kind: Search, of: Plan = plan, evaluator = cheap(), seed = 1) => {
  const settings = settingsOf(of, arena, kind, seed)
  const strategy = strategies.get(settings.strategy)
  if (strategy === undefined) throw new Error('no strategy')
  return search(settings, { arena, strategy }, evaluator, pictureTask(optionsOf(of), seed), never)
}

describe('the plan of ECAD’s experiment', () => {
  it('[X9] all searches have as many evaluations, the same pictures, and their own moves and beginnings', () => {
    const all = SEARCHES.map((kind) => settingsOf(plan, arena, kind, 7))
    for (const { seed, evaluations, options } of all)
      expect([seed, evaluations, options['pictures'], options['steps']]).toEqual([7, 200, 4, 12])
    expect(all.map(({ population }) => population)).toEqual(SEARCHES.map((kind) => (kind === 'quick' ? 24 : 72)))
    const [ecad, moves, lines, quick, random] = all
    expect(quick?.options['seeds']).toBe('few')
    expect(ecad).toMatchObject({ strategy: 'nsga2', options: { moves: 'ecad', seeds: 'ecad', lines: false }, tactics: { crossoverShare: 0.9, mutatedShare: 0.05 } }) // prettier-ignore
    expect(moves).toMatchObject({ options: { moves: 'more', seeds: 'ecad', lines: false }, tactics: { crossoverShare: 0.5, mutatedShare: 0.9 } }) // prettier-ignore
    expect(lines?.options['lines']).toBe(true)
    expect(random).toMatchObject({ strategy: 'random', options: { seeds: 'none' } })
  })

  it.each([
    [10, [10]],
    [72, [72]],
    [150, [72, 150]],
    [400, [72, 200, 400]],
  ])('[X9] of %i evaluations fronts are looked at after %j', (evaluations, checkpoints) => {
    expect(planOf({ seeds: [1], evaluations, pictures: 1, heldOut: 1 }).checkpoints).toEqual(checkpoints)
  })
})

describe('a search', () => {
  it.each(SEARCHES)('[X10] %s judges exactly as many as it may, the same every time', async (kind) => {
    const asked: number[] = []
    const judged = must(await run(kind, plan, cheap(asked)))
    expect(judged).toHaveLength(200)
    expect(asked).toEqual(kind === 'quick' ? [24, 24, 24, 24, 24, 24, 24, 24, 8] : [72, 72, 56])
    expect(must(await run(kind))).toEqual(judged)
    expect(must(await run(kind, plan, cheap(), 2))).not.toEqual(judged)
  })

  it('[X10] the three that evolve begin with the same schedules, and random with none of them', async () => {
    const firsts = await Promise.all(SEARCHES.map(async (kind) => must(await run(kind)).slice(0, 20)))
    expect(firsts[1]).toEqual(firsts[0])
    expect(firsts[2]).toEqual(firsts[0])
    expect(firsts.at(-1)).not.toEqual(firsts[0])
  })
})

describe('what schedules come to', () => {
  it('[X11] the area is what a hand works out, and grows by what is not dominated alone', () => {
    expect(areaOf([])).toBe(0)
    expect(areaOf([{ cost: 0.5, error: 0.001 }])).toBeCloseTo(0.5 * 2, 12)
    const two = [{ cost: 0.5, error: 0.001 }, { cost: 0.25, error: 0.01 }] // prettier-ignore
    expect(areaOf(two)).toBeCloseTo(1 + 0.25, 12)
    expect(areaOf([...two, { cost: 0.6, error: 0.002 }])).toBeCloseTo(1.25, 12)
    expect(areaOf([{ cost: 0, error: 1e-9 }])).toBeCloseTo(5, 12)
    expect(areaOf([{ cost: 1, error: 1e-6 }, { cost: 0.1, error: 0.1 }])).toBe(0) // prettier-ignore
    expect(areasAt([...two], [1, 2])).toEqual([areaOf(two.slice(0, 1)), areaOf(two)])
  })

  it('[X11] areas never fall with more points, and the best of a budget is never beaten within it', () => {
    const points = fc.array(fc.record({ cost: fc.double({ min: 0.01, max: 1, noNaN: true }), error: fc.double({ min: 1e-7, max: 1, noNaN: true }) }), { minLength: 1, maxLength: 20 }) // prettier-ignore
    fc.assert(
      fc.property(points, fc.double({ min: 0, max: 1, noNaN: true }), (some, budget) => {
        const areas = areasAt(some, some.map((_, i) => i + 1)) // prettier-ignore
        expect(areas.every((area, i) => i === 0 || area >= (areas[i - 1] ?? 0) - 1e-12)).toBe(true)
        const best = bestWithin(some, budget)
        for (const one of some) if (one.cost <= budget) expect(best?.error).toBeLessThanOrEqual(one.error)
        expect(best === undefined || best.cost <= budget + 1e-9).toBe(true)
      }),
    )
  })

  it('[X11] what is compared with a schedule costs at least as much', () => {
    const points = [0.5, 0.25, 1 / 3].map((cost) => ({ cost, error: cost }))
    expect(atLeast(points, 0.3)?.cost).toBe(1 / 3)
    expect(atLeast(points, 0.25)?.cost).toBe(0.25)
    expect(atLeast(points, 0.6)).toBeUndefined()
    expect(bestAtEach(points, [0.2, 0.3, 0.3, 0.4]).map(({ cost }) => cost)).toEqual([0.25])
  })

  it('[X12] grids are all there are, or as many as allowed; the one like a schedule’s has its steps or is among them', () => {
    expect(gridsOf(5, 3)).toHaveLength(6)
    expect(new Set(gridsOf(12, 4).map(String)).size).toBe(165)
    const some = gridsOf(20, 8, 50)
    expect(new Set(some.map(String)).size).toBe(50)
    expect(some.every((grid) => grid[0] === 0 && grid.length === 8 && grid.every((step, i) => i === 0 || step > (grid[i - 1] ?? 99)))).toBe(true) // prettier-ignore
    expect(gridsOf(20, 8, 50)).toEqual(some)
    const rated = gridsOf(6, 3).map((grid) => ({ grid, error: grid.reduce((sum, step) => sum + step, 0) }))
    expect(bestGrid(rated)).toEqual([0, 1, 2])
    expect(gridLike(rated, [0, 4])).toEqual([0, 1, 4])
    expect(gridLike(rated, [0, 2, 3, 5])).toEqual([0, 2, 3])
    expect(gridLike(rated, [0, 3, 5])).toEqual([0, 3, 5])
  })
})

const held = (errors: readonly number[]): Held => ({ errors, agreement: 1, distance: 0, frechet: 0, cost: 0.25 })
/** Found at both budgets with these errors; the grids have `grid`. */
function outcomeOf(mine: readonly [number, number], grid: number): Outcome {
  const errors = (mean: number) => Array.from({ length: 40 }, (_, i) => mean * (1 + 0.1 * Math.sin(i)))
  const found = (mean: number): Found => ({ held: held(errors(mean)), searchError: mean, ownSteps: 3, own: held(errors(grid)), ownAtCost: held(errors(grid)), bestGrid: held(errors(grid)) }) // prettier-ignore
  const budgets = ([3, 5] as const).map((every, i): AtBudget => ({
    every, steps: 3, cost: 0.25, fora: held(errors(grid)), foraLines: held(errors(grid)), fewer: held(errors(grid)),
    found: { ecad: found(mine[i] ?? 0), moves: found(mine[i] ?? 0), lines: found(mine[i] ?? 0), random: found(mine[i] ?? 0) },
  })) // prettier-ignore
  return { seed: 1, areas: { ecad: [1], moves: [1], lines: [1], quick: [1], random: [1] }, foraArea: 1, whole: held(errors(0)), budgets, carried: [] } // prettier-ignore
}

describe('what is said in the end', () => {
  it('[X13] a ratio is of means, its interval narrow where every picture says the same, and as wide as pictures differ', () => {
    const same = ratioOf([{ one: [1, 2, 3], other: [2, 4, 6] }], 'same')
    expect(same).toEqual({ mean: 0.5, low: 0.5, high: 0.5 })
    const apart = ratioOf([{ one: [1, 9, 1, 9], other: [5, 5, 5, 5] }, { one: [1, 9, 1, 9], other: [5, 5, 5, 5] }], 'apart') // prettier-ignore
    expect(apart.mean).toBe(1)
    expect(apart.low).toBeLessThan(0.7)
    expect(apart.high).toBeGreaterThan(1.3)
    expect(ratioOf([{ one: [1, 9, 1, 9], other: [5, 5, 5, 5] }], 'apart')).toEqual(apart)
  })

  it('[X14] the sentence follows the numbers: yes, in part, no, and no difference', () => {
    const said = (mine: readonly [number, number], grid: number) => decisionOf('moves', [outcomeOf(mine, grid)])
    expect(said([1, 1], 2)).toMatch(/^\*\*Without lines: yes\.\*\* .* 0\.50 .* which is better/)
    expect(said([1, 3], 2)).toMatch(/^\*\*Without lines: in part\.\*\*/)
    expect(said([3, 3], 2)).toMatch(/^\*\*Without lines: no\.\*\* .* 1\.50 .* which is worse/)
    expect(said([2, 2], 2)).toMatch(/^\*\*Without lines: no\.\*\* .* which shows no difference/)
    expect(decisionOf('lines', [outcomeOf([1, 1], 2)])).toMatch(/^\*\*With lines: yes\.\*\*/)
    expect(verdictOf({ mean: 0.9, low: 0.8, high: 1.1 })).toBe('open')
  })
})

describe('the whole, small', { timeout: 600_000 }, () => {
  it('[X15] a seed is searched, scored on held-out pictures and carried over; the same again; tables have no holes', async () => {
    const small = planOf({ seeds: [1], evaluations: 16, pictures: 1, heldOut: 2 }, { steps: 6, population: 16, otherSteps: [4], carriedPictures: 1 }) // prettier-ignore
    const { files, weights, net } = must(await loadPictureModels(arena, optionsOf(small), undefined))
    const host = () => ({ arena, strategies, weights, evaluator: inlineEvaluator(arena, optionsOf(small), files), bench: benchOf(small, weights, net, weights) }) // prettier-ignore
    const outcome = must(await runSeed(small, 1, host(), never))
    expect(must(await runSeed(small, 1, host(), never))).toEqual(outcome)
    expect(outcome.whole.errors).toEqual([0, 0])
    for (const { found, cost, fora } of outcome.budgets) {
      expect(Object.keys(found)).toContain('random')
      expect(fora.errors.every((error) => error > 0)).toBe(true)
      for (const one of Object.values(found)) expect(one.held.cost).toBeLessThanOrEqual(cost + 1e-9)
    }
    expect(new Set(outcome.carried.map(({ world }) => world)).size).toBe(3)
    // The second model is the first here.
    const [at, again] = ['6 steps, where they evolved', '6 steps of the second model'].map((name) => outcome.carried.filter(({ world }) => world === name).map(({ error }) => error)) // prettier-ignore
    expect(again).toEqual(at)
    const tables = tablesOf(small, [outcome], 0.5)
    for (const title of ['Hypervolume', 'FORA-3’s cost', 'Does caching beat', 'Carried over'].map((text) => text.replace('’', "'"))) expect(tables).toContain(title) // prettier-ignore
    expect(tables).not.toMatch(/NaN|undefined|Infinity/)
  })
})

describe('what is asked for', () => {
  it.each([
    [['ecad', '--evaluations', '0'], '--evaluations must be a whole number from 1'],
    [['ecad', '--seeds', 'five'], '--seeds must be a whole number'],
    [['ecad', '--rounds', '8'], 'rounds'],
    [['ecad', 'dei'], 'What is "dei"?'],
  ])('[X16] %j is answered with a sentence', (args, sentence) => {
    const read = readEcad(args)
    expect(read.ok ? '' : read.fault.message).toContain(sentence)
  })

  it('[X16] what is not said is as the help has it; a second model must be one of the same shape', async () => {
    expect(must(readEcad(['ecad'])).plan).toMatchObject({ seeds: [1, 2, 3, 4, 5], evaluations: 400, pictures: 8, heldOut: 128 }) // prettier-ignore
    expect(must(readEcad(['ecad', '--first-seed', '4', '--seeds', '2'])).plan.seeds).toEqual([4, 5])
    const missing = await loadPictureModels(arena, optionsOf(plan), 'nowhere.safetensors')
    expect(missing.ok ? '' : missing.fault.message).toContain('there is no file nowhere.safetensors')
    const other = await loadPictureModels(arena, optionsOf(plan), 'tests/fixtures/diffusion-cache/small.safetensors')
    expect(other.ok ? '' : other.fault.message).toContain('carried over to the same shape alone')
    const broken = await loadPictureModels(arena, optionsOf(plan), 'package.json')
    expect(broken.ok).toBe(false)
  })
})
