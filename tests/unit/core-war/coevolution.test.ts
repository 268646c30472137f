import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  MOST_OPPONENTS,
  mostOpponents,
  playerOf,
  warriorCoevolution,
} from '../../../src/arenas/core-war/coevolution.ts'
import { battlePlan, battlesOf, opponentsOf, type BattlePlan } from '../../../src/arenas/core-war/environment.ts'
import { scoresOf, warriorEvaluator } from '../../../src/arenas/core-war/evaluate.ts'
import { encodeWarrior } from '../../../src/arenas/core-war/genome.ts'
import { FastMars } from '../../../src/arenas/core-war/mars/fast.ts'
import { PRESETS, rulesOf } from '../../../src/arenas/core-war/options.ts'
import { panelOf } from '../../../src/arenas/core-war/panel.ts'
import { panelsOf } from '../../../src/arenas/core-war/panels.ts'
import type { Program } from '../../../src/arenas/core-war/redcode/instruction.ts'
import { ReferenceEngine } from '../../../src/arenas/core-war/reference.ts'
import { fightAll, tallyOf } from '../../../src/arenas/core-war/tally.ts'
import { batchOf } from '../../../src/core/batch.ts'
import type { Named } from '../../../src/core/contracts.ts'
import type { Options } from '../../../src/core/options.ts'
import { deriveSeed, rng } from '../../../src/core/rng.ts'
import { randomProgram } from '../../support/warriors.ts'

const optionsOf = (id: string, change: Options = {}): Options => ({
  ...PRESETS.find((preset) => preset.id === id)!.options,
  ...change,
})

const strangers = (options: Options, count: number, seed = 1): readonly Named<Program>[] => {
  const { coreSize, maxLength, icws88 } = rulesOf(options)
  const random = rng(seed)
  const legal = (program: Program) => (icws88 ? { ...program, instructions: program.instructions.map(() => 0) } : program)
  return Array.from({ length: count }, (_, at) => ({
    name: `champion ${at}`,
    genome: { ...legal(randomProgram(random, coreSize, 1 + random.int(maxLength), false)), pin: null },
  }))
} // prettier-ignore

/** As places were drawn before environments could grow: one stream, round after round. */
function placesOfOld(options: Options, seed: number): number[][] {
  const [coreSize, minDistance, rounds] = ['coreSize', 'minDistance', 'rounds'].map((key) => Number(options[key])) as [number, number, number] // prettier-ignore
  const places = rng(deriveSeed('places', seed))
  const warriors = 1 + Math.min(panelOf(options).length, Number(options['opponents']))
  const segment = Math.floor(coreSize / warriors)
  return Array.from({ length: rounds }, () => {
    if (options['fitness'] !== 'survival') return [(minDistance + places.int(Math.max(1, coreSize + 1 - 2 * minDistance))) % coreSize] // prettier-ignore
    return Array.from(
      { length: warriors },
      (_, at) => at * segment + places.int(Math.max(1, segment - minDistance + 1)),
    )
  })
}

const namesOf = (plan: BattlePlan) => plan.names
const duels = optionsOf('nano')
const melee = optionsOf('nano', { fitness: 'survival', opponents: 3 })

