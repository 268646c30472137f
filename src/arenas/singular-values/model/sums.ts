/**
 * The texts that the decoder completes: two numbers of two digits, a sign, and an answer of three characters, `47+85=132`. The same
 * as in `training/singular-values/sums.py`: who changes one, changes the other.
 */
import { drawn } from './drawing.ts'
import type { Examples } from './shape.ts'

export const VOCABULARY = '0123456789+-*/%='
/** Tokens that are read, `47+85=13`, and how many of the last are answered at. */
export const PLACES = 8
export const ANSWERS = 3

/** A tenth of all pairs, those of both orders together: who saw 47+85 has not seen 85+47. */
export const isHeldOut = (a: number, b: number): boolean => ((31 * (a + b) + 17 * a * b) % 101) % 10 === 3

interface Kind {
  readonly sign: string
  readonly answer: (a: number, b: number) => number
  readonly has: (a: number, b: number) => boolean
}

const all = () => true

/** What can be asked: by its sign, what is answered, and of which pairs. */
export const KINDS = {
  add: { sign: '+', answer: (a, b) => a + b, has: all },
  subtract: { sign: '-', answer: (a, b) => a - b, has: (a, b) => a >= b },
  minus: { sign: '/', answer: (a, b) => a - b, has: (a, b) => a >= b },
} as const satisfies Readonly<Record<string, Kind>>
export type SumsKind = keyof typeof KINDS
export const isKind = (name: string): name is SumsKind => Object.hasOwn(KINDS, name)

/** `train` is what adapters and members are judged on, `held` what nobody learned from. */
export type Part = 'train' | 'held'

/** 100 a + b of all pairs of a part, rising. */
export function pairsOf(kind: SumsKind, part: Part): Int32Array {
  const { has } = KINDS[kind]
  const pairs = Array.from({ length: 10_000 }, (_, pair) => pair)
  return Int32Array.from(
    pairs.filter((pair) => {
      const [a, b] = [Math.floor(pair / 100), pair % 100]
      return has(a, b) && isHeldOut(a, b) === (part === 'held')
    }),
  )
}

/** The whole text of a pair: what is read, and the last character of the answer. */
export function textOf(kind: SumsKind, a: number, b: number): string {
  const { sign, answer } = KINDS[kind]
  const two = (value: number) => String(value).padStart(2, '0')
  return `${two(a)}${sign}${two(b)}=${String(answer(a, b)).padStart(3, '0')}`
}

export const tokensOf = (text: string): Int32Array =>
  Int32Array.from(text, (character) => VOCABULARY.indexOf(character))

/** Different pairs in random order by a seed; all of them where there are no more. */
export function drawSums(kind: SumsKind, part: Part, count: number, seed: number): Examples {
  const pairs = pairsOf(kind, part)
  const rows = drawn(pairs.length, count, seed)
  const texts = Array.from(rows, (row) => tokensOf(textOf(kind, Math.floor(pairs[row]! / 100), pairs[row]! % 100)))
  return {
    count: texts.length,
    inputs: Int32Array.from(texts.flatMap((text) => [...text.subarray(0, PLACES)])),
    targets: Int32Array.from(texts.flatMap((text) => [...text.subarray(PLACES + 1 - ANSWERS)])),
  }
}
