/** Fronts carried over to another number of steps, or another model, and scored there without any search. */
import { fewer, waysFor, type Way } from '../../arenas/diffusion-cache/baselines.ts'
import { costOf, type Macs, type Schedule } from '../../arenas/diffusion-cache/schedule.ts'
import { resample } from '../../share/schedule-json.ts'
import { meanOf, type Judge } from './judge.ts'
import { atLeast, type Point } from './measure.ts'
import type { CARRIED } from './plan.ts'

export interface Carried {
  readonly world: string
  readonly search: (typeof CARRIED)[number]
  readonly cost: number
  readonly error: number
  /** The cheapest FORA, and the fewest uniform steps, that cost at least as much; null where nothing but everything does. */
  readonly fora: Point | null
  readonly fewer: Point | null
}

/** Somewhere that schedules may be carried over to. */
export interface World {
  readonly label: string
  readonly steps: number
  readonly judge: Judge
}

/** Costs that a front is looked at, where it was found. */
export const CARRIED_COSTS = [0.15, 0.25, 0.35] as const

export function carriedOver(
  schedules: readonly Schedule[],
  search: Carried['search'],
  { label, steps, judge }: World,
  macs: Macs,
): readonly Carried[] {
  const pointOf = (way: Way): Point => ({ cost: way.cost, error: meanOf(judge.of(way).errors) })
  return schedules.map((schedule) => {
    const shape = { steps, blocks: schedule.blocks }
    const there = schedule.steps === steps ? schedule : resample(schedule, shape)
    const cost = costOf(there, macs)
    const fora = atLeast(waysFor(shape, macs, []).filter(({ id }) => id === 'fora'), cost) // prettier-ignore
    const few = atLeast(Array.from({ length: steps - 1 }, (_, i) => fewer(shape, i + 1)), cost) // prettier-ignore
    return {
      world: label,
      search,
      cost,
      error: meanOf(judge.of({ schedule: there }).errors),
      fora: fora === undefined ? null : pointOf(fora),
      fewer: few === undefined ? null : pointOf(few),
    }
  })
}
