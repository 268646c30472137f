/** DEI's experiment in the arena of numbers: budgets, repeatability, and that its measures are what they say. */
import { describe, expect, it } from 'vitest'
import { elitesOf } from '../../../src/archives/merged.ts'
import type { Arena, Mind } from '../../../src/core/contracts.ts'
import type { RoundsState } from '../../../src/core/journal.ts'
import { inlineEvaluator } from '../../../src/engine/inline-evaluator.ts'
import { mindsOf } from '../../../src/experiments/dei/minds.ts'
import { callsOf, nicheNovelty, peakGenerality } from '../../../src/experiments/dei/measure.ts'
import { CONDITIONS, ensemblesOf, share, type Plan } from '../../../src/experiments/dei/plan.ts'
import { loopbackPost } from '../../../src/experiments/dei/post.ts'
import { contrastsOf, rowsOf, tableOf } from '../../../src/experiments/dei/report.ts'
import { runExperiment, type ExperimentHost, type Outcome } from '../../../src/experiments/dei/run.ts'
import { scoreOf, coevolution } from '../../support/duel-arena.ts'
import { numbers, queen, TACTICS } from '../../support/red-queen.ts'

const minds: readonly Mind[] = [
  { id: 'guesser', label: 'Guesser', help: '', operators: { any: 1 } },
  { id: 'stepper', label: 'Stepper', help: '', operators: { any: 1, step: 9 } },
]
const arena: Arena = { ...numbers, minds: () => minds }
const plan: Plan = {
  arena: 'numbers', arenaVersion: 1, preset: 'numbers', options: {}, minds, seeds: [1, 2, 3], rounds: 3, iterations: 40, population: 8,
  tactics: { ...TACTICS, fresh: 8 },
} // prettier-ignore

function hostWith(change: Partial<ExperimentHost> = {}): ExperimentHost {
  return {
    arena, strategy: queen, evaluator: inlineEvaluator(arena, {}), post: loopbackPost, models: () => { throw new Error('nobody asks') },
    watch: () => Promise.resolve(), done: () => undefined, ...change,
  } // prettier-ignore
}
const never = new AbortController().signal
async function run(change: Partial<ExperimentHost> = {}): Promise<readonly Outcome[]> {
  const ran = await runExperiment(plan, hostWith(change), never)
  if (!ran.ok) throw new Error(ran.fault.message)
  return ran.value
}

