/** Asks a server which models it has: from a worker, because the page itself may speak to nobody. */
import { startLlm } from '../engine/supervisor.ts'
import type { Result } from '../core/result.ts'

export async function listModels(url: string, key: string): Promise<Result<readonly string[]>> {
  const models = startLlm()
  const listed = await models.listModels(url, key)
  models.dispose()
  return listed
}
