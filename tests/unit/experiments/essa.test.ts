import { describe, expect, it } from 'vitest'
import { loadArena, loadStrategy } from '../../../src/cli/arenas.ts'
import { readEssa } from '../../../src/cli/experiment/essa.ts'
import type { Strategy } from '../../../src/core/contracts.ts'
import type { Result } from '../../../src/core/result.ts'
import { inlineEvaluator } from '../../../src/engine/inline-evaluator.ts'
import { Library } from '../../../src/engine/library.ts'
import {
  checkpointsOf,
  jobsOf,
  PRECISIONS,
  settingsOf,
  STRATEGIES,
  WARMTHS,
  type Plan,
} from '../../../src/experiments/essa/plan.ts'
import { tablesOf } from '../../../src/experiments/essa/report.ts'
import { runJob, type Host, type Outcome } from '../../../src/experiments/essa/run.ts'
import { singularFiles } from '../../support/singular.ts'

const must = <T>(result: Result<T>): T => {
  if (!result.ok) throw new Error(result.fault.message)
  return result.value
}
const never = { aborted: false }
const plan: Plan = { seeds: [1, 2], generations: 12, population: 8, evaluations: 16, batch: 8, rank: 4, steps: 'set' }
const arena = must(await loadArena('singular-values'))
const strategies = new Map<string, Strategy<unknown>>()
for (const id of STRATEGIES) strategies.set(id, must(await loadStrategy(id)))
const host: Host = {
  arena, strategies, files: singularFiles,
  evaluator: (job) => inlineEvaluator(arena, settingsOf(plan, arena, job).options, singularFiles),
} // prettier-ignore

describe("ESSA's experiment", () => {
  it('[X17] compares every training and precision on the clothes, and every strategy on the sums, in settings that are fine', () => {
    const jobs = jobsOf(plan)
    expect(jobs).toHaveLength(2 * (WARMTHS.length * (PRECISIONS.length + 1) + STRATEGIES.length + 3))
    expect(new Set(jobs.map((job) => JSON.stringify(job))).size).toBe(jobs.length)
    const library = new Library([arena], [...strategies.values()])
    for (const job of jobs) must(library.check(settingsOf(plan, arena, job)))
    expect(checkpointsOf(100)).toEqual([10, 25, 50, 100])
    expect(checkpointsOf(3)).toEqual([3])
  })

  it('[X18] judges the mean on held-out examples as it goes, the same every time; elites where genomes are bred', async () => {
    const of = (table: string, strategy: string) => jobsOf(plan).find((job) => job.table === table && job.strategy === strategy)! // prettier-ignore
    const clothes = must(await runJob(plan, of('clothes', 'cma-es'), host, never))
    expect(clothes.points.map(({ generation, evaluations }) => [generation, evaluations])).toEqual([[0, 0], [10, 81], [12, 97]]) // prettier-ignore
    expect(clothes.points[0]?.right).toBeCloseTo(0.8135, 3)
    expect(clothes.points.at(-1)!.right).toBeGreaterThan(clothes.points[0]!.right)
    expect(must(await runJob(plan, of('clothes', 'cma-es'), host, never))).toEqual(clothes)
    // Searches sample whole generations beside the trained adapter; where genomes are bred it is one of the first.
    for (const [strategy, judged] of [
      ['open-es', 17],
      ['map-elites', 16],
    ] as const) {
      const sums = must(await runJob(plan, of('sums', strategy), host, never))
      expect(sums.points.map(({ evaluations }) => evaluations)).toEqual([0, judged])
      for (const { right } of sums.points) expect(right >= 0 && right <= 1).toBe(true)
    }
  })

  it('[X19] makes tables without holes, with intervals over seeds', () => {
    const outcomes = jobsOf(plan).map(
      (job): Outcome => ({ job, points: [0, 10, 12].map((generation) => ({ generation, evaluations: 8 * generation, right: 0.5 + 0.01 * job.seed + 0.01 * generation })) }),
    ) // prettier-ignore
    const text = tablesOf(plan, outcomes)
    expect(text).not.toMatch(/NaN|undefined/)
    expect(text.match(/^\| short /gm)).toHaveLength(5)
    for (const strategy of [
      'CMA-ES (ESSA)',
      'SNES',
      'OpenAI-ES',
      'EGGROLL, all weights',
      'random search',
      'MAP-Elites',
    ])
      expect(text).toContain(strategy)
    expect(text).toContain('51.5 (51.0 to 52.0)')
    expect(
      tablesOf(
        plan,
        outcomes.filter(({ job }) => job.table === 'clothes'),
      ),
    ).not.toContain('new sign')
  })

  it('[X20] answers wrong arguments with a sentence', () => {
    const faultOf = (...args: string[]) => {
      const read = readEssa(['essa', ...args])
      return read.ok ? 'fine' : read.fault.message
    }
    expect(faultOf()).toBe('fine')
    expect(faultOf('--quick')).toBe('fine')
    expect(faultOf('--seeds', 'x')).toBe('--seeds must be a whole number from 1 to 1000, not "x".')
    expect(faultOf('--population', '1000000')).toBe('--population must be a whole number from 1 to 400, not "1000000".')
    expect(faultOf('--population', '0')).toMatch(/^--population must be/)
    expect(faultOf('--population', '1')).toMatch(/^--population must be from 2/)
    expect(faultOf('--batch', '3')).toMatch(/^--batch must be from 8/)
    expect(faultOf('more')).toMatch(/^What is "more"\?/)
    expect(faultOf('--strategy', 'eggroll', '--rank', '32')).toBe('fine')
    expect(faultOf('--strategy', 'luck')).toMatch(/^--strategy must be cma-es, .+, not "luck"\.$/)
    expect(faultOf('--rank', '3')).toBe('--rank must be 2, 4, 8, 16, 32, not "3".')
    expect(faultOf('--frobnicate')).toMatch(/^Unknown option/)
  })
})
