/** What people would do without evolution, at several costs: the curves that a front has to be seen against. */
import { pictureTask } from './environment.ts'
import { planOf } from './evaluate.ts'
import { anglesAt, anglesOf, SCALE } from './model/sampler.ts'
import { macsOf, type DitShape } from './model/shape.ts'
import type { SamplePlan } from './model/wasm.ts'
import { shapeOf } from './options.ts'
import type { Baseline, BaselineRequest } from './pictures.ts'
import { COMPONENTS, costOf, fullSchedule, usesOf, type Macs, type Schedule } from './schedule.ts'
import { errorBetween } from './scores.ts'
import { fora, tgate } from './seeds.ts'

/** Samples a schedule's pictures for a plan; `angles` of the plan are the steps. */
export type Sample = (schedule: Schedule, plan: SamplePlan) => Promise<Float32Array>

/**
 * The steps that a schedule spends at least half of a full step's work on, the first among them: the grid on which a sampler that
 * takes fewer steps would do most nearly the same.
 */
export function gridOf(schedule: Schedule, macs: Macs): number[] {
  const row = schedule.blocks * COMPONENTS.length
  const uses = usesOf(schedule)
  const whole = (macs[0] + macs[1] + macs[2]) * schedule.blocks
  return Array.from({ length: schedule.steps }, (_, step) => step).filter((step) => {
    const spent = uses
      .slice(step * row, (step + 1) * row)
      .reduce((sum, { computes }, at) => sum + (computes ? (macs[at % COMPONENTS.length] ?? 0) : 0), 0)
    return spent >= whole / 2
  })
}

/** A point of a curve: how it is sampled, and what it costs as a share of the full schedule. */
export interface Way {
  readonly id: Baseline['id']
  readonly schedule: Schedule
  readonly cost: number
  /** Where its steps begin, and 0; absent for those of the full schedule. */
  readonly angles?: Float64Array
}

/** Full steps at these of the schedule's steps alone. */
export function onGridAlone(id: Way['id'], shape: { steps: number; blocks: number }, grid: readonly number[]): Way {
  const { steps, blocks } = shape
  return {
    id,
    schedule: fullSchedule({ steps: grid.length, blocks }),
    cost: grid.length / steps,
    angles: anglesAt(steps, grid),
  }
}

export const fewer = (shape: { steps: number; blocks: number }, count: number): Way => ({
  id: 'fewer',
  schedule: fullSchedule({ steps: count, blocks: shape.blocks }),
  cost: count / shape.steps,
  angles: anglesOf(count),
})

const LABELS: Readonly<Record<Baseline['id'], string>> = {
  fora: 'FORA',
  tgate: 'TGATE',
  fewer: 'Fewer steps',
  grid: 'Fewer steps, the front’s own',
}

/** All ways of a run's shape; `grid` follows the front. */
export function waysFor(shape: { steps: number; blocks: number }, macs: Macs, front: readonly Schedule[]): Way[] {
  const { steps } = shape
  const cached = (id: Way['id']) => (schedule: Schedule): Way => ({ id, schedule, cost: costOf(schedule, macs) }) // prettier-ignore
  const every = Array.from({ length: steps - 1 }, (_, i) => i + 2).filter(
    (n, i, all) => i === 0 || Math.ceil(steps / n) !== Math.ceil(steps / (all[i - 1] ?? 0)),
  )
  const gates = Array.from(new Set([0.2, 0.4, 0.6, 0.8].map((share) => Math.max(1, Math.round(share * steps)))))
  const grids = new Map(front.map((one) => gridOf(one, macs)).map((grid) => [grid.join(), grid]))
  return [
    ...every.map((n) => fora(shape, n)).map(cached('fora')),
    ...gates.map((gate) => tgate(shape, gate, 3)).map(cached('tgate')),
    ...Array.from({ length: steps - 1 }, (_, i) => fewer(shape, i + 1)),
    ...[...grids.values()].filter((grid) => grid.length < steps).map((grid) => onGridAlone('grid', shape, grid)),
  ]
}

const keyOf = ({ id, schedule, angles }: Way): string => `${id} ${schedule.genes.join('')} ${angles?.join() ?? ''}`

/** Scores ways on a run's own captions and noise; remembers them for as long as it is asked about the same run. */
export class Baselines {
  readonly #dit: DitShape
  readonly #sample: Sample
  #run = ''
  #plan: SamplePlan | null = null
  #full: Float32Array | null = null
  readonly #known = new Map<string, number>()

  constructor(dit: DitShape, sample: Sample) {
    this.#dit = dit
    this.#sample = sample
  }

  async of({ options, seed, front }: BaselineRequest): Promise<readonly Baseline[]> {
    const shape = shapeOf(options)
    const run = JSON.stringify([options, seed])
    if (this.#run !== run || this.#plan === null || this.#full === null) {
      this.#run = run
      this.#known.clear()
      this.#plan = planOf(pictureTask(options, seed))
      this.#full = await this.#sample(fullSchedule(shape), this.#plan)
    }
    const [plan, full] = [this.#plan, this.#full]
    const points = new Map<Baseline['id'], { cost: number; error: number }[]>()
    for (const way of waysFor(shape, macsOf(this.#dit), front)) {
      const key = keyOf(way)
      const known = this.#known.get(key)
      const error = known ?? errorBetween(await this.#sample(way.schedule, way.angles === undefined ? plan : { ...plan, angles: way.angles }), full, SCALE) // prettier-ignore
      this.#known.set(key, error)
      points.set(way.id, [...(points.get(way.id) ?? []), { cost: way.cost, error }])
    }
    return Object.entries(LABELS).map(([id, label]) => ({
      id: id as Baseline['id'],
      label,
      points: (points.get(id as Baseline['id']) ?? []).sort((x, y) => x.cost - y.cost),
    }))
  }
}
