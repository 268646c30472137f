/** One run of a search, and how its mean does on held-out examples as it goes. */
import { joined, shareRight } from '../../arenas/singular-values/evaluate.ts'
import { heldExamples } from '../../arenas/singular-values/examples.ts'
import { zeroOf, type Offsets } from '../../arenas/singular-values/genome.ts'
import { loadedOf, netOf } from '../../arenas/singular-values/loaded.ts'
import { worldOf } from '../../arenas/singular-values/options.ts'
import type { Arena, Evaluator, Strategy } from '../../core/contracts.ts'
import type { Files } from '../../core/files.ts'
import { apply, initialState, isOver, makeOf, propose, record } from '../../core/generation.ts'
import type { RunState } from '../../core/journal.ts'
import { ok, type Cancellation, type Result } from '../../core/result.ts'
import { checkpointsOf, settingsOf, type Job, type Plan } from './plan.ts'

export interface Point {
  readonly generation: number
  readonly evaluations: number
  /** Held-out share of right answers of the mean; where genomes are bred, of the best elite. */
  readonly right: number
}

export interface Outcome {
  readonly job: Job
  /** The first is the adapter as it was trained. */
  readonly points: readonly Point[]
}

export interface Host {
  readonly arena: Arena
  readonly strategies: ReadonlyMap<string, Strategy<unknown>>
  readonly files: Files
  evaluator(job: Job): Evaluator
}

export async function runJob(plan: Plan, job: Job, host: Host, signal: Cancellation): Promise<Result<Outcome>> {
  const strategy = host.strategies.get(job.strategy)
  if (strategy === undefined) throw new Error(`there is no strategy ${job.strategy}`)
  const settings = settingsOf(plan, host.arena, job)
  const make = makeOf(settings, host.arena, strategy)
  const loaded = loadedOf(worldOf(settings.options), host.files)
  const net = netOf(loaded)
  const held = heldExamples(loaded.model)
  const judge = (offsets: Offsets) => shareRight(held, net.answers(joined([offsets]), held))
  const evaluator = host.evaluator(job)
  const last = Math.ceil((settings.evaluations - 1) / plan.population)
  const checkpoints = new Set(checkpointsOf(last))
  const points: Point[] = [{ generation: 0, evaluations: 0, right: judge(zeroOf(settings.options)) }]
  let state = initialState(make)
  while (!isOver(make, state)) {
    const children = propose(make, state)
    const scores = await evaluator.evaluate(children.batch, children.environment, signal)
    if (!scores.ok) return scores
    state = apply(make.shape, state, record(make, state, children, scores.value))
    if (checkpoints.has(state.generation))
      points.push({ generation: state.generation, evaluations: state.evaluations, right: judge(standing(state)) })
  }
  return ok({ job, points })
}

/** Where it stands: the mean, or the best that was kept. */
function standing({ stands = [], elites }: RunState): Offsets {
  const best = elites.reduce((one, other) => ((other.objectives[0] ?? 0) > (one.objectives[0] ?? 0) ? other : one))
  const words = stands.at(-1)?.words ?? best.words
  return new Float32Array(words.slice().buffer)
}
