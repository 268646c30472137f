/** What the experiment came to, as Markdown. */
import { meanWithInterval } from '../../core/intervals.ts'
import { shown, table } from '../markdown.ts'
import { CARRIED_COSTS } from './carried.ts'
import { meanOf } from './judge.ts'
import { REFERENCE } from './measure.ts'
import { CARRIED, EVERIES, SEARCH_LABELS, SEARCHES, type Plan, type Search } from './plan.ts'
import { ratioOf, verdictOf, type Pair, type Verdict } from './ratio.ts'
import type { AtBudget, Found, Held, Outcome } from './run.ts'

export const tablesOf = (plan: Plan, outcomes: readonly Outcome[], floor: number): string =>
  [
    areaTable(plan, outcomes),
    ...EVERIES.map((every) => heldOutTables(plan, outcomes, every, floor)),
    `#### Does caching beat taking fewer steps?\n\n${CARRIED.map((search) => decisionOf(search, outcomes)).join('\n\n')}\n`,
    carriedTable(plan, outcomes),
  ].join('\n')

const fixed = (digits: number) => (value: number) => value.toFixed(digits)
/** Errors are small. */
const small = (value: number) => (1000 * value).toFixed(2)

function areaTable(plan: Plan, outcomes: readonly Outcome[]): string {
  const { checkpoints } = plan
  const mean = (of: (outcome: Outcome) => number, label: string) => shown(meanWithInterval(outcomes.map(of), label), fixed(3)) // prettier-ignore
  const rows = SEARCHES.map((search) => [
    SEARCH_LABELS[search],
    ...checkpoints.map((_, at) => mean(({ areas }) => areas[search][at] ?? NaN, `area ${search} ${at}`)),
  ])
  const fora = mean(({ foraArea }) => foraArea, 'area fora')
  const gains = CARRIED.map((search) => {
    const gain = meanWithInterval(outcomes.map(({ areas }) => (areas[search].at(-1) ?? NaN) - (areas.ecad.at(-1) ?? NaN)), `gain ${search}`) // prettier-ignore
    return `${SEARCH_LABELS[search]} less ECAD, seed by seed: ${gain.mean < 0 ? '' : '+'}${shown(gain, fixed(3))}.`
  })
  return `#### Hypervolume at equal evaluations

${table(['', ...checkpoints.map((at) => `after ${at}`)], [...rows, ['FORA alone, all its points', ...checkpoints.map(() => fora)]])}
Area that all judged schedules dominate in (cost, log10 error), against cost ${REFERENCE.cost} and error ${REFERENCE.error}; an error below ${REFERENCE.least} counts as that, so the most is 5. Means of ${outcomes.length} seeds with bootstrap intervals of 95 %.
${gains.join('\n')}
`
}

const budgetOf = ({ budgets }: Outcome, every: number): readonly AtBudget[] => budgets.filter((one) => one.every === every) // prettier-ignore

/** Of a search, seed by seed, where it found anything. */
const foundBy = (outcomes: readonly Outcome[], every: number, search: Search): readonly (Found & { at: AtBudget })[] =>
  outcomes.flatMap((outcome) =>
    budgetOf(outcome, every).flatMap((at) => {
      const one = at.found[search]
      return one === undefined ? [] : [{ ...one, at }]
    }),
  )

const pairsOf = (
  found: readonly (Found & { at: AtBudget })[],
  other: (one: Found & { at: AtBudget }) => Held,
): Pair[] => found.map((one) => ({ one: one.held.errors, other: other(one).errors }))

function heldOutTables(plan: Plan, outcomes: readonly Outcome[], every: number, floor: number): string {
  const [first] = outcomes.flatMap((outcome) => budgetOf(outcome, every))
  if (first === undefined) return ''
  const { steps, cost, fora, foraLines, fewer } = first
  const row = (label: string, helds: readonly Held[]) => [
    label,
    fixed(3)(meanOf(helds.map((held) => held.cost))),
    shown(meanWithInterval(byPicture(helds), `${every} ${label}`), small),
    `${fixed(1)(100 * meanOf(helds.map(({ agreement }) => agreement)))} %`,
    small(meanOf(helds.map(({ distance }) => distance))),
    fixed(3)(meanOf(helds.map(({ frechet }) => frechet))),
  ]
  const searched = SEARCHES.map((search) => [search, foundBy(outcomes, every, search)] as const).filter(([, found]) => found.length > 0) // prettier-ignore
  const grids = foundBy(outcomes, every, 'moves').map(({ bestGrid }) => bestGrid)
  const rows = [
    row('Everything', outcomes.map(({ whole }) => whole)),
    row(`FORA-${every}`, [fora]),
    row(`FORA-${every}, with lines`, [foraLines]),
    row(`${steps} uniform steps`, [fewer]),
    ...(grids.length === 0 ? [] : [row(`${steps} steps, the best of all grids`, grids)]),
    ...searched.map(([search, found]) => row(SEARCH_LABELS[search], found.map(({ held }) => held))),
  ] // prettier-ignore
  const ratios = searched.map(([search, found]) => {
    const ratio = (name: string, other: (one: Found & { at: AtBudget }) => Held) =>
      shown(ratioOf(pairsOf(found, other), `${every} ${search} ${name}`), fixed(2))
    return [
      SEARCH_LABELS[search],
      ratio('fora', ({ at }) => at.fora),
      ratio('fewer', ({ at }) => at.fewer),
      `${fixed(1)(meanOf(found.map(({ ownSteps }) => ownSteps)))} at ${fixed(3)(meanOf(found.map(({ own }) => own.cost)))}`,
      ratio('own', ({ own }) => own),
      ratio('own at cost', ({ ownAtCost }) => ownAtCost),
      ratio('best', ({ bestGrid }) => bestGrid),
    ]
  })
  return `#### At FORA-${every}'s cost, held out

${table(['', 'cost', 'error, thousandths', 'as asked', 'from a clean drawing, thousandths', 'Fréchet'], rows)}
${plan.heldOut} pictures of captions and noise that no search saw; FORA-${every} computes ${steps} of ${plan.steps} steps, cost ${fixed(3)(cost)}. Of each search and seed: what had the least error in its search within that cost. Means of seeds, intervals of 95 % over pictures. The Fréchet distance of as many real drawings is ${Number.isFinite(floor) ? fixed(3)(floor) : 'not known'}.

How many times the error of the other is the error of what was found (less than 1 is better):

${table(['', `of FORA-${every}`, `of ${steps} uniform steps`, 'its own grid: steps, cost', 'of its own grid', `of its own grid with ${steps} steps`, `of the best grid of ${steps} steps`], ratios)}
Its own grid: the steps that it spends at least half of a whole step on, alone and whole. With ${steps} steps: that grid with steps added or left out until it costs what FORA costs. The best grid: of all with ${steps} steps. Which is best was seen on the pictures of the search, as for the schedules; intervals are over pictures, all seeds together.
`
}

