/** The model behind the page, as a page would have it. */
import type { StudioApi } from '../../src/arenas/singular-values/studio.ts'
import createWorkshop from '../../src/arenas/singular-values/workshop.ts'
import type { Options } from '../../src/core/options.ts'
import type { Result } from '../../src/core/result.ts'
import { singularFiles } from './singular.ts'

export async function studioOf(options: Options): Promise<StudioApi> {
  const made = await createWorkshop(singularFiles, options)
  if (!made.ok) throw new Error(made.fault.message)
  return made.value as unknown as StudioApi
}
/** Throws what went wrong. */
export const valueOf = <T>(result: Result<T>): T => {
  if (!result.ok) throw new Error(result.fault.message)
  return result.value
}
