/** The language models of a run on the command line: which there are, and the desk that asks them. */
import type { Make } from '../../core/generation.ts'
import type { RunState } from '../../core/journal.ts'
import { fail, ok, type Result } from '../../core/result.ts'
import { Desk } from '../../engine/desk.ts'
import { loadDialects } from '../arenas.ts'
import { nodeModels } from '../node-models.ts'

/** Ids that can write for this world, or what is wrong with the first that cannot. */
export async function checkModels(make: Make, ids: readonly string[]): Promise<Result<readonly string[]>> {
  const { arena, settings } = make
  const models = (await loadDialects(arena.id)) ?? []
  for (const id of ids) {
    const model = models.find((one) => one.id === id)
    if (model === undefined) {
      const there = models.map((one) => one.id).join(', ')
      return fail('no-model', `There is no model "${id}" of ours for ${arena.label}; there is ${there || 'none'}.`)
    }
    if (!model.fits(settings.options))
      return fail('model-misfit', `${id} does not write for this world (${settings.preset}): ${model.summary}`)
  }
  return ok(ids)
}

/** Models that wrote for a run so far: those that are ours, and those that a run of the command line cannot have. */
export async function modelsOf(
  { arena }: Make,
  state: RunState,
): Promise<{ readonly ours: readonly string[]; readonly others: readonly string[] }> {
  const known = new Set(((await loadDialects(arena.id)) ?? []).map(({ id }) => id))
  const all = [...new Set((state.models?.tallies ?? []).map(({ model }) => model))]
  return { ours: all.filter((id) => known.has(id)), others: all.filter((id) => !known.has(id)) }
}

/** A desk with these models loaded. `say` is told what is wrong with one, once. */
export async function deskWith(
  make: Make,
  ids: readonly string[],
  state: () => RunState,
  say: (sentence: string) => void,
): Promise<Result<Desk>> {
  const told = new Set<string>()
  const desk: Desk = new Desk(make, {
    door: nodeModels(),
    state,
    sharesGpu: () => false,
    changed() {
      for (const { model, state: now, note } of desk.statuses()) {
        if (now !== 'failed' || told.has(note)) continue
        told.add(note)
        say(`${model}: ${note}`)
      }
    },
  })
  for (const model of ids) {
    const loaded = await desk.plug({ adapter: 'embedded', arena: make.arena.id, model, engine: 'cpu' })
    if (!loaded.ok) return loaded
  }
  return ok(desk)
}

/** What models did for a run, in one line; empty where there were none. */
export function tallyLine(state: RunState): string {
  return (state.models?.tallies ?? [])
    .map(({ model, kind, completions, novel, opened, improved, tokens, ms }) => {
      const speed = ms > 0 ? `, ${Math.round((tokens * 1000) / ms)} tokens/s` : ''
      return `${model}/${kind}: ${novel} children of ${completions} texts, ${opened} new kinds, ${improved} better elites${speed}`
    })
    .join('\n')
}
