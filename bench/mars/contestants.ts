/** Whoever fights a set of battles and is timed. */
import type { BattleSet } from './sets.ts'
import type { MarsSettings } from '../../src/arenas/core-war/mars/battle.ts'
import { FastMars } from '../../src/arenas/core-war/mars/fast.ts'
import { WasmMars, type WasmOptions } from '../../src/arenas/core-war/mars/wasm.ts'

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

/** Machines are kept from repeat to repeat, as a lane of the evaluator keeps its own. */
function ours(name: string, create: (rules: MarsSettings) => FastMars | WasmMars): Contestant {
  const machines = new Map<BattleSet, FastMars | WasmMars>()
  return {
    name,
    run(set) {
      let machine = machines.get(set)
      if (machine === undefined) {
        machine = create(set.rules)
        machines.set(set, machine)
        if (machine instanceof WasmMars) machine.prepare(set.setups, true)
      }
      return timed(machine, set)
    },
  }
}

function timed(machine: FastMars | WasmMars, set: BattleSet): Timed {
  const winners = new Uint8Array(set.setups.length)
  const began = performance.now()
  set.setups.forEach((setup, at) => {
    const { diedAt } = machine.run(setup)
    winners[at] = diedAt[0] === -1 ? (diedAt[1] === -1 ? 2 : 0) : 1
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
  ours('TypeScript', (rules) => new FastMars(rules)),
  ours('wasm, one kernel for all', wasm({ specialised: false, repeats: false })),
  ours('wasm, written for the set', wasm({ repeats: false })),
  ours('wasm, written, repetition cut', wasm({})),
]