describe('the experiment of islands', () => {
  it('[X1] every ensemble has as many children, whoever they are shared among', async () => {
    const outcomes = await run()
    expect(outcomes.map(({ condition, variant }) => `${condition} ${variant}`).slice(0, 5)).toEqual([
      'solo guesser', 'solo stepper', 'homogeneous guesser', 'homogeneous stepper', 'heterogeneous all',
    ]) // prettier-ignore
    // 3 rounds of 40 and 8 new ones, whether by one island or by two with half of each.
    expect(new Set(outcomes.map(({ cost }) => cost.calls))).toEqual(new Set([3 * (40 + 8)]))
    expect(share(250, 4)).toBe(62)
  })

  it('[X2] same seeds, same outcomes, in whatever order and however often', async () => {
    const untimed = (outcomes: readonly Outcome[]) => outcomes.map(({ cost: { ms: _, ...cost }, ...rest }) => ({ ...rest, cost })) // prettier-ignore
    expect(untimed(await run())).toEqual(untimed(await run()))
    const [first] = ensemblesOf(plan, arena, 1)
    expect(first?.islands[0]?.settings).toEqual(ensemblesOf({ ...plan, seeds: [9, 1] }, arena, 1)[0]?.islands[0]?.settings)
    const seeds = [1, 2].flatMap((seed) => ensemblesOf(plan, arena, seed)).flatMap(({ islands }) => islands.map(({ settings }) => settings.seed)) // prettier-ignore
    // Every island has a seed of its own.
    expect(new Set(seeds).size).toBe(seeds.length)
  }) // prettier-ignore

  it('[X3] archives are judged on the frozen panel, and merged cell by cell', async () => {
    const held = coevolution.panels.find(({ id }) => id === 'held-out')!.members
    let looked = 0
    await run({
      done(outcome, { islands, merged }) {
        for (const elite of [...islands, merged].flatMap(elitesOf))
          expect(elite.objective).toBe(scoreOf(elite.words[0]!, { rivals: held }))
        const cells = new Map<number, number>()
        for (const { cell, objective } of islands.flatMap(elitesOf)) cells.set(cell, Math.max(cells.get(cell) ?? 0, objective)) // prettier-ignore
        expect(outcome.qdScore).toBeCloseTo(
          [...cells.values()].reduce((sum, one) => sum + one, 0),
          12,
        )
        expect(outcome.coverage).toBe(cells.size / 8)
        // Nobody sends anything to a single island.
        expect(outcome.eta === null).toBe(outcome.condition === 'solo')
        looked++
      },
    })
    expect(looked).toBeGreaterThan(0)
  })

  it('[X4] niche novelty, peak generality and calls are counted as they are told', () => {
    const rounds = (received: number, novel: number): RoundsState => ({ openings: [], champions: [], guests: [], received, novel }) // prettier-ignore
    expect(nicheNovelty([rounds(3, 1), rounds(5, 3)])).toBe(0.5)
    expect(nicheNovelty([rounds(0, 0)])).toBeNull()
    const exam = (...won: number[]) => ({ exams: [{ panel: 'held-out' as const, standings: won.map((one) => ({ won: one, tied: 0, lost: 1 - one })) }] }) // prettier-ignore
    expect(peakGenerality([exam(1, 0, 0, 0), exam(1, 1, 1, 0), exam(0, 0, 0, 0)])).toBe(0.75)
    expect(peakGenerality([])).toBe(0)
    expect(callsOf({ operators: [{ id: 'a', proposed: 5, refused: 9, opened: 1, improved: 1 }] })).toBe(5)
  })

  it('[X5] tables have the means of seeds with intervals, and differences seed by seed', async () => {
    const outcomes = await run()
    const rows = rowsOf(outcomes)
    expect(rows.map(({ condition, variant }) => `${condition} ${variant}`)).toEqual([
      'solo all', 'solo guesser', 'solo stepper', 'homogeneous all', 'homogeneous guesser', 'homogeneous stepper', 'heterogeneous all',
    ]) // prettier-ignore
    for (const row of rows) {
      const of = outcomes.filter(({ condition, variant }) => condition === row.condition && (row.variant === 'all' || row.variant === variant)) // prettier-ignore
      expect(row.qdScore.mean).toBeCloseTo(of.reduce((sum, { qdScore }) => sum + qdScore, 0) / of.length, 12)
      expect(row.qdScore.low).toBeLessThanOrEqual(row.qdScore.mean)
      expect(row.qdScore.high).toBeGreaterThanOrEqual(row.qdScore.mean)
      expect(row.seeds).toBe(3)
    }
    const mean = (condition: string) => rows.find((row) => row.condition === condition && row.variant === 'all')!.qdScore.mean // prettier-ignore
    for (const { against, qdScore } of contrastsOf(outcomes))
      expect(qdScore.mean).toBeCloseTo(mean('heterogeneous') - mean(against), 12)
    const table = tableOf(outcomes)
    for (const label of ['Solo', 'Homogeneous', 'Heterogeneous', 'Means of 3 seeds']) expect(table).toContain(label)
    expect(tableOf(outcomes.filter(({ seed }) => seed === 1))).toContain('says nothing about chance')
    expect(CONDITIONS).toHaveLength(3)
  })

  it('[X6] it can be watched and stopped; minds that do not differ are told', async () => {
    const stop = new AbortController()
    let scenes = 0
    const stopped = await runExperiment(plan, hostWith({
      watch: ({ islands, at }) => {
        expect(islands[at]).toBeDefined()
        if (++scenes === 5) stop.abort()
        return Promise.resolve()
      },
    }), stop.signal) // prettier-ignore
    expect(stopped).toMatchObject({ ok: false, fault: { kind: 'cancelled' } })
    expect(scenes).toBe(5)
    expect(mindsOf('classical', arena, {}, [])).toMatchObject({ ok: true })
    const few = mindsOf('models', arena, {}, [])
    expect(few.ok ? '' : few.fault.message).toContain('here are none')
  })
})
