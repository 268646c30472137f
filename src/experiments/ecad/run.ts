/** All of the experiment for one seed: the searches, what they found on held-out pictures, and elsewhere. */
import { fewer, gridOf, onGridAlone, waysFor, type Way } from '../../arenas/diffusion-cache/baselines.ts'
import { pictureTask } from '../../arenas/diffusion-cache/environment.ts'
import { planOf as samplePlanOf } from '../../arenas/diffusion-cache/evaluate.ts'
import { heldOutPlan } from '../../arenas/diffusion-cache/held-out.ts'
import { macsOf, type DitWeights } from '../../arenas/diffusion-cache/model/shape.ts'
import { COMPUTE, EXTRAPOLATE, type Macs, type Schedule } from '../../arenas/diffusion-cache/schedule.ts'
import type { FeatureNet } from '../../arenas/diffusion-cache/scenes/features.ts'
import { fora } from '../../arenas/diffusion-cache/seeds.ts'
import type { Arena, Evaluator, Strategy } from '../../core/contracts.ts'
import { ok, type Cancellation, type Result } from '../../core/result.ts'
import { CARRIED_COSTS, carriedOver, type Carried, type World } from './carried.ts'
import { bestGrid, gridLike, gridsOf, type RatedGrid } from './grids.ts'
import { Judge, meanOf, type Judgement, type Sampling } from './judge.ts'
import { areaOf, areasAt, bestAtEach, bestWithin, type Point } from './measure.ts'
import { CARRIED, EVERIES, HELD_OUT_SEED, optionsOf, SEARCHES, settingsOf, type Plan, type Search } from './plan.ts'
import { search, type Scored } from './search.ts'

/** Something judged on held-out pictures, with its cost. */
export interface Held extends Judgement {
  readonly cost: number
}

/** What a search found within a budget, and samplers of whole steps beside it. */
export interface Found {
  readonly held: Held
  /** While searching. */
  readonly searchError: number
  /** The steps that it spends at least half of a whole step on. */
  readonly ownSteps: number
  /** Those steps alone; as many of them or more as cost what FORA costs; and the best of all samplers of as many steps. */
  readonly own: Held
  readonly ownAtCost: Held
  readonly bestGrid: Held
}

export interface AtBudget {
  readonly every: number
  /** Whole steps that FORA takes, and what they cost. */
  readonly steps: number
  readonly cost: number
  readonly fora: Held
  readonly foraLines: Held
  readonly fewer: Held
  /** Undefined where a search judged nothing as cheap. */
  readonly found: Readonly<Partial<Record<Search, Found>>>
}

export interface Outcome {
  readonly seed: number
  /** What is dominated after each checkpoint. */
  readonly areas: Readonly<Record<Search, readonly number[]>>
  readonly foraArea: number
  readonly whole: Held
  readonly budgets: readonly AtBudget[]
  readonly carried: readonly Carried[]
}

export interface Host {
  readonly arena: Arena
  readonly strategies: ReadonlyMap<string, Strategy<unknown>>
  readonly evaluator: Evaluator
  readonly weights: DitWeights
  /** Kept from seed to seed: held-out pictures are the same for all. */
  readonly bench: Bench
}

/** Where what was found is judged. */
export interface Bench {
  readonly heldOut: Judge
  readonly worlds: readonly World[]
}

export function benchOf(plan: Plan, weights: DitWeights, net: FeatureNet, second: DitWeights | null): Bench {
  const { steps, guidance, heldOut, otherSteps, carriedPictures } = plan
  const few = heldOutPlan(carriedPictures, HELD_OUT_SEED, guidance)
  const world = (of: DitWeights, count: number, label: string): World => ({
    label, steps: count, judge: new Judge({ weights: of, net: null }, count, few),
  }) // prettier-ignore
  return {
    heldOut: new Judge({ weights, net }, steps, heldOutPlan(heldOut, HELD_OUT_SEED, guidance)),
    worlds: [
      world(weights, steps, `${steps} steps, where they evolved`),
      ...otherSteps.map((count) => world(weights, count, `${count} steps`)),
      ...(second === null ? [] : [world(second, steps, `${steps} steps of the second model`)]),
    ],
  }
}

