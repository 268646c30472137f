/** Two goals against each other: scales, ticks, the front as a stepped line, and who is where. Pure. */
import type { Axis } from '../core/contracts.ts'
import type { ArchiveView } from '../engine/protocol.ts'
import { percent, precise } from './format.ts'

export interface Goal {
  readonly axis: Axis
  /** Among the objectives. */
  readonly index: number
}

/** The goals that are drawn: the second to the right, the first upwards; null where there are not two. */
export function goalsOf(objectives: readonly Axis[]): { readonly x: Goal; readonly y: Goal } | null {
  const [y, x] = objectives.flatMap((axis, index) => (axis.goal === undefined ? [] : [{ axis, index }]))
  return x === undefined || y === undefined ? null : { x, y }
}

export interface Tick {
  /** 0 at the beginning of the axis, 1 at its end. */
  readonly at: number
  readonly label: string
}

export interface Scale {
  place(value: number): number
  readonly ticks: readonly Tick[]
}

const clip = (share: number) => Math.min(1, Math.max(0, share))

/** Errors span decades, and are drawn so. */
const isLogarithmic = ({ scale }: Axis): boolean => scale === 'log'

export const scaleOf = (axis: Axis, values: readonly number[]): Scale =>
  isLogarithmic(axis) ? decades(values) : straight(axis)

const isShare = ({ unit, min, max }: Axis) => unit === '' && min === 0 && max === 1

function straight(axis: Axis): Scale {
  const { min, max } = axis
  const span = max > min ? max - min : 1
  const ticks = [0, 0.25, 0.5, 0.75, 1].map((at) => {
    const value = min + at * span
    return { at, label: isShare(axis) ? percent(value) : precise(value) }
  })
  return { place: (value) => clip((value - min) / span), ticks }
}

/** Room below the smallest value, where 0 lies, which has no logarithm. */
const NOTHING = 0.08

function decades(values: readonly number[]): Scale {
  const positive = values.filter((value) => value > 0 && Number.isFinite(value))
  const low = Math.floor(Math.log10(Math.min(...positive, 1)))
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...positive, 10 ** low))))
  const place = (value: number) =>
    value > 0 ? clip(NOTHING + ((1 - NOTHING) * (Math.log10(value) - low)) / (high - low)) : 0
  const powers = Array.from({ length: high - low + 1 }, (_, at) => low + at)
  const stride = Math.ceil(powers.length / 6)
  return {
    place,
    ticks: [
      { at: 0, label: '0' },
      ...powers
        .filter((_, at) => at % stride === 0)
        .map((power) => ({ at: place(10 ** power), label: power >= -3 ? String(10 ** power) : `10${raised(power)}` })),
    ],
  }
}

const raised = (power: number): string =>
  String(power).replace(/./g, (sign) => '⁻⁰¹²³⁴⁵⁶⁷⁸⁹'.charAt('-0123456789'.indexOf(sign)))

export type Population = Pick<ArchiveView, 'ids' | 'points' | 'front' | 'objectives'>

export const valueOf = ({ points, objectives }: Population, cell: number, index: number): number =>
  points[cell * objectives.length + index] ?? NaN

/** Cells that somebody lives in. */
export const membersOf = ({ ids }: Pick<Population, 'ids'>): readonly number[] =>
  Array.from(ids.keys()).filter((cell) => (ids[cell] ?? 0) > 0)

/** Cells of the front from left to right; where several lie at one place, the first. */
export function frontOf(population: Population, { x, y }: { readonly x: Goal; readonly y: Goal }): readonly number[] {
  const seen = new Set<string>()
  return membersOf(population)
    .filter((cell) => population.front[cell] === 1)
    .sort((one, other) => valueOf(population, one, x.index) - valueOf(population, other, x.index) || one - other)
    .filter((cell) => {
      const at = `${valueOf(population, cell, x.index)} ${valueOf(population, cell, y.index)}`
      return !seen.has(at) && seen.add(at)
    })
}

/** Corners of the line around what the front dominates, given its points from left to right. */
export function stepsOf(
  points: readonly (readonly [number, number])[],
  goalOfX: 'max' | 'min',
): readonly (readonly [number, number])[] {
  return points.flatMap((point, at) => {
    const before = points[at - 1]
    if (before === undefined) return [point]
    const corner = goalOfX === 'min' ? ([point[0], before[1]] as const) : ([before[0], point[1]] as const)
    return [corner, point]
  })
}

/** Index of the nearest point, or -1 where none is within `reach`. */
export function nearestTo(
  [x, y]: readonly [number, number],
  points: readonly (readonly [number, number])[],
  reach: number,
): number {
  let best = -1
  let least = reach
  points.forEach(([px, py], at) => {
    const far = Math.hypot(px - x, py - y)
    if (far < least) [best, least] = [at, far]
  })
  return best
}

/**
 * The cell that is looked at while nobody is chosen: the one of the front that alone dominates most of the picture, so neither
 * end of it. -1 while there is no front.
 */
export function kneeOf(population: Population): number {
  const goals = goalsOf(population.objectives)
  if (goals === null) return -1
  const members = membersOf(population)
  const good = ({ axis, index }: Goal) => {
    const scale = scaleOf(
      axis,
      members.map((cell) => valueOf(population, cell, index)),
    )
    return (cell: number) => {
      const share = scale.place(valueOf(population, cell, index))
      return axis.goal === 'max' ? share : 1 - share
    }
  }
  const [across, upwards] = [good(goals.x), good(goals.y)]
  let best = -1
  let most = -1
  for (const cell of frontOf(population, goals)) {
    const area = across(cell) * upwards(cell)
    if (area > most) [best, most] = [cell, area]
  }
  return best
}

/** Whom the page follows: the best of a map; of a population, whose front has no best, its knee. */
export const followedIn = (archive: Population & Pick<ArchiveView, 'kind'>, bestCell: number): number =>
  archive.kind === 'grid' ? bestCell : kneeOf(archive)
