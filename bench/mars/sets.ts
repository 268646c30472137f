/** The battles that are timed: for each world, warriors of ours by kind, every pair of them, places as `pmars -f` draws them. */
import type { BattleSetup, MarsSettings } from '../../src/arenas/core-war/mars/battle.ts'
import { FastMars } from '../../src/arenas/core-war/mars/fast.ts'
import { placeRounds } from '../../src/arenas/core-war/mars/placement.ts'
import { PRESETS, rulesOf } from '../../src/arenas/core-war/options.ts'
import { EVOLVED } from '../../src/arenas/core-war/panel-evolved.ts'
import { panelOf } from '../../src/arenas/core-war/panel.ts'
import { warriorOperators } from '../../src/arenas/core-war/operators.ts'
import type { Program } from '../../src/arenas/core-war/redcode/instruction.ts'
import type { Options } from '../../src/core/options.ts'
import { rng } from '../../src/core/rng.ts'

export interface BattleSet {
  readonly world: string
  readonly kind: string
  readonly rules: MarsSettings & { readonly maxLength: number; readonly minDistance: number }
  readonly programs: readonly Program[]
  /** Pairs of indices into `programs`, `rounds` battles each, pair after pair. */
  readonly pairs: readonly (readonly [number, number])[]
  readonly rounds: number
  readonly setups: readonly BattleSetup[]
  /** Instructions of all battles together, by the plain engine. */
  readonly instructions: number
}

/** Battles a pair. More where battles are short, so that every set takes about as long. */
const ROUNDS: Readonly<Record<string, number>> = { nano: 100, tiny: 12, '94nop': 4 }
const SURVIVORS = 16

export const WORLDS = Object.keys(ROUNDS)

export function battleSets(world: string): BattleSet[] {
  const options = PRESETS.find(({ id }) => id === world)?.options
  if (options === undefined) throw new Error(`there is no world ${world}`)
  const { coreSize, maxLength } = rulesOf(options)
  const evolved = new Set((EVOLVED[`${coreSize}/${maxLength}`] ?? []).map(({ name }) => name))
  const panel = panelOf(options)
  const kinds: [string, Program[]][] = [
    ['hand-written', panel.filter(({ name }) => !evolved.has(name)).map(({ program }) => program)],
    ['evolved', panel.filter(({ name }) => evolved.has(name)).map(({ program }) => program)],
    ['random survivors', survivorsOf(options, SURVIVORS)],
  ]
  return kinds.filter(([, programs]) => programs.length > 1).map(([kind, programs]) => setOf(world, kind, options, programs)) // prettier-ignore
}

function setOf(world: string, kind: string, options: Options, programs: readonly Program[]): BattleSet {
  const rules = rulesOf(options)
  const rounds = ROUNDS[world]!
  const pairs = programs.flatMap((_, one) => programs.slice(one + 1).map((_, other) => [one, one + 1 + other] as const))
  const setups = pairs.flatMap(([one, other]) => {
    const two = [programs[one]!, programs[other]!]
    const placement = { ...rules, rounds, series: { kind: 'checksum' } as const, permute: false }
    return Array.from(placeRounds(two, placement), ({ positions, first }) => ({
      warriors: two.map((program, index) => ({ program, position: positions[index]! })),
      first,
    }))
  })
  const machine = new FastMars(rules)
  const instructions = setups.reduce((sum, setup) => sum + machine.fight(setup), 0)
  return { world, kind, rules, programs, pairs, rounds, setups, instructions }
}

/** Warriors drawn as evolution draws its first ones, of those that live through a thousand cycles alone. */
export function survivorsOf(options: Options, count: number): Program[] {
  const rules = rulesOf(options)
  const random = rng(1)
  const alone = new FastMars({ ...rules, maxCycles: Math.min(1000, rules.maxCycles) })
  const fresh = warriorOperators(options).find(({ arity }) => arity === 0)
  const found: Program[] = []
  while (found.length < count) {
    const program = fresh?.propose([], random)
    if (program && alone.run({ warriors: [{ program, position: 0 }], first: 0 }).diedAt[0] === -1) found.push(program)
  }
  return found
}
