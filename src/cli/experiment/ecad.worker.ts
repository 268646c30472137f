/** One core of ECAD's experiment: a seed after another, as it is told. */
import { parentPort } from 'node:worker_threads'
import type { Strategy } from '../../core/contracts.ts'
import { fail, ok, type Result } from '../../core/result.ts'
import { inlineEvaluator } from '../../engine/inline-evaluator.ts'
import { optionsOf, type Plan } from '../../experiments/ecad/plan.ts'
import { benchOf, runSeed, type Host, type Outcome } from '../../experiments/ecad/run.ts'
import { loadArena, loadStrategy } from '../arenas.ts'
import { loadPictureModels } from './picture-models.ts'

export interface SeedRequest {
  readonly plan: Plan
  readonly seed: number
}

const never = new AbortController().signal

async function hostFor(plan: Plan): Promise<Result<Host>> {
  const arena = await loadArena('diffusion-cache')
  if (!arena.ok) return arena
  const strategies = new Map<string, Strategy<unknown>>()
  for (const id of ['nsga2', 'random']) {
    const strategy = await loadStrategy(id)
    if (!strategy.ok) return strategy
    strategies.set(id, strategy.value)
  }
  const models = await loadPictureModels(arena.value, optionsOf(plan), plan.model)
  if (!models.ok) return models
  const { files, weights, net, second } = models.value
  const evaluator = inlineEvaluator(arena.value, optionsOf(plan), files)
  return ok({ arena: arena.value, strategies, evaluator, weights, bench: benchOf(plan, weights, net, second) })
}

/** All seeds of a thread are of one plan. */
let host: Promise<Result<Host>> | null = null

async function work({ plan, seed }: SeedRequest): Promise<Result<Outcome>> {
  const ready = await (host ??= hostFor(plan))
  return ready.ok ? runSeed(plan, seed, ready.value, never) : ready
}

parentPort?.on('message', (request: SeedRequest) => {
  work(request).then(
    (outcome) => parentPort?.postMessage(outcome),
    (error: unknown) => parentPort?.postMessage(fail('broken', error instanceof Error ? error.message : String(error))),
  )
})
