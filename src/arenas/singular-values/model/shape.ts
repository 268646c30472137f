/**
 * What the arena's networks have in common, so that a whole population runs as one. A matrix W0 (outputs x inputs) that was adapted
 * by a product of two thin factors, B A, is for member i
 *
 *     y = W0 x + U diag(sB_i) M diag(sA_i) V x,     A = U_A S_A V_A',  B = U_B S_B V_B',  V = V_A',  U = U_B,  M = V_B' U_A
 *
 * where all is shared but the singular values sA and sB (ESSA, arXiv 2507.04453, Algorithm 1; ranks of 2 to 32). Where the change is
 * decomposed as a whole, B A = U diag(s) V, M is the identity, sA = s, and sB is all ones and not searched.
 */

/** How numbers of the base are kept. `f16` rounds them; `int8` and `int4` also make whole numbers of what goes in (8 bits a number). */
export type Precision = 'f32' | 'f16' | 'int8' | 'int4'

/** How far the adapter was trained before the search; `none` is a random one. */
export type Warmth = 'none' | 'short' | 'medium' | 'full'

/** `rows` x `columns`, row by row: a row for each number that comes out. */
export interface Matrix {
  readonly rows: number
  readonly columns: number
  readonly values: Float32Array
}

/** One adapted matrix. `rank` is that of the adapter; of each factor the `genes` largest singular values are searched. */
export interface Adapter {
  /** E.g. `layers.0.attention.query`. */
  readonly name: string
  readonly rank: number
  readonly genes: number
  /** rank x inputs. */
  readonly v: Matrix
  /** rank x rank. */
  readonly m: Matrix
  /** outputs x rank. */
  readonly u: Matrix
  /** Singular values after the adapter's training, falling; `sB` is all ones where the change is decomposed as a whole. */
  readonly sA: Float32Array
  readonly sB: Float32Array
  /** What an offset of 1 adds to a value of each factor: the mean singular value of this kind of factor over the network. `unitB` is 0 where sB is not searched. */
  readonly unitA: number
  readonly unitB: number
}

/** Genes of an adapter: offsets of its A factor's values, then, where they are searched, of its B factor's. */
export const genesOf = ({ genes, unitB }: Adapter): number => (unitB === 0 ? genes : 2 * genes)

/** Examples that members are judged on, all by the same. */
export interface Examples {
  readonly count: number
  /** [example][place]: pixels 0..1, or tokens. */
  readonly inputs: Float32Array | Int32Array
  /** [example][answer]: the right class, or the right tokens. */
  readonly targets: Int32Array
}
