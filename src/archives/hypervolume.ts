/**
 * The hypervolume of a set of points, all objectives to be made small: how much of the box below a reference point they
 * dominate (Zitzler & Thiele 1999). Exact: an area by sweeping, a volume as slices of areas (Fonseca et al. 2006).
 */
import type { Point } from './pareto.ts'

/** Of one, two or three objectives; of more, the first three. Points that are not better than `reference` everywhere add nothing. */
export function hypervolume(points: readonly Point[], reference: Point): number {
  const [x = 0, y = 0, z = 0] = reference
  const inside = points.filter((point) => reference.every((bound, index) => (point[index] ?? Infinity) < bound))
  if (inside.length === 0 || reference.length === 0) return 0
  if (reference.length === 1) return x - inside.reduce((least, [value = Infinity]) => Math.min(least, value), Infinity)
  if (reference.length === 2) {
    const stairs = new Stairs(x, y)
    for (const [one = 0, other = 0] of inside) stairs.add(one, other)
    return stairs.area
  }
  const rising = [...inside].sort((one, other) => (one[2] ?? 0) - (other[2] ?? 0))
  const stairs = new Stairs(x, y)
  return rising.reduce((volume, [one = 0, other = 0, height = 0], index) => {
    stairs.add(one, other)
    return volume + stairs.area * ((rising[index + 1]?.[2] ?? z) - height)
  }, 0)
}

/** The area that points dominate, while they are added one after another: O(n) each. */
class Stairs {
  readonly #x: number
  readonly #y: number
  /** The steps: x rises, y falls. */
  readonly #steps: { readonly x: number; readonly y: number }[] = []
  area = 0

  constructor(x: number, y: number) {
    this.#x = x
    this.#y = y
  }

  add(x: number, y: number): void {
    // The first step that does not lie left of the point.
    let low = 0
    let high = this.#steps.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#steps[middle]?.x ?? 0) < x) low = middle + 1
      else high = middle
    }
    const first = low
    let ceiling = this.#steps[first - 1]?.y ?? this.#y
    if (y >= ceiling) return
    let left = x
    let last = first
    for (; last < this.#steps.length; last++) {
      const step = this.#steps[last]
      if (step === undefined || step.y < y) break
      this.area += (step.x - left) * (ceiling - y)
      left = step.x
      ceiling = step.y
    }
    this.area += ((this.#steps[last]?.x ?? this.#x) - left) * (ceiling - y)
    this.#steps.splice(first, last - first, { x, y })
  }
}
