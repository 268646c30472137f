import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  decompose,
  genomeLength,
  materialised,
  memberValues,
  randomLike,
  type Change,
} from '../../../src/arenas/singular-values/model/decompose.ts'
import type { Adapter, Matrix } from '../../../src/arenas/singular-values/model/shape.ts'
import { rng } from '../../../src/core/rng.ts'

function drawn(rows: number, columns: number, seed: number): Matrix {
  const random = rng(seed)
  return { rows, columns, values: Float32Array.from({ length: rows * columns }, () => 2 * random.unit() - 1) }
}

function times(b: Matrix, a: Matrix): Float64Array {
  const product = new Float64Array(b.rows * a.columns)
  for (let row = 0; row < b.rows; row++)
    for (let column = 0; column < a.columns; column++)
      for (let i = 0; i < a.rows; i++) product[row * a.columns + column]! += b.values[row * b.columns + i]! * a.values[i * a.columns + column]! // prettier-ignore
  return product
}

const sizeOf = (values: ArrayLike<number>): number => Math.sqrt(Array.from(values).reduce((sum, value) => sum + value * value, 0)) // prettier-ignore
const apart = (x: ArrayLike<number>, y: ArrayLike<number>): number => sizeOf(Array.from(x, (value, i) => value - y[i]!))
const restored = (adapter: Adapter): Float64Array => materialised(adapter, adapter.sA, adapter.sB)

/** How far rows of a matrix, or its columns, are from being of length 1 and at right angles. */
function crooked({ rows, columns, values }: Matrix, by: 'rows' | 'columns'): number {
  const count = by === 'rows' ? rows : columns
  const at = (one: number, i: number) => values[by === 'rows' ? one * columns + i : i * columns + one]!
  let most = 0
  for (let one = 0; one < count; one++)
    for (let other = 0; other < count; other++) {
      let sum = 0
      for (let i = 0; i < (rows * columns) / count; i++) sum += at(one, i) * at(other, i)
      most = Math.max(most, Math.abs(sum - Number(one === other)))
    }
  return most
}

const sizes = fc.record({ outputs: fc.integer({ min: 4, max: 40 }), inputs: fc.integer({ min: 4, max: 40 }), rank: fc.integer({ min: 1, max: 4 }), seed: fc.integer() }) // prettier-ignore

