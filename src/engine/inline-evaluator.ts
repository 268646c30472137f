/** Scores in this very thread: for jobs that have a thread each, and where a pool would cost more than it brings. */
import type { Arena, Evaluator, Judge } from '../core/contracts.ts'
import { NO_FILES, type Files } from '../core/files.ts'
import type { Options } from '../core/options.ts'
import { ok } from '../core/result.ts'
import { RememberingEvaluator, ScoreMemory } from './score-memory.ts'

export function inlineEvaluator(arena: Arena, options: Options, files: Files = NO_FILES, judge?: Judge): Evaluator {
  const evaluate = arena.evaluator(options, files, judge)
  const inner: Evaluator = {
    kind: 'cpu',
    label: 'one core',
    evaluate: (batch, environment, cancel) => Promise.resolve(ok(evaluate(batch, environment, cancel))),
    dispose: () => undefined,
  }
  return new RememberingEvaluator(inner, new ScoreMemory())
}
