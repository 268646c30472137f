/** The race as Markdown: means over seeds with their standard errors, differences within each seed, and what it cost. */
import { differences, meanOf, type Estimate } from '../stats.ts'
import type { Ran, Row } from './run.ts'

/** Whom all others are compared with. */
export const REFERENCE = 'classical'
/** The generation that the claim is about: what a model reaches by then, operators reach later. */
export const EARLY = 10

/** Generations that have a column: doublings, and the last one. */
export function columnsOf(runs: readonly Ran[]): number[] {
  const generations = (runs[0]?.rows ?? []).map(({ generation }) => generation)
  const last = generations.at(-1) ?? 0
  const doublings = new Set(Array.from({ length: 16 }, (_, power) => EARLY * 2 ** power))
  return generations.filter((generation) => doublings.has(generation) || generation === last)
}

export function tableOf(runs: readonly Ran[]): string {
  const groups = groupsOf(runs)
  const reference = groups.find(([id]) => id === REFERENCE)?.[1] ?? []
  const columns = columnsOf(runs)
  const last = columns.at(-1) ?? 0
  const compared = [...new Set([EARLY, last])].filter((generation) => columns.includes(generation))
  const strength = groups.map(([id, own]) => [
    own[0]?.contender.label ?? id,
    ...columns.map((generation) => shown(meanOf(valuesAt(own, generation, 'heldOut')))),
    ...compared.map((generation) => (id === REFERENCE ? '' : ahead(own, reference, generation))),
  ])
  const ends = groups.map(([id, own]) => {
    const at = (key: keyof Row, digits = 0) => shown(meanOf(valuesAt(own, last, key)), digits)
    const judged = own.reduce((sum, { evaluations }) => sum + evaluations, 0)
    const total = (of: (run: Ran) => number) => own.reduce((sum, run) => sum + of(run), 0)
    return [
      own[0]?.contender.label ?? id, at('best'), at('champion'), at('qdScore', 1), at('kinds', 1), `${percent(meanOf(valuesAt(own, last, 'coverage')).mean)}`, at('shapes', 1),
      percent(total(({ written }) => written) / judged), perRun(total(({ tokens }) => tokens) / 1000, own), perRun(total(({ writingMs }) => writingMs) / 1000, own),
      perRun(total(({ judgingMs }) => judgingMs) / 1000, own),
    ]
  }) // prettier-ignore
  return [
    '**Points per 100 rounds of the best elites against held-out opponents**, mean over seeds ± standard error.\n',
    markdown(
      ['contender', ...columns.map((generation) => `generation ${generation}`), ...compared.map((generation) => `ahead of classical at ${generation}`)],
      strength,
    ),
    `\n**At generation ${last}**: the archive, and what it took (a run).\n`,
    markdown(
      ['contender', 'best elite, own opponents', 'best elite, held-out ones', 'QD-score', 'kinds', 'coverage', 'shapes', 'children of the model', 'k tokens', 's writing', 's judging'],
      ends,
    ),
    `\n**What each reached by generation ${EARLY}, classical reached by generation ...** (seed by seed)\n`,
    ...groups.filter(([id]) => id !== REFERENCE).map(([id, own]) => `- ${own[0]?.contender.label ?? id}: ${catchUp(own, reference).map((generation) => generation ?? `not by ${last}`).join(', ')}`),
    `\n${groups.map(([, own]) => `- *${own[0]?.contender.label}*: ${own[0]?.contender.what}.`).join('\n')}`,
  ].join('\n') // prettier-ignore
}

function groupsOf(runs: readonly Ran[]): readonly [string, readonly Ran[]][] {
  const groups = new Map<string, Ran[]>()
  for (const run of runs) groups.set(run.contender.id, [...(groups.get(run.contender.id) ?? []), run])
  return [...groups]
}

const rowAt = ({ rows }: Ran, generation: number) => rows.find((row) => row.generation === generation)
const valuesAt = (runs: readonly Ran[], generation: number, key: keyof Row): number[] =>
  runs.flatMap((run) => rowAt(run, generation)?.[key] ?? [])

/** Seed by seed, because a seed gives the same beginning and the same places to everyone. */
function ahead(own: readonly Ran[], reference: readonly Ran[], generation: number): string {
  const gains = differences(pairs(own, reference, generation))
  const better = gains.filter((gain) => gain > 0).length
  const { mean } = meanOf(gains)
  return `${mean < 0 ? '' : '+'}${shown(meanOf(gains))} (${better} of ${gains.length} seeds)`
}

function pairs(own: readonly Ran[], reference: readonly Ran[], generation: number): (readonly [number, number])[] {
  return own.flatMap((run) => {
    const other = reference.find(({ seed }) => seed === run.seed)
    const [x, y] = [rowAt(run, generation), other === undefined ? undefined : rowAt(other, generation)]
    return x === undefined || y === undefined ? [] : [[x.heldOut, y.heldOut] as const]
  })
}

/** For each seed: the first generation looked at in which the reference had what this one had early; null for none. */
export function catchUp(own: readonly Ran[], reference: readonly Ran[]): (number | null)[] {
  return own.map((run) => {
    const goal = rowAt(run, EARLY)?.heldOut ?? Infinity
    const rows = reference.find(({ seed }) => seed === run.seed)?.rows ?? []
    return rows.find(({ heldOut }) => heldOut >= goal)?.generation ?? null
  })
}

const shown = ({ mean, error }: Estimate, digits = 0) =>
  `${mean.toFixed(digits)} ± ${Number.isNaN(error) ? '?' : error.toFixed(digits)}`
const percent = (share: number) => `${Math.round(100 * share)} %`
const perRun = (total: number, runs: readonly Ran[]) => (total / Math.max(1, runs.length)).toFixed(total === 0 ? 0 : 1)

const markdown = (heads: readonly string[], rows: readonly (readonly string[])[]) =>
  [heads, heads.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
