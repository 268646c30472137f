/** The reward's curves as points: generations from left to right, shares of right answers upwards. Pure. */
import type { Stand } from '../../../core/journal.ts'

export interface Point {
  readonly x: number
  readonly y: number
}
export interface RewardCurves {
  /** Last generation or step on the axis. */
  readonly last: number
  /** Where the axis of right answers begins: the quarter below the lowest. */
  readonly floor: number
  /** Generations that are marked on it. */
  readonly ticks: readonly { readonly x: number; readonly generation: number }[]
  readonly reward: readonly Point[]
  readonly best: readonly Point[]
  readonly held: readonly Point[]
  readonly gradient: readonly Point[]
}

const LEAST = 10
const QUARTER = 0.25
const TICKS = [1, 10, 100, 1000, 10_000]
/** The first generations bring the most, so the axis is of the logarithm. */
const along = (generation: number, last: number): number => Math.log1p(generation) / Math.log1p(last)

/** `gradient` has a step where the search has a generation: both are one move of the distribution or the values. */
export function rewardCurves(
  stands: readonly Stand[],
  held: ReadonlyMap<number, number>,
  trained: number,
  gradient: readonly (readonly [step: number, right: number])[],
): RewardCurves {
  const last = Math.max(LEAST, stands.at(-1)?.generation ?? 0)
  const at = (generation: number, y: number): Point => ({ x: along(generation, last), y })
  const start = Number.isNaN(trained) ? [] : [at(0, trained)]
  const reward = stands.map(({ generation, reward: share }) => at(generation, share))
  const best = stands.map(({ generation, best: share }) => at(generation, share))
  const means = [...start, ...[...held].sort(([x], [y]) => x - y).map(([generation, right]) => at(generation, right))]
  const recorded = clipped(gradient.map(([step, right]) => at(step, right)))
  const lowest = [...reward, ...best, ...means, ...recorded].reduce((least, { y }) => Math.min(least, y), 1)
  return {
    last,
    floor: Math.min(0.75, Math.max(0, Math.floor(lowest / QUARTER) * QUARTER)),
    ticks: TICKS.map((generation) => ({ x: along(generation, last), generation })).filter(({ x }) => x < 0.7),
    reward,
    best,
    held: means,
    gradient: recorded,
  }
}

/** Up to the right edge, where the line is cut. */
function clipped(points: readonly Point[]): readonly Point[] {
  const beyond = points.findIndex(({ x }) => x > 1)
  if (beyond === -1) return points
  const [before, after] = [points[beyond - 1], points[beyond]]
  if (before === undefined || after === undefined) return points.slice(0, beyond)
  const share = (1 - before.x) / (after.x - before.x)
  return [...points.slice(0, beyond), { x: 1, y: before.y + share * (after.y - before.y) }]
}

/** `floor` is the share at the lower edge. */
export const pathOf = (points: readonly Point[], width: number, height: number, floor = 0): string =>
  points
    .map(
      ({ x, y }, index) =>
        `${index === 0 ? 'M' : 'L'}${(x * width).toFixed(1)} ${(fallen(y, floor) * height).toFixed(1)}`,
    )
    .join('')

/** How far below the upper edge, 0..1. */
export const fallen = (y: number, floor: number): number => (1 - y) / (1 - floor)
