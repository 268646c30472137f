/** What the page is told of rounds, from whole runs in the arena of numbers. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { apply, initialState, isOver, propose, record, type Make } from '../../../src/core/generation.ts'
import type { Champion, RunState } from '../../../src/core/journal.ts'
import { metAs, metOf } from '../../../src/core/met.ts'
import { examine } from '../../../src/engine/examiner.ts'
import { MOST_MATCHED, MOST_ROUNDS, roundsViewer } from '../../../src/engine/rounds-view.ts'
import { NO_FILES } from '../../../src/core/files.ts'
import { coevolution } from '../../support/duel-arena.ts'
import { migrant, queenMake } from '../../support/red-queen.ts'

/** A whole run whose champions are measured, state by state. */
async function examined(make: Make, came: readonly number[] = []): Promise<readonly RunState[]> {
  const states = [initialState(make)]
  for (let state = states[0]!; !isOver(make, state); states.push(state)) {
    const children = propose(make, state, [], came.map((genome) => migrant(genome))) // prettier-ignore
    const champion = children.turn?.champion ?? null
    const exams = champion === null ? null : await examine(make, champion, state, new AbortController().signal)
    const scores = make.arena.evaluator({}, NO_FILES)(children.batch, children.environment, { aborted: false })
    state = apply(make.shape, state, record(make, state, children, scores, 0, exams))
  }
  return states
}

const genomeOf = ({ words }: Pick<Champion, 'words'>) => words[0] ?? 0

