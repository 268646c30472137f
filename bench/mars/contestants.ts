/** Whoever fights a set of battles and is timed. */
import type { BattleSet } from './sets.ts'
import type { BattleSetup, MarsSettings } from '../../src/arenas/core-war/mars/battle.ts'
import { BattleMemory } from '../../src/arenas/core-war/mars/battle-memory.ts'
import { FastMars } from '../../src/arenas/core-war/mars/fast.ts'
import { NOBODY, WasmMars, type WasmOptions } from '../../src/arenas/core-war/mars/wasm.ts'

/** Battles that the first warrior of a pair won, the second won, neither. */
export type Results = readonly [number, number, number]

export interface Timed {
  readonly seconds: number
  /** By pair of the set. */
  readonly results: readonly Results[]
}

export interface Contestant {
  readonly name: string
  /** Share of battles that may end otherwise than with our engines, where there is a reason; else every one must agree. */
  readonly tolerance?: number
  /** Fights the battles of the set once. */
  run(set: BattleSet): Timed
}

/** Machines are kept from repeat to repeat, as a lane of the evaluator keeps its own; what was fought is not. */
function ours(name: string, create: (rules: MarsSettings) => WasmMars, remembers = false): Contestant {
  const machines = new Map<BattleSet, WasmMars>()
  return {
    name,
    run(set) {
      let machine = machines.get(set)
      if (machine === undefined) {
        machine = create(set.rules)
        machines.set(set, machine)
        machine.prepare(set.setups, true)
      }
      return remembers
        ? timed(remembering(machine, set.rules.coreSize), set)
        : timed((setup) => machine.winner(setup), set)
    },
  }
}

/** Fights what it has not fought before. */
function remembering(machine: WasmMars, coreSize: number): (setup: BattleSetup) => number {
  const memory = new BattleMemory(coreSize)
  return (setup) => {
    const known = memory.recall(setup)
    if (known !== undefined) return known[0] === known[1] ? NOBODY : known[0] ? 0 : 1
    const winner = machine.winner(setup)
    memory.keep(setup, [winner !== 1, winner !== 0])
    return winner
  }
}

const plain: Contestant = {
  name: 'TypeScript',
  run(set) {
    const machine = new FastMars(set.rules)
    return timed((setup) => {
      machine.fight(setup)
      return machine.diedAt(0) !== -1 ? 1 : machine.diedAt(1) !== -1 ? 0 : NOBODY
    }, set)
  },
}

/** `winner` tells the index of who won, or {@link NOBODY}. */
function timed(winner: (setup: BattleSetup) => number, set: BattleSet): Timed {
  const winners = new Uint8Array(set.setups.length)
  const began = performance.now()
  set.setups.forEach((setup, at) => {
    const index = winner(setup)
    winners[at] = index === NOBODY ? 2 : index
  })
  const seconds = (performance.now() - began) / 1000
  return { seconds, results: byPair(set, winners) }
}

/** Battles are in the order of the set: 0 the first warrior won, 1 the second, 2 neither. */
export function byPair({ pairs, rounds }: BattleSet, winners: ArrayLike<number>): Results[] {
  return pairs.map((_, pair) => {
    const results: [number, number, number] = [0, 0, 0]
    for (let at = pair * rounds; at < (pair + 1) * rounds; at++) results[winners[at] as 0 | 1 | 2]++
    return results
  })
}

/** Battles that certainly ended otherwise. */
export const differing = (some: readonly Results[], others: readonly Results[]): number =>
  some.reduce((sum, results, pair) => sum + results.reduce((all, count, at) => all + Math.abs(count - others[pair]![at]!), 0) / 2, 0) // prettier-ignore

const wasm = (options: WasmOptions) => (rules: MarsSettings) => new WasmMars(rules, options)

export const OURS: readonly Contestant[] = [
  plain,
  ours('wasm, one kernel for all', wasm({ specialised: false, repeats: false, ties: false })),
  ours('wasm, written for the set', wasm({ repeats: false, ties: false })),
  ours('wasm, written, ties seen early', wasm({})),
  ours('wasm, written, all shortcuts', wasm({}), true),
]
