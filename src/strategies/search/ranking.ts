/** Who did better, and what that weighs. Scores of few examples tie often, and ties must move nothing. */

/**
 * Indexes in groups of equal losses, the best group first. What is no number is as bad as Infinity.
 */
export function tiersOf(losses: readonly number[]): readonly (readonly number[])[] {
  const lossOf = (index: number) => {
    const loss = losses[index] ?? Infinity
    return Number.isNaN(loss) ? Infinity : loss
  }
  // Not a difference: two may be at Infinity.
  const order = losses.map((_, index) => index).sort((x, y) => (lossOf(x) === lossOf(y) ? x - y : lossOf(x) < lossOf(y) ? -1 : 1)) // prettier-ignore
  const tiers: number[][] = []
  for (const index of order) {
    const last = tiers.at(-1)
    if (last !== undefined && lossOf(last[0] ?? 0) === lossOf(index)) last.push(index)
    else tiers.push([index])
  }
  return tiers
}

/**
 * What each weighs: `weights[0]` is that of the best place, and equals share the weights of their places evenly. To give them out by
 * index would favour whoever was sampled first; like this, equals count alike, and all of them together nothing but their own mean.
 */
export function sharedWeights(tiers: readonly (readonly number[])[], weights: readonly number[]): readonly number[] {
  const shared = weights.map(() => 0)
  let place = 0
  for (const tier of tiers) {
    let sum = 0
    for (let at = 0; at < tier.length; at++) sum += weights[place + at] ?? 0
    for (const index of tier) shared[index] = sum / tier.length
    place += tier.length
  }
  return shared
}
