import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { rowOf } from '../../../src/core/batch.ts'
import { archiveHash, apply, childrenWanted, environmentOf, initialState, isOver, phaseOf, type Children } from '../../../src/core/generation.ts' // prettier-ignore
import type { Migrant } from '../../../src/core/migrant.ts'
import { examine } from '../../../src/engine/examiner.ts'
import { scoreOf, type Rivals } from '../../support/duel-arena.ts'
import { migrant, play, queenMake as makeWith, step } from '../../support/red-queen.ts'

const genomes = ({ batch }: Children) => Array.from({ length: batch.count }, (_, index) => rowOf(batch, index)[0])
const HELD = [5, 17, 33]
const rivalsIn = (environment: unknown) => (environment as Rivals).rivals.map(({ genome }) => genome)

describe('rounds', () => {
  it('[D1] each begins with new ones, the first opponents and the champions, in that order, and has its children', () => {
    const steps = play(makeWith())
    // Opening, then 4 + 4 + 2 children; three times, and one to crown the last.
    expect(steps.map(({ phase }) => phase.kind)).toEqual(
      ['open', 'on', 'on', 'on', 'open', 'on', 'on', 'on', 'open', 'on', 'on', 'on', 'close'],
    ) // prettier-ignore
    expect(steps.map(({ children }) => children.batch.count)).toEqual([5, 4, 4, 2, 6, 4, 4, 2, 7, 4, 4, 2, 0])
    const last = steps.at(-1)?.state
    expect(last?.rounds?.champions.map(({ round }) => round)).toEqual([0, 1, 2])
    expect(last?.rounds?.openings).toEqual([1, 5, 9])
    const champions = last?.rounds?.champions.map(({ words }) => words[0]) ?? []
    // New ones first, then 60, then who won before.
    expect(genomes(steps[0]!.children).slice(4)).toEqual([60])
    expect(genomes(steps[4]!.children).slice(4)).toEqual([60, champions[0]])
    expect(genomes(steps[8]!.children).slice(4)).toEqual([60, champions[0], champions[1]])
    expect(last?.evaluations).toBe(3 * 10 + 5 + 6 + 7)
    expect(isOver(makeWith(), last!)).toBe(true)
  })

  it('[D2] a champion is the best of its round, the first of equals, and is an opponent in all that follow', () => {
    for (const seed of [1, 2, 3, 4]) {
      const make = makeWith({}, seed)
      for (const { phase, before, change, children, state } of play(make)) {
        if (phase.kind !== 'open' && phase.kind !== 'close') {
          expect(change.turn).toBeUndefined()
          continue
        }
        const champion = change.turn?.champion ?? null
        if (before.generation === 0) expect(champion).toBeNull()
        else {
          const most = Math.max(...before.elites.map(({ objectives }) => objectives[0]!))
          const first = before.elites.filter(({ objectives }) => objectives[0] === most).sort((x, y) => x.id - y.id)[0]
          expect(champion?.id).toBe(first?.id)
        }
        expect(rivalsIn(children.environment)).toEqual([60, ...(state.rounds?.champions ?? []).map(({ words }) => words[0])]) // prettier-ignore
        expect(rivalsIn(environmentOf(make, state))).toEqual(rivalsIn(children.environment))
      }
    }
  })

  it('[D3] the archive of a round begins empty, and all in it are judged against the opponents of that round', () => {
    for (const { phase, change, state, children } of play(makeWith())) {
      if (phase.kind === 'open') expect(state.elites.every(({ generation }) => generation === change.generation)).toBe(true)
      if (phase.kind === 'close') continue
      for (const elite of state.elites)
        expect(elite.objectives[0]).toBe(scoreOf(elite.words[0]!, children.environment as Rivals))
    }
  }) // prettier-ignore

  it('[D4] only the newest champions are opponents where few are remembered', () => {
    const steps = play(makeWith({ rounds: 6, remembered: 2 }))
    for (const { phase, children, state } of steps) {
      if (phase.kind !== 'open') continue
      const champions = (state.rounds?.champions ?? []).slice(-2).map(({ words }) => words[0]!)
      const rivals = champions.filter((genome) => !HELD.includes(genome))
      expect(rivalsIn(children.environment)).toEqual([60, ...rivals])
      expect(genomes(children).slice(4)).toEqual([60, ...champions])
    }
    const none = play(makeWith({ remembered: 0, warmRivals: false, warmChampions: false }))
    for (const { phase, children } of none.filter((one) => one.phase.kind === 'open')) {
      expect(phase.kind).toBe('open')
      expect(rivalsIn(children.environment)).toEqual([60])
      expect(children.batch.count).toBe(4)
    }
  })

  it('[D5] a round ends early once the best has more than is good enough, and never before its first child', () => {
    // 60 alone is the first opponent: whoever beats it has 1 of 1.
    const steps = play(makeWith({ threshold: 0.9, rounds: 2 }, 1, 1))
    const first = steps.slice(1).findIndex(({ phase }) => phase.kind !== 'on')
    const before = steps[first]?.before
    expect(steps.slice(1, first + 1).every(({ phase }) => phase.kind === 'on')).toBe(true)
    expect(Math.max(...(steps[first]?.state.elites ?? []).map(({ objectives }) => objectives[0]!))).toBeGreaterThan(0.9)
    if (first > 1) expect(Math.max(...(before?.elites ?? []).map(({ objectives }) => objectives[0]!))).toBeLessThanOrEqual(0.9) // prettier-ignore
    expect(first).toBeGreaterThanOrEqual(1)
    // By the second score, of which a fair share is more than 0.5: only one child a round.
    const short = play(makeWith({ threshold: 0.5, thresholdOf: 1, rounds: 2 }, 1, 1))
    expect(short.map(({ phase }) => phase.kind)).toEqual(['open', 'on', 'open', 'on', 'close'])
  })

  it('[D6] operators make a tenth from nothing, and the rest of kept ones', () => {
    const make = makeWith({ iterations: 4000, rounds: 1 }, 5, 50)
    const asks = play(make).flatMap(({ phase, children }) => (phase.kind === 'on' ? children.asks : []))
    const share = asks.filter(({ operator }) => operator === 0).length / asks.length
    expect(asks).toHaveLength(4000)
    expect(Math.abs(share - 0.1)).toBeLessThan(0.02)
    expect(asks.every(({ operator, parents }) => parents.length === (operator === 0 ? 0 : 1))).toBe(true)
  })

  it('[D7] same seed, same rounds; records alone give the state again', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: 1, max: 9 }), (seed, population) => {
        const make = makeWith({}, seed, population)
        const [one, other] = [play(make), play(makeWith({}, seed, population))]
        const end = one.at(-1)!.state
        expect(other.at(-1)?.state).toEqual(end)
        const again = one.reduce((past, { change }) => apply(make.shape, past, structuredClone(change)), initialState(make)) // prettier-ignore
        expect(again).toEqual(end)
      }),
      { numRuns: 30 },
    )
  })

  it('[D8] guests come in when a round begins: judged anew, opponents from then on, each once, none twice', () => {
    const make = makeWith()
    const opened = play(make, 4).at(-1)!.state
    expect(phaseOf(make, opened).kind).toBe('open')
    const champion = step(make, opened).state.rounds?.champions[0]?.words[0] ?? -1
    const came = [migrant(21), migrant(21, 'other'), migrant(60), migrant(champion), migrant(40)]
    const { state, children, change } = step(make, opened, came)
    // 60 is an opponent already, and so is the champion.
    const expected = [21, 40].filter((genome) => genome !== champion)
    expect(change.turn?.guests.map(({ words }) => words[0])).toEqual(expected)
    expect(rivalsIn(children.environment)).toEqual([60, champion, ...expected])
    expect(genomes(children).slice(-expected.length)).toEqual(expected)
    const born = change.births.filter(({ operator }) => operator === 'guest')
    for (const birth of born) {
      expect(birth.from).toBe('far')
      // What its island claimed does not count.
      expect(birth.objectives[0]).toBe(scoreOf(birth.words[0]!, children.environment as Rivals))
    }
    expect(state.rounds?.received).toBe(expected.length)
    // On the tape are those that came in, and nobody else: played again it is the same.
    const again = step(make, opened, change.tape?.migrants ?? [])
    expect(again.change).toEqual(change)
    // In mid-round nobody comes in.
    expect(step(make, state, [migrant(50)]).change.turn).toBeUndefined()
    // Once known, never again.
    const nextOpening = [...Array<number>(3)].reduce((past) => step(make, past).state, state)
    expect(phaseOf(make, nextOpening).kind).toBe('open')
    expect(step(make, nextOpening, came).change.turn?.guests).toEqual([])
  })

  it('[D9] how many guests are of a new kind is counted against the archive that they came to', () => {
    const make = makeWith()
    const before = play(make, 4).at(-1)!.state
    const cell = (genome: number) => 2 * Math.floor(genome / 16) + (genome % 2)
    const taken = new Set(before.elites.map((elite) => elite.cell))
    const came = Array.from({ length: 60 }, (_, genome) => migrant(genome))
    const { change } = step(make, before, came)
    const expected = change.turn!.guests.filter(({ words }) => !taken.has(cell(words[0]!))).length
    expect(change.turn!.novel).toBe(expected)
    expect(expected).toBeLessThan(change.turn!.guests.length)
  })

  it('[D10] who is held out never becomes an opponent, neither as a guest nor as a champion', () => {
    let champions = 0
    const steps = [1, 2, 3, 4, 5, 6].flatMap((seed) => play(makeWith({ rounds: 6, remembered: 60 }, seed)))
    for (const { children, change } of steps) {
      expect(rivalsIn(children.environment).filter((genome) => HELD.includes(genome))).toEqual([])
      if (HELD.includes(change.turn?.champion?.words[0] ?? -1)) champions++
    }
    // Such champions there were, so that the test could fail.
    expect(champions).toBeGreaterThan(0)
    const before = play(makeWith(), 4).at(-1)!.state
    expect(
      step(
        makeWith(),
        before,
        HELD.map((genome) => migrant(genome)),
      ).change.turn?.guests,
    ).toEqual([])
  })

  it('[D11] migrants that are no genomes of this world, or not what their hash says, stay outside', () => {
    const make = makeWith()
    const before = play(make, 4).at(-1)!.state
    const wrong: Migrant[] = [
      migrant(64), { ...migrant(9), hash: migrant(8).hash }, { ...migrant(9), words: Uint32Array.of(9, 9) }, { ...migrant(9), words: new Uint32Array(0) },
    ] // prettier-ignore
    expect(step(make, before, wrong).change.turn?.guests).toEqual([])
    const many = Array.from({ length: 200 }, (_, at) => migrant(at % 64, `i${at}`))
    expect(step(make, before, many).change.turn!.guests.length).toBeLessThanOrEqual(64)
  })

  it('[D12] models are asked for as many as a generation has, and from nothing where a round begins', () => {
    const make = makeWith()
    const wanted = play(make).map(({ before }) => childrenWanted(make, before))
    expect(wanted).toEqual([4, 4, 4, 2, 4, 4, 4, 2, 4, 4, 4, 2, 0])
  })

  it('[D13] exams play against every panel and every earlier champion, and change nothing', async () => {
    const make = makeWith()
    const last = play(make).at(-1)!.state
    const champion = last.rounds!.champions[2]!
    const exams = await examine(make, champion, { rounds: { ...last.rounds!, champions: last.rounds!.champions.slice(0, 2) } }, new AbortController().signal) // prettier-ignore
    expect(exams?.map(({ panel, standings }) => [panel, standings.length])).toEqual([['held-out', 3], ['ladder', 3], ['champions', 2]]) // prettier-ignore
    const play1 = make.rounds!.coevolution.play
    expect(exams?.[0]?.standings).toEqual([5, 17, 33].map((other) => play1(champion.words[0], other)))
    expect(archiveHash(last.elites)).toBe(archiveHash(play(make).at(-1)!.state.elites))
  })
})
