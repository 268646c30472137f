/**
 * The Red Queen: MAP-Elites in rounds, each against the champions of the rounds before it. The loop of Digital Red Queen
 * (arXiv 2601.03335), step by step; the defaults are those of its full run, except for `threshold` (see its help).
 */
import type { Phase, Strategy } from '../../core/contracts.ts'
import { numberOption, type Options } from '../../core/options.ts'
import { TACTICS } from './options.ts'

interface State {
  /** Rounds opened so far. */
  readonly opened: number
  /** Children of the round that is going on, without those it began with. */
  readonly spent: number
  readonly closed: boolean
  /** Share of children that are made from nothing. */
  readonly newShare: number
}

const redQueen: Strategy<State> = {
  id: 'red-queen',
  label: 'Red Queen',
  help: 'In rounds: the best of each becomes an opponent in all that follow, so that standing still is falling behind.',
  options: TACTICS,
  init: (tactics) => ({ opened: 0, spent: 0, closed: false, newShare: numberOption(tactics, 'newShare') }),
  ask({ newShare }, occupied, operators, count, rng) {
    const fromNothing = operators.map(({ arity, weight }) => (arity === 0 ? weight : 0))
    const fromParents = operators.map(({ arity, weight }) => (arity === 0 ? 0 : weight))
    const canVary = occupied.length > 0 && fromParents.some((weight) => weight > 0)
    const fallback = operators.findIndex(({ arity }) => arity === 0)
    return Array.from({ length: count }, () => {
      const varies = canVary && !rng.chance(newShare)
      const weights = varies ? fromParents : fromNothing
      const operator = weights.some((weight) => weight > 0) ? rng.weighted(weights) : fallback
      const arity = operators[operator]?.arity ?? 0
      return { operator, parents: Array.from({ length: arity }, () => rng.pick(occupied)) }
    })
  },
  tell(state, _reports, { phase, children }) {
    if (phase.kind === 'open') return { ...state, opened: state.opened + 1, spent: 0 }
    return phase.kind === 'on' ? { ...state, spent: state.spent + children } : { ...state, closed: true }
  },
  rounds: {
    phase,
    memory: (tactics) => ({ champions: numberOption(tactics, 'remembered'), guests: numberOption(tactics, 'guests') }),
    progress: ({ spent }, tactics) => ({
      planned: numberOption(tactics, 'rounds'), children: numberOption(tactics, 'iterations'), spent,
    }), // prettier-ignore
  },
}
export default redQueen

function phase({ opened, spent, closed }: State, tactics: Options, best: readonly number[] | null): Phase {
  const number = (key: string) => numberOption(tactics, key)
  const begins: Phase = {
    kind: 'open',
    fresh: number('fresh'),
    warmRivals: tactics['warmRivals'] === true,
    warmChampions: tactics['warmChampions'] === true,
  }
  if (opened === 0) return begins
  const left = number('iterations') - spent
  const threshold = number('threshold')
  // As there: the threshold is looked at before each step but the first of a round.
  const isGoodEnough = threshold > 0 && spent > 0 && (best?.[number('thresholdOf')] ?? 0) > threshold
  if (left > 0 && !isGoodEnough) return { kind: 'on', most: left }
  const rounds = number('rounds')
  if (rounds === 0 || opened < rounds) return begins
  return { kind: closed ? 'over' : 'close' }
}
