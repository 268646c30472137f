/** An elite's ancestors, traced through the births that are kept. */
import type { Make } from '../core/generation.ts'
import type { Birth } from '../core/journal.ts'
import { fail, ok, type Result } from '../core/result.ts'
import type { RunStore } from '../storage/store.ts'
import { fits } from './importing.ts'
import type { OpenRun } from './open-run.ts'
import type { Ancestor, EliteDetail } from './protocol.ts'
import { eliteDetail } from './snapshot.ts'

const MOST_ANCESTORS = 64

/** Who lives in a cell now. */
export function eliteIn(open: OpenRun | null, cell: number): Result<EliteDetail> {
  const birth = open?.runner.state.elites.find((elite) => elite.cell === cell)
  return open === null || birth === undefined
    ? fail('empty-cell', 'Nobody lives in this cell yet.')
    : ok(eliteDetail(open.runner.make, birth))
}

/** The elite itself first, then its parents, theirs, and so on, each once. */
export async function ancestorsOf(
  make: Make,
  id: number,
  fetch: (ids: readonly number[]) => Promise<Result<readonly Birth[]>>,
): Promise<Result<readonly Ancestor[]>> {
  const ancestors: Ancestor[] = []
  const seen = new Set<number>()
  let ids: readonly number[] = [id]
  for (let depth = 0; ids.length > 0 && ancestors.length < MOST_ANCESTORS; depth++) {
    const found = await fetch(ids)
    if (!found.ok) return found
    for (const birth of found.value) seen.add(birth.id)
    ancestors.push(...found.value.map((birth) => ({ ...eliteDetail(make, birth), depth })))
    ids = [...new Set(found.value.flatMap(({ parents }) => parents))].filter((parent) => !seen.has(parent))
  }
  return ok(ancestors.slice(0, MOST_ANCESTORS))
}

/** Births by id as the store has them, and those that live in the archive in any case. */
export async function birthsOf(
  store: RunStore,
  { header, runner }: OpenRun,
  ids: readonly number[],
): Promise<Result<readonly Birth[]>> {
  const stored = await store.births(header.id, ids)
  const known = new Map((stored.ok ? stored.value : []).map((birth) => [birth.id, birth]))
  for (const elite of runner.state.elites) if (ids.includes(elite.id)) known.set(elite.id, elite)
  if (!stored.ok && known.size === 0) return stored
  return ok([...known.values()].filter((birth) => fits(runner.make, birth)))
}
