/** Samplers that take some of the steps whole and nothing else: what caching has to be better than. */
import { rng } from '../../core/rng.ts'

/** Beyond so many, as many are drawn. */
export const MOST_GRIDS = 400

/** All choices of `count` of the steps, the first among them, in order; of very many choices some, the same every time. */
export function gridsOf(steps: number, count: number, most = MOST_GRIDS): readonly (readonly number[])[] {
  if (choices(steps - 1, count - 1) <= most) return chosen(1, steps, count - 1).map((rest) => [0, ...rest])
  const random = rng(steps * 1000 + count)
  const drawn = new Map<string, readonly number[]>()
  while (drawn.size < most) {
    const grid = new Set([0])
    while (grid.size < count) grid.add(1 + random.int(steps - 1))
    const sorted = [...grid].sort((x, y) => x - y)
    drawn.set(sorted.join(), sorted)
  }
  return [...drawn.values()]
}

function choices(of: number, count: number): number {
  let all = 1
  for (let i = 1; i <= count; i++) all = (all * (of - count + i)) / i
  return Math.round(all)
}

const chosen = (from: number, to: number, count: number): number[][] =>
  count <= 0
    ? [[]]
    : Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i).flatMap((first) =>
        chosen(first + 1, to, count - 1).map((rest) => [first, ...rest]),
      )

export interface RatedGrid {
  readonly grid: readonly number[]
  readonly error: number
}

const least = (grids: readonly RatedGrid[]): RatedGrid | undefined =>
  grids.reduce<RatedGrid | undefined>((best, one) => (best === undefined || one.error < best.error ? one : best), undefined) // prettier-ignore

/** The best of all. */
export const bestGrid = (grids: readonly RatedGrid[]): readonly number[] => least(grids)?.grid ?? [0]

/** The best that has all of `own`'s steps, or none but those: `own` itself where it is as long. */
export function gridLike(grids: readonly RatedGrid[], own: readonly number[]): readonly number[] {
  const alike = grids.filter(({ grid }) => {
    const [few, many] = grid.length < own.length ? [grid, own] : [own, grid]
    return few.every((step) => many.includes(step))
  })
  return least(alike)?.grid ?? bestGrid(grids)
}
