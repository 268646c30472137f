/** Which generation's mean is judged next on held-out examples: the newest, then the middle of the widest gap, so that the curve is whole early. */
import type { Stand } from '../../../core/journal.ts'

/** Held-out share of right answers by generation. */
export type Held = ReadonlyMap<number, number>
export const NONE_HELD: Held = new Map()

export const withHeld = (held: Held, generation: number, right: number): Held => new Map([...held, [generation, right]])

/** Those of generations that are still told of; the same object where that is all of them. */
export function heldAmong(held: Held, stands: readonly Stand[]): Held {
  const told = new Set(stands.map(({ generation }) => generation))
  const kept = [...held].filter(([generation]) => told.has(generation))
  return kept.length === held.size ? held : new Map(kept)
}

/** A curve of so many points is fine enough. */
export const POINTS = 48

export function nextStand(stands: readonly Stand[], known: Held): Stand | null {
  const newest = stands.at(-1)
  if (newest === undefined) return null
  if (!known.has(newest.generation)) return newest
  if (known.size >= POINTS) return null
  // On the axis of the curve, which is of the logarithm: the first generations are told apart first.
  const places = stands.map(({ generation }) => Math.log1p(generation))
  let from = -1
  let widest = { from: 0, to: 0, width: -1 }
  for (let at = 0; at < stands.length; at++) {
    if (!known.has(stands[at]?.generation ?? -1)) continue
    const width = (places[at] ?? 0) - (places[from] ?? 0)
    if (at - from > 1 && width > widest.width) widest = { from, to: at, width }
    from = at
  }
  if (widest.width < 0) return null
  const middle = (places[widest.from] ?? 0) + widest.width / 2
  const between = stands.slice(widest.from + 1, widest.to)
  const far = ({ generation }: Stand) => Math.abs(Math.log1p(generation) - middle)
  return between.reduce((best, stand) => (far(stand) < far(best) ? stand : best))
}
