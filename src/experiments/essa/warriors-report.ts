/** What came of writing warriors, as Markdown: the control beside the searches, and whether they lie above it. */
import { pointsAt } from '../../arenas/singular-values/warriors/control.ts'
import { meanOf, meanWithInterval, type Interval } from '../../core/intervals.ts'
import { shown, table } from '../markdown.ts'
import type { ExpertRow } from '../../arenas/singular-values/warriors/expert.ts'
import {
  CURVE,
  CURVES,
  temperatureOf,
  type Row,
  type WarriorJob,
  type WarriorOutcome,
  type WarriorPlan,
} from './warriors.ts'

const points = (value: number) => value.toFixed(0)
const percent = (share: number) => (100 * share).toFixed(0)
const NAMES = { 'open-es': 'OpenAI-ES', 'cma-es': 'CMA-ES' } as const
const WARMTHS: Readonly<Record<string, string>> = { short: '', none: ', random adapter (no SFT)', full: ', SFT to the end' } // prettier-ignore

const ADAPTERS = { short: 'short SFT', full: 'SFT to the end', none: 'random (no SFT)' } as const

function curveTable(curve: readonly WarriorOutcome[]): string {
  const cell = (warmth: string, temperature: number): string => {
    const row = curve.find(({ job }) => job.options['warmth'] === warmth && temperatureOf(job) === temperature)?.rows[0]
    return row === undefined ? '' : `${points(row.points.mean)} (${row.distance.toFixed(2)}; ${row.kinds})`
  }
  return table(['adapter', ...CURVE.map(String)], CURVES.map((warmth) => [ADAPTERS[warmth], ...CURVE.map((temperature) => cell(warmth, temperature))])) // prettier-ignore
}

/** Searches of one kind, seed by seed. */
interface Group {
  readonly label: string
  readonly job: WarriorJob
  readonly first: readonly Row[]
  readonly last: readonly Row[]
  readonly changed: number
}

/** `expert`: the gradient's rounds, as they were recorded; empty for none. */
export function warriorTable(
  plan: WarriorPlan,
  outcomes: readonly WarriorOutcome[],
  expert: readonly ExpertRow[] = [],
): string {
  const curve = outcomes.filter(({ job }) => job.kind === 'curve')
  const groups = groupsOf(outcomes.filter(({ job }) => job.kind === 'search'))
  const heads = ['', 'points', 'won, %', 'token distance', 'kinds', 'distinct, %', 'texts changed, %']
  const line = (label: string, rows: readonly Row[], interval: Interval, changed = ''): readonly string[] => [
    label,
    shown(interval, points),
    ...[percent(mean(rows, 'won')), mean(rows, 'distance').toFixed(2), mean(rows, 'kinds').toFixed(0), percent(mean(rows, 'distinct'))],
    changed,
  ] // prettier-ignore
  const searched = groups.flatMap(({ label, first, last, changed }) => [
    line(`${label}: before`, first.slice(0, 1), first[0]?.points ?? NONE),
    line(`${label}: after`, last, meanWithInterval(last.map((row) => row.points.mean), label), percent(changed)),
  ]) // prettier-ignore
  return `#### Writing warriors

${curveTable(curve)}
Without any search: points per 100 rounds by sampling temperature (token distance; kinds).

${table(heads, [...searched, ...expert.map(expertLine)])}
Points per 100 rounds (3 for a win, 1 for a tie) of ${plan.measured} fresh texts against ${plan.against === 'panel' ? '' : `the kind "${plan.against}": `}opponents that no search meets, at fixed places. A search has ${plan.generations} generations of ${plan.population} members with ${plan.texts} texts each, and what is measured is its distribution's mean, never its luckiest member. Intervals of 95 %: before a search over texts, after it over ${plan.seeds.length} seeds. Token distance: share of the tokens in which two texts differ. Kinds: cells of Core War's archive among the texts. Texts changed: from the trained adapter's, under the same noise, on average over the search.${expert.length === 0 ? '' : ' Expert iteration, the rival with gradients, was recorded when the model was made (training/redcode-lm/expert.py): of as many texts as ten generations the best tenth, and 100 steps of SFT on them, each round; it has one seed.'}

${groups
  .map(
    (group) =>
      `${group.label}: ${verdictOf(
        group,
        curve.filter(({ job }) => job.options['warmth'] === group.job.options['warmth']),
      )}`,
  )
  .join('\n\n')}

This is no way to find a champion: what gets better is the writer, not the best of what it writes.
`
}

const expertLine = ({ round, points: mean, won, distance, kinds, distinct }: ExpertRow): readonly string[] => [
  round === 0 ? 'expert iteration, gradients (recorded): before' : `expert iteration: round ${round}`,
  ...[points(mean), percent(won), distance.toFixed(2), String(kinds), percent(distinct), ''],
]

const NONE: Interval = { mean: NaN, low: NaN, high: NaN }
const mean = (rows: readonly Row[], key: 'won' | 'distance' | 'kinds' | 'distinct') => meanOf(rows.map((row) => row[key])) // prettier-ignore

function groupsOf(outcomes: readonly WarriorOutcome[]): readonly Group[] {
  const labelOf = ({ options, strategy, ...job }: WarriorJob) =>
    `${NAMES[strategy]}, temperature ${temperatureOf({ options, strategy, ...job })}${WARMTHS[String(options['warmth'])] ?? ''}`
  return [...new Set(outcomes.map(({ job }) => labelOf(job)))].flatMap((label) => {
    const own = outcomes.filter(({ job }) => labelOf(job) === label)
    const job = own[0]?.job
    if (job === undefined) return []
    const first = own.flatMap(({ rows }) => rows.slice(0, 1))
    return [{ label, job, first, last: own.flatMap(({ rows }) => rows.slice(-1)), changed: meanOf(own.map(({ changed }) => changed)) }] // prettier-ignore
  })
}

/** Whether a search lies above what lower temperatures of the same adapter give at the same token distance. */
function verdictOf({ label, last }: Group, curve: readonly WarriorOutcome[]): string {
  const found = meanWithInterval(last.map((row) => row.points.mean), label)
  const distance = mean(last, 'distance')
  const control = curveAt(curve.flatMap(({ rows }) => rows.slice(0, 1)), distance)
  const of = `${points(found.mean)} points at token distance ${distance.toFixed(2)}, where lower temperatures of the same adapter give ${points(control)}`
  const lies = last.length < 2 ? 'is one seed, which tells nothing for sure' : found.low > control ? 'lies above the curve' : found.high < control ? 'lies below the curve' : 'does not lie above the curve, as far as these seeds can tell'
  return `it ${lies} (${of}).`
} // prettier-ignore

/** The curve's points at a distance. */
export const curveAt = (rows: readonly Pick<Row, 'distance' | 'points'>[], distance: number): number =>
  pointsAt(
    rows.map((row) => ({ distance: row.distance, points: row.points.mean })),
    distance,
  )
