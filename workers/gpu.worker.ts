/** The GPU device and the evaluators on it. */
import * as Comlink from 'comlink'
import { loadGpuEvaluator } from '../src/arenas/discover.ts'
import type { Evaluator } from '../src/core/contracts.ts'
import { fail, ok } from '../src/core/result.ts'
import type { GpuWorkerApi } from '../src/engine/scoring-workers.ts'
import { acquireGpu } from '../src/gpu/device.ts'
import { PLAIN } from '../src/gpu/tiers.ts'
import { bundledShaders } from '../src/gpu/shaders.ts'
import { remember, remembered } from '../src/storage/remembered.ts'

let evaluator: Evaluator | null = null
let environment: unknown = null
let cancel = { aborted: false }

const api: GpuWorkerApi = {
  async open(arena, options, files, plain) {
    const create = await loadGpuEvaluator(arena)
    if (create === null) return fail('no-kernel', 'This arena has no GPU kernel, so the CPU does the work.')
    const gpu = await acquireGpu(navigator.gpu)
    if (!gpu.ok) return gpu
    const device = plain ? { ...gpu.value, tiers: PLAIN } : gpu.value
    const created = await create(device, bundledShaders, options, files, { get: remembered, put: remember })
    if (!created.ok) return created
    evaluator = created.value
    return ok({ label: created.value.label, software: gpu.value.software })
  },
  setEnvironment(value) {
    environment = value
  },
  evaluate(batch) {
    if (evaluator === null) throw new Error('the GPU was not opened')
    cancel = { aborted: false }
    return evaluator.evaluate(batch, environment, cancel)
  },
  cancel() {
    cancel.aborted = true
  },
}
Comlink.expose(api)
