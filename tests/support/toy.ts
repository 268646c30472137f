/** A run to test the engine with: the real arena at its smallest, real evaluators, everything in this process. */
import coreWar from '../../src/arenas/core-war/index.ts'
import type { Arena, Evaluator, Strategy } from '../../src/core/contracts.ts'
import { NO_FILES } from '../../src/core/files.ts'
import { initialState, makeOf, apply, propose, record, type Make } from '../../src/core/generation.ts'
import type { GenerationRecord, RunState } from '../../src/core/journal.ts'
import type { RunSettings } from '../../src/core/settings.ts'
import { CpuPool, type Lane } from '../../src/engine/cpu-pool.ts'
import mapElites from '../../src/strategies/map-elites/index.ts'

export const arena = coreWar as Arena
export const strategy = mapElites as Strategy<unknown>

export function settings(change: Partial<RunSettings> = {}): RunSettings {
  const preset = arena.presets.find(({ id }) => id === (change.preset ?? 'nano'))
  return {
    arena: arena.id, arenaVersion: arena.version, preset: 'nano', strategy: 'map-elites', seed: 1, population: 16, evaluations: 0, operators: {},
    ...change,
    options: { ...preset?.options, rounds: 2, opponents: 4, ...change.options },
  } // prettier-ignore
}

/** A lane in this process. */
export function localLane(options: RunSettings['options']): Lane {
  const evaluate = arena.evaluator(options, NO_FILES)
  let environment: unknown
  return {
    setEnvironment: (value) => Promise.resolve(void (environment = value)),
    evaluate: (batch) => Promise.resolve().then(() => evaluate(batch, environment, { aborted: false })),
    draft: () => Promise.resolve([]),
    dispose: () => undefined,
  }
}

export const localPool = (options: RunSettings['options'], lanes = 1): Evaluator =>
  new CpuPool(lanes, () => localLane(options))

/** `generations` of a run, straight through the pure step. */
export function evolve(
  make: Make,
  generations: number,
  state: RunState = initialState(make),
): { state: RunState; records: GenerationRecord[] } {
  const evaluate = make.arena.evaluator(make.settings.options, NO_FILES)
  const records: GenerationRecord[] = []
  for (let generation = 0; generation < generations; generation++) {
    const children = propose(make, state)
    const change = record(make, state, children, evaluate(children.batch, children.environment, { aborted: false }))
    state = apply(make.shape, state, change)
    records.push(change)
  }
  return { state, records }
}

export const make = (change: Partial<RunSettings> = {}): Make => makeOf(settings(change), arena, strategy)
