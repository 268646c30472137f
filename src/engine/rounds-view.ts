/** A run in rounds as the page sees it: worked out once whenever a round has ended, and small, for it goes along with every picture. */
import type { Standing } from '../core/contracts.ts'
import type { Make } from '../core/generation.ts'
import { phaseOf } from '../core/generation.ts'
import type { Champion, Exam, RoundsState, RunState } from '../core/journal.ts'
import { metAs, metOf } from '../core/met.ts'
import { cyclesOf, distanceOf, heldShare, phenotypeOf, pointsOf, rungsOf } from '../core/standing.ts'
import { answersTo, guardSettings, halvesOf, type Question } from '../core/thresholdout.ts'
import { labelOfArm } from './arm-view.ts'
import type { ChampionView, PanelResult, RoundsView } from './protocol-rounds.ts'

/** Rounds that are told of: the newest. A run for ever has many. */
export const MOST_ROUNDS = 240
/** Champions that are set against each other: as many as can be remembered. */
export const MOST_MATCHED = 60
/** Answers about the held-out panel that Thresholdout gives in one run before it says nothing more. */
export const BUDGET = 20

type Lasting = Omit<RoundsView, 'phase' | 'planned' | 'children' | 'spent'>

/** Views of one run, one after another; null where it does not go in rounds. What does not change between turns is the same object. */
export function roundsViewer(make: Make): (state: RunState) => RoundsView | null {
  let last: { readonly of: RoundsState; readonly lasting: Lasting } | null = null
  return (state) => {
    const { rounds } = state
    const rules = make.strategy.rounds
    if (rounds === undefined || rules === undefined || make.rounds === null) return null
    if (last?.of !== rounds) last = { of: rounds, lasting: lastingOf(make, rounds) }
    const phase = phaseOf(make, state).kind
    return { ...last.lasting, phase, ...rules.progress(state.strategy, make.tactics) }
  }
}

function lastingOf(make: Make, { openings, champions, guests, received, novel }: RoundsState): Lasting {
  const measured = champions.filter(({ exams }) => exams !== undefined)
  const guarded = guardedAnswers(measured, make.settings.seed)
  const answers = new Map(measured.map(({ round }, at) => [round, guarded[at]?.value ?? null]))
  const from = Math.max(0, champions.length - MOST_ROUNDS)
  const views = champions
    .slice(from)
    .map((champion, at) => championView(make, champion, champions[from + at - 1], answers.get(champion.round) ?? null))
  const matched = views.slice(-MOST_MATCHED)
  const first = views.length - matched.length
  const { triples, of } = cyclesOf(matched.length, (one, other) => metOf(matched, one, other) === 'w')
  return {
    openings: openings.slice(-MOST_ROUNDS - 1),
    opened: openings.length,
    panels: (make.rounds?.coevolution.panels ?? []).map(({ id, label, help, members }) => ({
      id, label, help, members: id === 'ladder' ? members.map(({ name }) => name) : [], size: members.length,
    })),
    champions: views,
    cycles: triples.map(
      ([a, b, c]) => [views[first + a]?.round ?? 0, views[first + b]?.round ?? 0, views[first + c]?.round ?? 0] as const,
    ),
    guests: guests.map(({ name, island, joined }) => ({ name, island, joined })),
    received,
    novel,
    threes: of,
    asked: measured.length,
    budget: BUDGET,
    budgetLeft: guarded.at(-1)?.left ?? BUDGET,
  } // prettier-ignore
}

function championView(
  make: Make,
  champion: Champion,
  before: Champion | undefined,
  guarded: number | null,
): ChampionView {
  const { round, id, name, operator, objectives, from, exams = [] } = champion
  const ladder = standings(champion, 'ladder')
  return {
    round,
    id,
    name,
    operatorLabel: make.operators.find((one) => one.id === operator)?.label ?? labelOfArm(operator),
    byModel: operator.includes('/'),
    objectives,
    from: from ?? null,
    panels: exams.map(resultOf),
    ladder: ladder.map(metAs).join(''),
    rungs: rungsOf(ladder),
    moved: movedBy(champion, before),
    versus: standings(champion, 'champions').slice(-MOST_MATCHED).map(metAs).join(''),
    guarded,
  }
}

/** How far its results against the held-out panel are from another's; null where one of them was not measured. */
function movedBy(champion: Champion, before: Champion | undefined): number | null {
  if (before === undefined) return null
  const [now, then] = [standings(champion, 'held-out'), standings(before, 'held-out')]
  return now.length === 0 || now.length !== then.length ? null : distanceOf(phenotypeOf(now), phenotypeOf(then))
}

function resultOf({ panel, standings }: Exam): PanelResult {
  const sum = (key: keyof Standing) => standings.reduce((total, standing) => total + standing[key], 0)
  return {
    panel, members: standings.length, won: sum('won'), tied: sum('tied'), lost: sum('lost'), points: pointsOf(standings), share: heldShare(standings),
  } // prettier-ignore
}

export const standings = ({ exams = [] }: Pick<Champion, 'exams'>, panel: Exam['panel']): readonly Standing[] =>
  exams.find((exam) => exam.panel === panel)?.standings ?? []

/** Shares beaten or tied, of a guarded half of the held-out panel, as Thresholdout tells them in the order of rounds. */
function guardedAnswers(champions: readonly Champion[], seed: number) {
  const members = Math.max(0, ...champions.map((champion) => standings(champion, 'held-out').length))
  const halves = halvesOf(members, seed)
  const questions = champions.map((champion): Question => {
    const all = standings(champion, 'held-out')
    const share = (half: readonly number[]) => heldShare(half.flatMap((index) => all[index] ?? []))
    return { open: share(halves.open), guarded: share(halves.guarded) }
  })
  return answersTo(questions, guardSettings(halves.guarded.length, BUDGET), seed).map(({ value, left }) => ({
    value: value === null ? null : Math.min(1, Math.max(0, value)),
    left,
  }))
}
