/** Examples of a batch by a seed. */
import { rng } from '../../../core/rng.ts'

/** `count` different numbers of 0..all-1 in random order; all of them where there are no more. */
export function drawn(all: number, count: number, seed: number): Int32Array {
  const random = rng(seed)
  const rows = Int32Array.from({ length: all }, (_, at) => at)
  const few = Math.min(all, count)
  for (let at = 0; at < few; at++) {
    const other = at + random.int(all - at)
    const row = rows[at]!
    rows[at] = rows[other]!
    rows[other] = row
  }
  return rows.slice(0, few)
}
