/**
 * Adapters from what training changed. A change B A of thin factors is decomposed factor by factor (ESSA, arXiv 2507.04453,
 * Algorithm 1) or as a whole; a change without factors as a whole (appendix E there).
 *
 * The decomposition is ml-matrix's (JAMA's algorithm, by Householder's reflections and the QR iteration): additions,
 * multiplications, divisions and square roots alone, so that it is the same to the last bit in every browser.
 */
import { Matrix as Dense, SingularValueDecomposition } from 'ml-matrix'
import { deriveSeed, rng } from '../../../core/rng.ts'
import { genesOf, type Adapter, type Matrix } from './shape.ts'

/** What was added to the matrix `name`. */
export type Change = Factors | Whole
export interface Factors {
  readonly name: string
  /** rank x inputs. */
  readonly a: Matrix
  /** outputs x rank; the rank is at most the inputs and at most the outputs. */
  readonly b: Matrix
}
export interface Whole {
  readonly name: string
  /** outputs x inputs. */
  readonly delta: Matrix
}

/** `factors`: values of both factors are searched; `product`: those of their product. */
export type Form = 'factors' | 'product'

/** U diag(s) V, s falling: outputs x rank, rank, rank x inputs; rank is the lesser of outputs and inputs. */
interface Decomposition {
  readonly u: Dense
  readonly s: readonly number[]
  readonly v: Dense
}

/**
 * Adapters of a network, in the order of its changes. `alpha`, in (0, 1], is the share of the singular values that are searched, the
 * largest, but at least one of each factor. A change without factors is decomposed as a whole whatever the form.
 */
export function decompose(changes: readonly Change[], form: Form, alpha: number): readonly Adapter[] {
  const parts = changes.map((change) => ({ name: change.name, ...(isWhole(change) ? whole(change) : form === 'product' ? product(change) : factors(change)) })) // prettier-ignore
  const unitA = meanOf(parts.flatMap(({ sA }) => sA))
  const unitB = meanOf(parts.flatMap(({ sB }) => sB ?? []))
  return parts.map(({ name, u, m, v, sA, sB }): Adapter => {
    const rank = sA.length
    return {
      name,
      rank,
      // A tenth of ten is one, though 0.1 is a little more or less than a tenth.
      genes: Math.min(rank, Math.max(1, Math.floor(alpha * rank + 1e-9))),
      v: plain(v),
      m: plain(m),
      u: plain(u),
      sA: Float32Array.from(sA),
      sB: sB === null ? new Float32Array(rank).fill(1) : Float32Array.from(sB),
      unitA: Math.fround(unitA),
      unitB: sB === null ? 0 : Math.fround(unitB),
    }
  })
}

interface Parts {
  readonly u: Dense
  readonly m: Dense
  readonly v: Dense
  readonly sA: readonly number[]
  /** Null where the change is decomposed as a whole. */
  readonly sB: readonly number[] | null
}

function factors({ a, b }: Factors): Parts {
  const [first, second] = [svd(dense(a)), svd(dense(b))]
  return { u: second.u, m: second.v.mmul(first.u), v: first.v, sA: first.s, sB: second.s }
}

/** By way of the small matrix between the factors: B A = U_B (S_B V_B' U_A S_A) V_A'. */
function product({ a, b }: Factors): Parts {
  const [first, second] = [svd(dense(a)), svd(dense(b))]
  const between = Dense.diag([...second.s]).mmul(second.v).mmul(first.u).mmul(Dense.diag([...first.s])) // prettier-ignore
  const { u, s, v } = svd(between)
  return { u: second.u.mmul(u), m: Dense.eye(s.length), v: v.mmul(first.v), sA: s, sB: null }
}

function whole({ delta }: Whole): Parts {
  const { u, s, v } = svd(dense(delta))
  return { u, m: Dense.eye(s.length), v, sA: s, sB: null }
}

function svd(matrix: Dense): Decomposition {
  // The iteration would not end.
  if (!matrix.to1DArray().every(Number.isFinite)) throw new Error('a change has a value that is not a number')
  const found = new SingularValueDecomposition(matrix, { autoTranspose: true })
  const rank = Math.min(matrix.rows, matrix.columns)
  return {
    u: found.leftSingularVectors.subMatrix(0, matrix.rows - 1, 0, rank - 1),
    s: found.diagonal.slice(0, rank),
    v: found.rightSingularVectors.transpose().subMatrix(0, rank - 1, 0, matrix.columns - 1),
  }
}

/** 1 for none and for nothing: adapters that were never trained have a step all the same. */
const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length) || 1

/** Changes as large as `changes` (in Frobenius norm, factor by factor), of random direction: numbers are drawn evenly around 0. */
export function randomLike(changes: readonly Change[], seed: number): readonly Change[] {
  const drawn = (matrix: Matrix, ...what: readonly string[]): Matrix => {
    const random = rng(deriveSeed(seed, ...what))
    const values = Float64Array.from(matrix.values, () => 2 * random.unit() - 1)
    const size = norm(matrix.values) / (norm(values) || 1)
    return { ...matrix, values: Float32Array.from(values, (value) => value * size) }
  }
  return changes.map((change) =>
    isWhole(change)
      ? { ...change, delta: drawn(change.delta, change.name, 'delta') }
      : { ...change, a: drawn(change.a, change.name, 'a'), b: drawn(change.b, change.name, 'b') },
  )
}

const norm = (values: ArrayLike<number>): number =>
  Math.sqrt(Array.from(values).reduce((sum, value) => sum + value * value, 0))

/** Numbers of a genome. */
export const genomeLength = (adapters: readonly Adapter[]): number =>
  adapters.reduce((sum, adapter) => sum + genesOf(adapter), 0)

/**
 * The singular values of a member, rounded to 32 bits, as every engine takes them: adapter after adapter, all `rank` of A, then all
 * of B. Offsets beyond `genes` are none.
 */
export function memberValues(adapters: readonly Adapter[], genome: ArrayLike<number>): Float32Array {
  const values: number[] = []
  let gene = 0
  for (const { rank, genes, sA, sB, unitA, unitB } of adapters) {
    for (let i = 0; i < rank; i++) values.push(sA[i]! + (i < genes ? Math.fround(genome[gene + i]! * unitA) : 0))
    gene += genes
    for (let i = 0; i < rank; i++)
      values.push(sB[i]! + (unitB !== 0 && i < genes ? Math.fround(genome[gene + i]! * unitB) : 0))
    if (unitB !== 0) gene += genes
  }
  return Float32Array.from(values)
}

/** The change of one adapter with these values, outputs x inputs, in 64 bits: what the formula in `shape.ts` spares everyone. */
export function materialised({ rank, u, m, v }: Adapter, sA: ArrayLike<number>, sB: ArrayLike<number>): Float64Array {
  const change = new Float64Array(u.rows * v.columns)
  for (let j = 0; j < rank; j++)
    for (let i = 0; i < rank; i++) {
      const between = sB[j]! * m.values[j * rank + i]! * sA[i]!
      if (between === 0) continue
      for (let row = 0; row < u.rows; row++)
        for (let column = 0; column < v.columns; column++)
          change[row * v.columns + column]! += u.values[row * rank + j]! * between * v.values[i * v.columns + column]!
    }
  return change
}

const isWhole = (change: Change): change is Whole => 'delta' in change
const dense = ({ rows, columns, values }: Matrix): Dense => Dense.from1DArray(rows, columns, values)
const plain = (matrix: Dense): Matrix => ({
  rows: matrix.rows,
  columns: matrix.columns,
  values: Float32Array.from(matrix.to1DArray()),
})
