/** How spectra vary where they are bred instead of searched: MAP-Elites and its like. */
import type { Operator } from '../../core/contracts.ts'
import type { Options } from '../../core/options.ts'
import type { Rng } from '../../core/rng.ts'
import { boxMuller } from '../../core/normal.ts'
import { LIMIT, offsetSpace, type Offsets } from './genome.ts'
import { partsOf } from './layout.ts'
import { worldOf } from './options.ts'

const normal = (rng: Rng): number => boxMuller(1 - rng.unit(), rng.unit())[0]

/** Standard deviations of a point's coordinates: of one made from nothing, and of a small change. */
const START = 0.3
const CHANGE = 0.15

export function offsetOperators(options: Options): readonly Operator<Offsets>[] {
  const world = worldOf(options)
  const parts = partsOf(world)
  const space = offsetSpace(options)
  const clip = (offset: number) => Math.min(LIMIT * world.step, Math.max(-LIMIT * world.step, offset))
  const nudged = (genome: Offsets, rng: Rng, isMoved: (gene: number) => boolean): Offsets =>
    genome.map((offset, gene) => (isMoved(gene) ? clip(offset + world.step * CHANGE * normal(rng)) : offset))
  const one = (change: (genome: Offsets, rng: Rng) => Offsets): Operator<Offsets>['propose'] =>
    ([parent], rng) => (parent === undefined ? null : change(parent, rng)) // prettier-ignore
  const two = (change: (one: Offsets, other: Offsets, rng: Rng) => Offsets): Operator<Offsets>['propose'] =>
    ([mother, father], rng) => (mother === undefined || father === undefined ? null : change(mother, father, rng)) // prettier-ignore
  return [
    {
      id: 'random', label: 'At random', help: 'Every value a little off, around the trained spectrum.', arity: 0, weight: 0,
      propose: (_, rng) => space.genome(Float64Array.from({ length: space.dimensions }, () => START * normal(rng))),
    },
    {
      id: 'nudge', label: 'Nudge all', help: 'Every singular value moves a little.', arity: 1, weight: 2,
      propose: one((genome, rng) => nudged(genome, rng, () => true)),
    },
    {
      id: 'part', label: 'Nudge one spectrum', help: 'The values of one factor of one matrix move.', arity: 1, weight: 2,
      propose: one((genome, rng) => {
        const { first, genes } = rng.pick(parts)
        return nudged(genome, rng, (gene) => gene >= first && gene < first + genes)
      }),
    },
    {
      id: 'home', label: 'Back to the trained one', help: 'The values of one spectrum return to what training left.', arity: 1, weight: 1,
      propose: one((genome, rng) => {
        const { first, genes } = rng.pick(parts)
        return genome.map((offset, gene) => (gene >= first && gene < first + genes ? 0 : offset))
      }),
    },
    {
      id: 'line', label: 'Along a line', help: 'Through two elites and beyond (Vassiliades & Mouret 2018).', arity: 2, weight: 3,
      propose: two((mother, father, rng) => {
        const far = 0.5 * normal(rng)
        return mother.map((offset, gene) => clip(offset + far * ((father[gene] ?? 0) - offset) + 0.02 * world.step * normal(rng)))
      }),
    },
    {
      id: 'cross', label: 'Spectra of two', help: 'Each spectrum whole, from one parent or the other.', arity: 2, weight: 1,
      propose: two((mother, father, rng) => {
        const child = mother.slice()
        // A single spectrum has nothing to be crossed with but itself: value by value then.
        const pieces = parts.length > 1 ? parts : Array.from(mother, (_, first) => ({ first, genes: 1 }))
        for (const { first, genes } of pieces) if (rng.chance(0.5)) child.set(father.subarray(first, first + genes), first)
        return child
      }),
    },
  ] // prettier-ignore
}
