import { describe, expect, it } from 'vitest'
import type { ArenaInfo } from '../../../src/engine/protocol.ts'
import type { ChampionView, RoundsView } from '../../../src/engine/protocol-rounds.ts'
import { endingOf } from '../../../src/ui/ending.ts'
import { columnsOf, progressOf, ROUND_SERIES, roundIn, roundRows, sentenceOf } from '../../../src/ui/round-curves.ts'
import { presetGroups, presetStrategy, presetWithModel } from '../../../src/ui/worlds.ts'

const champion = (change: Partial<ChampionView> = {}): ChampionView => ({
  round: 2, id: 7, name: 'Kobur 7', operatorLabel: 'Tweak', byModel: false, objectives: [0.8], from: null,
  panels: [
    { panel: 'held-out', members: 4, won: 5, tied: 2, lost: 1, points: 212.5, share: 0.75 },
    { panel: 'ladder', members: 3, won: 3, tied: 1, lost: 2, points: 166.7, share: 2 / 3 },
    { panel: 'champions', members: 2, won: 0, tied: 1, lost: 1, points: 50, share: 0.5 },
  ],
  ladder: 'wtl', rungs: 1, moved: 0.25, versus: 'tl', guarded: 0.7, ...change,
}) // prettier-ignore

const rounds = (change: Partial<RoundsView> = {}): RoundsView => ({
  planned: 10, children: 1600, spent: 640, phase: 'on', opened: 3, openings: [1, 27, 53], panels: [], champions: [champion()],
  cycles: [], threes: 0, guests: [], received: 0, novel: 0, asked: 1, budget: 20, budgetLeft: 19, ...change,
}) // prettier-ignore

describe('rounds in words and numbers', () => {
  it('[P30] says how far the run is', () => {
    expect(progressOf(rounds())).toBe('Round 3 of 10, 640 of 1,600 children')
    expect(progressOf(rounds({ planned: 0 }))).toBe('Round 3, 640 of 1,600 children')
    expect(progressOf(rounds({ opened: 0 }))).toBe('Round 1 of 10 is about to begin')
    expect(progressOf(rounds({ opened: 10, phase: 'over' }))).toBe('All 10 rounds are over')
    expect([columnsOf(rounds()), columnsOf(rounds({ planned: 0 })), columnsOf(rounds({ planned: 0, opened: 30 }))]).toEqual([10, 10, 30]) // prettier-ignore
  })

  it('[P30] a champion is one mark on each curve, told in a sentence too', () => {
    expect(ROUND_SERIES.map((series) => series.height(champion(), false))).toEqual([0.75, 212.5 / 300, 1 / 3])
    expect(sentenceOf(champion(), false)).toBe(
      'Round 3: Kobur 7, strangers beaten or tied 75 %, points 213, ladder 1 of 3',
    )
    expect(sentenceOf(champion({ panels: [], ladder: '' }), false)).toBe('Round 3: Kobur 7')
  })

  it('[P30] go out as a table with a column for every number', () => {
    const { header, rows } = roundRows(rounds(), [{ key: 'fitness' }], false)
    const row = Object.fromEntries(header.map((key, at) => [key, rows[0]?.[at]]))
    expect(rows.every(({ length }) => length === header.length)).toBe(true)
    expect(row).toMatchObject({
      round: 3, champion: 'Kobur 7', made_by: 'Tweak', fitness: 0.8, 'held-out_won': 5, 'held-out_share': 0.75,
      'ladder_tied': 1, 'champions_lost': 1, phenotype_change: 0.25, versus_earlier: 'tl',
    }) // prettier-ignore
  })

  it('[P36] behind Thresholdout only the guarded answer is told, and nothing once the budget is spent', () => {
    expect(ROUND_SERIES.map((series) => series.height(champion(), true))).toEqual([0.7, null, 1 / 3])
    expect(sentenceOf(champion(), true)).toBe('Round 3: Kobur 7, strangers beaten or tied about 70 %, ladder 1 of 3')
    expect(ROUND_SERIES[0]?.show(champion({ guarded: null }), true)).toBe('-')
    const { header, rows } = roundRows(rounds(), [{ key: 'fitness' }], true)
    expect(header.filter((key) => /held-out|phenotype/.test(key))).toEqual(['held-out_share_thresholdout'])
    expect(rows[0]?.length).toBe(header.length)
    expect(rows[0]).not.toContain(0.75)
    expect(rows[0]).toContain(0.7)
  })

  it('[P31] a generation belongs to the round that had begun, where only the newest are told too', () => {
    expect([0, 1, 26, 27, 99].map((generation) => roundIn(rounds(), generation))).toEqual([null, 0, 0, 1, 2])
    expect(roundIn(rounds({ opened: 100 }), 27)).toBe(98)
  })

  it('[P39] the end of the last round is told as such, and a spent budget as that', () => {
    const run = { settings: { evaluations: 5000 } } as Parameters<typeof endingOf>[0]['run']
    expect(endingOf({ run, rounds: rounds({ opened: 10, phase: 'over' }) })).toMatch(
      /^Finished: all 10 rounds are over/,
    )
    expect(endingOf({ run, rounds: rounds() })).toMatch(/^Finished: the budget of 5,000 judged children/)
    expect(endingOf({ run, rounds: null })).toMatch(/^Finished: the budget of 5,000 judged children/)
  })
})

describe('worlds', () => {
  const embedded = [{ id: 'm', label: 'M', summary: '' }]
  const preset = (id: string, strategy: string | null, has = false) => ({
    id, label: id, summary: '', options: {}, embedded: has ? embedded : [], ...(strategy === null ? {} : { run: { strategy } }),
  }) // prettier-ignore
  const strategy = (id: string) => ({ id, label: `The ${id}`, help: '', options: [], inRounds: false })
  const arena = {
    presets: [preset('a', null, true), preset('q', 'queen'), preset('b', null), preset('r', 'queen', true), preset('x', 'gone')],
    strategies: [strategy('usual'), strategy('queen')],
  } as unknown as ArenaInfo // prettier-ignore

  it('[P38] are listed plain ones first, then by strategy; what needs a strategy that is not here is left out', () => {
    expect(presetGroups(arena).map(({ label, presets }) => [label, presets.map(({ id }) => id)])).toEqual([
      ['Worlds', ['a', 'b']],
      ['The queen', ['q', 'r']],
    ])
  })

  it('[P38] one for a model is looked for among those of the same strategy', () => {
    expect(presetWithModel(arena, presetStrategy(arena, { preset: 'q' }))?.id).toBe('r')
    expect(presetWithModel(arena, presetStrategy(arena, { preset: 'b' }))?.id).toBe('a')
    expect(presetWithModel(arena, 'other')?.id).toBe('a')
    expect(presetWithModel({ ...arena, presets: [] }, undefined)).toBeNull()
  })
})
