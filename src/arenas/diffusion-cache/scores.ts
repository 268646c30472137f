/** What a schedule is judged by. None of these says everything, so all are shown. */
import type { Axis, Measure } from '../../core/contracts.ts'
import { log } from '../../core/exact.ts'
import { COMPONENTS, usesOf, type Macs, type Schedule } from './schedule.ts'

/** Of a picture whose error is at or below this, nobody sees a difference; it counts as fidelity 1. */
const LEAST_ERROR = 1e-6

export const objectivesOf = (): readonly Axis[] => [
  {
    key: 'fidelity', label: 'Fidelity', unit: '', min: 0, max: 1,
    help: 'How near the pictures are to the uncached ones: one sixth for every factor of ten in the error.',
  },
  {
    key: 'error', label: 'Error', unit: 'MSE', min: LEAST_ERROR, max: 1, scale: 'log', goal: 'min',
    help: 'Mean squared difference to the uncached picture of the same noise, in RGB of 0 to 1.',
  },
  {
    key: 'cost', label: 'Cost', unit: '', min: 0, max: 1, goal: 'min',
    help: 'Share of the multiply-adds in blocks that are computed; everything is 1.',
  },
  {
    key: 'agreement', label: 'As asked', unit: '', min: 0, max: 1,
    help: 'Share of what the captions ask for (colour, shape, size, place, nothing else) that an exact checker finds.',
  },
  {
    key: 'distance', label: 'From a clean drawing', unit: 'MSE', min: 0, max: 1,
    help: 'Mean squared difference to the scene that was asked for, drawn clean where the picture has it.',
  },
] // prettier-ignore

export const fidelityOf = (error: number): number =>
  Math.min(1, Math.max(0, -log(Math.max(LEAST_ERROR, error)) / -log(LEAST_ERROR)))

const COSTS = [0.12, 0.2, 0.28, 0.36, 0.44, 0.52, 0.64, Infinity]
const CENTRES = [0.2, 0.28, 0.34, 0.4, 0.46, 0.52, 0.6, Infinity]

export const measuresOf = (): { axes: readonly [Measure, Measure]; reachable(row: number, column: number): boolean } => ({
  axes: [
    {
      key: 'compute', label: 'Compute', unit: 'of all', min: 0, max: 1, thresholds: COSTS,
      help: 'Share of the multiply-adds that are computed.',
    },
    {
      key: 'centre', label: 'When', unit: 'of time', min: 0, max: 1, thresholds: CENTRES,
      help: 'Where in time compute is spent: 0 in the first step, 1 in the last, one half evenly.',
    },
  ],
  reachable: () => true,
}) // prettier-ignore

/** Mean time of what is computed, weighted by its cost: 0 is the first step, 1 the last. */
export function centreOf(schedule: Schedule, macs: Macs): number {
  const row = schedule.blocks * COMPONENTS.length
  let [sum, weight] = [0, 0]
  usesOf(schedule).forEach(({ computes }, gene) => {
    if (!computes) return
    const cost = macs[gene % COMPONENTS.length] ?? 0
    sum += (cost * Math.floor(gene / row)) / Math.max(1, schedule.steps - 1)
    weight += cost
  })
  return sum / weight
}

/** Mean squared difference of clamped pictures in the network's numbers, in RGB of 0 to 1. */
export function errorBetween(one: Float32Array, other: Float32Array, scale: number): number {
  let sum = 0
  for (let i = 0; i < one.length; i++) sum += ((one[i] ?? 0) - (other[i] ?? 0)) ** 2
  return sum / one.length / (scale * scale)
}
