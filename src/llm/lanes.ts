/** Writing several requests side by side, for models that can. */
import { ok, type Result } from '../core/result.ts'
import type { Generated, GenerateRequest } from './contracts.ts'
import { notBegun } from './tally.ts'

/**
 * Hands the requests to `write`, so many at a time, and gives the answers in order. The first fault stops the others and is
 * the answer. `write` never rejects and heeds its signal.
 */
export async function inLanes(
  lanes: number,
  requests: readonly GenerateRequest[],
  signal: AbortSignal,
  write: (request: GenerateRequest, index: number, signal: AbortSignal) => Promise<Result<Generated>>,
): Promise<Result<readonly Generated[]>> {
  const began = performance.now()
  const answers: Generated[] = requests.map(() => notBegun)
  const stop = new AbortController()
  const onAbort = () => stop.abort()
  signal.addEventListener('abort', onAbort, { once: true })
  if (signal.aborted) stop.abort()
  let fault: Result<never> | null = null
  let next = 0
  const lane = async () => {
    for (let index = next++; !stop.signal.aborted; index = next++) {
      const request = requests[index]
      if (request === undefined) return
      const answer = await write(request, index, stop.signal)
      if (answer.ok) answers[index] = answer.value
      else {
        fault ??= answer
        stop.abort()
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(lanes, requests.length) }, lane))
  signal.removeEventListener('abort', onAbort)
  const ms = (performance.now() - began) / Math.max(1, requests.length)
  return fault ?? ok(answers.map((answer) => ({ ...answer, ms })))
}
