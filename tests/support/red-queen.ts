/** Whole runs of the Red Queen in the arena of numbers, through the pure step. */
import type { Arena, Phase, Strategy } from '../../src/core/contracts.ts'
import { NO_FILES } from '../../src/core/files.ts'
import { apply, initialState, isOver, makeOf, propose, record, type Children, type Make } from '../../src/core/generation.ts' // prettier-ignore
import { hashWords } from '../../src/core/hash.ts'
import type { GenerationRecord, RunState } from '../../src/core/journal.ts'
import type { Migrant } from '../../src/core/migrant.ts'
import type { Options } from '../../src/core/options.ts'
import type { RunSettings } from '../../src/core/settings.ts'
import redQueen from '../../src/strategies/red-queen/index.ts'
import { duelArena } from './duel-arena.ts'

export const numbers = duelArena as Arena
export const queen = redQueen as Strategy<unknown>

export const TACTICS = {
  rounds: 3, iterations: 10, remembered: 20, fresh: 4, newShare: 0.1, warmRivals: true, warmChampions: true, guests: 20, threshold: 0, thresholdOf: 0,
} // prettier-ignore

export const queenSettings = (change: Options = {}, seed = 1, population = 4): RunSettings => ({
  arena: 'numbers', arenaVersion: 1, preset: 'numbers', strategy: 'red-queen', seed, population, evaluations: 0, options: {}, operators: {},
  tactics: { ...TACTICS, ...change },
}) // prettier-ignore

export const queenMake = (change: Options = {}, seed = 1, population = 4): Make =>
  makeOf(queenSettings(change, seed, population), numbers, queen)

export interface Step {
  readonly phase: Phase
  readonly before: RunState
  readonly children: Children
  readonly change: GenerationRecord
  readonly state: RunState
}

export function step(make: Make, before: RunState, migrants: readonly Migrant[] = []): Step {
  const children = propose(make, before, [], migrants)
  const scores = make.arena.evaluator({}, NO_FILES)(children.batch, children.environment, { aborted: false })
  const change = record(make, before, children, scores)
  return { phase: children.phase, before, children, change, state: apply(make.shape, before, change) }
}

/** A whole run, or its first `most` generations; `came` are who wait at each opening. */
export function play(make: Make, most = 200, came: readonly Migrant[] = []): readonly Step[] {
  const steps: Step[] = []
  let state = initialState(make)
  while (!isOver(make, state) && steps.length < most) {
    const next = step(make, state, came)
    steps.push(next)
    state = next.state
  }
  return steps
}

export const migrant = (genome: number, island = 'far'): Migrant => {
  const words = Uint32Array.of(genome)
  return { island, round: 0, name: `n${genome}`, operator: 'any', claimed: 1, words, hash: hashWords(words) }
}
