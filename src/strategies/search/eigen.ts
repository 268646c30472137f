/** Principal axes of a symmetric matrix. */
import { EigenvalueDecomposition, Matrix } from 'ml-matrix'

export interface Eigen {
  /** Rising. */
  readonly values: Float64Array
  /** Column k, `vectors[i * size + k]`, is the unit vector of value k. */
  readonly vectors: Float64Array
}

/**
 * `lower` is the lower triangle, row by row. ml-matrix goes Householder's way to a tridiagonal matrix, then implicit QL; all it takes
 * is + - * / and square roots, so that the result is the same to the last bit on every machine.
 */
export function eigenOf(size: number, lower: ArrayLike<number>): Eigen {
  const matrix = new Matrix(size, size)
  for (let i = 0, at = 0; i < size; i++)
    for (let j = 0; j <= i; j++, at++) {
      matrix.set(i, j, lower[at] ?? 0)
      matrix.set(j, i, lower[at] ?? 0)
    }
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(matrix, { assumeSymmetric: true })
  return { values: Float64Array.from(realEigenvalues), vectors: Float64Array.from(eigenvectorMatrix.to1DArray()) }
}
