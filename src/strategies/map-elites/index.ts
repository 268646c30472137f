/** MAP-Elites (Mouret & Clune 2015) with uniform parent choice: every kind is as likely to have children as any other. */
import type { Strategy } from '../../core/contracts.ts'

const mapElites: Strategy<null> = {
  id: 'map-elites',
  label: 'MAP-Elites',
  help: 'Children of any kept warrior, each kind as likely as the next.',
  init: () => null,
  ask(_state, occupied, operators, count, rng) {
    // With nobody to vary yet, only operators that need no parents can be asked.
    const weights = operators.map(({ arity, weight }) => (occupied.length === 0 && arity > 0 ? 0 : weight))
    const fallback = operators.findIndex(({ arity }) => arity === 0)
    const canAny = weights.some((weight) => weight > 0)
    return Array.from({ length: count }, () => {
      const operator = canAny ? rng.weighted(weights) : fallback
      const arity = operators[operator]?.arity ?? 0
      return { operator, parents: Array.from({ length: arity }, () => rng.pick(occupied)) }
    })
  },
  tell: (state) => state,
}
export default mapElites
