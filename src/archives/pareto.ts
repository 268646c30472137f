/**
 * Who is better than whom with several objectives, all to be made small: non-dominated sorting and crowding distance of
 * NSGA-II (Deb et al. 2002). Points are lists of equally many numbers, which may be Infinity and never NaN.
 */

export type Point = readonly number[]

/** `x` is nowhere worse than `y` and somewhere better. */
export function dominates(x: Point, y: Point): boolean {
  let isBetter = false
  for (let index = 0; index < x.length; index++) {
    const [one, other] = [x[index] ?? 0, y[index] ?? 0]
    if (one > other) return false
    if (one < other) isBetter = true
  }
  return isBetter
}

/**
 * Indexes by rank: nobody dominates the first front; nobody but members of the fronts before dominates the next. Rising
 * within a front. In lexicographic order a point can be dominated by earlier ones alone (Zhang et al. 2015), so each goes to
 * the first front where nobody dominates it: O(n^2) comparisons at worst, O(n) memory.
 */
export function frontsOf(points: readonly Point[]): number[][] {
  const fronts: number[][] = []
  for (const index of lexicographic(points)) {
    const point = points[index] ?? []
    const front = fronts.find((members) => !members.some((member) => dominates(points[member] ?? [], point)))
    if (front === undefined) fronts.push([index])
    else front.push(index)
  }
  return fronts.map((front) => front.sort((x, y) => x - y))
}

/** Whom nobody dominates, rising. */
export function frontOf(points: readonly Point[]): number[] {
  const front: number[] = []
  for (const index of lexicographic(points)) {
    const point = points[index] ?? []
    if (!front.some((member) => dominates(points[member] ?? [], point))) front.push(index)
  }
  return front.sort((x, y) => x - y)
}

function lexicographic(points: readonly Point[]): number[] {
  const compare = (x: number, y: number): number => {
    const [one, other] = [points[x] ?? [], points[y] ?? []]
    for (let index = 0; index < one.length; index++) {
      const [first, second] = [one[index] ?? 0, other[index] ?? 0]
      if (first !== second) return first < second ? -1 : 1
    }
    return x - y
  }
  return points.map((_, index) => index).sort(compare)
}

/**
 * How lonely each point of a front is: the distance between its two neighbours in each objective, as a share of the front's
 * range, on average over objectives (Deb adds them up; the order is the same). The ends of an objective are at Infinity, and
 * so are one or two points alone. An objective in which all are equal, or which is nowhere finite at one end, says nothing.
 */
export function crowdingOf(front: readonly Point[]): number[] {
  if (front.length <= 2) return front.map(() => Infinity)
  const distances = front.map(() => 0)
  const objectives = front[0]?.length ?? 0
  for (let objective = 0; objective < objectives; objective++) {
    const valueAt = (index: number | undefined) => front[index ?? -1]?.[objective] ?? 0
    const order = front.map((_, index) => index).sort((x, y) => compareNumbers(valueAt(x), valueAt(y)) || x - y)
    const range = valueAt(order.at(-1)) - valueAt(order[0])
    if (!(range > 0 && range < Infinity)) continue
    for (const [place, index] of order.entries()) {
      const isEnd = place === 0 || place === order.length - 1
      const gap = isEnd ? Infinity : (valueAt(order[place + 1]) - valueAt(order[place - 1])) / range
      distances[index] = (distances[index] ?? 0) + gap / objectives
    }
  }
  return distances
}

/** Not a difference: Infinity minus itself is no number. */
const compareNumbers = (x: number, y: number): number => (x < y ? -1 : x > y ? 1 : 0)