export async function runSeed(plan: Plan, seed: number, host: Host, signal: Cancellation): Promise<Result<Outcome>> {
  const { arena, strategies, evaluator, weights, bench } = host
  const { shape: dit } = weights
  const shape = { steps: plan.steps, blocks: dit.blocks }
  const macs = macsOf(dit)
  const task = pictureTask(optionsOf(plan), seed)
  const found = new Map<Search, readonly Scored[]>()
  for (const kind of SEARCHES) {
    const settings = settingsOf(plan, arena, kind, seed)
    const strategy = strategies.get(settings.strategy)
    if (strategy === undefined) throw new Error(`there is no strategy ${settings.strategy}`)
    const judged = await search(settings, { arena, strategy }, evaluator, task, signal)
    if (!judged.ok) return judged
    found.set(kind, judged.value)
  }
  const codec = arena.codec(optionsOf(plan))
  const decode = ({ words }: Scored) => codec.decode(words) as Schedule
  const searching = new Judge({ weights, net: null }, plan.steps, { ...samplePlanOf(task), captions: task.captions })
  const searchPoint = (way: Way): Point => ({ cost: way.cost, error: meanOf(searching.of(way).errors) })
  const judgedBy = (kind: Search) => found.get(kind) ?? []
  const budgets = EVERIES.map((every): AtBudget => {
    const steps = Math.ceil(plan.steps / every)
    const rated = gridsOf(plan.steps, steps).map((grid): RatedGrid => ({ grid, error: searchPoint(onGridAlone('grid', shape, grid)).error })) // prettier-ignore
    return atBudget({ every, steps, shape, macs, rated }, bench.heldOut, (kind) => {
      const best = bestWithin(judgedBy(kind), steps / plan.steps)
      return best === undefined ? undefined : { ...best, schedule: decode(best) }
    })
  })
  return ok({
    seed,
    areas: record((kind) => areasAt(judgedBy(kind), plan.checkpoints)),
    foraArea: areaOf(waysFor(shape, macs, []).filter(({ id }) => id === 'fora').map(searchPoint)), // prettier-ignore
    whole: { ...bench.heldOut.whole(), cost: 1 },
    budgets,
    carried: CARRIED.flatMap((kind) => {
      const schedules = bestAtEach(judgedBy(kind), CARRIED_COSTS).map(decode)
      return bench.worlds.flatMap((world) => carriedOver(schedules, kind, world, macs))
    }),
  })
}

const record = <T>(of: (kind: Search) => T): Record<Search, T> => ({
  ecad: of('ecad'), moves: of('moves'), lines: of('lines'), quick: of('quick'), random: of('random'),
}) // prettier-ignore

interface Budget {
  readonly every: number
  readonly steps: number
  readonly shape: { readonly steps: number; readonly blocks: number }
  readonly macs: Macs
  /** All samplers of as many whole steps, with their errors on the pictures of the search. */
  readonly rated: readonly RatedGrid[]
}

function atBudget(
  { every, steps, shape, macs, rated }: Budget,
  judge: Judge,
  bestOf: (kind: Search) => { readonly cost: number; readonly error: number; readonly schedule: Schedule } | undefined,
): AtBudget {
  const cost = steps / shape.steps
  const held = (way: Sampling, at: number): Held => ({ ...judge.of(way), cost: at })
  const onGrid = (grid: readonly number[]) => {
    const way = onGridAlone('grid', shape, grid)
    return held(way, way.cost)
  }
  const plain = fora(shape, every)
  const following = { ...plain, genes: plain.genes.map((gene) => (gene === COMPUTE ? gene : EXTRAPOLATE)) }
  const foundBy = (kind: Search): Found | undefined => {
    const best = bestOf(kind)
    if (best === undefined) return undefined
    const own = gridOf(best.schedule, macs)
    return {
      held: held({ schedule: best.schedule }, best.cost),
      searchError: best.error,
      ownSteps: own.length,
      own: onGrid(own),
      ownAtCost: onGrid(gridLike(rated, own)),
      bestGrid: onGrid(bestGrid(rated)),
    }
  }
  return {
    every,
    steps,
    cost,
    fora: held({ schedule: plain }, cost),
    foraLines: held({ schedule: following }, cost),
    fewer: held(fewer(shape, steps), cost),
    found: Object.fromEntries(SEARCHES.flatMap((kind) => { const one = foundBy(kind); return one === undefined ? [] : [[kind, one]] })), // prettier-ignore
  }
}
