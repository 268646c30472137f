/**
 * How near a child's text is to what is there already, as the n-grams of its tokens. Equal genomes are found by their words;
 * this finds those that are as good as equal, before anybody fights. What is near in behaviour only battles can tell: there the archive decides, which
 * keeps one of each kind.
 */

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
