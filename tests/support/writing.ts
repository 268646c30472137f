/** Runs that models write for, without a model: completions as they would arrive. */
import type { Completion } from '../../src/core/completion.ts'
import { NO_FILES } from '../../src/core/files.ts'
import { apply, initialState, propose, record, type Children, type Make } from '../../src/core/generation.ts'
import type { GenerationRecord, RunState } from '../../src/core/journal.ts'

export const completion = (text: string, change: Partial<Completion> = {}): Completion => ({
  model: 'somebody',
  version: 'test 1',
  kind: 'new',
  parents: [],
  promptHash: 'a'.repeat(32),
  prompt: 'Write a warrior.',
  seed: 7,
  text,
  tokens: 20,
  ms: 12.5,
  finish: 'stop',
  attempt: 0,
  ...change,
})

/** Texts that are different legal warriors of nano. */
export const warrior = (number: number): string =>
  `SPL #${number % 80}, >-${(number >> 2) % 80}\nMOV.I $${(number * 7) % 80}, {${(number * 13) % 80}\nDJN.F $-1, <${(number * 29) % 80}`

/** Kept for many generations: making one costs more than using it. */
const evaluators = new WeakMap<Make, ReturnType<Make['arena']['evaluator']>>()
function evaluatorOf(make: Make): ReturnType<Make['arena']['evaluator']> {
  const evaluate = evaluators.get(make) ?? make.arena.evaluator(make.settings.options, NO_FILES)
  evaluators.set(make, evaluate)
  return evaluate
}

/** One generation with what arrived. */
export function generation(
  make: Make,
  state: RunState,
  arrivals: readonly Completion[],
  evaluationMs = 0,
): { children: Children; change: GenerationRecord; state: RunState } {
  const children = propose(make, state, arrivals)
  const scores = evaluatorOf(make)(children.batch, make.environment, { aborted: false })
  const change = record(make, state, children, scores, evaluationMs)
  return { children, change, state: apply(make.shape, state, change) }
}

/** A run whose models write `each` completions a generation, some of them useless. */
export function written(make: Make, generations: number, each = 4): { state: RunState; records: GenerationRecord[] } {
  let state = initialState(make)
  const records: GenerationRecord[] = []
  for (let number = 1; number <= generations; number++) {
    const parent = state.elites[number % Math.max(1, state.elites.length)]
    const arrivals = Array.from({ length: each }, (_, place) => {
      if (place === 3) return completion('this is no warrior')
      if (place === 2 && parent !== undefined)
        return completion(make.codec.print(make.codec.decode(parent.words), 'twin'), {
          kind: 'mutate',
          parents: [parent.id],
        })
      return completion(warrior(number * each + place), { kind: place === 1 ? 'crossover' : 'new', ms: 3 + place })
    })
    const next = generation(make, state, arrivals, 40)
    state = next.state
    records.push(next.change)
  }
  return { state, records }
}
