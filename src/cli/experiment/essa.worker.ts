/** One core of ESSA's experiment: a run after another, as it is told. */
import { parentPort } from 'node:worker_threads'
import type { Arena, Strategy } from '../../core/contracts.ts'
import { loadFiles, type Files } from '../../core/files.ts'
import { fail, ok, type Result } from '../../core/result.ts'
import { inlineEvaluator } from '../../engine/inline-evaluator.ts'
import { settingsOf, STRATEGIES, type Job, type Plan } from '../../experiments/essa/plan.ts'
import { runJob, type Outcome } from '../../experiments/essa/run.ts'
import { loadArena, loadStrategy } from '../arenas.ts'
import { publicFile } from '../public-file.ts'

export interface JobRequest {
  readonly plan: Plan
  readonly job: Job
}

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

async function work({ plan, job }: JobRequest): Promise<Result<Outcome>> {
  const host = await (ready ??= prepare())
  if (!host.ok) return host
  const { arena } = host.value
  const { options } = settingsOf(plan, arena, job)
  const files: Result<Files> = await loadFiles(arena, options, publicFile)
  if (!files.ok) return files
  const evaluator = inlineEvaluator(arena, options, files.value)
  return runJob(plan, job, { ...host.value, files: files.value, evaluator: () => evaluator }, never)
}

parentPort?.on('message', (request: JobRequest) => {
  work(request).then(
    (outcome) => parentPort?.postMessage(outcome),
    (error: unknown) => parentPort?.postMessage(fail('broken', error instanceof Error ? error.message : String(error))),
  )
})
