/** What workshops of all tasks have in common: which requests they take, and the spectra they show. */
import { fail, ok, type Result } from '../../core/result.ts'
import { LIMIT, type Offsets } from './genome.ts'
import { partsOf } from './layout.ts'
import type { Adapter } from './model/shape.ts'
import type { World } from './options.ts'
import type { CostRequest, Spectrum } from './studio.ts'

/** Genomes, and members to be timed, at most. */
const MOST = 256
const MOST_EXAMPLES = 512

/** Why these are no genomes of a model with so many genes, or null. */
export function wrongGenomes(genomes: readonly Offsets[], genes: number, step: number): string | null {
  if (genomes.length < 1 || genomes.length > MOST) return `${genomes.length} spectra were sent; from 1 to ${MOST} can be judged at once.` // prettier-ignore
  const bad = genomes.find((genome) => genome.length !== genes || !genome.every((offset) => Math.abs(offset) <= 10 * LIMIT * step)) // prettier-ignore
  return bad === undefined ? null : `A spectrum of ${bad.length} numbers does not fit this model, which has ${genes}.`
}

export const wrongCost = ({ members, examples }: CostRequest): string | null =>
  members.some((count) => !(count >= 1 && count <= MOST)) || !(examples >= 1 && examples <= MOST_EXAMPLES)
    ? `From 1 to ${MOST} members of up to ${MOST_EXAMPLES} examples can be timed.`
    : null

/** Steps of a search, in units of the space. */
export const wrongSigma = (sigma: number): string | null =>
  sigma > 0 && sigma < 100 ? null : 'Steps are numbers above 0 and below 100.'

/** Mean over all pairs; 0 for none. */
export function pairwise<T>(all: readonly T[], of: (one: T, other: T) => number): number {
  const values = all.flatMap((one, at) => all.slice(at + 1).map((other) => of(one, other)))
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)
}

export const answered = <T>(problem: string | null, work: () => T): Promise<Result<T>> =>
  Promise.resolve(problem === null ? ok(work()) : fail('bad-request', problem))

export function spectraOf(world: World, adapters: readonly Adapter[]): readonly Spectrum[] {
  const byName = new Map(adapters.map((adapter) => [adapter.name, adapter]))
  return partsOf(world).flatMap((part) => {
    const adapter = byName.get(part.name)
    if (adapter === undefined || part.factor === 'noise') return []
    const [values, unit] = part.factor === 'B' ? [adapter.sB, adapter.unitB] : [adapter.sA, adapter.unitA]
    return [{ ...part, factor: part.factor, values: Array.from(values.subarray(0, part.genes)), unit }]
  })
}