describe('the view of rounds', () => {
  it('[P30] tells how far the run is, and of each champion how it did against panels and earlier champions', async () => {
    const make = queenMake({ rounds: 4 }, 3)
    const states = await examined(make, [9, 40])
    const view = roundsViewer(make)
    const pictures = states.map((state) => view(state)!)
    expect(pictures[0]).toMatchObject({ planned: 4, children: 10, spent: 0, opened: 0, phase: 'open', champions: [], asked: 0 }) // prettier-ignore
    expect(pictures[2]).toMatchObject({ opened: 1, spent: 4, phase: 'on' })
    const { champions, ...last } = pictures.at(-1)!
    const crowned = states.at(-1)!.rounds!.champions
    expect(last).toMatchObject({ planned: 4, opened: 4, phase: 'over', asked: 4, received: states.at(-1)!.rounds!.received }) // prettier-ignore
    expect(last.panels).toEqual([
      { id: 'held-out', label: 'Held out', help: '', members: [], size: 3 },
      { id: 'ladder', label: 'Ladder', help: '', members: ['60', '30', '10'], size: 3 },
    ])
    expect(champions.map(({ round, id, name }) => [round, id, name])).toEqual(
      crowned.map(({ round, id, name }) => [round, id, name]),
    )
    for (const [at, champion] of champions.entries()) {
      const own = genomeOf(crowned[at]!)
      const held = champion.panels.find(({ panel }) => panel === 'held-out')!
      const met = [5, 17, 33].map((other) => coevolution.play(own, other))
      const sum = (key: 'won' | 'tied' | 'lost') => met.reduce((total, one) => total + one[key], 0)
      expect(held).toMatchObject({ members: 3, won: sum('won'), tied: sum('tied'), lost: sum('lost') })
      expect(held.points).toBeCloseTo((100 * (3 * sum('won') + sum('tied'))) / 3, 9)
      expect(held.share).toBeCloseTo(met.filter(({ lost }) => lost === 0).length / 3, 9)
      expect(champion.ladder).toBe([60, 30, 10].map((other) => metAs(coevolution.play(own, other))).join(''))
      expect(champion.versus).toBe(
        crowned
          .slice(0, at)
          .map((other) => metAs(coevolution.play(own, genomeOf(other))))
          .join(''),
      )
    }
    expect(champions[0]!.moved).toBeNull()
    expect(champions.slice(1).every(({ moved }) => moved !== null && moved >= 0 && moved <= 1)).toBe(true)
  })

  it('[P30] has nothing where nobody measured, and nothing at all where a run does not go in rounds', () => {
    const make = queenMake({}, 1)
    let state = initialState(make)
    while (!isOver(make, state)) {
      const children = propose(make, state, [], [])
      const scores = make.arena.evaluator({}, NO_FILES)(children.batch, children.environment, { aborted: false })
      state = apply(make.shape, state, record(make, state, children, scores))
    }
    const view = roundsViewer(make)(state)!
    expect(view.asked).toBe(0)
    expect(view.champions.map(({ panels, ladder, versus, guarded }) => [panels, ladder, versus, guarded])).toEqual(
      view.champions.map(() => [[], '', '', null]),
    )
    const { rounds: _, ...other } = state
    expect(roundsViewer(make)(other)).toBeNull()
  })

  it('[P35] is worked out when a round ends and not again', async () => {
    const make = queenMake({}, 5)
    const states = await examined(make)
    const view = roundsViewer(make)
    let turns = 0
    for (const [at, state] of states.entries()) {
      const [before, now] = [at === 0 ? null : view(states[at - 1]!), view(state)!]
      if (before === null) continue
      const isTurn = state.rounds !== states[at - 1]!.rounds
      expect(now.champions === before.champions).toBe(!isTurn)
      if (isTurn) turns++
    }
    expect(turns).toBe(4)
  })

  it('[P35] tells the newest of very many rounds', async () => {
    const make = queenMake({}, 5)
    const last = (await examined(make)).at(-1)!
    const [one] = last.rounds!.champions
    const many = 3 * MOST_ROUNDS
    const standing = { won: 1, tied: 0, lost: 0 }
    const champions = Array.from({ length: many }, (_, round): Champion => ({
      ...one!, round, id: round + 1,
      exams: [{ panel: 'champions', standings: Array.from({ length: round }, () => standing) }],
    })) // prettier-ignore
    const openings = champions.map((_, at) => at + 1)
    const view = roundsViewer(make)({ ...last, rounds: { ...last.rounds!, champions, openings } })!
    expect([view.opened, view.champions.length, view.champions[0]?.round]).toEqual([many, MOST_ROUNDS, many - MOST_ROUNDS]) // prettier-ignore
    expect(Math.max(...view.champions.map(({ versus }) => versus.length))).toBe(MOST_MATCHED)
    expect(JSON.stringify(view).length).toBeLessThan(200_000)
  })

  it('[P36] guarded answers follow from seed and order, and stay within the budget', async () => {
    const make = queenMake({ rounds: 12 }, 8)
    const last = (await examined(make)).at(-1)!
    const view = roundsViewer(make)(last)!
    expect(roundsViewer(make)(last)).toEqual(view)
    expect(view.champions.every(({ guarded }) => guarded === null || (guarded >= 0 && guarded <= 1))).toBe(true)
    expect(view.budgetLeft).toBeGreaterThanOrEqual(0)
    expect(view.budgetLeft).toBeLessThanOrEqual(view.budget)
    // What was said stays said: later rounds change no earlier answer.
    const early = { ...last, rounds: { ...last.rounds!, champions: last.rounds!.champions.slice(0, 5) } }
    expect(roundsViewer(make)(early)!.champions.map(({ guarded }) => guarded)).toEqual(
      view.champions.slice(0, 5).map(({ guarded }) => guarded),
    )
  })

  it('[P37] who beats whom is read from both sides alike, and circles are counted once', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 63 }), { maxLength: 9 }), (line) => {
        const champions = line.map((own, at) => ({
          versus: line.slice(0, at).map((other) => metAs(coevolution.play(own, other))).join(''),
        })) // prettier-ignore
        for (const [x, one] of line.entries())
          for (const [y, other] of line.entries())
            expect(metOf(champions, x, y)).toBe(x === y ? null : metAs(coevolution.play(one, other)))
      }),
    )
  })

  it('[P37] tells circles by their rounds', async () => {
    const make = queenMake({ rounds: 4 }, 2)
    const last = (await examined(make)).at(-1)!
    const [won, lost, tied] = [
      { won: 1, tied: 0, lost: 0 },
      { won: 0, tied: 0, lost: 1 },
      { won: 0, tied: 1, lost: 0 },
    ]
    // 2 beats 1, 3 beats 2, 1 beats 3; the first ties with all.
    const met = [[], [tied], [tied, won], [tied, lost, won]]
    const champions = last.rounds!.champions.map((champion, at) => ({
      ...champion, exams: [{ panel: 'champions' as const, standings: met[at]! }],
    })) // prettier-ignore
    const { cycles } = roundsViewer(make)({ ...last, rounds: { ...last.rounds!, champions } })!
    expect(cycles).toEqual([[1, 3, 2]])
    const straight = champions.map((one, at) => (at === 3 ? { ...one, exams: [{ panel: 'champions' as const, standings: [tied, won, won] }] } : one)) // prettier-ignore
    expect(roundsViewer(make)({ ...last, rounds: { ...last.rounds!, champions: straight } })!.cycles).toEqual([])
  })
})
