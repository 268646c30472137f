/**
 * Random numbers with a visible state. Everything random in a run comes from one `Rng`, so the run is a function of its
 * seed. The generator is xoroshiro128+ (Blackman & Vigna 2018) from pure-rand.
 */
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64'
import { uniformInt } from 'pure-rand/distribution/uniformInt'
import { xoroshiro128plus, xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus'

/** Four 32-bit integers; a plain value, to be journalled. */
export type RngState = readonly number[]

export interface Rng {
  /** Uniform integer in 0..n-1; `n` >= 1. */
  int(n: number): number
  /** Uniform in [0, 1). */
  unit(): number
  /** True with probability `p`. */
  chance(p: number): boolean
  /** One of `items`, uniformly. Throws on an empty list: that is a bug of the caller. */
  pick<T>(items: readonly T[]): T
  /** An index drawn in proportion to `weights` (>= 0, at least one > 0). */
  weighted(weights: readonly number[]): number
  /** The state, to be continued from by {@link rngFrom}. */
  state(): RngState
}

export const rng = (seed: number): Rng => wrap(xoroshiro128plus(seed))
export const rngFrom = (state: RngState): Rng => wrap(xoroshiro128plusFromState([...state]))

/** A seed for an independent stream, such as one environment's positions. FNV-1a over the parts. */
export function deriveSeed(...parts: readonly (number | string)[]): number {
  let hash = 0x811c9dc5
  for (const char of parts.join('/')) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193)
  return hash | 0
}

function wrap(generator: ReturnType<typeof xoroshiro128plus>): Rng {
  const unit = () => uniformFloat64(generator)
  const int = (n: number) => uniformInt(generator, 0, n - 1)
  return {
    int,
    unit,
    chance: (p) => unit() < p,
    pick(items) {
      const item = items[int(items.length)]
      if (item === undefined) throw new Error('Rng.pick: the list is empty')
      return item
    },
    weighted(weights) {
      let rest = unit() * weights.reduce((sum, weight) => sum + weight, 0)
      for (let index = 0; index < weights.length; index++) {
        rest -= weights[index] ?? 0
        if (rest < 0) return index
      }
      return weights.findLastIndex((weight) => weight > 0)
    },
    state: () => [...generator.getState()],
  }
}
