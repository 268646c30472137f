/** The evaluator on a GPU: all members of a batch answer at once, and are scored by the same code as on the CPU. */
import { fail, ok, type Result } from '../../core/result.ts'
import type { Gpu } from '../../gpu/device.ts'
import type { ShaderSource } from '../../gpu/shaders.ts'
import { labelWith, type Tiers } from '../../gpu/tiers.ts'
import type { CreateGpuEvaluator } from '../discover.ts'
import type { Batch } from './environment.ts'
import { genomesOf, joined, scoresOf } from './evaluate.ts'
import { searchExamples } from './examples.ts'
import { offsetCodec, zeroOf, type Offsets } from './genome.ts'
import { MovingGpuNet } from './kernel/moving.ts'
import { createGpuNet, type AskOptions } from './kernel/net.ts'
import { loadedOf } from './loaded.ts'
import type { Network } from './model/network.ts'
import type { Noise } from './model/noise.ts'
import type { Adapter, Examples } from './model/shape.ts'
import { worldOf } from './options.ts'
import { distanceIn } from './scores.ts'

const createGpuEvaluator: CreateGpuEvaluator = async (gpu, shaders, options, files) => {
  const world = worldOf(options)
  // What the GPU can do for them is what it does for their judge (src/engine/evaluators.ts).
  if (world.task === 'warriors') return fail('no-kernel', 'Warriors are written on the CPU.')
  const { model, network, adapters, noise } = loadedOf(world, files)
  const net = await answering(gpu, shaders, network, adapters, noise)
  if (!net.ok) return net
  const { decode } = offsetCodec(options)
  const zero = zeroOf(options)
  return ok({
    kind: 'gpu',
    label: labelWith(gpu.label, net.value.tiers),
    async evaluate(batch, environment, signal) {
      const examples = searchExamples(model, environment as Batch)
      const genomes = genomesOf(batch, decode)
      // The trained adapter is one member more: what it answers is what others change.
      const answers = await net.value.answers([zero, ...genomes], examples, { signal })
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

interface Answering {
  readonly tiers: Tiers
  answers(genomes: readonly Offsets[], examples: Examples, asked: AskOptions): Promise<Result<Uint8Array>>
  dispose(): void
}

async function answering(
  gpu: Gpu,
  shaders: ShaderSource,
  network: Network,
  adapters: readonly Adapter[],
  noise: Noise | null,
): Promise<Result<Answering>> {
  if (noise !== null) return MovingGpuNet.create(gpu, shaders, network, noise)
  const net = await createGpuNet(gpu, shaders, network, adapters)
  if (!net.ok) return net
  const { value } = net
  return ok({
    tiers: value.tiers,
    answers: (genomes, examples, asked) => value.answers(joined(genomes), examples, asked),
    dispose: () => value.dispose(),
  })
}
export default createGpuEvaluator
