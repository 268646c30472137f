/**
 * How near a child is to what is there already: by its text, as the n-grams of its tokens, and by its behaviour, as its
 * place among the measures. Equal genomes are found by their words; this finds those that are as good as equal.
 */
import type { Measure } from '../../core/contracts.ts'

/** The n-grams of a text as sorted hashes, repeats included: what distances are made from. */
export type Signature = Uint32Array

/** Tokens that count, so that any text is done with in bounded time. */
const MOST_TOKENS = 4096
export const GRAM = 3

/** Words, whole numbers and signs, in upper case; space and comments from `;` on do not count. */
export function tokensOf(text: string): string[] {
  const tokens: string[] = []
  for (const [token] of text.replace(/;[^\n]*/g, '').matchAll(/[A-Za-z_][A-Za-z_0-9]*|-?\d+|[^\sA-Za-z_0-9]/g)) {
    if (tokens.length === MOST_TOKENS) break
    tokens.push(token.toUpperCase())
  }
  return tokens
}

/** Texts shorter than `n` tokens are one gram. */
export function signatureOf(text: string, n = GRAM): Signature {
  const tokens = tokensOf(text)
  const count = tokens.length === 0 ? 0 : Math.max(1, tokens.length - n + 1)
  return Uint32Array.from({ length: count }, (_, at) => hashOf(tokens, at, Math.min(n, tokens.length))).sort()
}

/** FNV-1a over the tokens and a mark between them. */
function hashOf(tokens: readonly string[], from: number, count: number): number {
  let hash = 0x811c9dc5
  for (let index = from; index < from + count; index++) {
    for (const char of `${tokens[index] ?? ''}\n`) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193)
  }
  return hash >>> 0
}

/** 0 for equal n-grams, 1 for none in common: one less Dice's share, repeats counted. */
export function textDistance(a: Signature, b: Signature): number {
  if (a.length + b.length === 0) return 0
  let shared = 0
  for (let at = 0, other = 0; at < a.length && other < b.length;) {
    const [x = 0, y = 0] = [a[at], b[other]]
    if (x === y) {
      shared++
      at++
      other++
    } else if (x < y) at++
    else other++
  }
  return 1 - (2 * shared) / (a.length + b.length)
}

/** 0 for equal measures, 1 for opposite corners: the mean over the axes of how many bins they are apart, parts of bins included. */
export function behaviourDistance(axes: readonly Measure[], a: readonly number[], b: readonly number[]): number {
  if (axes.length === 0) return 0
  const apart = axes.map((axis, index) => Math.abs(placeOf(axis, a[index] ?? 0) - placeOf(axis, b[index] ?? 0)))
  return apart.reduce((sum, distance) => sum + distance, 0) / axes.length
}

/** Where a value stands on its axis, 0..1: bins are equally wide, whatever numbers they span. */
function placeOf({ thresholds, min, max }: Measure, value: number): number {
  const bin = thresholds.findIndex((threshold) => value < threshold)
  if (bin === -1) return 1
  const from = thresholds[bin - 1] ?? min
  const to = Math.min(thresholds[bin] ?? max, Math.max(max, from))
  const share = to > from ? Math.min(1, Math.max(0, (value - from) / (to - from))) : 0
  return (bin + share) / thresholds.length
}

export interface Nearest {
  /** Which of the others; -1 where there is none. */
  readonly index: number
  readonly distance: number
}

/** The nearest of the others by text; the first of equals. */
export function nearestText(signature: Signature, others: readonly Signature[]): Nearest {
  let nearest: Nearest = { index: -1, distance: 1 }
  others.forEach((other, index) => {
    const distance = textDistance(signature, other)
    if (nearest.index === -1 || distance < nearest.distance) nearest = { index, distance }
  })
  return nearest
}

export interface Novelty {
  /** By text, to the nearest. */
  readonly text: Nearest
  /** By behaviour, to the one that is nearest by text; null before the child was scored. */
  readonly behaviour: number | null
}

/** One whose text or behaviour is nearer than this is as good as known. */
export interface NoveltyLimits {
  readonly text: number
  readonly behaviour: number
}

/** Of 60 n-grams three are new where one number is another: that is a mutation, and none is a copy. */
export const LIMITS: NoveltyLimits = { text: 0.01, behaviour: 0.02 }

/** Near by text, and by behaviour as far as that is known: another number that changes nothing is no new child. */
export const isKnown = ({ text, behaviour }: Novelty, limits: NoveltyLimits = LIMITS): boolean =>
  text.index !== -1 && text.distance <= limits.text && (behaviour === null || behaviour <= limits.behaviour)
