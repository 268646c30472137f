/** One core of an experiment: runs ensembles one after another, as it is told. */
import { parentPort } from 'node:worker_threads'
import { fail, ok, type Result } from '../../core/result.ts'
import { runOne, type Outcome } from '../../experiments/dei/run.ts'
import { ensemblesOf, type Plan } from '../../experiments/dei/plan.ts'
import { loopbackPost } from '../../experiments/dei/post.ts'
import { inlineEvaluator } from '../../engine/inline-evaluator.ts'
import { loadArena, loadStrategy } from '../arenas.ts'
import { nodeModels } from '../node-models.ts'

export interface JobRequest {
  readonly plan: Plan
  readonly seed: number
  /** Which of the seed's ensembles. */
  readonly index: number
}

const never = new AbortController().signal

async function work({ plan, seed, index }: JobRequest): Promise<Result<Outcome>> {
  const [arena, strategy] = [await loadArena(plan.arena), await loadStrategy('red-queen')]
  if (!arena.ok) return arena
  if (!strategy.ok) return strategy
  const ensemble = ensemblesOf(plan, arena.value, seed)[index]
  if (ensemble === undefined) return fail('no-ensemble', `There is no ensemble ${index}.`)
  const evaluator = inlineEvaluator(arena.value, plan.options)
  const outcome = await runOne(
    ensemble,
    {
      arena: arena.value,
      strategy: strategy.value,
      evaluator,
      models: nodeModels,
      post: loopbackPost,
      watch: () => Promise.resolve(),
      done: () => undefined,
    },
    never,
  )
  return outcome.ok ? ok(outcome.value) : outcome
}

parentPort?.on('message', (request: JobRequest) => {
  work(request).then(
    (outcome) => parentPort?.postMessage(outcome),
    (error: unknown) => parentPort?.postMessage(fail('broken', error instanceof Error ? error.message : String(error))),
  )
})
