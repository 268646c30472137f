/**
 * A member as a model of its own: what its adapters say is added to the base, W0 + U diag(sB) M diag(sA) V, so that whatever runs the
 * base runs the member. `reference.ts` has the formula in its factors.
 */
import type { Layer, Linear, Weights } from '../../../llm/transformer/weights.ts'
import { memberValues } from './decompose.ts'
import type { Adapter } from './shape.ts'

const PARTS = ['query', 'key', 'value', 'output'] as const
const NO_BYTES = new Int8Array(0)
const NO_SCALE = new Float32Array(0)

/**
 * For engines that calculate with `values`: matrices that were changed have no bytes and no scales (llm/transformer/saving.ts makes them again).
 * Sums are of 64 bits in one order, then rounded to 32.
 */
export function merged(base: Weights, adapters: readonly Adapter[], genome: ArrayLike<number>): Weights {
  const values = memberValues(adapters, genome)
  const changes = new Map<string, Float64Array>()
  let from = 0
  for (const adapter of adapters) {
    const { rank } = adapter
    changes.set(adapter.name, changeOf(adapter, values.subarray(from, from + rank), values.subarray(from + rank, from + 2 * rank))) // prettier-ignore
    from += 2 * rank
  }
  return { ...base, layers: base.layers.map((layer, at) => changedLayer(layer, at, changes)) }
}

function changedLayer(layer: Layer, at: number, changes: ReadonlyMap<string, Float64Array>): Layer {
  const [query, key, value, output] = PARTS.map((part) => changed(layer.attention[part], changes.get(`layers.${at}.attention.${part}`))) as [Linear, Linear, Linear, Linear] // prettier-ignore
  return { ...layer, attention: { query, key, value, output } }
}

function changed({ weight, bias }: Linear, change: Float64Array | undefined): Linear {
  if (change === undefined) return { weight, bias }
  const values = Float32Array.from(weight.values, (value, at) => value + change[at]!)
  return { weight: { ...weight, quantised: NO_BYTES, scale: NO_SCALE, values }, bias }
}

/** outputs x inputs, by way of the thin product diag(sB) M diag(sA) V. */
function changeOf({ rank, u, m, v }: Adapter, sA: Float32Array, sB: Float32Array): Float64Array {
  const { columns } = v
  const thin = new Float64Array(rank * columns)
  for (let j = 0; j < rank; j++)
    for (let i = 0; i < rank; i++) {
      const between = sB[j]! * m.values[j * rank + i]! * sA[i]!
      for (let column = 0; column < columns; column++) thin[j * columns + column]! += between * v.values[i * columns + column]!
    }
  const change = new Float64Array(u.rows * columns)
  for (let row = 0; row < u.rows; row++)
    for (let j = 0; j < rank; j++) {
      const share = u.values[row * rank + j]!
      for (let column = 0; column < columns; column++) change[row * columns + column]! += share * thin[j * columns + column]!
    }
  return change
} // prettier-ignore
