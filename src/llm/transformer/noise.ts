/**
 * The chance in a text. Adding Gumbel noise to logits and taking the greatest draws a token in proportion to e^logit (Gumbel
 * 1954; "the Gumbel-max trick"). The noise is a function of the request's seed, the step and the token, so it does not
 * depend on the engine, nor on what else is written at the same time.
 */
import { log } from '../../core/exact.ts'

/** A bijection of 32 bits that leaves no trace of its input (Wellons's "lowbias32"). */
export function mix(word: number): number {
  let x = word
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d)
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b)
  return (x ^ (x >>> 16)) >>> 0
}

/** What all tokens of one step share. `step` counts the tokens of the answer, from 0. */
export const keyOf = (seed: number, step: number): number =>
  mix(mix(seed ^ 0x2545f491) + Math.imul(step + 1, 0x9e3779b1))

/** -ln(-ln u), u uniform in (0, 1); between -3.2 and 22.9. Rounded to 32 bits. */
export function gumbel(key: number, token: number): number {
  const word = mix(mix(key + Math.imul(token + 1, 0x85ebca77)) ^ 0x68e31da4)
  return Math.fround(-log(-log((word + 0.5) / 4294967296)))
}
