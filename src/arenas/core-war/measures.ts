/**
 * What tells kinds of warrior apart: Digital Red Queen's four behaviour axes, with its bins at 8,000 cells and 80,000
 * cycles, and bins in the same proportions elsewhere, so that every bin can be reached in every world.
 * Source: DRQ (arXiv 2601.03335), get_bc_features.
 */
import type { Measure } from '../../core/contracts.ts'
import { numberOption, textOption, type Options } from '../../core/options.ts'

export const MEASURE_KEYS = ['spawned', 'covered', 'opcodes', 'length'] as const
export type MeasureKey = (typeof MEASURE_KEYS)[number]

const STANDARD_CORE = 8000
const STANDARD_LENGTH = 100

export function measureOf(key: MeasureKey, options: Options): Measure {
  const coreSize = numberOption(options, 'coreSize')
  const maxCycles = numberOption(options, 'maxCycles')
  const maxLength = numberOption(options, 'maxLength')
  switch (key) {
    case 'spawned':
      return {
        key, label: 'Processes started', unit: 'a battle', min: 0, max: maxCycles,
        help: 'How often a SPL made the warrior\'s task queue grow, on average.',
        // 1, 10, ... 10,000 at 80,000 cycles: powers of an eighth of the cycles' fourth root.
        thresholds: bins([0, 1, 2, 3, 4].map((k) => (maxCycles / 8) ** (k / 4))),
      }
    case 'covered':
      return {
        key, label: 'Memory covered', unit: 'cells', min: 0, max: coreSize,
        help: 'Different addresses the warrior ever put in its task queue, on average.',
        // The same share of the core's logarithm: 500 of 8,000 becomes 21 of 80.
        thresholds: bins([10, 100, 500, 1000, 4000].map((cells) => coreSize ** (Math.log(cells) / Math.log(STANDARD_CORE)))),
      }
    case 'opcodes':
      return {
        key, label: 'Different opcodes', unit: '', min: 1, max: 17,
        help: 'How many different opcodes its lines use.',
        thresholds: bins(upTo(Math.min(maxLength, options['icws88'] === true ? 11 : 17), [4, 6, 8, 10, 14])),
      }
    default:
      return {
        key, label: 'Length', unit: 'lines', min: 1, max: maxLength,
        help: 'Lines of code.',
        thresholds: bins(upTo(maxLength, [5, 12, 20, 35, 60].map((lines) => maxLength === STANDARD_LENGTH ? lines : lines * maxLength / STANDARD_LENGTH))),
      }
  }
} // prettier-ignore

/** Whole, rising thresholds, the last of them open. */
function bins(edges: readonly number[]): readonly number[] {
  const whole = [...new Set(edges.map((edge) => Math.max(1, Math.round(edge))))].sort((x, y) => x - y)
  return [...whole, Infinity]
}

/** Edges for a count of 1..max: DRQ's where they all leave room above them, else one bin a value or an even spread. */
function upTo(max: number, edges: readonly number[]): readonly number[] {
  const whole = edges.map((edge) => Math.round(edge))
  const rising = whole.every((edge, index) => edge > (whole[index - 1] ?? 1) && edge <= max)
  if (rising) return whole
  const count = Math.min(6, max)
  return Array.from({ length: count - 1 }, (_, index) => 1 + ((index + 1) * max) / count)
}

/** The bin of a value: the first threshold it lies below. */
export const binOf = (measure: Measure, value: number): number =>
  measure.thresholds.findIndex((threshold) => value < threshold)

export function axesOf(options: Options): readonly [MeasureKey, MeasureKey] {
  const [row, column] = textOption(options, 'axes').split('-') as [MeasureKey, MeasureKey]
  return [row, column]
}

/** Least whole value that lands in a bin. */
const leastOf = (measure: Measure, bin: number): number =>
  Math.max(measure.min, measure.thresholds[bin - 1] ?? measure.min)

export function measuresOf(options: Options) {
  const [rowKey, columnKey] = axesOf(options)
  const axes = [measureOf(rowKey, options), measureOf(columnKey, options)] as const
  return {
    axes,
    /** More different opcodes than lines cannot be; every other pair of bins can. */
    reachable(row: number, column: number): boolean {
      if (rowKey !== 'opcodes' || columnKey !== 'length') return true
      const longest = (axes[1].thresholds[column] ?? Infinity) - 1
      return leastOf(axes[0], row) <= longest
    },
  }
}
