/** Scores a batch of warriors: plan the battles, fight them, count. One lane of the CPU pool does all of it in a row. */
import { rowOf, type GenomeBatch, type Scores } from '../../core/batch.ts'
import type { Evaluate } from '../../core/contracts.ts'
import type { Options } from '../../core/options.ts'
import { battlesOf, opponentsOf, type BattlePlan } from './environment.ts'
import { decodeWarrior } from './genome.ts'
import { FastMars } from './mars/fast.ts'
import { WasmMars } from './mars/wasm.ts'
import { hasWebAssembly } from '../../wasm/instance.ts'
import { rulesOf } from './options.ts'
import type { Program } from './redcode/instruction.ts'
import { asksForDeaths, measureValues, objectiveValues } from './scores.ts'
import { fightAll, type Tally } from './tally.ts'

/** One lane: a machine whose memory is kept from battle to battle. */
export function warriorEvaluator(options: Options): Evaluate<BattlePlan> {
  const rules = rulesOf(options)
  const machine = hasWebAssembly ? new WasmMars(rules) : new FastMars(rules)
  return (batch, plan, cancel) => {
    const opponents = opponentsOf(plan)
    const candidates = candidatesOf(batch)
    const setups = candidates.map((candidate) => battlesOf(candidate, opponents, plan))
    if (machine instanceof WasmMars) machine.prepare(setups.flat())
    const tallies = setups.map((battles) => fightAll(machine, battles, asksForDeaths(options), cancel))
    return scoresOf(candidates, tallies, options)
  }
}

export const candidatesOf = (batch: GenomeBatch): Program[] =>
  Array.from({ length: batch.count }, (_, index) => decodeWarrior(rowOf(batch, index)))

/** The scores of a batch, from what the battles of each candidate came to. */
export function scoresOf(candidates: readonly Program[], tallies: readonly Tally[], options: Options): Scores {
  const sum = (of: (tally: Tally) => number) => tallies.reduce((total, tally) => total + of(tally), 0)
  return {
    count: candidates.length,
    objectives: Float64Array.from(tallies.flatMap((tally) => objectiveValues(tally, options))),
    measures: Float64Array.from(
      tallies.flatMap((tally, at) => candidates.slice(at, at + 1).flatMap((one) => measureValues(one, tally, options))),
    ),
    work: { units: sum(({ battles }) => battles), steps: sum(({ instructions }) => instructions) },
  }
}
