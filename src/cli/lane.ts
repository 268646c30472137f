/** A lane of the CPU pool as a Node worker thread; the other end is lane.worker.ts. */
import { Worker } from 'node:worker_threads'
import type { GenomeBatch, Scores } from '../core/batch.ts'
import { NO_FILES, type Files } from '../core/files.ts'
import type { Options } from '../core/options.ts'
import type { Lane } from '../engine/cpu-pool.ts'

export type LaneRequest =
  | {
      readonly id: number
      readonly kind: 'open'
      readonly arena: string
      readonly options: Options
      readonly files: Files
    }
  | { readonly id: number; readonly kind: 'environment'; readonly environment: unknown }
  | { readonly id: number; readonly kind: 'evaluate' | 'draft'; readonly batch: GenomeBatch }
export type LaneAnswer =
  { readonly id: number; readonly value: unknown } | { readonly id: number; readonly error: string }

type Unnumbered<T> = T extends unknown ? Omit<T, 'id'> : never

export function startNodeLane(arena: string, options: Options, files: Files = NO_FILES): Lane {
  const worker = new Worker(new URL('./lane.worker.mjs', import.meta.url))
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>()
  let last = 0
  const breakAll = (error: Error) => {
    for (const { reject } of waiting.values()) reject(error)
    waiting.clear()
  }
  worker.on('error', breakAll)
  worker.on('exit', () => breakAll(new Error('the lane ended')))
  worker.on('message', (answer: LaneAnswer) => {
    const call = waiting.get(answer.id)
    waiting.delete(answer.id)
    if ('error' in answer) call?.reject(new Error(answer.error))
    else call?.resolve(answer.value)
  })
  const ask = (request: Unnumbered<LaneRequest>) =>
    new Promise<unknown>((resolve, reject) => {
      const id = ++last
      waiting.set(id, { resolve, reject })
      worker.postMessage({ ...request, id })
    })
  const opened = ask({ kind: 'open', arena, options, files })
  opened.catch(() => undefined)
  return {
    async setEnvironment(environment) {
      await opened
      await ask({ kind: 'environment', environment })
    },
    evaluate: (batch) => ask({ kind: 'evaluate', batch }) as Promise<Scores>,
    draft: (batch) => ask({ kind: 'draft', batch }) as Promise<readonly unknown[]>,
    dispose: () => void worker.terminate(),
  }
}
