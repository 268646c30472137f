/** `npm run experiment -- essa`: ESSA's experiment in one command. */
import { writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { fail, ok, type Result } from '../../core/result.ts'
import { AGAINST } from '../../arenas/singular-values/warriors/against.ts'
import { MODEL_FILES, RANKS, WIDE_RANK } from '../../arenas/singular-values/options.ts'
import { expertOf } from '../../arenas/singular-values/warriors/expert.ts'
import { jobsOf, STEPS, STRATEGIES, type Plan, type StrategyId } from '../../experiments/essa/plan.ts'
import { tablesOf } from '../../experiments/essa/report.ts'
import type { Outcome } from '../../experiments/essa/run.ts'
import { madeWith, wholeNumbers } from './arguments.ts'
import { warriorTable } from '../../experiments/essa/warriors-report.ts'
import { warriorJobsOf, type WarriorOutcome, type WarriorPlan } from '../../experiments/essa/warriors.ts'
import type { JobOutcome, JobRequest } from './essa.worker.ts'
import { publicFile } from '../public-file.ts'
import { runJobs } from './jobs.ts'

export async function essa(args: readonly string[]): Promise<Result<void>> {
  const asked = readEssa(args)
  if (!asked.ok) return asked
  const { plan, warriors, only, strategy, threads, out, data } = asked.value
  const isAsked = (part: Part) => only === null || only === part
  const jobs: readonly JobRequest[] = [
    ...jobsOf(plan).flatMap((job) => (isAsked(job.table) && (strategy === null || job.strategy === strategy) ? [{ plan, job }] : [])), // prettier-ignore
    ...(isAsked('warriors') && strategy === null ? warriorJobsOf(warriors).map((job) => ({ warriors, job })) : []),
  ]
  const line = `${plan.seeds.length} seeds; clothes: ${plan.generations} generations; sums: ${plan.evaluations} evaluations of ${plan.batch} examples; warriors: ${warriors.generations} generations of ${warriors.population} x ${warriors.texts} texts`
  console.error(`${line}; ${jobs.length} runs on ${threads} threads.`)
  const soFar: JobOutcome[] = []
  const outcomes = await runJobs<JobRequest, JobOutcome>(
    new URL('./essa.worker.mjs', import.meta.url),
    jobs,
    threads,
    (outcome, done) => {
      // What is done stays, if somebody stops it here.
      soFar.push(outcome)
      if (data !== undefined) writeFileSync(data, JSON.stringify({ plan, warriors, outcomes: soFar }))
      const { table, strategy, options, seed } = outcome.job
      const came = 'rows' in outcome ? outcome.rows.map(({ points }) => points.mean.toFixed(0)) : outcome.points.map(({ right }) => right.toFixed(3)) // prettier-ignore
      console.error(`${done} of ${jobs.length}: ${table}, ${strategy}, ${String(options['warmth'])}, ${String(options['precision'] ?? options['temperature'] ?? 'f32')}, seed ${seed}: ${came.join(', ')}`) // prettier-ignore
    },
  )
  if (!outcomes.ok) return outcomes
  const answers = outcomes.value.filter((outcome): outcome is Outcome => 'points' in outcome)
  const model = await publicFile(MODEL_FILES.warriors)
  const written = outcomes.value.filter((outcome): outcome is WarriorOutcome => 'rows' in outcome)
  const parts = [...(only === 'warriors' ? [] : [tablesOf(plan, answers)]), ...(written.length > 0 ? [warriorTable(warriors, written, model.ok && warriors.against === 'panel' ? expertOf(model.value) : [])] : [])] // prettier-ignore
  const tables = `### ESSA on small models\n\n${line}; \`npm run experiment -- ${madeWith(args)}\`\n\n${parts.join('\n')}`
  console.log(`\n${tables}`)
  if (out !== undefined) writeFileSync(out, tables)
  if (data !== undefined) writeFileSync(data, JSON.stringify({ plan, warriors, outcomes: outcomes.value }))
  return ok(undefined)
}

/** The experiment's tables. */
const PARTS = ['clothes', 'sums', 'warriors'] as const
export type Part = (typeof PARTS)[number]

export interface EssaArguments {
  readonly plan: Plan
  readonly warriors: WarriorPlan
  /** One table alone, and of its searches one. */
  readonly only: Part | null
  readonly strategy: StrategyId | null
  readonly threads: number
  readonly out: string | undefined
  readonly data: string | undefined
}

const USUAL = { seeds: 5, generations: 100, evaluations: 1200, batch: 64, warriors: { generations: 30, population: 16, texts: 16, measured: 256 } } // prettier-ignore
const QUICK = { seeds: 2, generations: 3, evaluations: 24, batch: 8, warriors: { generations: 2, population: 4, texts: 8, measured: 32 } } // prettier-ignore

export function readEssa(args: readonly string[]): Result<EssaArguments> {
  let parsed
  try {
    parsed = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        quick: { type: 'boolean', default: false }, seeds: { type: 'string' }, 'first-seed': { type: 'string', default: '1' }, generations: { type: 'string' },
        evaluations: { type: 'string' }, batch: { type: 'string' }, population: { type: 'string', default: '24' }, threads: { type: 'string' },
        only: { type: 'string' }, steps: { type: 'string', default: 'set' }, strategy: { type: 'string' }, rank: { type: 'string', default: '4' }, against: { type: 'string', default: 'panel' }, 'warrior-generations': { type: 'string' },
        out: { type: 'string' }, data: { type: 'string' },
      },
    }) // prettier-ignore
  } catch (error) {
    return fail('bad-argument', `${error instanceof Error ? error.message.split('.')[0] : String(error)}. See --help.`)
  }
  const { values, positionals } = parsed
  if (positionals.length !== 1)
    return fail('bad-argument', `What is "${positionals[1] ?? ''}"? ESSA's experiment takes options alone. See --help.`)
  const usual = values.quick ? QUICK : USUAL
  const read = wholeNumbers([
    ['seeds', values.seeds ?? String(usual.seeds), 1000], ['first-seed', values['first-seed'], 1e6], ['generations', values.generations ?? String(usual.generations), 10_000],
    ['evaluations', values.evaluations ?? String(usual.evaluations), 1e6], ['batch', values.batch ?? String(usual.batch), 500], ['population', values.population, 400],
    ['warrior-generations', values['warrior-generations'] ?? String(usual.warriors.generations), 10_000], ['threads', values.threads ?? String(availableParallelism()), 256],
  ]) // prettier-ignore
  if (!read.ok) return read
  const only = PARTS.find((part) => part === values.only) ?? null
  if (values.only !== undefined && only === null)
    return fail('bad-argument', `--only must be ${PARTS.join(', ')}, not "${values.only}".`)
  const steps = STEPS.find((one) => one === values.steps)
  if (steps === undefined) return fail('bad-argument', `--steps must be ${STEPS.join(' or ')}, not "${values.steps}".`)
  const strategy = STRATEGIES.find((id) => id === values.strategy) ?? null
  if (values.strategy !== undefined && strategy === null)
    return fail('bad-argument', `--strategy must be ${STRATEGIES.join(', ')}, not "${values.strategy}".`)
  const rank = [...RANKS, WIDE_RANK].find((one) => String(one) === values.rank)
  if (rank === undefined)
    return fail('bad-argument', `--rank must be ${[...RANKS, WIDE_RANK].join(', ')}, not "${values.rank}".`)
  const against = AGAINST.find(({ id }) => id === values.against)?.id
  if (against === undefined)
    return fail('bad-argument', `--against must be ${AGAINST.map(({ id }) => id).join(', ')}, not "${values.against}".`)
  const { seeds = 1, 'first-seed': first = 1, generations = 1, evaluations = 1, batch = 8, population = 24, threads = 1 } = read.value // prettier-ignore
  if (batch < 8 || population < 2)
    return fail('bad-argument', batch < 8 ? `--batch must be from 8 to 500, not ${batch}.` : `--population must be from 2 to 400, not ${population}.`) // prettier-ignore
  const plan: Plan = {
    seeds: Array.from({ length: seeds }, (_, at) => first + at), generations, evaluations, batch, population, rank, steps,
  } // prettier-ignore
  const warriors: WarriorPlan = { ...usual.warriors, against, seeds: plan.seeds, generations: read.value['warrior-generations'] ?? 1 } // prettier-ignore
  return ok({ plan, warriors, only, strategy, threads, out: values.out, data: values.data })
}
