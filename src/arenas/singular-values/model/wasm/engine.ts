/** What both networks' engines are: examples are prepared once, then member after member is run on them. */
import type { Adapter, Examples } from '../shape.ts'

export interface Engine {
  /** Most examples that are prepared at once. */
  readonly block: number
  /** Multiplications with matrices so far, for whoever measures. */
  readonly products: number
  /** All that members have in common, of the examples `from` to `from + count`. */
  prepare(examples: Examples, from: number, count: number): void
  /** A member, by its singular values as `memberValues` lays them out. */
  run(values: Float32Array): void
  /** The member's logits of an answer, counting examples from the first that was prepared; valid until the next run. */
  logits(example: number, answer: number): Float32Array
}

/** The adapter of a layer and where its values are among a member's. */
export interface Fit {
  readonly adapter: Adapter
  readonly from: number
}

export function fitsOf(adapters: readonly Adapter[]): ReadonlyMap<string, Fit> {
  let end = 0
  return new Map(
    adapters.map((adapter) => {
      end += 2 * adapter.rank
      return [adapter.name, { adapter, from: end - 2 * adapter.rank }]
    }),
  )
}

/** What has room for a member's part of a matrix. */
export interface Fitted {
  fit(sA: Float32Array, sB: Float32Array): void
}

export const fitted = (to: Fitted, { adapter: { rank }, from }: Fit, values: Float32Array): void =>
  to.fit(values.subarray(from, from + rank), values.subarray(from + rank, from + 2 * rank))
