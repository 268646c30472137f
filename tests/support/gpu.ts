/** One device for a file of tests, which must not raise a validation error in any of them. */
import { afterAll, beforeAll, expect } from 'vitest'
import { createGpuBattleEngine, type KernelOptions } from '../../src/arenas/core-war/kernel.ts'
import { createNodeGpu, nodeShaders } from '../../src/cli/node-gpu.ts'
import type { Gpu } from '../../src/gpu/device.ts'

export function gpuForTests() {
  let gpu: Gpu
  const problems: string[] = []
  beforeAll(async () => {
    const found = await createNodeGpu()
    if (!found.ok) throw new Error(found.fault.message)
    gpu = found.value
    gpu.device.addEventListener('uncapturederror', (event) => problems.push(event.error.message))
  })
  afterAll(() => {
    expect(problems, '[K4] no validation error').toEqual([])
  })
  return {
    gpu: () => gpu,
    problems,
    async engine(options: KernelOptions = {}, on = gpu) {
      const created = await createGpuBattleEngine(on, nodeShaders, options)
      if (!created.ok) throw new Error(created.fault.message)
      return created.value
    },
  }
}
