/** A run in rounds as the page sees it: worked out once whenever a round has ended, and small, for it goes along with every picture. */
import type { Standing } from '../core/contracts.ts'
import type { Make } from '../core/generation.ts'
import { phaseOf } from '../core/generation.ts'
import type { Champion, Exam, RoundsState, RunState } from '../core/journal.ts'
import { metAs, metOf } from '../core/met.ts'
import { cyclesOf, distanceOf, heldShare, phenotypeOf, pointsOf, rungsOf, standingsOf } from '../core/standing.ts'
import { answersTo, guardSettings, halvesOf, type Answer } from '../core/thresholdout.ts'
import { labelOfArm } from './arm-view.ts'
import type { ChampionView, PanelResult, RoundsView } from './protocol-rounds.ts'

/** Rounds that are told of: the newest. A run for ever has many. */
export const MOST_ROUNDS = 240
/** Champions that are set against each other: as many as can be remembered. */
export const MOST_MATCHED = 60
/** Answers that the guarded half of the held-out panel gives in one run before nothing more is said. */
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
  const answers = guardedAnswers(measured, make.settings.seed)
  const told = new Map(measured.map(({ round }, at) => [round, answers[at]?.value ?? null]))
  const from = Math.max(0, champions.length - MOST_ROUNDS)
  const views = champions
    .slice(from)
    .map((champion, at) => championView(make, champion, champions[from + at - 1], told.get(champion.round) ?? null))
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
    budgetLeft: answers.at(-1)?.left ?? BUDGET,
  } // prettier-ignore
}

function championView(
  make: Make,
  champion: Champion,
  before: Champion | undefined,
  guarded: number | null,
): ChampionView {
  const { round, id, name, operator, objectives, from, exams = [] } = champion
  const ladder = standingsOf(champion, 'ladder')
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
    versus: standingsOf(champion, 'champions').slice(-MOST_MATCHED).map(metAs).join(''),
    guarded,
  }
}

/** How far its results against the held-out panel are from another's; null where one of them was not measured. */
function movedBy(champion: Champion, before: Champion | undefined): number | null {
  if (before === undefined) return null
  const [now, then] = [standingsOf(champion, 'held-out'), standingsOf(before, 'held-out')]
  return now.length === 0 || now.length !== then.length ? null : distanceOf(phenotypeOf(now), phenotypeOf(then))
}

function resultOf({ panel, standings }: Exam): PanelResult {
  const sum = (key: keyof Standing) => standings.reduce((total, standing) => total + standing[key], 0)
  return {
    panel, members: standings.length, won: sum('won'), tied: sum('tied'), lost: sum('lost'), points: pointsOf(standings), share: heldShare(standings),
  } // prettier-ignore
}

/** What may be told of the held-out panel however often it is asked: half of it is open, the other half guarded. */
function guardedAnswers(champions: readonly Champion[], seed: number): readonly Answer[] {
  const held = champions.map((champion) => standingsOf(champion, 'held-out'))
  const { open, guarded } = halvesOf(held[0]?.length ?? 0, seed)
  const shareOf = (all: readonly Standing[], half: readonly number[]) =>
    heldShare(half.flatMap((index) => all[index] ?? []))
  const questions = held.map((all) => ({ open: shareOf(all, open), guarded: shareOf(all, guarded) }))
  return answersTo(questions, guardSettings(guarded.length, BUDGET), seed).map((answer) => ({
    ...answer,
    value: answer.value === null ? null : Math.min(1, Math.max(0, answer.value)),
  }))
}
