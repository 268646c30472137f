/** Multiply-accumulates of the sums transformer, counted by hand: what a population costs as we run it, and what it would cost member by member. */
import type { SumsShape } from '../../src/arenas/singular-values/model/network.ts'
import type { Adapter } from '../../src/arenas/singular-values/model/shape.ts'
import type { Batch } from '../../src/arenas/singular-values/kernel/work.ts'

/** Each adapted attention matrix is width x width. `rank` 0: none is. */
export interface Cost {
  readonly shape: SumsShape
  readonly rank: number
}

export const costOf = (shape: SumsShape, adapters: readonly Adapter[]): Cost => ({
  shape,
  rank: adapters[0]?.rank ?? 0,
})

/** A row through a matrix of attention: W0 x, V x; and what is a member's own, M and U. */
const base = ({ shape: { width } }: Cost): number => width * width
const seen = ({ shape: { width }, rank }: Cost): number => width * rank
const own = ({ shape: { width }, rank }: Cost): number => (rank === 0 ? 0 : rank * (rank + width))

/** All together: what members share is done once. */
export function macsOfPopulation(cost: Cost, { members, examples, places, answers }: Batch): number {
  const { shape } = cost
  let macs = 0
  for (let layer = 0; layer < shape.layers; layer++) {
    const [isFirst, isLast] = [layer === 0, layer === shape.layers - 1]
    const all = members * examples * places
    const few = isLast ? members * examples * answers : all
    // Rows that keys and values, and that queries, are worked out of.
    const [known, asked] = [all, few].map((rows) => (isFirst ? rows / members : rows)) as [number, number]
    macs += (2 * known + asked) * (base(cost) + seen(cost)) + (2 * all + few) * own(cost)
    macs += few * (base(cost) + seen(cost) + own(cost))
    macs += attention(cost, members * examples, places, isLast ? answers : places)
    macs += few * 2 * shape.width * shape.hidden
  }
  return macs + members * examples * answers * shape.width * shape.vocabulary
}

/** Each by itself, with its matrices added up beforehand. */
export const macsAlone = (cost: Cost, batch: Batch): number =>
  batch.members * macsOfPopulation({ ...cost, rank: 0 }, { ...batch, members: 1 })

/** The last `queries` places of each lane see all up to their own: scores, then sums of values. */
function attention({ shape: { width } }: Cost, lanes: number, places: number, queries: number): number {
  let pairs = 0
  for (let query = places - queries; query < places; query++) pairs += query + 1
  return 2 * lanes * pairs * width
}
