/** Which models a server has, for the picker. */
import { ok, type Result } from '../../core/result.ts'
import { parseAddress } from './address.ts'
import { badKey, isKey, PATIENCE, Server } from './server.ts'

/** Names of the models at an address; the key is used and forgotten. */
export async function listModels(url: string, key = '', stallMs = 10_000): Promise<Result<readonly string[]>> {
  const address = parseAddress(url)
  if (!address.ok) return address
  if (!isKey(key)) return badKey
  const server = new Server(address.value, 'of this name', key.trim(), { ...PATIENCE, stallMs })
  const models = await server.models(new AbortController().signal)
  return models.ok ? ok(models.value.map(({ id }) => id)) : models
}
