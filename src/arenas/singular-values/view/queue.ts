/** Which generation's mean is judged next on held-out examples: the newest, then the middle of the widest gap, so that the curve is whole early. */
import type { Stand } from '../../../core/journal.ts'

/** A curve of so many points is fine enough. */
export const POINTS = 48

export function nextStand(stands: readonly Stand[], known: ReadonlyMap<number, number>): Stand | null {
  const newest = stands.at(-1)
  if (newest === undefined) return null
  if (!known.has(newest.generation)) return newest
  if (known.size >= POINTS) return null
  let from = -1
  let widest = { from: 0, length: 0 }
  for (let at = 0; at < stands.length; at++) {
    if (!known.has(stands[at]?.generation ?? -1)) continue
    if (at - from - 1 > widest.length) widest = { from, length: at - from - 1 }
    from = at
  }
  if (widest.length === 0) return null
  return stands[widest.from + Math.ceil(widest.length / 2)] ?? null
}
