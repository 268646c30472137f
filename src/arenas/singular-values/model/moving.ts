/** Weights that go from member to member: of a genome's directions only those in which it differs from the last one are added or taken away. */
import { linearsOf, type Linear, type Network } from './network.ts'
import { factorsOf, shareOf, unitOf, type ThinPair, type Noise } from './noise.ts'

/** Directions whose noise is kept, at most: of those that a generation goes along, so that it is made once. */
const KEPT = 256

interface Matrix {
  readonly linear: Linear
  /** What all directions add, exactly. */
  readonly sums: Float64Array
  readonly values: Float32Array
}

export class MovingWeights {
  readonly #noise: Noise
  readonly #unit: number
  readonly #matrices: readonly Matrix[]
  /** The genome that the sums are those of. */
  readonly #now: Float32Array
  /** By direction, a matrix after another; oldest first. */
  readonly #known = new Map<number, readonly ThinPair[]>()

  /** The network in floats: what it starts from. */
  constructor(network: Network, noise: Noise) {
    this.#noise = noise
    this.#unit = unitOf(network)
    this.#now = new Float32Array(noise.directions)
    this.#matrices = linearsOf(network).map((linear) => {
      const { values } = linear.weight
      return { linear, sums: new Float64Array(values.length), values: values.slice() }
    })
  }

  /** The linear layers of a member; theirs until the next call. */
  at(genome: ArrayLike<number>): readonly Linear[] {
    for (let k = 0; k < this.#now.length; k++) if (this.#now[k] !== genome[k]) this.#go(k, genome[k]!)
    return this.#matrices.map(({ linear, sums, values }) => {
      const start = linear.weight.values
      for (let at = 0; at < values.length; at++) values[at] = start[at]! + sums[at]!
      return { ...linear, weight: { ...linear.weight, values } }
    })
  }

  /** How far each matrix of a genome has gone from where it started: norm of the change in norms of the matrix. */
  shares(genome: ArrayLike<number>): readonly number[] {
    return this.at(genome).map((_, at) => {
      const { sums, linear } = this.#matrices[at]!
      return normOf(sums) / normOf(linear.weight.values)
    })
  }

  #go(direction: number, to: number): void {
    const { rank } = this.#noise
    const each = this.#unit / Math.sqrt(rank)
    const [before, after] = [this.#now[direction]! * each, to * each]
    this.#now[direction] = to
    const noise = this.#factors(direction)
    this.#matrices.forEach(({ linear, sums }, at) => {
      const { rows, columns } = linear.weight
      const { a, b } = noise[at]!
      for (let row = 0; row < rows; row++)
        for (let j = 0; j < rank; j++) {
          const own = a[row * rank + j]!
          const share = shareOf(after, own) - shareOf(before, own)
          const from = row * columns
          for (let column = 0; column < columns; column++) sums[from + column]! += share * b[column * rank + j]!
        }
    })
  }

  #factors(direction: number): readonly ThinPair[] {
    const found = this.#known.get(direction)
    if (found !== undefined) return found
    const made = this.#matrices.map(({ linear: { weight } }, at) => factorsOf(this.#noise, direction, at, weight.rows, weight.columns)) // prettier-ignore
    const [eldest] = this.#known.keys()
    if (this.#known.size >= KEPT && eldest !== undefined) this.#known.delete(eldest)
    this.#known.set(direction, made)
    return made
  }
}

function normOf(values: ArrayLike<number>): number {
  let sum = 0
  for (let at = 0; at < values.length; at++) sum += values[at]! * values[at]!
  return Math.sqrt(sum)
}
