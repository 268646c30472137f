/** The evaluator on a GPU: all members of a batch answer at once, and are scored by the same code as on the CPU. */
import { fail, ok } from '../../core/result.ts'
import type { CreateGpuEvaluator } from '../discover.ts'
import type { Batch } from './environment.ts'
import { genomesOf, joined, scoresOf } from './evaluate.ts'
import { searchExamples } from './examples.ts'
import { offsetCodec, zeroOf } from './genome.ts'
import { createGpuNet } from './kernel/net.ts'
import { loadedOf } from './loaded.ts'
import { worldOf } from './options.ts'
import { distanceIn } from './scores.ts'

const createGpuEvaluator: CreateGpuEvaluator = async (gpu, shaders, options, files) => {
  const world = worldOf(options)
  // A judge decides there, and it sits on the CPU.
  if (world.task === 'warriors') return fail('no-kernel', 'Warriors are written and judged on the CPU.')
  if (world.directions > 0) return fail('no-kernel', 'All weights are moved on the CPU.')
  const { model, network, adapters } = loadedOf(world, files)
  const net = await createGpuNet(gpu, shaders, network, adapters)
  if (!net.ok) return net
  const { decode } = offsetCodec(options)
  const zero = zeroOf(options)
  return ok({
    kind: 'gpu',
    label: gpu.label,
    async evaluate(batch, environment, signal) {
      const examples = searchExamples(model, environment as Batch)
      const genomes = genomesOf(batch, decode)
      // The trained adapter is one member more: what it answers is what others change.
      const answers = await net.value.answers(joined([zero, ...genomes]), examples, { signal })
      if (!answers.ok) return answers
      const length = examples.targets.length
      return ok(
        scoresOf(
          network,
          genomes,
          examples,
          answers.value.subarray(0, length),
          answers.value.subarray(length),
          distanceIn(world),
        ),
      )
    },
    dispose: () => net.value.dispose(),
  })
}
export default createGpuEvaluator
