/** A network with what training added in its own weights, and in floats, whatever precision they were rounded to. */
import type { Change } from './decompose.ts'
import { withLinears, type Network } from './network.ts'

/** Sums are of 64 bits in one order, then rounded to 32. */
export function trained(network: Network, changes: readonly Change[]): Network {
  const byName = new Map(changes.map((change) => [change.name, change]))
  return withLinears(network, 'f32', (linear) => {
    const { rows, columns } = linear.weight
    const sums = Float64Array.from(linear.weight.values)
    const change = byName.get(linear.name)
    if (change !== undefined) add(sums, change)
    return { ...linear, weight: { rows, columns, values: Float32Array.from(sums), quantised: null } }
  })
}

function add(sums: Float64Array, change: Change): void {
  if ('delta' in change) return change.delta.values.forEach((value, at) => (sums[at]! += value))
  const { a, b } = change
  for (let row = 0; row < b.rows; row++)
    for (let j = 0; j < a.rows; j++) {
      const share = b.values[row * a.rows + j]!
      for (let column = 0; column < a.columns; column++) sums[row * a.columns + column]! += share * a.values[j * a.columns + column]!
    }
} // prettier-ignore
