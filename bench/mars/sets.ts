/** The battles that are timed: for each world, warriors of ours by kind, pairs of them, places as `pmars -f` draws them. */
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

export const WORLDS: readonly string[] = ['nano', 'tiny', '94nop']
const WARRIORS = 16
const MOST_PAIRS = 12
/** Rounds of a pair as the hills play them: SAL nano 30 times 250, SAL tiny 6 times 250, KOTH.org 250. */
const HILL_ROUNDS: Readonly<Record<string, number>> = { nano: 7500, tiny: 1500, '94nop': 250 }
/** Rounds of each pair that are fought to see how long battles are. */
const SAMPLE = 8

/** All sets of a world, or those of one kind; with fewer rounds where `work`, in instructions a pair, would be exceeded. */
export function battleSets(world: string, only?: string, work = Infinity): BattleSet[] {
  const options = PRESETS.find(({ id }) => id === world)?.options
  if (options === undefined) throw new Error(`there is no world ${world}`)
  const { coreSize, maxLength } = rulesOf(options)
  const evolved = new Set((EVOLVED[`${coreSize}/${maxLength}`] ?? []).map(({ name }) => name))
  const panel = panelOf(options)
  const kinds: [string, Program[]][] = [
    ['hand-written', panel.filter(({ name }) => !evolved.has(name)).map(({ program }) => program)],
    ['evolved', panel.filter(({ name }) => evolved.has(name)).map(({ program }) => program)],
    ['random survivors', survivorsOf(options, WARRIORS)],
    ['random soup', soupOf(options, WARRIORS)],
  ]
  return kinds
    .filter(([kind, programs]) => programs.length > 1 && (only === undefined || only === kind))
    .map(([kind, programs]) => setOf(world, kind, options, programs, work))
}

function setOf(world: string, kind: string, options: Options, programs: readonly Program[], work: number): BattleSet {
  const rules = rulesOf(options)
  const pairs = pairsOf(programs.length)
  const machine = new FastMars(rules)
  const fight = (setups: readonly BattleSetup[]) => setups.reduce((sum, setup) => sum + machine.fight(setup), 0)
  const roundsOf = (rounds: number) =>
    pairs.flatMap(([one, other]) => duels([programs[one]!, programs[other]!], { ...rules, rounds }))
  // Clearing the core is work too: it is most of a battle that ends at once.
  const aBattle = rules.coreSize / 4 + fight(roundsOf(SAMPLE)) / (SAMPLE * pairs.length)
  const rounds = Math.min(HILL_ROUNDS[world] ?? 250, Math.ceil(work / aBattle))
  const setups = roundsOf(rounds)
  const instructions = fight(setups)
  return { world, kind, rules, programs, pairs, rounds, setups, instructions }
}

/** Pairs of different ones among so many; of all pairs an even choice. */
export function pairsOf(count: number): (readonly [number, number])[] {
  const all = Array.from({ length: count }, (_, one) =>
    Array.from({ length: count - 1 - one }, (_, other) => [one, one + 1 + other] as const),
  ).flat()
  const chosen = Math.min(MOST_PAIRS, all.length)
  return Array.from({ length: chosen }, (_, at) => all[Math.floor((at * all.length) / chosen)]!)
}

type Places = Omit<Parameters<typeof placeRounds>[1], 'series' | 'permute'>

const duels = (two: readonly Program[], places: Places): BattleSetup[] =>
  Array.from(placeRounds(two, { ...places, series: { kind: 'checksum' }, permute: false }), ({ positions, first }) => ({
    warriors: two.map((program, index) => ({ program, position: positions[index]! })),
    first,
  }))

/** Warriors drawn as evolution draws its first ones, whatever becomes of them. */
function soupOf(options: Options, count: number): Program[] {
  const random = rng(2)
  const fresh = warriorOperators(options).find(({ arity }) => arity === 0)
  return Array.from({ length: count }, () => fresh?.propose([], random)).filter(
    (program) => program !== null && program !== undefined,
  )
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
