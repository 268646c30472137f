/** The engines that a model of ours can run on. */
import { Oracle } from '../transformer/oracle.ts'
import type { Weights } from '../transformer/weights.ts'
import { CpuWriter } from '../transformer/writer.ts'
import type { Offer } from './model.ts'

/** Texts in hand at once. */
const SLOTS = 32

export function cpuOffer(weights: Weights): Offer {
  return { writer: new CpuWriter(new Oracle(weights, SLOTS)), label: 'CPU', software: false }
}
