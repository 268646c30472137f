/** One core of ESSA's experiment: a run after another, as it is told. */
import { parentPort } from 'node:worker_threads'
import type { Arena, Judge, Strategy } from '../../core/contracts.ts'
import { loadFiles, type Files } from '../../core/files.ts'
import { fail, ok, type Result } from '../../core/result.ts'
import { inlineEvaluator } from '../../engine/inline-evaluator.ts'
import { settingsOf, STRATEGIES, type Job, type Plan } from '../../experiments/essa/plan.ts'
import { runJob, type Outcome } from '../../experiments/essa/run.ts'
import { runWarriors, warriorOptionsOf, type WarriorJob, type WarriorOutcome, type WarriorPlan } from '../../experiments/essa/warriors.ts' // prettier-ignore
import { loadArena, loadJudge, loadStrategy } from '../arenas.ts'
import { publicFile } from '../public-file.ts'

export type JobRequest =
  { readonly plan: Plan; readonly job: Job } | { readonly warriors: WarriorPlan; readonly job: WarriorJob }
export type JobOutcome = Outcome | WarriorOutcome

const never = new AbortController().signal

interface Ready {
  readonly arena: Arena
  readonly strategies: ReadonlyMap<string, Strategy<unknown>>
}
async function prepare(): Promise<Result<Ready>> {
  const arena = await loadArena('singular-values')
  if (!arena.ok) return arena
  const strategies = new Map<string, Strategy<unknown>>()
  for (const id of STRATEGIES) {
    const strategy = await loadStrategy(id)
    if (!strategy.ok) return strategy
    strategies.set(id, strategy.value)
  }
  return ok({ arena: arena.value, strategies })
}

let ready: Promise<Result<Ready>> | null = null

async function work(request: JobRequest): Promise<Result<JobOutcome>> {
  const host = await (ready ??= prepare())
  if (!host.ok) return host
  const { arena } = host.value
  const options = 'warriors' in request ? warriorOptionsOf(request.warriors, arena, request.job) : settingsOf(request.plan, arena, request.job).options // prettier-ignore
  const files: Result<Files> = await loadFiles(arena, options, publicFile)
  if (!files.ok) return files
  const judge: Result<Judge | undefined> = await loadJudge(arena, options)
  if (!judge.ok) return judge
  const evaluator = inlineEvaluator(arena, options, files.value, judge.value)
  const own = { ...host.value, files: files.value }
  if (!('warriors' in request)) return runJob(request.plan, request.job, { ...own, evaluator: () => evaluator }, never)
  if (judge.value === undefined) return fail('no-judge', 'Nobody judges the warriors.')
  return runWarriors(request.warriors, request.job, { ...own, judge: judge.value, evaluator }, never)
}

parentPort?.on('message', (request: JobRequest) => {
  work(request).then(
    (outcome) => parentPort?.postMessage(outcome),
    (error: unknown) => parentPort?.postMessage(fail('broken', error instanceof Error ? error.message : String(error))),
  )
})
