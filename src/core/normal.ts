/** Standard normal numbers from uniform ones (Box & Muller 1958), the same to the last bit on every machine. */
import { log, sinCos } from './exact.ts'
import type { Rng } from './rng.ts'

/** Fills `target` with independent standard normal numbers and returns it. Draws two uniform ones for each two. */
export function fillNormal(target: Float64Array, rng: Rng): Float64Array {
  for (let at = 0; at < target.length; at += 2) {
    // 1 - [0, 1) is never 0, which has no logarithm.
    const [one, other] = boxMuller(1 - rng.unit(), rng.unit())
    target[at] = one
    if (at + 1 < target.length) target[at + 1] = other
  }
  return target
}

/** Two independent normal numbers from `u` in (0, 1] and `v` in [0, 1]. */
export function boxMuller(u: number, v: number): readonly [number, number] {
  const radius = Math.sqrt(-2 * log(u))
  const { sin, cos } = sinCos(2 * Math.PI * v)
  return [radius * cos, radius * sin]
}
