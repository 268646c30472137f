/** The evaluator on a GPU: all schedules of a batch are sampled at once, and scored by the same code as on the CPU. */
import { rowOf, type Scores } from '../../core/batch.ts'
import { ok } from '../../core/result.ts'
import { labelWith } from '../../gpu/tiers.ts'
import type { CreateGpuEvaluator } from '../discover.ts'
import type { PictureTask } from './environment.ts'
import { planOf, scoreBatch, weightsIn } from './evaluate.ts'
import { scheduleCodec } from './genome.ts'
import { createGpuSampler } from './kernel/sampler.ts'
import type { SamplePlan } from './model/wasm.ts'
import { shapeOf } from './options.ts'
import { fullSchedule } from './schedule.ts'

const createGpuEvaluator: CreateGpuEvaluator = async (gpu, shaders, options, files) => {
  const weights = weightsIn(files)
  const sampler = await createGpuSampler(gpu, shaders, weights)
  if (!sampler.ok) return sampler
  const codec = scheduleCodec(options)
  let known: { readonly task: PictureTask; readonly plan: SamplePlan; readonly full: Float32Array } | null = null
  return ok({
    kind: 'gpu',
    label: labelWith(gpu.label, sampler.value.tiers),
    async evaluate(batch, environment, signal) {
      const task = environment as PictureTask
      if (known?.task !== task) {
        const plan = planOf(task)
        const full = await sampler.value.sample([fullSchedule(shapeOf(options))], plan, { signal })
        if (!full.ok) return full
        known = { task, plan, full: full.value.pictures }
      }
      const { plan, full } = known
      const schedules = Array.from({ length: batch.count }, (_, i) => codec.decode(rowOf(batch, i)))
      const sampled = await sampler.value.sample(schedules, plan, { signal })
      if (!sampled.ok) return sampled
      const { pictures } = sampled.value
      const scores: Scores = scoreBatch(batch, codec.decode, weights, task, full, (_, i) =>
        pictures.subarray(i * full.length, (i + 1) * full.length),
      )
      return ok(scores)
    },
    dispose: () => sampler.value.dispose(),
  })
}
export default createGpuEvaluator
