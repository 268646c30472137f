/** A network that answers for many members, however they differ from each other. */
import type { Examples } from './shape.ts'

export interface Net {
  /** Of members one after another in `genomes`: [member][example][answer][class or token]. */
  logits(genomes: Float32Array, examples: Examples): Float32Array
  /** The largest logit of each answer, the first where several are: [member][example][answer]. */
  answers(genomes: Float32Array, examples: Examples): Uint8Array
}

export function firstLargest(logits: ArrayLike<number>): number {
  let best = 0
  for (let i = 1; i < logits.length; i++) if (logits[i]! > logits[best]!) best = i
  return best
}
