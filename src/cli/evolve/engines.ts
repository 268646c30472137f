/** What scores a run of the command line: the page's choice of engines, in threads of Node. */
import { availableParallelism } from 'node:os'
import type { Evaluator } from '../../core/contracts.ts'
import type { Make } from '../../core/generation.ts'
import { fail, ok, type Fault, type Result } from '../../core/result.ts'
import { CpuPool } from '../../engine/cpu-pool.ts'
import { EvaluatorChooser, type EvaluatorSources, type JudgedSources } from '../../engine/evaluators.ts'
import { loadJudge } from '../arenas.ts'
import { startNodeLane } from '../lane.ts'
import { publicFile } from '../public-file.ts'
import type { EvolveArguments } from './arguments.ts'

export interface Engines {
  /** What the first generation is scored on, for people. */
  readonly label: string
  /** For each generation; `fault` is what the last one failed with. */
  next(fault: Fault | null): Promise<Result<Evaluator>>
  dispose(): void
}

const nodeEvaluators = (lanes: number): EvaluatorSources => {
  const pool: JudgedSources['lanes'] & EvaluatorSources['cpu'] = (arena, options, { files, genomeMs }) =>
    new CpuPool(lanes, () => startNodeLane(arena, options, files), genomeMs)
  return {
    file: publicFile,
    cpu: pool,
    gpu: async (arena, options, { files }) => (await import('./gpu.ts')).createNodeGpuEvaluator(arena, options, files),
    judged: { judge: loadJudge, lanes: pool },
  }
}

/** Whoever asked for a GPU gets one or a fault; where it is lost later the CPU goes on, and `say` is told. */
export async function enginesFor(
  make: Make,
  { engine, lanes, forget }: Pick<EvolveArguments, 'engine' | 'lanes' | 'forget'>,
  say: (line: string) => void,
): Promise<Result<Engines>> {
  const sources = nodeEvaluators(lanes ?? availableParallelism())
  const chooser = new EvaluatorChooser(sources, make.arena, make.settings.options, engine, forget)
  const first = await chooser.next(null)
  if (!first.ok) return first
  if (engine === 'gpu' && chooser.note !== '') {
    chooser.dispose()
    return fail('no-gpu', chooser.note)
  }
  return ok({
    label: first.value.label,
    async next(fault) {
      const evaluator = await chooser.next(fault)
      if (fault !== null && evaluator.ok) say(chooser.note)
      return evaluator
    },
    dispose: () => chooser.dispose(),
  })
}
