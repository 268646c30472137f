/**
 * NSGA-II (Deb et al. 2002) as pymoo 0.6.1 has it, which is what ECAD evolved with (arXiv 2506.15682): binary tournaments on
 * dominance and crowding, crossover and then mutation, and of parents and children together the better half survives. Two
 * things differ: an operator makes one child, so parents have it twice, either way round; and of equally lonely points the
 * elder stays, where pymoo draws lots.
 */
import { frontsOf, crowdingOf } from '../../archives/pareto.ts'
import type { Ask, Losses, OperatorShare, Strategy } from '../../core/contracts.ts'
import { numberOption } from '../../core/options.ts'
import type { Rng } from '../../core/rng.ts'
import { TACTICS } from './options.ts'
import { tournament } from './tournament.ts'

interface State {
  /** Share of children of two parents, and of those that are mutated: of the former, or of one parent. */
  readonly crossover: number
  readonly mutated: number
}

const nsga2: Strategy<State> = {
  id: 'nsga2',
  label: 'NSGA-II',
  help: 'Several goals at once: of parents and children those stay whom nobody beats in everything, spread out along the front.',
  options: TACTICS,
  archive: 'population',
  init: (tactics) => ({
    crossover: numberOption(tactics, 'crossoverShare'),
    mutated: numberOption(tactics, 'mutatedShare'),
  }),
  ask(state, occupied, operators, count, rng, losses) {
    const ways = waysOf(state, occupied, operators)
    if (ways === null) return fromNothing(operators, count, rng)
    const next = tournament(occupied, losses, rng)
    const asks: Ask[] = []
    while (asks.length < count) {
      const [one, other] = [next(), next()]
      asks.push(varied(ways, [one, other], rng), varied(ways, [other, one], rng))
    }
    return asks.slice(0, count)
  },
  tell: (state) => state,
  survive,
}
export default nsga2

/** Front after front; of the first that does not fit, the loneliest. */
export function survive(losses: readonly Losses[], capacity: number): readonly number[] {
  const stay: number[] = []
  for (const front of frontsOf(losses)) {
    const room = capacity - stay.length
    if (room <= 0) break
    stay.push(...(front.length <= room ? front : loneliest(front, losses, room)))
  }
  return stay.sort((x, y) => x - y)
}

/** Of equals the first, who is the eldest. */
function loneliest(front: readonly number[], losses: readonly Losses[], room: number): number[] {
  const distances = crowdingOf(front.map((index) => losses[index] ?? []))
  const distance = (place: number) => distances[place] ?? 0
  // Not a difference: two may be at Infinity.
  const places = front.map((_, place) => place).sort((x, y) => (distance(x) === distance(y) ? x - y : distance(y) > distance(x) ? 1 : -1)) // prettier-ignore
  return places.slice(0, room).flatMap((place) => front[place] ?? [])
}

/** Weights of crossover alone, of both, and of mutation alone; what would leave a child its parent's twin is not among them. */
interface Ways {
  readonly shares: readonly [number, number, number]
  readonly crossovers: readonly number[]
  readonly mutations: readonly number[]
}

/** Null where nobody can be varied. */
function waysOf(
  { crossover, mutated }: State,
  occupied: readonly number[],
  operators: readonly OperatorShare[],
): Ways | null {
  const weightsOf = (wanted: number) => operators.map(({ arity, weight }) => (arity === wanted ? weight : 0))
  const [mutations, crossovers] = [weightsOf(1), weightsOf(2)]
  const canMutate = occupied.length > 0 && mutations.some((weight) => weight > 0)
  // Somebody alone is crossed with itself only where nothing else can be done.
  const canCross = occupied.length > (canMutate ? 1 : 0) && crossovers.some((weight) => weight > 0)
  if (!canCross && !canMutate) return null
  const both: Ways['shares'] = [crossover * (1 - mutated), crossover * mutated, (1 - crossover) * mutated]
  const shares: Ways['shares'] = !canCross ? [0, 0, 1] : !canMutate ? [1, 0, 0] : both
  return { shares: shares.some((share) => share > 0) ? shares : [0, 0, 1], crossovers, mutations }
}

function varied({ shares, crossovers, mutations }: Ways, parents: readonly [number, number], rng: Rng): Ask {
  const way = rng.weighted(shares)
  if (way === 2) return { operator: rng.weighted(mutations), parents: [parents[0]] }
  const operator = rng.weighted(crossovers)
  return way === 0 ? { operator, parents } : { operator, parents, then: rng.weighted(mutations) }
}

function fromNothing(operators: readonly OperatorShare[], count: number, rng: Rng): readonly Ask[] {
  const weights = operators.map(({ arity, weight }) => (arity === 0 ? weight : 0))
  const fallback = operators.findIndex(({ arity }) => arity === 0)
  const canDraw = weights.some((weight) => weight > 0)
  return Array.from({ length: count }, () => ({ operator: canDraw ? rng.weighted(weights) : fallback, parents: [] }))
}
