/** What schedules that were judged come to together: what they dominate, and the best of them at a cost. */
import { hypervolume } from '../../archives/hypervolume.ts'
import { log } from '../../core/exact.ts'

export interface Point {
  /** Share of the full schedule's work. */
  readonly cost: number
  /** Mean squared difference to the uncached pictures. */
  readonly error: number
}

/** Points beyond these add nothing; errors below the least count as the least. Chosen once, for all tables. */
export const REFERENCE = { cost: 1, error: 0.1, least: 1e-6 } as const

const log10 = (value: number): number => log(value) / log(10)

/** The area that points dominate in (cost, log10 error) below {@link REFERENCE}: 0 to 5, in decades of error. */
export const areaOf = (points: readonly Point[]): number =>
  hypervolume(
    points.map(({ cost, error }) => [cost, log10(Math.max(REFERENCE.least, error))]),
    [REFERENCE.cost, log10(REFERENCE.error)],
  )

/** The same after each of these numbers of points. */
export const areasAt = (points: readonly Point[], checkpoints: readonly number[]): readonly number[] =>
  checkpoints.map((at) => areaOf(points.slice(0, at)))

/** Costs are sums of fractions. */
const SLACK = 1e-9
export const within = (cost: number, budget: number): boolean => cost <= budget + SLACK

/** Of those that cost no more the one with the least error, of equals the cheapest; undefined where all cost more. */
export function bestWithin<P extends Point>(points: readonly P[], budget: number): P | undefined {
  let best: P | undefined
  for (const point of points) {
    if (!within(point.cost, budget)) continue
    if (best === undefined || point.error < best.error || (point.error === best.error && point.cost < best.cost))
      best = point
  }
  return best
}

/** The best at each of these costs, each once. */
export const bestAtEach = <P extends Point>(points: readonly P[], budgets: readonly number[]): readonly P[] => [
  ...new Set(budgets.flatMap((budget) => bestWithin(points, budget) ?? [])),
]

/** The cheapest that costs at least as much: whoever is compared with it is not given anything. */
export const atLeast = <P extends { readonly cost: number }>(points: readonly P[], cost: number): P | undefined =>
  points
    .filter((point) => within(cost, point.cost))
    .reduce<P | undefined>((best, point) => (best === undefined || point.cost < best.cost ? point : best), undefined)
