/** The engines that a model of ours can run on. */
import { Oracle } from '../transformer/oracle.ts'
import { hasSimd, WasmNetwork } from '../transformer/wasm.ts'
import type { Weights } from '../transformer/weights.ts'
import { CpuWriter } from '../transformer/writer.ts'
import type { Offer } from './model.ts'

/** Texts in hand at once: enough that weights are loaded for many, few enough that what they remember stays in the cache. */
const SLOTS = 32

export function cpuOffer(weights: Weights): Offer {
  if (!hasSimd()) return { writer: new CpuWriter(new Oracle(weights, SLOTS)), label: 'CPU, slowly', software: false }
  return { writer: new CpuWriter(new WasmNetwork(weights, SLOTS)), label: 'CPU', software: false }
}
