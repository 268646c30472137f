/** The worker thread behind lane.ts: scores slices, one after another. */
import { parentPort } from 'node:worker_threads'
import { LaneHost } from '../engine/lane.ts'
import { loadArena, loadJudge } from './arenas.ts'
import type { LaneAnswer, LaneRequest } from './lane.ts'

const lane = new LaneHost({ loadArena, loadJudge })

async function answer(request: LaneRequest): Promise<unknown> {
  switch (request.kind) {
    case 'open': {
      const opened = await lane.open(request.arena, request.options, request.files)
      if (!opened.ok) throw new Error(opened.fault.message)
      return null
    }
    case 'environment':
      return lane.setEnvironment(request.environment)
    case 'draft':
      return lane.draft(request.batch)
    default:
      return lane.evaluate(request.batch)
  }
}

parentPort?.on('message', (request: LaneRequest) => {
  const reply = (message: LaneAnswer) => parentPort?.postMessage(message)
  answer(request).then(
    (value) => reply({ id: request.id, value }),
    (error: unknown) => reply({ id: request.id, error: error instanceof Error ? error.message : String(error) }),
  )
})
