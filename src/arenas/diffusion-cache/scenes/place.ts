/** Where the objects of a scene may lie, drawn by chance. */
import type { Rng } from '../../../core/rng.ts'
import { SIZE } from '../model/shape.ts'
import { areaOf, reachOf, type Point } from './render.ts'
import { objectsOf, relationOf, type Caption } from './words.ts'

/** The least distance between two objects, and how far they may be out of line, in pixels. */
const GAP = 0.6
const SLACK = 2

/** Whole numbers from `low` to `high`. */
const between = (low: number, high: number, rng: Rng) => low + rng.int(high - low + 1)

/** Whole-numbered centroids that meet the caption; the objects lie inside the picture and do not touch. */
export function place(caption: Caption, rng: Rng): Point[] {
  const objects = objectsOf(caption).map(({ size, shape }) => {
    const [left, right, up, down] = reachOf(shape, areaOf(size))
    return {
      // By axis: x, y.
      before: [left, up] as const,
      after: [right, down] as const,
      low: [Math.ceil(left), Math.ceil(up)] as const,
      high: [SIZE - Math.ceil(right), SIZE - Math.ceil(down)] as const,
    }
  })
  const [one, two] = objects
  const relation = relationOf(caption)
  if (one === undefined) return []
  if (two === undefined || relation === null)
    return [[between(one.low[0], one.high[0], rng), between(one.low[1], one.high[1], rng)]]
  const axis = relation < 2 ? 0 : 1
  const other = axis === 0 ? 1 : 0
  // Along the axis `first` comes before `second`.
  const swapped = relation === 1 || relation === 3
  const [first, second] = swapped ? [two, one] : [one, two]
  const apart = Math.ceil(first.after[axis] + second.before[axis] + GAP)
  const a = between(first.low[axis], Math.min(first.high[axis], second.high[axis] - apart), rng)
  const b = between(Math.max(second.low[axis], a + apart), second.high[axis], rng)
  const c = between(first.low[other], first.high[other], rng)
  const [lower, upper] = [Math.max(second.low[other], c - SLACK), Math.min(second.high[other], c + SLACK)]
  // Where nothing is near enough, the nearest there is.
  const d = lower <= upper ? between(lower, upper, rng) : c < lower ? lower : upper
  const point = (along: number, across: number): Point => (axis === 0 ? [along, across] : [across, along])
  const points: readonly [Point, Point] = [point(a, c), point(b, d)]
  return swapped ? [points[1], points[0]] : [...points]
}
