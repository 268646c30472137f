/** The minds that islands may be of: the arena's classical ones, and one for each language model of ours that writes for it. */
import type { Arena, Mind } from '../../core/contracts.ts'
import type { Options } from '../../core/options.ts'
import { fail, ok, type Result } from '../../core/result.ts'
import type { EmbeddedModels } from '../../llm/dialect.ts'

export const MIND_KINDS = ['classical', 'models'] as const
export type MindKind = (typeof MIND_KINDS)[number]

/** Two at least, or why there are none. `models` are all of ours for the arena. */
export function mindsOf(
  kind: MindKind,
  arena: Arena,
  options: Options,
  models: EmbeddedModels,
): Result<readonly Mind[]> {
  const minds =
    kind === 'classical'
      ? (arena.minds?.(options) ?? [])
      : models.filter((model) => model.fits(options)).map((model) => writing(model, arena, options))
  if (minds.length >= 2) return ok(minds)
  const what = kind === 'classical' ? 'classical minds' : 'language models'
  return fail('too-few-minds', `Different minds need two ${what} for this world at least; here ${minds.length === 1 ? 'is one' : 'are none'}.`) // prettier-ignore
}

/** Whatever the model does not write anew is made from nothing. */
const writing = (
  { id, label, summary }: EmbeddedModels[number],
  arena: Arena,
  options: Options,
): Mind => ({
  id,
  label,
  help: summary,
  operators: Object.fromEntries(arena.operators(options).filter(({ arity }) => arity === 0).map((one) => [one.id, 1])),
  models: [id],
}) // prettier-ignore
