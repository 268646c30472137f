import { describe, expect, it } from 'vitest'
import arena from '../../../src/arenas/singular-values/index.ts'
import type { Arena, Strategy } from '../../../src/core/contracts.ts'
import { inlineEvaluator } from '../../../src/engine/inline-evaluator.ts'
import { readEssa } from '../../../src/cli/experiment/essa.ts'
import { expertOf } from '../../../src/arenas/singular-values/warriors/expert.ts'
import { curveAt, warriorTable } from '../../../src/experiments/essa/warriors-report.ts'
import {
  CURVE,
  CURVES,
  runWarriors,
  warriorJobsOf,
  warriorOptionsOf,
  type Row,
  type WarriorJob,
  type WarriorOutcome,
} from '../../../src/experiments/essa/warriors.ts'
import openEs from '../../../src/strategies/open-es/index.ts'
import { safetensors } from '../../support/tiny-models.ts'
import { writerBytes, writerFiles, writerJudge } from '../../support/warriors-essa.ts'

const plan = { seeds: [1, 2], generations: 2, population: 4, texts: 8, measured: 16, against: 'panel' as const }
const run = async (job: WarriorJob): Promise<WarriorOutcome> => {
  const options = warriorOptionsOf(plan, arena, job)
  const judge = await writerJudge(options)
  const strategies = new Map([['open-es', openEs as Strategy<unknown>]])
  const evaluator = inlineEvaluator(arena as Arena, options, writerFiles, judge)
  const outcome = await runWarriors(plan, job, { arena: arena as Arena, strategies, files: writerFiles, judge, evaluator }, { aborted: false }) // prettier-ignore
  if (!outcome.ok) throw new Error(outcome.fault.message)
  return outcome.value
}
const row = (points: number, distance: number): Row => ({
  generation: 0, points: { mean: points, low: points - 9, high: points + 9 }, won: 0.4, distance, kinds: 20, distinct: 1,
}) // prettier-ignore

describe('the experiment of writing warriors', () => {
  it('[F11] has the temperature curve, and for every seed searches at two temperatures, without and after long SFT', () => {
    const jobs = warriorJobsOf(plan)
    for (const warmth of CURVES)
      expect(jobs.filter(({ kind, options }) => kind === 'curve' && options['warmth'] === warmth).map(({ options }) => options['temperature'])).toEqual([...CURVE]) // prettier-ignore
    expect(jobs.filter(({ kind, seed }) => kind === 'search' && seed === 2).map(({ strategy, options }) => [strategy, options['warmth'], options['temperature']])).toEqual([
      ['open-es', 'short', 0.7], ['open-es', 'short', 0.5], ['cma-es', 'short', 0.5], ['open-es', 'none', 0.5], ['open-es', 'full', 0.5],
    ]) // prettier-ignore
  })

  it('[F11] the same job comes to the same, and begins where the curve is', async () => {
    const jobs = warriorJobsOf(plan)
    const search = jobs.find(({ kind, options }) => kind === 'search' && options['temperature'] === 0.5)!
    const curve = jobs.find(
      ({ kind, options }) => kind === 'curve' && options['warmth'] === 'short' && options['temperature'] === 0.5,
    )!
    const [one, again, control] = [await run(search), await run(search), await run(curve)]
    expect(again).toEqual(one)
    expect(one.rows[0]).toEqual(control.rows[0])
    expect(one.rows).toHaveLength(2)
    expect(one.rows[1]!.generation).toBeGreaterThan(1)
    expect(one.changed).toBeGreaterThan(0)
  })

  it('[F11] the curve is straight between its rows; what lies above it is said to, what does not is not', () => {
    expect(curveAt([row(60, 0.8), row(100, 0.6)], 0.7)).toBeCloseTo(80)
    expect(curveAt([row(60, 0.8), row(100, 0.6)], 0.5)).toBe(100)
    expect(curveAt([row(60, 0.8), row(100, 0.6)], 0.9)).toBe(60)
    const jobs = warriorJobsOf(plan)
    const tableOf = (points: number) =>
      warriorTable(plan, jobs.map((job): WarriorOutcome => job.kind === 'curve'
        ? { job, rows: [row(120 - 60 * Number(job.options['temperature']), 0.4 + Number(job.options['temperature']) / 2)], changed: 0 }
        : { job, rows: [row(90, 0.65), row(points + job.seed, 0.6)], changed: 0.9 })) // prettier-ignore
    expect(tableOf(150)).toContain(
      'OpenAI-ES, temperature 0.5: it lies above the curve (152 points at token distance 0.60, where lower temperatures of the same adapter give 96)',
    )
    expect(tableOf(50)).toContain('it lies below the curve')
    expect(tableOf(94)).toContain('does not lie above the curve, as far as these seeds can tell')
    expect(tableOf(94)).toContain('no way to find a champion')
    expect(tableOf(94)).not.toContain('NaN')
  })

  it('[F11] is asked for alone, against whom one likes; what is wrong is a sentence', () => {
    const read = readEssa([
      'essa',
      '--only',
      'warriors',
      '--against',
      'imps',
      '--seeds',
      '2',
      '--warrior-generations',
      '7',
    ])
    expect(read).toMatchObject({ ok: true, value: { only: 'warriors', warriors: { against: 'imps', seeds: [1, 2], generations: 7 } } }) // prettier-ignore
    for (const [args, says] of [
      [['--only', 'chess'], '--only must be clothes, sums, warriors, not "chess".'],
      [['--against', 'me'], '--against must be panel, papers, imps, dwarf, clear, not "me".'],
      [['--warrior-generations', '0'], '--warrior-generations must be a whole number'],
    ] as const) {
      const wrong = readEssa(['essa', ...args])
      expect(wrong.ok ? '' : wrong.fault.message).toContain(says)
    }
  })

  it('[F13] the rival with gradients is told as it was recorded, and not at all where the notes are none', () => {
    const rows = expertOf(writerBytes)
    expect(rows.map(({ round }) => round)).toEqual([0, 1, 2, 3])
    expect(warriorTable(plan, [], rows)).toContain(`| expert iteration: round 3 | ${rows[3]!.points.toFixed(0)} |`)
    expect(warriorTable(plan, [])).not.toContain('xpert iteration')
    const file = (expert: string) => expertOf(safetensors([], { expert }))
    expect(file('[[1, 2, 3, 4, 5, 6], [1, 2], "x", [1, 2, null, 4, 5, 6]]')).toHaveLength(1)
    for (const text of ['', '{', '{}', 'null']) expect(file(text)).toEqual([])
  })
})