describe("warriors as each other's environment", () => {
  it.each(PRESETS.map(({ id }) => id))(
    '[D20] a run of %s begins with the frozen panel, at the places of its seed',
    (id) => {
      const options = optionsOf(id)
      const panel = panelOf(options).slice(0, Number(options['opponents']))
      for (const seed of [0, 1, 77, -5]) {
        const plan = battlePlan(options, seed)
        expect(plan.positions).toEqual(placesOfOld(options, seed))
        expect(plan.names).toEqual(panel.map(({ name }) => name))
        expect(opponentsOf(plan)).toEqual(panel.map(({ program }) => ({ ...program })))
        expect(plan.own).toBe(panel.length)
      }
    },
  )

  it.each([['duels', duels], ['a melee', melee]])('[D21] a champion joins at the end, and nobody else moves: %s', (_name, options) => {
    const { advance, rivals, facing } = warriorCoevolution(options)
    const before = battlePlan(options, 5)
    const [champion] = strangers(options, 1)
    const after = advance(before, champion!)
    expect(rivals(after)).toEqual([...rivals(before), champion])
    expect(after).toEqual(facing(before, [...rivals(before), champion!]))
    expect(after.own).toBe(before.own)
    expect(before).toEqual(battlePlan(options, 5))
    expect(facing(before, rivals(before))).toEqual(before)
    for (const places of after.positions) expect(places.length).toBe(options === duels ? 1 : 2 + before.own)
  }) // prettier-ignore

  it('[D21] duels are fought at the same places, however many opponents there are', () => {
    const { facing } = warriorCoevolution(duels)
    const plan = battlePlan(duels, 9)
    expect(facing(plan, strangers(duels, 30)).positions).toEqual(plan.positions)
  })

  it.each([
    ['duels of nano, which begins with twelve', duels, MOST_OPPONENTS],
    ['a melee in eighty cells, five each', melee, 15],
    ["a melee that the world's own almost fill", optionsOf('nano', { fitness: 'survival', minDistance: 20 }), 3],
    ['a melee of two', optionsOf('nano', { fitness: 'survival', minDistance: 40 }), 1],
    ["Digital Red Queen's", optionsOf('drq', { rounds: 2 }), MOST_OPPONENTS - 1],
  ])("[D21] the oldest champions make room, the world's own opponents stay: %s", (_name, options, most) => {
    const { advance, facing, rivals } = warriorCoevolution(options)
    expect(mostOpponents(options)).toBe(most)
    const first = battlePlan(options, 3)
    const champions = strangers(options, 2 * most + 3)
    const own = Math.min(first.own, Math.max(1, most - 1))
    let plan = first
    for (const [at, champion] of champions.entries()) {
      plan = advance(plan, champion)
      const come = champions.slice(0, at + 1)
      const all = [...first.names, ...come.map(({ name }) => name)]
      const want = all.length <= most ? all : [...first.names.slice(0, own), ...all.slice(all.length - most + own)]
      expect(namesOf(plan)).toEqual(want)
      expect(plan.opponents.count).toBe(want.length)
    }
    expect(namesOf(facing(first, [...rivals(first), ...champions]))).toEqual(namesOf(plan))
    if (options['fitness'] === 'survival') {
      const { coreSize, minDistance } = rulesOf(options)
      const length = Math.floor(coreSize / (1 + plan.names.length))
      for (const places of plan.positions)
        places.forEach((place, at) => {
          expect(place).toBeGreaterThanOrEqual(at * length)
          expect(place).toBeLessThanOrEqual((at + 1) * length - minDistance)
        })
    }
  })

  it('[D21] long names are cut', () => {
    const { facing } = warriorCoevolution(duels)
    const [one] = strangers(duels, 1)
    expect(facing(battlePlan(duels, 1), [{ ...one!, name: 'x'.repeat(1000) }]).names).toEqual(['x'.repeat(80)])
  })

  it.each([
    ['duels', optionsOf('nano', { rounds: 3, maxCycles: 300 })],
    ['melees', optionsOf('nano', { fitness: 'survival', rounds: 3, opponents: 2, maxCycles: 300 })],
    ['melees of Digital Red Queen', optionsOf('drq', { rounds: 2, maxCycles: 300 })],
  ])('[D22] a grown environment scores alike on every engine of the CPU: %s', async (_name, options) => {
    const rules = rulesOf(options)
    const stride = 1 + 2 * rules.maxLength
    const plan = strangers(options, 5, 2).reduce(warriorCoevolution(options).advance, battlePlan(options, 4))
    const candidates = strangers(options, 12, 3).map(({ genome }) => genome)
    const found = warriorEvaluator(options)(
      batchOf(stride, candidates.map((one) => encodeWarrior(one, stride))), plan, { aborted: false },
    ) // prettier-ignore
    const setups = candidates.map((one) => battlesOf(one, opponentsOf(plan), plan))
    expect(setups[0]![0]!.warriors.length).toBe(options['fitness'] === 'survival' ? 1 + plan.own + 5 : 2)
    const plain = new FastMars(rules)
    const fast = setups.map((battles) => fightAll(plain, battles, true, { aborted: false }))
    const oracle = await Promise.all(
      setups.map(async (battles) => tallyOf(await new ReferenceEngine().run(rules, battles))),
    )
    expect(found).toEqual(scoresOf(candidates, fast, options))
    expect(found).toEqual(scoresOf(candidates, oracle, options))
  })
})

describe('games of two', () => {
  const worlds = [
    ['nano', optionsOf('nano')],
    ['tiny', optionsOf('tiny')],
    ['a melee world', optionsOf('queen-nano', { fitness: 'survival' })],
    ['large, few cycles', optionsOf('drq', { maxCycles: 2000 })],
  ] as const

  it.each(worlds)('[D23] turned round they come out turned round, and each time the same: %s', (_name, options) => {
    const { coreSize, maxLength } = rulesOf(options)
    const [wasm, plain] = [playerOf(options, true), playerOf(options, false)]
    const members = panelsOf(options).flatMap((panel) => panel.members.map(({ genome }) => genome))
    const warrior = fc.oneof(
      fc.constantFrom(...members),
      fc.integer().map((seed) => {
        const random = rng(seed)
        return randomProgram(random, coreSize, 1 + random.int(maxLength), random.chance(0.3))
      }),
    )
    let decided = 0
    fc.assert(
      fc.property(warrior, warrior, (one, other) => {
        const { won, tied, lost } = wasm(one, other)
        expect(won + tied + lost).toBe(coreSize > 2000 ? 8 : 16)
        expect(wasm(other, one)).toEqual({ won: lost, tied, lost: won })
        expect(wasm(one, other)).toEqual({ won, tied, lost })
        expect(plain(one, other)).toEqual({ won, tied, lost })
        if (won !== lost) decided++
      }),
      { numRuns: 60, seed: 1 },
    )
    expect(decided).toBeGreaterThan(5)
  })

  it('[D23] so do those of the world of 1988', () => {
    const options = optionsOf('88', { maxCycles: 2000 })
    const [wasm, plain] = [playerOf(options, true), playerOf(options, false)]
    const members = panelOf(options).map(({ program }) => program)
    for (const one of members)
      for (const other of members) {
        const { won, tied, lost } = wasm(one, other)
        expect(plain(one, other)).toEqual({ won, tied, lost })
        expect(wasm(other, one)).toEqual({ won: lost, tied, lost: won })
      }
  })

  it('[D23] a warrior is even with itself', () => {
    const play = playerOf(optionsOf('tiny'))
    for (const { program } of panelOf(optionsOf('tiny'))) {
      const { won, lost } = play(program, program)
      expect(won).toBe(lost)
    }
  })
})
