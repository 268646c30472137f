/** What a spectrum is judged by. */
import type { Axis, Measure } from '../../core/contracts.ts'
import type { Options } from '../../core/options.ts'
import { worldOf, type World } from './options.ts'
import { WRITER_OBJECTIVES } from './warriors/scores.ts'

export const objectivesOf = (options: Options): readonly Axis[] =>
  worldOf(options).task === 'warriors' ? WRITER_OBJECTIVES : ANSWER_OBJECTIVES

export const ANSWER_OBJECTIVES: readonly Axis[] = [
  {
    key: 'right', label: 'Right answers', unit: '', min: 0, max: 1,
    help: 'Share of the generation\'s examples that it answers right, whole answers alone. What an answer looks like before it is right counts for nothing.',
  },
] // prettier-ignore

const CHANGED = [0.02, 0.08, 0.15, 0.25, 0.4, 0.6, 0.8, Infinity]
const DISTANCE = [0.1, 0.2, 0.35, 0.5, 0.7, 1, 1.5, Infinity]

export const measuresOf = (): { axes: readonly [Measure, Measure]; reachable(row: number, column: number): boolean } => ({
  axes: [
    {
      key: 'changed', label: 'Changed answers', unit: 'of all', min: 0, max: 1, thresholds: CHANGED,
      help: 'Share of the examples that it answers differently from the adapter as it was trained.',
    },
    {
      key: 'distance', label: 'Distance', unit: 'mean values', min: 0, max: 3, thresholds: DISTANCE,
      help: 'How far its singular values lie from the trained ones: the root of the mean square, in mean singular values; or how far all weights do, in mean weights.',
    },
  ],
  reachable: () => true,
}) // prettier-ignore

/** How far a genome of a world lies from where it began. */
export const distanceIn = ({ directions }: Pick<World, 'directions'>): ((offsets: Float32Array) => number) =>
  directions > 0 ? lengthOf : distanceOf

/** Root of the sum of squares: what weights went along random directions, in mean weights. */
const lengthOf = (offsets: Float32Array): number => distanceOf(offsets) * Math.sqrt(offsets.length)

/** Root of the mean square. */
export function distanceOf(offsets: Float32Array): number {
  let sum = 0
  for (const offset of offsets) sum += offset * offset
  return offsets.length === 0 ? 0 : Math.sqrt(sum / offsets.length)
}