/** Errors by picture, on average over seeds. */
const byPicture = (helds: readonly Held[]): number[] =>
  (helds[0]?.errors ?? []).map((_, at) => meanOf(helds.map(({ errors }) => errors[at] ?? NaN)))

const SAID: Readonly<Record<Verdict, string>> = {
  better: 'which is better',
  worse: 'which is worse',
  open: 'which shows no difference',
}

/** Yes or no, with the numbers that say so. */
export function decisionOf(search: (typeof CARRIED)[number], outcomes: readonly Outcome[]): string {
  const name = search === 'lines' ? 'With lines' : 'Without lines'
  const verdicts: Verdict[] = []
  const told = EVERIES.flatMap((every) => {
    const found = foundBy(outcomes, every, search)
    if (found.length === 0) return []
    const own = ratioOf(pairsOf(found, ({ ownAtCost }) => ownAtCost), `${every} ${search} own at cost`) // prettier-ignore
    const best = ratioOf(
      pairsOf(found, ({ bestGrid }) => bestGrid),
      `${every} ${search} best`,
    )
    verdicts.push(verdictOf(own))
    return [`at FORA-${every}'s cost its error is ${shown(own, fixed(2))} times that of its own grid with as many steps as FORA, ${SAID[verdictOf(own)]}, and ${shown(best, fixed(2))} times that of the best grid, ${SAID[verdictOf(best)]}`] // prettier-ignore
  })
  if (verdicts.length === 0) return `**${name}: unknown.** Nothing was found within the costs of FORA.`
  const all = (verdict: Verdict) => verdicts.every((one) => one === verdict)
  const answer = all('better')
    ? ['yes', 'Evolved caching beats few-step sampling on its own grid at equal cost']
    : verdicts.includes('better')
      ? ['in part', 'Evolved caching beats few-step sampling on its own grid at one cost and not at another']
      : ['no', 'Evolved caching does not beat few-step sampling on its own grid at equal cost']
  return `**${name}: ${answer[0] ?? ''}.** ${answer[1] ?? ''}: ${told.join('; ')}.`
}

function carriedTable(plan: Plan, outcomes: readonly Outcome[]): string {
  const worlds = [...new Set(outcomes.flatMap(({ carried }) => carried.map(({ world }) => world)))]
  const rows = worlds.flatMap((world) =>
    CARRIED.map((search) => {
      const of = (outcome: Outcome) => outcome.carried.filter((one) => one.world === world && one.search === search)
      const ratio = (key: 'fora' | 'fewer') => {
        const seeds = outcomes.flatMap((outcome) => {
          const logs = of(outcome).flatMap((one) => { const other = one[key]; return other === null ? [] : [Math.log(one.error / other.error)] }) // prettier-ignore
          return logs.length === 0 ? [] : [meanOf(logs)]
        })
        if (seeds.length === 0) return '-'
        const { mean, low, high } = meanWithInterval(seeds, `${world} ${search} ${key}`)
        return shown({ mean: Math.exp(mean), low: Math.exp(low), high: Math.exp(high) }, fixed(2))
      }
      const all = outcomes.flatMap(of)
      const ahead = (key: 'fora' | 'fewer') => `${all.filter((one) => (one[key]?.error ?? -1) > one.error).length} of ${all.filter((one) => one[key] !== null).length}` // prettier-ignore
      return [`${world}: ${SEARCH_LABELS[search]}`, ratio('fora'), ahead('fora'), ratio('fewer'), ahead('fewer')]
    }),
  )
  return `#### Carried over without another search

${table(['', 'error, times FORA\'s', 'better', 'times that of uniform steps', 'better'], rows)}
The best of each front at costs of ${CARRIED_COSTS.join(', ')}, stretched to other numbers of steps (each takes the nearest of its own), on ${plan.carriedPictures} held-out pictures. Each against the cheapest FORA, and the fewest uniform steps, that cost at least as much there: what is compared with it is never the cheaper one. Geometric means, intervals of 95 % over seeds.
` // prettier-ignore
}
