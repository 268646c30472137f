import fc from 'fast-check'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { eigen, frechetDistance, gaussianOf, squareRoot } from '../../../src/arenas/diffusion-cache/scenes/frechet.ts'

/** Written by training/shapes-dit/fixtures.py with scipy.linalg.sqrtm. */
const cases = JSON.parse(
  readFileSync(new URL('../../fixtures/diffusion-cache/frechet.json', import.meta.url), 'utf8'),
) as readonly { readonly size: number; readonly a: number[][]; readonly b: number[][]; readonly distance: number }[]

const rowsOf = (count: number, size: number) =>
  fc.array(fc.double({ min: -10, max: 10, noNaN: true }), { minLength: count * size, maxLength: count * size })

describe('the Frechet distance', () => {
  it.each(cases.map((one) => [`${one.a.length} rows of ${one.size}`, one] as const))(
    "[A12] equals SciPy's: %s",
    (_, { size, a, b, distance }) => {
      const mine = frechetDistance(gaussianOf(a.flat(), size), gaussianOf(b.flat(), size))
      // A product without full rank has a root that is good to half the digits only, SciPy's as ours.
      expect(Math.abs(mine - distance)).toBeLessThan((a.length > size ? 1e-7 : 1e-4) * (1 + distance))
    },
  )

  it('[A12] is symmetric, 0 between equals, and the square of how far one was moved', () => {
    fc.assert(
      fc.property(rowsOf(7, 4), rowsOf(9, 4), fc.double({ min: -5, max: 5, noNaN: true }), (x, y, moved) => {
        const [a, b] = [gaussianOf(x, 4), gaussianOf(y, 4)]
        const forth = frechetDistance(a, b)
        expect(forth).toBeGreaterThanOrEqual(0)
        expect(Math.abs(forth - frechetDistance(b, a))).toBeLessThan(1e-5 * (1 + forth))
        expect(frechetDistance(a, a)).toBeLessThan(1e-5)
        const beside = gaussianOf(
          x.map((value) => value + moved),
          4,
        )
        expect(Math.abs(frechetDistance(a, beside) - 4 * moved * moved)).toBeLessThan(1e-4)
      }),
      { numRuns: 200 },
    )
  })

  it('[A12] of one row, of none and of no numbers is answered', () => {
    const [one, none] = [gaussianOf([1, 2], 2), gaussianOf([], 2)]
    expect([...one.covariance, ...none.mean]).toEqual([0, 0, 0, 0, 0, 0])
    expect(frechetDistance(one, none)).toBeCloseTo(5)
    expect(frechetDistance(one, gaussianOf([NaN, 1, 2, 3], 2))).toBeNaN()
    expect(frechetDistance(one, gaussianOf([1, 2, 3], 3))).toBeNaN()
  })

  it('[A12] rests on eigenvectors and roots that are some', () => {
    fc.assert(
      fc.property(rowsOf(6, 5), (rows) => {
        const { covariance } = gaussianOf(rows, 5)
        const { values, vectors } = eigen(covariance, 5)
        const scale = 1e-9 * (1 + Math.max(...covariance.map(Math.abs)))
        const root = squareRoot(covariance, 5)
        for (let i = 0; i < 5; i++)
          for (let j = 0; j < 5; j++) {
            let [again, squared, orthogonal] = [0, 0, 0]
            for (let k = 0; k < 5; k++) {
              again += values[k]! * vectors[i * 5 + k]! * vectors[j * 5 + k]!
              squared += root[i * 5 + k]! * root[k * 5 + j]!
              orthogonal += vectors[k * 5 + i]! * vectors[k * 5 + j]!
            }
            expect(Math.abs(again - covariance[i * 5 + j]!)).toBeLessThan(scale)
            expect(Math.abs(squared - covariance[i * 5 + j]!)).toBeLessThan(scale)
            expect(Math.abs(orthogonal - (i === j ? 1 : 0))).toBeLessThan(1e-9)
          }
      }),
      { numRuns: 200 },
    )
  })
})
