/** The arena that judges another one's genomes, where it asks for one: loaded with its settings and its language. */
import type { Arena, Judge } from '../core/contracts.ts'
import { checkOptions, type Options } from '../core/options.ts'
import { fail, ok, type Result } from '../core/result.ts'
import type { EmbeddedModels } from '../llm/dialect.ts'

/** Where arenas and their models are found: `src/arenas/discover.ts`, or `src/cli/arenas.ts`. */
export interface Shelves {
  arena(id: string): Promise<Result<Arena>>
  dialects(id: string): Promise<EmbeddedModels | null>
}

/** Undefined where the arena judges by itself. */
export async function findJudge(
  arena: Pick<Arena, 'label' | 'judge'>,
  options: Options,
  shelves: Shelves,
): Promise<Result<Judge | undefined>> {
  const asked = arena.judge?.(options) ?? null
  if (asked === null) return ok(undefined)
  const found = await shelves.arena(asked.arena)
  if (!found.ok) return found
  const bad = (what: string) => fail('no-judge', `${arena.label} is judged by ${found.value.label}, ${what}. Install Evolarium anew.`) // prettier-ignore
  const preset = found.value.presets.find(({ id }) => id === asked.preset)
  if (preset === undefined) return bad(`which has no setting "${asked.preset}"`)
  const set = checkOptions(found.value.options, { ...preset.options, ...asked.options })
  if (!set.ok) return bad(`which answers: ${set.fault.message}`)
  const models = (await shelves.dialects(asked.arena)) ?? []
  const model = models.find(({ fits }) => fits(set.value))
  if (model === undefined) return bad('for whose world there is no language of small models')
  if ((found.value.files?.(set.value) ?? []).length > 0 || (found.value.judge?.(set.value) ?? null) !== null)
    return bad('which would need files or a judge of its own')
  return ok({ arena: found.value, options: set.value, dialect: model.dialect })
}
