import type { CatalogueEntry } from '../llm/shelf.ts'

/** One of each pair of twins, which differ in the width of their numbers: the narrow one, where this machine can run it. */
export function withoutTwins(entries: readonly CatalogueEntry[]): readonly CatalogueEntry[] {
  const ids = new Set(entries.map(({ model }) => model))
  return entries.filter(({ needsF16, twin }) => needsF16 || twin === null || !ids.has(twin))
}
