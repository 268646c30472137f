/** Who has children: binary tournaments, drawn so that all meet equally often. */
import { crowdingOf, dominates, frontsOf } from '../../archives/pareto.ts'
import type { Losses } from '../../core/contracts.ts'
import type { Rng } from '../../core/rng.ts'

/**
 * Gives one winner after another. Two meet: who dominates wins, else who is lonelier in its front, else either. Opponents
 * come from one shuffled row of all members after another.
 */
export function tournament(cells: readonly number[], losses: (cell: number) => Losses, rng: Rng): () => number {
  const points = cells.map(losses)
  const distances = cells.map(() => 0)
  for (const front of frontsOf(points)) {
    const lonely = crowdingOf(front.map((index) => points[index] ?? []))
    for (const [place, index] of front.entries()) distances[index] = lonely[place] ?? 0
  }
  let row: number[] = []
  const drawn = (): number => {
    if (row.length === 0) row = shuffled(cells.length, rng)
    return row.pop() ?? 0
  }
  return () => {
    const [x, y] = [drawn(), drawn()]
    const winner = winnerOf(x, y)
    return cells[winner] ?? 0
  }

  function winnerOf(x: number, y: number): number {
    const [one, other] = [points[x] ?? [], points[y] ?? []]
    if (dominates(one, other)) return x
    if (dominates(other, one)) return y
    const [first, second] = [distances[x] ?? 0, distances[y] ?? 0]
    if (first === second) return rng.chance(0.5) ? x : y
    return first > second ? x : y
  }
}

/** 0..count-1 in any order (Fisher-Yates). */
function shuffled(count: number, rng: Rng): number[] {
  const row = Array.from({ length: count }, (_, index) => index)
  for (let last = count - 1; last > 0; last--) {
    const chosen = rng.int(last + 1)
    const [one = 0, other = 0] = [row[last], row[chosen]]
    row[last] = other
    row[chosen] = one
  }
  return row
}
