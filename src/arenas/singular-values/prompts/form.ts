/**
 * Spectra as models read and write them, a line each: `0.query A: 2 -1 0 0`. Short names, and whole numbers instead of floats, as
 * EvoLLM has them (arXiv 2402.18381): a number is an offset in tenths of a step.
 */
import { LIMIT, type Offsets } from '../genome.ts'
import { partsOf, type Part } from '../layout.ts'
import type { World } from '../options.ts'

/** Numbers of a step. */
export const FINENESS = 10
/** Numbers go from -MOST_NUMBER to MOST_NUMBER: as far as genomes do. */
export const MOST_NUMBER = LIMIT * FINENESS

export interface Row extends Part {
  /** E.g. `0.query A`, or `base`. */
  readonly short: string
  /** As in a genome's text: `layers.0.attention.query A`, `base product`. */
  readonly full: string
}

export interface Form {
  readonly task: string
  readonly step: number
  /** In the order of the genome. */
  readonly rows: readonly Row[]
  /** By {@link Row.full}. */
  readonly sources: ReadonlyMap<string, Row>
  /** By everything else that a row may be called, in small letters. */
  readonly names: ReadonlyMap<string, Row>
}

export function formOf(world: World): Form {
  const rows = partsOf(world).map((part) => ({ ...part, short: shortOf(part), full: `${part.name} ${part.factor}` }))
  const names = rows.flatMap((row) => [row.short, row.full, ...(row.factor === 'product' ? [row.name] : [])].map((name) => [name.toLowerCase(), row] as const)) // prettier-ignore
  return {
    task: world.task,
    step: world.step,
    rows,
    sources: new Map(rows.map((row) => [row.full, row])),
    names: new Map(names),
  }
}

const shortOf = ({ name, factor }: Part): string => {
  const matrix = name.replace(/^layers\.(\d+)\.attention\./, '$1.')
  return factor === 'product' ? matrix : `${matrix} ${factor}`
}

/** All numbers of a genome, rounded. */
export const numbersOf = (genome: Offsets, { step }: Form): readonly number[] =>
  // Minus nothing is nothing.
  Array.from(genome, (offset) => Math.round((offset / step) * FINENESS) + 0)

export const lineOf = ({ short, first, genes }: Row, numbers: readonly number[]): string =>
  `${short}: ${numbers.slice(first, first + genes).join(' ')}`

/** The offset of a number as text; exact enough that the limit's is within it. */
export const offsetText = (number: number, { step }: Form): string =>
  String(Number(((number * step) / FINENESS).toPrecision(7)))

/** The number of an offset, which may be no whole one. */
export const numberOf = (offset: number, { step }: Form): number => Number(((offset / step) * FINENESS).toPrecision(4))
