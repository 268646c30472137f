/** What all strategies that search a space of numbers have in common. */
import type { Strategy } from '../../core/contracts.ts'
import type { Search, Space } from '../../core/search.ts'
import type { OptionField } from '../../core/options.ts'
import { STEPS, withSteps, type ByEffect } from './by-effect.ts'

type SpaceShape = Pick<Space, 'dimensions' | 'limit'>

/** A strategy that searches: what it would ask of operators is never asked for. Directions that are gone one after another have no steps to be scaled together. */
export const searching = <State>(
  parts: Pick<Strategy<State>, 'id' | 'label' | 'help' | 'options' | 'init'> & { readonly search: Search<State> },
): Strategy<State | ByEffect<State>> => ({
  ...parts,
  ...(parts.search.isForNoise === true ? {} : { ...withSteps(parts), options: [...(parts.options ?? []), STEPS] }),
  ask: () => [],
  tell: (state) => state,
})

/** A space that a strategy can search; `most` dimensions are what its state may hold. Throws otherwise: settings are checked before. */
export function spaceFor(space: SpaceShape | null, id: string, most: number): SpaceShape {
  if (space === null) throw new Error(`${id} searches a space, and genomes of this arena are no points of one`)
  const { dimensions } = space
  if (!Number.isInteger(dimensions) || dimensions < 1 || dimensions > most)
    throw new Error(`${id} searches 1 to ${most} dimensions, not ${dimensions}: choose another strategy or fewer genes`)
  return space
}

export const zeros = (length: number): number[] => Array.from({ length }, () => 0)

/** The point within -limit..limit in every dimension. */
export const within = (limit: number, x: number): number => Math.min(limit, Math.max(-limit, x))

export const SIGMA: OptionField = {
  key: 'sigma', label: 'First steps', kind: 'number', group: 'variation', min: 0.001, max: 10, step: 0.01, default: 0.3,
  help: 'Standard deviation of the first generation\'s samples around the beginning, in units of the space.',
} // prettier-ignore

/** Scores such as accuracy do not change where everything is scaled: without a bound steps grow for ever. */
export const SIGMA_BOUNDS: readonly OptionField[] = [
  {
    key: 'sigmaMost', label: 'Largest steps', kind: 'number', group: 'variation', min: 0.001, max: 100, step: 0.01, default: 1, advanced: true,
    help: 'The standard deviation never grows beyond this. Without a bound it would, where scores are the same over wide stretches.',
  },
  {
    key: 'sigmaLeast', label: 'Smallest steps', kind: 'number', group: 'variation', min: 0, max: 1, step: 0.001, default: 0.001, advanced: true,
    help: 'The standard deviation never falls below this.',
  },
] // prettier-ignore
