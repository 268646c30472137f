/**
 * The third task of ESSA's experiment: a model that writes warriors, before and after its search, against opponents that no search
 * meets. Beside it stands what costs nothing: the same model at lower temperatures. Narrowing is told in the same row: how far texts
 * lie apart, how many kinds are among them.
 */
import { zeroOf, type Offsets } from '../../arenas/singular-values/genome.ts'
import type { AgainstId } from '../../arenas/singular-values/warriors/against.ts'
import { Press, textSeeds } from '../../arenas/singular-values/warriors/evaluate.ts'
import { kindsAmong, MOST_POINTS, tokenDistance } from '../../arenas/singular-values/warriors/scores.ts'
import type { Arena, Evaluator, Judge, Strategy } from '../../core/contracts.ts'
import type { Files } from '../../core/files.ts'
import { apply, initialState, isOver, makeOf, propose, record } from '../../core/generation.ts'
import { meanOf, meanWithInterval, type Interval } from '../../core/intervals.ts'
import { numberOption, type Options } from '../../core/options.ts'
import { ok, type Cancellation, type Result } from '../../core/result.ts'
import type { RunSettings } from '../../core/settings.ts'

export interface WarriorPlan {
  readonly seeds: readonly number[]
  readonly generations: number
  /** Members a generation, and texts that each writes. */
  readonly population: number
  readonly texts: number
  /** Fresh texts that a row is measured on. */
  readonly measured: number
  /** Whom what is written has to fight. */
  readonly against: AgainstId
}

/** Temperatures of the control, which is what every adapter gives without a search, and those that are searched at. */
export const CURVE = [1, 0.85, 0.7, 0.5, 0.3, 0.2, 0.1] as const
export const CURVES = ['short', 'full', 'none'] as const
const SEARCHED = [0.7, 0.5] as const

export interface WarriorJob {
  readonly table: 'warriors'
  readonly kind: 'curve' | 'search'
  /** Of a curve 0: nothing is drawn but the measured texts, which are the same for everybody. */
  readonly seed: number
  readonly strategy: 'open-es' | 'cma-es'
  readonly options: Options
}

/** What a model writes, against the held-out opponents. */
export interface Row {
  readonly generation: number
  /** Per 100 rounds: 3 for a win, 1 for a tie; the interval is over texts. */
  readonly points: Interval
  /** Share of battles won. */
  readonly won: number
  /** Mean share of tokens in which two texts differ. */
  readonly distance: number
  readonly kinds: number
  /** Share of the texts that are unlike all others. */
  readonly distinct: number
}

export interface WarriorOutcome {
  readonly job: WarriorJob
  /** The first is the adapter as it was trained; a search has a last one. */
  readonly rows: readonly Row[]
  /** Share of a generation's texts that differ from the trained adapter's, on average: whether the search sees anything. */
  readonly changed: number
}

export interface WarriorHost {
  readonly arena: Arena
  readonly strategies: ReadonlyMap<string, Strategy<unknown>>
  readonly files: Files
  readonly judge: Judge
  readonly evaluator: Evaluator
}

/** Steps of both searches. */
const SIGMA = 0.3
/** Of the measured texts: no search draws by it. */
const NOISE = 1001

export function warriorJobsOf({ seeds }: WarriorPlan): readonly WarriorJob[] {
  const job = (part: Omit<WarriorJob, 'table' | 'strategy'>, strategy: WarriorJob['strategy'] = 'open-es'): WarriorJob => ({ table: 'warriors', strategy, ...part }) // prettier-ignore
  const at = (warmth: string, temperature: number): Options => ({ task: 'warriors', warmth, temperature })
  return [
    ...CURVES.flatMap((warmth) =>
      CURVE.map((temperature) => job({ kind: 'curve', seed: 0, options: at(warmth, temperature) })),
    ),
    ...seeds.flatMap((seed) => [
      ...SEARCHED.map((temperature) => job({ kind: 'search', seed, options: at('short', temperature) })),
      job({ kind: 'search', seed, options: at('short', 0.5) }, 'cma-es'),
      job({ kind: 'search', seed, options: at('none', 0.5) }),
      job({ kind: 'search', seed, options: at('full', 0.5) }),
    ]),
  ]
}

/** Complete options of a job. */
export const warriorOptionsOf = ({ texts, against }: WarriorPlan, { presets }: Pick<Arena, 'presets'>, job: WarriorJob): Options => ({
  ...presets.find(({ id }) => id === 'warriors')?.options,
  ...job.options,
  batch: texts,
  against,
}) // prettier-ignore

function settingsOf(plan: WarriorPlan, arena: Arena, job: WarriorJob): RunSettings {
  return {
    arena: arena.id,
    arenaVersion: arena.version,
    preset: 'warriors',
    strategy: job.strategy,
    seed: job.seed,
    population: plan.population,
    tactics: { sigma: SIGMA },
    // The first generation has the adapter as it was trained beside its samples.
    evaluations: 1 + plan.generations * plan.population,
    options: warriorOptionsOf(plan, arena, job),
    operators: {},
  }
}

export async function runWarriors(
  plan: WarriorPlan,
  job: WarriorJob,
  { arena, strategies, files, judge, evaluator }: WarriorHost,
  signal: Cancellation,
): Promise<Result<WarriorOutcome>> {
  const settings = settingsOf(plan, arena, job)
  const press = new Press(settings.options, files, judge)
  const seeds = textSeeds(NOISE, plan.measured)
  const measured = (genome: Offsets, generation: number) => rowOf(press, genome, seeds, generation, signal)
  const first = measured(zeroOf(settings.options), 0)
  if (job.kind === 'curve') return ok({ job, rows: [first], changed: 0 })
  const strategy = strategies.get(job.strategy)
  if (strategy === undefined) throw new Error(`there is no strategy ${job.strategy}`)
  const make = makeOf(settings, arena, strategy)
  const changed: number[] = []
  let state = initialState(make)
  while (!isOver(make, state)) {
    const children = propose(make, state)
    const scores = await evaluator.evaluate(children.batch, children.environment, signal)
    if (!scores.ok) return scores
    const { count, objectives } = scores.value
    const width = objectives.length / count
    for (let member = 0; member < count; member++) changed.push(objectives[member * width + 1] ?? 0)
    state = apply(make.shape, state, record(make, state, children, scores.value))
  }
  const words = state.stands?.at(-1)?.words
  if (words === undefined) throw new Error('the search stands nowhere')
  const last = measured(new Float32Array(words.slice().buffer), state.generation)
  return ok({ job, rows: [first, last], changed: meanOf(changed) })
}

function rowOf(press: Press, genome: Offsets, seeds: readonly number[], generation: number, signal: Cancellation): Row {
  const texts = press.write(genome, seeds, signal)
  const verdicts = press.jury.held(texts, signal)
  return {
    generation,
    points: meanWithInterval(verdicts.map(({ points }) => MOST_POINTS * points), `texts ${generation}`),
    won: meanOf(verdicts.map(({ won }) => won)),
    distance: tokenDistance(texts),
    kinds: kindsAmong(verdicts),
    distinct: new Set(texts.map((tokens) => tokens.join())).size / texts.length,
  }
} // prettier-ignore

export const temperatureOf = ({ options }: WarriorJob): number => numberOption(options, 'temperature')
