/** The singular-values arena with its real models. */
import { readFileSync } from 'node:fs'
import singularValues from '../../src/arenas/singular-values/index.ts'
import { MODEL_FILES, PRESETS, WIDE_FILE } from '../../src/arenas/singular-values/options.ts'
import type { Arena, Evaluate } from '../../src/core/contracts.ts'
import { apply, initialState, propose, record, type Make } from '../../src/core/generation.ts'
import type { RunState } from '../../src/core/journal.ts'
import type { Options } from '../../src/core/options.ts'

export const singular = singularValues as Arena

/** Its models, by path. */
export const singularFiles: ReadonlyMap<string, Uint8Array> = new Map(
  [...Object.values(MODEL_FILES), WIDE_FILE].map((path) => [path, new Uint8Array(readFileSync(`public/${path}`))]),
)

/** A preset with some options changed. */
export const worldFor = (preset: string, change: Options = {}): Options => ({
  ...PRESETS.find(({ id }) => id === preset)!.options,
  ...change,
})

/** Runs a few generations. */
export function evolved(
  make: Make,
  generations: number,
  evaluate: Evaluate<unknown>,
  from = initialState(make),
): RunState {
  let state = from
  for (let generation = 0; generation < generations; generation++) {
    const children = propose(make, state)
    const scores = evaluate(children.batch, children.environment, { aborted: false })
    state = apply(make.shape, state, record(make, state, children, scores))
  }
  return state
}
