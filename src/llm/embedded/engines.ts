/** The engines that a model of ours can run on. */
import { Oracle } from '../transformer/oracle.ts'
import { hasSimd, WasmNetwork } from '../transformer/wasm.ts'
import type { Result } from '../../core/result.ts'
import type { Gpu } from '../../gpu/device.ts'
import type { ShaderSource } from '../../gpu/shaders.ts'
import { GpuWriter } from '../transformer/gpu.ts'
import type { Weights } from '../transformer/weights.ts'
import { CpuWriter } from '../transformer/writer.ts'
import type { Offer } from './model.ts'

/** Texts in hand at once: enough that weights are loaded for many, few enough that what they remember stays in the cache. */
const SLOTS = 16

export function cpuOffer(weights: Weights): Offer {
  if (!hasSimd()) return { writer: new CpuWriter(new Oracle(weights, SLOTS)), label: 'CPU, slowly', software: false }
  return { writer: new CpuWriter(new WasmNetwork(weights, SLOTS)), label: 'CPU', software: false }
}

/** On a device that is held already; a fault where the model does not fit it. */
export async function gpuOffer(found: Result<Gpu>, shaders: ShaderSource, weights: Weights): Promise<Result<Offer>> {
  if (!found.ok) return found
  const { label, software } = found.value
  const writer = await GpuWriter.create(found.value, shaders, weights)
  return writer.ok ? { ok: true, value: { writer: writer.value, label, software } } : writer
}
