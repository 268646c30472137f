/** What islands at rest come to together, worked out from their exported runs alone. */
import { readFileSync } from 'node:fs'
import { join as joinArchives, type Merged } from '../../src/archives/merged.ts'
import { loadArena, loadStrategy } from '../../src/cli/arenas.ts'
import { makeOf, phaseOf } from '../../src/core/generation.ts'
import { eliteName } from '../../src/core/names.ts'
import { ok, type Result } from '../../src/core/result.ts'
import { frozenEnvironment, judge } from '../../src/engine/frozen.ts'
import { fitState } from '../../src/engine/importing.ts'
import { inlineEvaluator } from '../../src/engine/inline-evaluator.ts'
import { hashOf } from '../../src/engine/merging.ts'
import { Past } from '../../src/engine/past.ts'
import { decodeEvo } from '../../src/storage/import.ts'

export interface ExportedIsland {
  /** On the frozen panel, after the last round that it finished. */
  readonly archive: Merged
  /** Of which islands it took champions in. */
  readonly guestsOf: ReadonlySet<string>
}

export async function readIsland(file: string, name: string): Promise<ExportedIsland> {
  const { header, state: raw, births } = must(decodeEvo(new Uint8Array(readFileSync(file))))
  const arena = must(await loadArena(header.settings.arena))
  const make = makeOf(header.settings, arena, must(await loadStrategy(header.settings.strategy)))
  const state = must(fitState(make, raw, births))
  const openings = state.rounds?.openings ?? []
  // In the middle of a round the others know of the one before.
  const end = phaseOf(make, state).kind === 'on' ? (openings.at(-1) ?? 1) - 1 : state.generation
  const past = new Past(make, () => Promise.resolve(ok(births)), () => openings) // prettier-ignore
  const { ids } = must(await past.at(end, state.elites))
  const known = new Map([...births, ...state.elites].map((birth) => [birth.id, birth]))
  const elites = Array.from(ids).flatMap((id) => known.get(id) ?? [])
  const told = elites.map((elite) => ({ words: elite.words, name: eliteName(elite) }))
  const evaluator = inlineEvaluator(arena, header.settings.options)
  const archive = must(await judge(make, name, told, frozenEnvironment(make), evaluator, { aborted: false }))
  return { archive, guestsOf: new Set((state.rounds?.guests ?? []).map(({ island }) => island)) }
}

/** The hash of the picture that every island should have. */
export const pictureOf = (islands: readonly ExportedIsland[]): string =>
  hashOf(joinArchives(...islands.map(({ archive }) => archive)))

function must<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(result.fault.message)
  return result.value
}
