/**
 * The Frechet distance of two Gaussians, as it is taken of the features of pictures (Heusel et al. 2017, section 4):
 * |m1 - m2|^2 + tr(C1 + C2 - 2 (C1 C2)^(1/2)).
 */

export interface Gaussian {
  /** Numbers that are described (n). */
  readonly size: number
  /** n. */
  readonly mean: Float64Array
  /** n x n, row by row, symmetric. */
  readonly covariance: Float64Array
}

/** Mean and covariance (divided by count - 1) of rows of `size` numbers; of one row the covariance is 0. */
export function gaussianOf(rows: ArrayLike<number>, size: number): Gaussian {
  const count = Math.floor(rows.length / size)
  const mean = new Float64Array(size)
  const covariance = new Float64Array(size * size)
  const at = (row: number, column: number) => rows[row * size + column] ?? 0
  for (let row = 0; row < count; row++) for (let i = 0; i < size; i++) mean[i] = (mean[i] ?? 0) + at(row, i) / count
  for (let row = 0; row < count && count > 1; row++)
    for (let i = 0; i < size; i++) {
      const beside = (at(row, i) - (mean[i] ?? 0)) / (count - 1)
      for (let j = 0; j < size; j++)
        covariance[i * size + j] = (covariance[i * size + j] ?? 0) + beside * (at(row, j) - (mean[j] ?? 0))
    }
  return { size, mean, covariance }
}

/** Squared, as is the custom; 0 or more. NaN where a number is none. */
export function frechetDistance(a: Gaussian, b: Gaussian): number {
  const { size } = a
  const finite = [a.mean, b.mean, a.covariance, b.covariance].every((values) => values.every(Number.isFinite))
  if (!finite || b.size !== size) return NaN
  // The root of C1 C2 has the trace of the root of the symmetric C1^(1/2) C2 C1^(1/2), whose eigenvalues are real.
  const root = squareRoot(a.covariance, size)
  const between = product(product(root, b.covariance, size), root, size)
  const shared = eigen(symmetric(between, size), size).values.reduce((sum, value) => sum + rootOf(value), 0)
  let apart = 0
  for (let i = 0; i < size; i++)
    apart +=
      ((a.mean[i] ?? 0) - (b.mean[i] ?? 0)) ** 2 + (a.covariance[i * size + i] ?? 0) + (b.covariance[i * size + i] ?? 0)
  return Math.max(0, apart - 2 * shared)
}

/** Of a covariance from few rows some eigenvalues are 0, and a little less by rounding. */
const rootOf = (value: number) => Math.sqrt(Math.max(0, value))

/** The symmetric root of a symmetric matrix without negative eigenvalues. */
export function squareRoot(matrix: Float64Array, size: number): Float64Array {
  const { values, vectors } = eigen(matrix, size)
  const root = new Float64Array(size * size)
  for (let k = 0; k < size; k++) {
    const scale = rootOf(values[k] ?? 0)
    for (let i = 0; i < size; i++)
      for (let j = 0; j < size; j++)
        root[i * size + j] =
          (root[i * size + j] ?? 0) + scale * (vectors[i * size + k] ?? 0) * (vectors[j * size + k] ?? 0)
  }
  return root
}

const SWEEPS = 30

/**
 * Eigenvalues and eigenvectors (columns) of a symmetric matrix, by Jacobi's rotations (Golub and Van Loan, 8.5): each makes
 * one number beside the diagonal 0. Bounded: 32 x 32 takes about eight sweeps.
 */
export function eigen(matrix: Float64Array, size: number): { values: Float64Array; vectors: Float64Array } {
  const m = Float64Array.from(matrix)
  const vectors = new Float64Array(size * size)
  for (let i = 0; i < size; i++) vectors[i * size + i] = 1
  const total = m.reduce((sum, value) => sum + value * value, 0)
  for (let sweep = 0; sweep < SWEEPS && beside(m, size) > 1e-30 * total; sweep++)
    for (let p = 0; p < size; p++) for (let q = p + 1; q < size; q++) rotate(m, vectors, size, p, q)
  return { values: Float64Array.from({ length: size }, (_, i) => m[i * size + i] ?? 0), vectors }
}

/** Squares of what is not on the diagonal. */
const beside = (m: Float64Array, size: number) =>
  m.reduce((sum, value, at) => (at % (size + 1) === 0 ? sum : sum + value * value), 0)

function rotate(m: Float64Array, vectors: Float64Array, size: number, p: number, q: number): void {
  const off = m[p * size + q] ?? 0
  if (off === 0) return
  const half = ((m[q * size + q] ?? 0) - (m[p * size + p] ?? 0)) / (2 * off)
  const tangent = Math.sign(half || 1) / (Math.abs(half) + Math.sqrt(half * half + 1))
  const cos = 1 / Math.sqrt(tangent * tangent + 1)
  const sin = tangent * cos
  const turn = (values: Float64Array, first: number, second: number) => {
    const [x, y] = [values[first] ?? 0, values[second] ?? 0]
    values[first] = cos * x - sin * y
    values[second] = sin * x + cos * y
  }
  for (let k = 0; k < size; k++) turn(m, k * size + p, k * size + q)
  for (let k = 0; k < size; k++) turn(m, p * size + k, q * size + k)
  for (let k = 0; k < size; k++) turn(vectors, k * size + p, k * size + q)
}

function product(a: Float64Array, b: Float64Array, size: number): Float64Array {
  const out = new Float64Array(size * size)
  for (let i = 0; i < size; i++)
    for (let k = 0; k < size; k++) {
      const scale = a[i * size + k] ?? 0
      for (let j = 0; j < size; j++) out[i * size + j] = (out[i * size + j] ?? 0) + scale * (b[k * size + j] ?? 0)
    }
  return out
}

/** Without what rounding made different on both sides of the diagonal. */
const symmetric = (m: Float64Array, size: number) =>
  m.map((value, at) => (value + (m[(at % size) * size + Math.floor(at / size)] ?? 0)) / 2)
