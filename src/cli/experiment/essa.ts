/** `npm run experiment -- essa`: ESSA's experiment in one command. */
import { writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { fail, ok, type Result } from '../../core/result.ts'
import { jobsOf, type Plan } from '../../experiments/essa/plan.ts'
import { tablesOf } from '../../experiments/essa/report.ts'
import type { Outcome } from '../../experiments/essa/run.ts'
import { madeWith, wholeNumbers } from './arguments.ts'
import type { JobRequest } from './essa.worker.ts'
import { runJobs } from './jobs.ts'

export async function essa(args: readonly string[]): Promise<Result<void>> {
  const asked = readEssa(args)
  if (!asked.ok) return asked
  const { plan, threads, out, data } = asked.value
  const jobs = jobsOf(plan)
  const line = `${plan.seeds.length} seeds; clothes: ${plan.generations} generations; sums: ${plan.evaluations} evaluations of ${plan.batch} examples`
  console.error(`${line}; ${jobs.length} runs on ${threads} threads.`)
  const soFar: Outcome[] = []
  const outcomes = await runJobs<JobRequest, Outcome>(
    new URL('./essa.worker.mjs', import.meta.url),
    jobs.map((job) => ({ plan, job })),
    threads,
    (outcome, done) => {
      // What is done stays, if somebody stops it here.
      soFar.push(outcome)
      if (data !== undefined) writeFileSync(data, JSON.stringify({ plan, outcomes: soFar }))
      const { job, points } = outcome
      console.error(`${done} of ${jobs.length}: ${job.table}, ${job.strategy}, ${String(job.options['warmth'])}, ${String(job.options['precision'] ?? 'f32')}, seed ${job.seed}: ${points.map(({ right }) => right.toFixed(3)).join(', ')}`) // prettier-ignore
    },
  )
  if (!outcomes.ok) return outcomes
  const tables = `### ESSA on two small models\n\n${line}; \`npm run experiment -- ${madeWith(args)}\`\n\n${tablesOf(plan, outcomes.value)}`
  console.log(`\n${tables}`)
  if (out !== undefined) writeFileSync(out, tables)
  if (data !== undefined) writeFileSync(data, JSON.stringify({ plan, outcomes: outcomes.value }))
  return ok(undefined)
}

export interface EssaArguments {
  readonly plan: Plan
  readonly threads: number
  readonly out: string | undefined
  readonly data: string | undefined
}

const USUAL = { seeds: 5, generations: 100, evaluations: 1200, batch: 64 }
const QUICK = { seeds: 2, generations: 3, evaluations: 24, batch: 8 }

export function readEssa(args: readonly string[]): Result<EssaArguments> {
  let parsed
  try {
    parsed = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        quick: { type: 'boolean', default: false }, seeds: { type: 'string' }, 'first-seed': { type: 'string', default: '1' }, generations: { type: 'string' },
        evaluations: { type: 'string' }, batch: { type: 'string' }, population: { type: 'string', default: '24' }, threads: { type: 'string' },
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
    ['threads', values.threads ?? String(availableParallelism()), 256],
  ]) // prettier-ignore
  if (!read.ok) return read
  const { seeds = 1, 'first-seed': first = 1, generations = 1, evaluations = 1, batch = 8, population = 24, threads = 1 } = read.value // prettier-ignore
  if (batch < 8 || population < 2)
    return fail('bad-argument', batch < 8 ? `--batch must be from 8 to 500, not ${batch}.` : `--population must be from 2 to 400, not ${population}.`) // prettier-ignore
  const plan: Plan = {
    seeds: Array.from({ length: seeds }, (_, at) => first + at), generations, evaluations, batch, population, rank: 4,
  } // prettier-ignore
  return ok({ plan, threads, out: values.out, data: values.data })
}
