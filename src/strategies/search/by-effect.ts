/**
 * First steps by effect, for any search: the first generation tries steps of many sizes around the beginning, and steps are scaled so that
 * two members differ in about a third of what they do (src/core/effect.ts). What was found is in the state, so it is saved, replayed and the
 * same for the same seed.
 */
import type { Strategy } from '../../core/contracts.ts'
import type { Search, Space, Spread } from '../../core/search.ts'
import { EFFECT } from '../../core/effect.ts'
import { exp, log } from '../../core/exact.ts'
import { fillNormal } from '../../core/normal.ts'
import type { OptionField, Options } from '../../core/options.ts'

export const STEPS: OptionField = {
  key: 'steps', label: 'Scale of steps', kind: 'choice', group: 'variation', default: 'set',
  choices: [
    { value: 'set', label: 'As set' },
    { value: 'effect', label: 'By effect' },
  ],
  help: 'By effect: the first generation tries steps of many sizes, and all steps are scaled so that two members differ in about a third of what they do. A misleading rule where nearly every step changes everything, as in texts.',
} // prettier-ignore

/** A search in steps of its own, and what they are in the space. Plain JSON. */
export interface ByEffect<State> {
  /** Of the space, for 1 of the search; null until the first generation is judged. */
  readonly unit: number | null
  /** Share of what two members do that differs there; null before, and where the arena does not tell. */
  readonly effect: number | null
  readonly limit: number
  readonly tactics: Options
  readonly inner: State
}

/** Sizes that are tried, as shares of the space's limit: what is beyond would be cut off. */
const LEAST = 1 / 150
const MOST = 1 / 2

type Parts<State> = Pick<Strategy<State>, 'init'> & { readonly search: Search<State> }

const isByEffect = <State>(state: State | ByEffect<State>): state is ByEffect<State> =>
  typeof state === 'object' && state !== null && 'inner' in state

/** States of runs whose steps are as set are the strategy's own. */
export function withSteps<State>({ init, search }: Parts<State>): Parts<State | ByEffect<State>> {
  return {
    init(tactics, space) {
      const inner = init(tactics, space)
      if (tactics['steps'] !== 'effect' || space === null) return inner
      return { unit: null, effect: null, limit: space.limit, tactics, inner }
    },
    search: {
      ...(search.most === undefined ? {} : { most: search.most }),
      sample(state, count, rng) {
        if (!isByEffect(state)) return search.sample(state, count, rng)
        const { unit, inner, limit } = state
        if (unit !== null) return search.sample(inner, count, rng).map((point) => scaled(point, unit))
        const { mean } = search.spread(inner)
        const sizes = ladder(count, limit)
        // The beginning stands for the other one of two: steps as long as two members are apart.
        return Array.from({ length: count }, (_, at) =>
          scaled(fillNormal(new Float64Array(mean.length), rng), Math.SQRT2 * (sizes[at] ?? 0)),
        )
      },
      learn(state, points, losses, effects) {
        if (!isByEffect(state)) return search.learn(state, points, losses, effects)
        const { unit, inner } = state
        if (unit === null) return found(state, points, effects)
        return { ...state, inner: search.learn(inner, points.map((point) => scaled(point, 1 / unit)), losses, effects) }
      },
      spread(state): Spread {
        if (!isByEffect(state)) return search.spread(state)
        const { unit, effect, inner } = state
        const { mean, sigma, axes } = search.spread(inner)
        const scale = unit ?? 1
        return { mean: scaled(mean, scale), sigma: scale * sigma, axes, found: unit === null || effect === null ? null : { unit, effect } }
      },
    },
  } // prettier-ignore

  function found(state: ByEffect<State>, points: readonly Float64Array[], effects: readonly number[] | undefined): ByEffect<State> {
    const { limit, tactics, inner } = state
    const sizes = ladder(points.length, limit)
    if (effects === undefined || sizes.length === 0) return { ...state, unit: 1 }
    const { size, effect } = reachIn(sizes, effects)
    const unit = size / search.spread(inner).sigma
    const space: Pick<Space, 'dimensions' | 'limit'> = { dimensions: points[0]?.length ?? 0, limit: limit / unit }
    return { ...state, unit, effect, inner: init(tactics, space) }
  } // prettier-ignore
}

/** Standard deviations that so many members try, one each, rising; none for too few to tell. */
function ladder(count: number, limit: number): readonly number[] {
  if (count < 2) return []
  const [least, most] = [log(LEAST * limit), log(MOST * limit)]
  return Array.from({ length: count }, (_, rung) => exp(least + ((most - least) * rung) / (count - 1)))
}

/** Where the effects, made to rise, reach the aim: between two steps of them by a straight line over logarithms. The ends where they do at once, or never. */
function reachIn(sizes: readonly number[], effects: readonly number[]): { readonly size: number; readonly effect: number } {
  const steps = rising(sizes.map((size, at) => ({ at: log(size), effect: effects[at] ?? 0, count: 1 })).filter(({ effect }) => Number.isFinite(effect)))
  const found = steps.findIndex(({ effect }) => effect >= EFFECT.aim)
  if (found === 0) return { size: sizes[0] ?? 1, effect: steps[0]?.effect ?? 0 }
  const [below, above] = [steps[found - 1], steps[found]]
  if (below === undefined || above === undefined) return { size: sizes.at(-1) ?? 1, effect: steps.at(-1)?.effect ?? 0 }
  const share = (EFFECT.aim - below.effect) / (above.effect - below.effect)
  return { size: exp(below.at + share * (above.at - below.at)), effect: EFFECT.aim }
} // prettier-ignore

/** So many members: the mean of their sizes' logarithms, and of their effects. */
interface Step {
  readonly at: number
  readonly effect: number
  readonly count: number
}

/** The nearest that rises: neighbours that fall are put together (isotonic regression). */
function rising(all: readonly Step[]): readonly Step[] {
  const steps: Step[] = []
  for (const next of all) {
    let step = next
    for (let last = steps.at(-1); last !== undefined && last.effect >= step.effect; last = steps.at(-1)) {
      const count = last.count + step.count
      const mean = (key: 'at' | 'effect') => (last[key] * last.count + step[key] * step.count) / count
      step = { at: mean('at'), effect: mean('effect'), count }
      steps.pop()
    }
    steps.push(step)
  }
  return steps
}

const scaled = (point: Float64Array, scale: number): Float64Array => point.map((value) => scale * value)
