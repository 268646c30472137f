/** The jobs of an experiment, shared out among worker threads. In whatever order they end, outcomes are in the jobs' order. */
import { Worker } from 'node:worker_threads'
import { fail, ok, type Result } from '../../core/result.ts'

/** `script` answers each job with a result; `tell` is called as each ends. A job that fails ends the whole. */
export async function runJobs<Job, Outcome>(
  script: URL,
  jobs: readonly Job[],
  threads: number,
  tell: (outcome: Outcome, done: number) => void,
): Promise<Result<readonly Outcome[]>> {
  const outcomes = jobs.map((): Outcome | undefined => undefined)
  let next = 0
  let done = 0
  let fault: Result<never> | null = null
  const thread = async (): Promise<void> => {
    const worker = new Worker(script)
    for (let at = next++; at < jobs.length && fault === null; at = next++) {
      const answer = await ask<Job, Outcome>(worker, jobs[at])
      if (answer.ok) {
        outcomes[at] = answer.value
        tell(answer.value, ++done)
      } else fault = answer
    }
    await worker.terminate()
  }
  await Promise.all(Array.from({ length: Math.min(threads, jobs.length) }, thread))
  return fault ?? ok(outcomes.flatMap((outcome) => (outcome === undefined ? [] : [outcome])))
}

function ask<Job, Outcome>(worker: Worker, job: Job | undefined): Promise<Result<Outcome>> {
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
