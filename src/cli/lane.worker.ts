/** The worker thread behind lane.ts: scores slices, one after another. */
import { parentPort } from 'node:worker_threads'
import type { Evaluate } from '../core/contracts.ts'
import { loadArena, loadJudge } from './arenas.ts'
import type { LaneAnswer, LaneRequest } from './lane.ts'

let evaluate: Evaluate<unknown> | null = null
let environment: unknown = null

async function answer(request: LaneRequest): Promise<unknown> {
  switch (request.kind) {
    case 'open': {
      const arena = await loadArena(request.arena)
      if (!arena.ok) throw new Error(arena.fault.message)
      const judge = await loadJudge(arena.value, request.options)
      if (!judge.ok) throw new Error(judge.fault.message)
      evaluate = arena.value.evaluator(request.options, request.files, judge.value)
      return null
    }
    case 'environment':
      environment = request.environment
      return null
    default:
      if (evaluate === null) throw new Error('the lane was not opened')
      return evaluate(request.batch, environment, { aborted: false })
  }
}

parentPort?.on('message', (request: LaneRequest) => {
  const reply = (message: LaneAnswer) => parentPort?.postMessage(message)
  answer(request).then(
    (value) => reply({ id: request.id, value }),
    (error: unknown) => reply({ id: request.id, error: error instanceof Error ? error.message : String(error) }),
  )
})
