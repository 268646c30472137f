/**
 * Who is asked next: one bandit over every classical operator and every model with every kind of prompt.
 *
 * Reward is what a child added to the archive: the score of a new kind, or how much better an elite became; a failure
 * costs and takes nothing away (the asymmetry of ShinkaEvolve's UCB, arXiv 2509.19349). It is counted per unit of cost,
 * where 1 is the judging of one child and a completion costs as many as could have been judged in its time. Old
 * experience fades, because what helps early in a run is not what helps late.
 */

/** What is known of an arm: sums that fade by {@link FADING} each generation. Plain values, part of a run's state. */
export interface ArmStats {
  readonly id: string
  readonly pulls: number
  readonly reward: number
  readonly cost: number
}

/** What an arm did in one generation. */
export type Outcome = ArmStats

/** An arm as people see it, and as {@link allocate} ranks it. */
export interface Posterior {
  readonly id: string
  readonly pulls: number
  /** Reward per unit of cost. */
  readonly rate: number
  /** Units of cost a pull; 0 where nothing is known. */
  readonly cost: number
  /** Upper confidence bound of the rate, in shares of the best arm's rate; Infinity for one that was never tried. */
  readonly bound: number
}

export interface BanditOptions {
  /** How much not knowing counts: 0 goes by the rate alone. */
  readonly exploration: number
  /** Cheap arms first: the bonus of an arm shrinks with its cost, so that a dear one is called once its rate has earned it. */
  readonly cheapFirst: boolean
}

const FADING = 0.99
/** Arms that were not seen for so long are forgotten. */
const FORGOTTEN = 1e-3
/** The share that goes round all arms whatever they did: the archive changes, and so may they. */
const ROUND = 0.1

export function learn(arms: readonly ArmStats[], outcomes: readonly Outcome[]): readonly ArmStats[] {
  const sums = new Map(
    arms.map(({ id, pulls, reward, cost }) => [
      id,
      { id, pulls: pulls * FADING, reward: reward * FADING, cost: cost * FADING },
    ]),
  )
  for (const { id, pulls, reward, cost } of outcomes) {
    const old = sums.get(id) ?? { id, pulls: 0, reward: 0, cost: 0 }
    sums.set(id, { id, pulls: old.pulls + pulls, reward: old.reward + reward, cost: old.cost + cost })
  }
  return [...sums.values()].filter(({ pulls }) => pulls >= FORGOTTEN)
}

/** The arms of `ids`, in that order; those without experience have an infinite bound. */
export function posteriors(
  arms: readonly ArmStats[],
  ids: readonly string[],
  options: BanditOptions,
): readonly Posterior[] {
  const known = new Map(arms.map((arm) => [arm.id, arm]))
  const stats = ids.map((id) => known.get(id) ?? { id, pulls: 0, reward: 0, cost: 0 })
  const scale = scaleOf(stats)
  const total = stats.reduce((sum, { pulls }) => sum + pulls, 0)
  return stats.map((arm) => ({
    id: arm.id,
    pulls: arm.pulls,
    rate: rateOf(arm),
    cost: costOf(arm),
    bound: boundOf(arm, arm.pulls, total, scale, options),
  }))
}

/** How many of `count` calls go to each arm of `ids`: one after another to the highest bound, as if each had been answered. */
export function allocate(
  arms: readonly ArmStats[],
  ids: readonly string[],
  count: number,
  options: BanditOptions,
): number[] {
  const calls = ids.map(() => 0)
  if (ids.length === 0) return calls
  const known = new Map(arms.map((arm) => [arm.id, arm]))
  const stats = ids.map((id) => known.get(id) ?? { id, pulls: 0, reward: 0, cost: 0 })
  const scale = scaleOf(stats)
  let total = stats.reduce((sum, { pulls }) => sum + pulls, 0)
  for (let call = 0; call < count; call++) {
    let best = 0
    let bestBound = -1
    // Every so many calls the turn is that of the arm with the fewest, whatever its bound.
    const isRound = call % Math.round(1 / ROUND) === 0
    for (const [index, arm] of stats.entries()) {
      const pulls = arm.pulls + (calls[index] ?? 0)
      const bound = isRound ? 1 / (1 + pulls) : boundOf(arm, pulls, total, scale, options)
      if (bound > bestBound) [best, bestBound] = [index, bound]
    }
    calls[best] = (calls[best] ?? 0) + 1
    total++
  }
  return calls
}

const rateOf = ({ reward, cost }: ArmStats): number => (cost > 0 ? reward / cost : 0)
const costOf = ({ pulls, cost }: ArmStats): number => (pulls > 0 ? cost / pulls : 0)

interface Scale {
  readonly rate: number
  readonly cost: number
}

/** The best rate and the lowest cost: what the others are measured by. */
function scaleOf(stats: readonly ArmStats[]): Scale {
  const tried = stats.filter(({ pulls }) => pulls > 0)
  return { rate: Math.max(0, ...tried.map(rateOf)), cost: Math.min(Infinity, ...tried.map(costOf)) }
}

function boundOf(arm: ArmStats, pulls: number, total: number, scale: Scale, options: BanditOptions): number {
  if (pulls <= 0) return Infinity
  const mean = scale.rate > 0 ? rateOf(arm) / scale.rate : 0
  const dearness = options.cheapFirst && arm.pulls > 0 && scale.cost > 0 ? scale.cost / costOf(arm) : 1
  return mean + options.exploration * Math.sqrt((Math.log1p(total) / pulls) * dearness)
}
