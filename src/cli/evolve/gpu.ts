/** The GPU evaluator for the command line, through Dawn for Node. */
import type { CreateGpuEvaluator } from '../../arenas/discover.ts'
import { ok, type Result } from '../../core/result.ts'
import type { Files } from '../../core/files.ts'
import type { Options } from '../../core/options.ts'
import type { GpuOffer } from '../../engine/evaluators.ts'
import { createNodeGpu, nodeShaders, restartWithVulkan } from '../node-gpu.ts'

export async function createNodeGpuEvaluator(arena: string, options: Options, files: Files): Promise<Result<GpuOffer>> {
  restartWithVulkan()
  const gpu = await createNodeGpu()
  if (!gpu.ok) return gpu
  const module = (await import(new URL(`../../arenas/${arena}/gpu.ts`, import.meta.url).href)) as {
    default: CreateGpuEvaluator
  }
  const evaluator = await module.default(gpu.value, nodeShaders, options, files)
  return evaluator.ok ? ok({ evaluator: evaluator.value, software: gpu.value.software }) : evaluator
}
