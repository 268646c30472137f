/** What people would do without evolution, at several costs: the curves that a front has to be seen against. */
import type { Options } from '../../core/options.ts'
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

/** What is known of a run. Of its own, so that askings that overlap cannot mix up two runs. */
interface Remembered {
  readonly key: string
  readonly plan: SamplePlan
  full: Float32Array | null
  /** Errors by {@link keyOf}. */
  readonly errors: Map<string, number>
}

/** Scores ways on a run's own captions and noise; remembers them for as long as it is asked about the same run. */
export class Baselines {
  readonly #dit: DitShape
  #run: Remembered | null = null

  constructor(dit: DitShape) {
    this.#dit = dit
  }

  /** `sample` may end an asking by throwing: what was sampled until then is remembered all the same. */
  async of({ options, seed, front }: BaselineRequest, sample: Sample): Promise<readonly Baseline[]> {
    const shape = shapeOf(options)
    const run = this.#remembered(options, seed)
    const { plan, errors } = run
    const full = run.full ?? (await sample(fullSchedule(shape), plan))
    run.full = full
    const points = new Map<Baseline['id'], { cost: number; error: number }[]>()
    for (const way of waysFor(shape, macsOf(this.#dit), front)) {
      const key = keyOf(way)
      const on = way.angles === undefined ? plan : { ...plan, angles: way.angles }
      const error = errors.get(key) ?? errorBetween(await sample(way.schedule, on), full, SCALE)
      errors.set(key, error)
      points.set(way.id, [...(points.get(way.id) ?? []), { cost: way.cost, error }])
    }
    return Object.entries(LABELS).map(([id, label]) => ({
      id: id as Baseline['id'],
      label,
      points: (points.get(id as Baseline['id']) ?? []).sort((x, y) => x.cost - y.cost),
    }))
  }

  #remembered(options: Options, seed: number): Remembered {
    const key = JSON.stringify([options, seed])
    if (this.#run?.key === key) return this.#run
    return (this.#run = { key, plan: planOf(pictureTask(options, seed)), full: null, errors: new Map() })
  }
}
