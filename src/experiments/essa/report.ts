/** What the experiment came to, as Markdown. */
import { HELD } from '../../arenas/singular-values/examples.ts'
import { meanWithInterval } from '../../core/intervals.ts'
import { shown, table } from '../markdown.ts'
import { LABELS, PRECISIONS, STRATEGIES, WARMTHS, type Plan } from './plan.ts'
import type { Outcome, Point } from './run.ts'

/** A table for each part that was run. */
export const tablesOf = (plan: Plan, outcomes: readonly Outcome[]): string =>
  [['clothes', clothesTable] as const, ['sums', sumsTable] as const]
    .map(([part, tableOf]) => [tableOf, outcomes.filter(({ job }) => job.table === part)] as const)
    .flatMap(([tableOf, runs]) => (runs.length === 0 ? [] : [tableOf(plan, runs)]))
    .join('\n')

const percent = (share: number) => (100 * share).toFixed(1)

/** A row: the mean over seeds at each point. */
function rowOf(label: readonly string[], runs: readonly Outcome[], points: readonly Point[]): readonly string[] {
  return [
    ...label,
    ...points.map(({ generation }) =>
      shown(
        meanWithInterval(
          runs.flatMap((run) =>
            run.points.filter((point) => point.generation === generation).map(({ right }) => right),
          ),
          `${label.join(' ')} ${generation}`,
        ),
        percent,
      ),
    ),
  ]
}

const longest = (runs: readonly Outcome[]): readonly Point[] =>
  runs.reduce<readonly Point[]>((best, { points }) => (points.length > best.length ? points : best), [])

const byEffect = ({ steps }: Plan): string => (steps === 'effect' ? ', first steps by effect' : '')

function clothesTable(plan: Plan, all: readonly Outcome[]): string {
  const points = longest(all)
  const of = (strategy: string, warmth: string, precision: string) =>
    all.filter(({ job: { strategy: own, options } }) => own === strategy && options['warmth'] === warmth && options['precision'] === precision) // prettier-ignore
  const rows = [
    ...WARMTHS.flatMap((warmth) => PRECISIONS.map((precision) => [[LABELS[warmth], precision], of('cma-es', warmth, precision)] as const)),
    ...WARMTHS.map((warmth) => [[warmth === 'none' ? 'none' : LABELS[warmth], 'f32, all weights'], of('eggroll', warmth, 'f32')] as const),
  ].flatMap(([label, runs]) => (runs.length === 0 ? [] : [rowOf(label, runs, points)])) // prettier-ignore
  const heads = ['training before', 'base', ...points.map(({ generation }) => generation === 0 ? 'as trained' : `generation ${generation}`)] // prettier-ignore
  return `#### New kinds of clothes: ten singular values

${table(heads, rows)}
Right answers in percent of ${HELD.fashion} held-out pictures, of the distribution's mean: CMA-ES, or where all weights are moved EGGROLL, ${plan.population} members, 64 of 400 pictures a generation${byEffect(plan)}. Means of ${plan.seeds.length} seeds, bootstrap intervals of 95 %.
`
}

function sumsTable(plan: Plan, all: readonly Outcome[]): string {
  const points = longest(all)
  const of = (strategy: string, warmth: string) => all.filter(({ job }) => job.strategy === strategy && job.options['warmth'] === warmth) // prettier-ignore
  const heads = ['', ...points.map(({ evaluations }) => evaluations === 0 ? 'as trained' : `${evaluations} evaluations`)] // prettier-ignore
  const rows = [
    ...STRATEGIES.map((strategy) => [LABELS[strategy], of(strategy, 'short')] as const),
    ...(['medium', 'full', 'none'] as const).map((warmth) => [`CMA-ES after training: ${LABELS[warmth]}`, of('cma-es', warmth)] as const),
  ].flatMap(([label, runs]) => (runs.length === 0 ? [] : [rowOf([label], runs, points)])) // prettier-ignore
  return `#### A new sign for minus: rank ${plan.rank}

${table(heads, rows)}
Whole answers that are right, in percent of ${HELD.sums} held-out sums, of the distribution's mean (MAP-Elites: of the best elite). ${plan.population} members, ${plan.batch} sums a generation${byEffect(plan)}, the same for all members and new each time; after a short training where nothing else is said. EGGROLL moves all weights along random directions of rank 1, the others singular values. Means of ${plan.seeds.length} seeds, bootstrap intervals of 95 %.
`
}
