/** The ensembles of an experiment, shared out among worker threads. In whatever order they end, outcomes are in plan order. */
import { Worker } from 'node:worker_threads'
import { fail, ok, type Result } from '../../core/result.ts'
import type { Outcome } from '../../experiments/dei/run.ts'
import type { Plan } from '../../experiments/dei/plan.ts'

export interface JobRequest {
  readonly plan: Plan
  readonly seed: number
  /** Which of the seed's ensembles. */
  readonly index: number
}

/** `tell` is called as each ends. A job that fails ends the whole. */
export async function runJobs(
  jobs: readonly JobRequest[],
  threads: number,
  tell: (outcome: Outcome, done: number) => void,
): Promise<Result<readonly Outcome[]>> {
  const outcomes: (Outcome | undefined)[] = jobs.map(() => undefined)
  let next = 0
  let done = 0
  let fault: Result<never> | null = null
  const thread = async (): Promise<void> => {
    const worker = new Worker(new URL('./job.worker.mjs', import.meta.url))
    for (let at = next++; at < jobs.length && fault === null; at = next++) {
      const answer = await ask(worker, jobs[at])
      if (answer.ok) {
        outcomes[at] = answer.value
        tell(answer.value, ++done)
      } else fault = answer
    }
    await worker.terminate()
  }
  await Promise.all(Array.from({ length: Math.min(threads, jobs.length) }, thread))
  return fault ?? ok(outcomes.flatMap((outcome) => outcome ?? []))
}

function ask(worker: Worker, job: JobRequest | undefined): Promise<Result<Outcome>> {
  return new Promise((resolve) => {
    const broke = (error: Error) => end(fail('broken', error.message))
    const left = () => end(fail('broken', 'The thread ended.'))
    const end = (answer: Result<Outcome>) => {
      worker.off('message', end).off('error', broke).off('exit', left)
      resolve(answer)
    }
    worker.on('message', end).on('error', broke).on('exit', left)
    worker.postMessage(job)
  })
}
