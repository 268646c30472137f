/** Scores a batch of warriors: plan the battles, fight them, count. One lane of the CPU pool does all of it in a row. */
import { rowOf, type GenomeBatch, type Scores } from '../../core/batch.ts'
import type { Evaluate } from '../../core/contracts.ts'
import type { Options } from '../../core/options.ts'
import { battlesOf, opponentsOf, type BattlePlan } from './environment.ts'
import { decodeWarrior } from './genome.ts'
import type { BattleOutcome, BattleSetup } from './mars/battle.ts'
import { FastMars } from './mars/fast.ts'
import { WasmMars } from './mars/wasm.ts'
import { hasWebAssembly } from './mars/wasm/compile.ts'
import { rulesOf } from './options.ts'
import type { Program } from './redcode/instruction.ts'
import { measureValues, objectiveValues } from './scores.ts'

/** One lane: a machine whose memory is kept from battle to battle. */
export function warriorEvaluator(options: Options): Evaluate<BattlePlan> {
  const rules = rulesOf(options)
  const machine = hasWebAssembly ? new WasmMars(rules) : new FastMars(rules)
  return (batch, plan, cancel) => {
    const { candidates, setups } = battlesOfBatch(batch, plan)
    if (machine instanceof WasmMars) machine.prepare(setups)
    const outcomes: BattleOutcome[] = []
    for (const setup of setups) {
      if (cancel.aborted) break
      outcomes.push(machine.run(setup))
    }
    return scoresOfBatch(candidates, outcomes, options)
  }
}

/** All battles of a batch, candidate after candidate: for engines that want them at once. */
export function battlesOfBatch(batch: GenomeBatch, plan: BattlePlan): { candidates: Program[]; setups: BattleSetup[] } {
  const opponents = opponentsOf(plan)
  const candidates = Array.from({ length: batch.count }, (_, index) => decodeWarrior(rowOf(batch, index)))
  return { candidates, setups: candidates.flatMap((candidate) => battlesOf(candidate, opponents, plan)) }
}

/** The scores of a batch from its outcomes, in the order of {@link battlesOfBatch}. */
export function scoresOfBatch(
  candidates: readonly Program[],
  outcomes: readonly BattleOutcome[],
  options: Options,
): Scores {
  const scores = new ScoreSheet(candidates.length, options)
  const each = outcomes.length / Math.max(1, candidates.length)
  candidates.forEach((candidate, index) => {
    scores.enter(index, candidate, outcomes.slice(index * each, (index + 1) * each))
  })
  return scores.done()
}

class ScoreSheet {
  readonly #options: Options
  readonly #objectives: number[][] = []
  readonly #measures: number[][] = []
  readonly #count: number
  #battles = 0
  #instructions = 0

  constructor(count: number, options: Options) {
    this.#count = count
    this.#options = options
  }

  enter(index: number, candidate: Program, outcomes: readonly BattleOutcome[]): void {
    this.#objectives[index] = objectiveValues(outcomes, this.#options)
    this.#measures[index] = measureValues(candidate, outcomes, this.#options)
    this.#battles += outcomes.length
    for (const outcome of outcomes) this.#instructions += outcome.instructions
  }

  done(): Scores {
    return {
      count: this.#count,
      objectives: Float64Array.from(this.#objectives.flat()),
      measures: Float64Array.from(this.#measures.flat()),
      work: { units: this.#battles, steps: this.#instructions },
    }
  }
}