describe('adapters', () => {
  it('[U1] multiply back to the change that they were made of, by factors or as a whole', () => {
    fc.assert(
      fc.property(sizes, fc.constantFrom('factors' as const, 'product' as const), ({ outputs, inputs, rank, seed }, form) => {
        const change = { name: 'x', a: drawn(rank, inputs, seed), b: drawn(outputs, rank, seed + 1) }
        const [adapter] = decompose([change], form, 1) as [Adapter]
        const product = times(change.b, change.a)
        expect(apart(restored(adapter), product)).toBeLessThan(1e-6 * sizeOf(product))
        expect(crooked(adapter.v, 'rows')).toBeLessThan(1e-6)
        expect(crooked(adapter.u, 'columns')).toBeLessThan(1e-6)
        for (const values of [adapter.sA, adapter.sB])
          expect([...values]).toEqual([...values].sort((x, y) => y - x))
        expect([...adapter.sA, ...adapter.sB].every((value) => value >= 0)).toBe(true)
        expect(adapter.unitB === 0).toBe(form === 'product')
      }),
    ) // prettier-ignore
  })

  it.each([[10, 196], [196, 10], [7, 7], [1, 5]])('[U1] of a change of %i x %i without factors have its lesser side as rank', (outputs, inputs) => {
    const delta = drawn(outputs, inputs, 5)
    for (const form of ['factors', 'product'] as const) {
      const [adapter] = decompose([{ name: 'x', delta }], form, 1) as [Adapter]
      expect([adapter.rank, adapter.u.rows, adapter.v.columns, adapter.unitB]).toEqual([Math.min(outputs, inputs), outputs, inputs, 0])
      expect(apart(restored(adapter), delta.values)).toBeLessThan(1e-6 * sizeOf(delta.values))
    }
  }) // prettier-ignore

  it('[U1] of a change of nothing, or of less rank than it may have, are those of what there is', () => {
    const nothing = { name: 'x', a: drawn(3, 8, 1), b: { rows: 6, columns: 3, values: new Float32Array(18) } }
    const flat: Matrix = { rows: 6, columns: 8, values: Float32Array.from({ length: 48 }, (_, i) => (1 + Math.floor(i / 8)) * ((i % 8) - 3)) } // prettier-ignore
    for (const form of ['factors', 'product'] as const) {
      const [one, other] = decompose([nothing, { name: 'y', delta: flat }], form, 1) as [Adapter, Adapter]
      expect(sizeOf(restored(one))).toBeLessThan(1e-7)
      expect(apart(restored(other), flat.values)).toBeLessThan(1e-5)
      expect([...other.sA.subarray(1)].every((value) => value < 1e-5)).toBe(true)
    }
    const [alone] = decompose([nothing], 'factors', 1) as [Adapter]
    expect(alone.unitB).toBe(1)
  })

  it('[U2] search the largest values, floor(alpha rank) of each factor and at least one', () => {
    const changes: Change[] = [2, 4, 8].map((rank) => ({
      name: `r${rank}`,
      a: drawn(rank, 12, rank),
      b: drawn(9, rank, 7),
    }))
    const genesAt = (alpha: number) => decompose(changes, 'factors', alpha).map(({ genes }) => genes)
    expect(genesAt(1)).toEqual([2, 4, 8])
    expect(genesAt(0.5)).toEqual([1, 2, 4])
    expect(genesAt(0.1)).toEqual([1, 1, 1])
    const ten = { name: 'ten', a: drawn(10, 12, 3), b: drawn(11, 10, 4) }
    expect([...Array(10).keys()].map((tenths) => decompose([ten], 'product', (tenths + 1) / 10)[0]!.genes)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]) // prettier-ignore
    expect(genomeLength(decompose(changes, 'factors', 0.5))).toBe(14)
    expect(genomeLength(decompose(changes, 'product', 0.5))).toBe(7)
  })

  it("[U2] have one unit for each kind of factor, the network's mean value; an offset of 1 adds it", () => {
    const changes = [4, 2].map((rank) => ({ name: `r${rank}`, a: drawn(rank, 12, rank), b: drawn(9, rank, 7) }))
    const adapters = decompose(changes, 'factors', 0.5)
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
    for (const { unitA, unitB } of adapters) {
      expect(unitA).toBeCloseTo(mean(adapters.flatMap(({ sA }) => [...sA])), 5)
      expect(unitB).toBeCloseTo(mean(adapters.flatMap(({ sB }) => [...sB])), 5)
    }
    const start = memberValues(adapters, new Float32Array(6))
    expect([...start]).toEqual(adapters.flatMap(({ sA, sB }) => [...sA, ...sB]))
    // Genes: two of A and two of B of the first, then one and one of the second.
    const places = [[0, 'unitA'], [1, 'unitA'], [4, 'unitB'], [5, 'unitB'], [8, 'unitA'], [10, 'unitB']] as const // prettier-ignore
    places.forEach(([place, unit], gene) => {
      const moved = memberValues(
        adapters,
        Float32Array.from({ length: 6 }, (_, at) => Number(at === gene)),
      )
      moved.forEach((value, at) => expect(value - start[at]!).toBeCloseTo(at === place ? adapters[0]![unit] : 0, 5))
    })
  })

  it('[U3] of random directions are as large as those that they stand for, and follow from the seed', () => {
    const changes: Change[] = [{ name: 'x', a: drawn(4, 12, 1), b: drawn(9, 4, 2) }, { name: 'y', delta: drawn(10, 30, 3) }] // prettier-ignore
    const random = randomLike(changes, 5)
    expect(randomLike(changes, 5)).toEqual(random)
    const matrices = (of: readonly Change[]) => of.flatMap((one) => ('delta' in one ? [one.delta] : [one.a, one.b]))
    matrices(random).forEach((matrix, at) => {
      const own = matrices(changes)[at]!
      expect([matrix.rows, matrix.columns]).toEqual([own.rows, own.columns])
      expect(sizeOf(matrix.values)).toBeCloseTo(sizeOf(own.values), 4)
      expect(apart(matrix.values, own.values)).toBeGreaterThan(0.5 * sizeOf(own.values))
      expect(apart(matrix.values, matrices(randomLike(changes, 6))[at]!.values)).toBeGreaterThan(0.5 * sizeOf(own.values)) // prettier-ignore
    })
  })
})
