/** Whoever fights a set of battles and is timed. */
import type { BattleSet } from './sets.ts'
import type { BattleSetup, MarsSettings } from '../../src/arenas/core-war/mars/battle.ts'
import { FastMars } from '../../src/arenas/core-war/mars/fast.ts'
import { WasmMars, type WasmOptions } from '../../src/arenas/core-war/mars/wasm.ts'

/** Battles that the first warrior of a pair won, the second won, neither. */
export type Results = readonly [number, number, number]

export interface Timed {
  readonly seconds: number
  readonly results: Results
}

export interface Contestant {
  readonly name: string
  /** Fights the set; when it is being timed, perhaps several times over, and tells the time of one. */
  run(set: BattleSet, isTiming?: boolean): Timed
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
      return timed(machine, set.setups)
    },
  }
}

function timed(machine: FastMars | WasmMars, setups: readonly BattleSetup[]): Timed {
  const results: [number, number, number] = [0, 0, 0]
  const began = performance.now()
  for (const setup of setups) {
    const { diedAt } = machine.run(setup)
    results[diedAt[0] === -1 ? (diedAt[1] === -1 ? 2 : 0) : 1]++
  }
  return { seconds: (performance.now() - began) / 1000, results }
}

const wasm = (options: WasmOptions) => (rules: MarsSettings) => new WasmMars(rules, options)

export const OURS: readonly Contestant[] = [
  ours('TypeScript', (rules) => new FastMars(rules)),
  ours('wasm, one kernel for all', wasm({ specialised: false, repeats: false })),
  ours('wasm, written for the set', wasm({ repeats: false })),
  ours('wasm, written, repetition cut', wasm({})),
]
