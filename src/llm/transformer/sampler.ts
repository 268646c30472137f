/** Which token comes next: of those that are allowed, the one with the greatest logit / temperature + noise. */
import { gumbel, keyOf } from './noise.ts'

/** The allowed tokens of a mask, in order. Masks of dialects are few and stay the same, so their lists are kept. */
const lists = new WeakMap<Uint8Array, Int32Array>()
export function listOf(mask: Uint8Array): Int32Array {
  const known = lists.get(mask)
  if (known !== undefined) return known
  const tokens: number[] = []
  for (let token = 0; token < mask.length; token++) if (mask[token] !== 0) tokens.push(token)
  const list = Int32Array.from(tokens)
  lists.set(mask, list)
  return list
}

/** What logits are multiplied with: 1 without chance, where only the order counts. */
export const sharpnessOf = (temperature: number): number => Math.fround(temperature > 0 ? 1 / temperature : 1)

/**
 * `logits[offset + token]` are given for every token; `step` counts the tokens of the answer. Every operation is rounded to
 * 32 bits; of equals the first wins.
 */
export function choose(
  logits: Float32Array,
  offset: number,
  allowed: Int32Array,
  temperature: number,
  seed: number,
  step: number,
): number {
  const sharpness = sharpnessOf(temperature)
  const key = keyOf(seed, step)
  const isDrawn = temperature > 0
  let best = allowed[0] ?? 0
  let most = -Infinity
  for (let at = 0; at < allowed.length; at++) {
    const token = allowed[at]!
    const score = Math.fround(Math.fround(logits[offset + token]! * sharpness) + (isDrawn ? gumbel(key, token) : 0))
    if (score > most) {
      most = score
      best = token
    }
  }
  return best
}
