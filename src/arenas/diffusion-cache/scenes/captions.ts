/**
 * What a person types as a caption: "a small red circle left of a big blue square". Whatever the text, the answer is seven
 * words or a sentence that says what is not understood and what may be said.
 */
import { nearest } from '../../../core/nearest.ts'
import { fail, ok, type Result } from '../../../core/result.ts'
import { captionOf, COLOURS, RELATIONS, SHAPES, SIZES, type SceneObject } from './words.ts'

/** Characters that are looked at: the longest caption that makes sense is far below. */
const MOST = 200
const BIG = 1

/** What else is understood; a word stands for itself too. Several words are joined by spaces. */
const SIZE_WORDS = table(SIZES, { small: ['little', 'tiny', 'mini'], big: ['large', 'huge', 'great', 'giant'] })
const COLOUR_WORDS = table(COLOURS, { purple: ['violet', 'magenta'] })
const SHAPE_WORDS = table(SHAPES, {
  circle: ['disc', 'disk', 'dot', 'ball'],
  square: ['box', 'block', 'cube'],
  triangle: ['pyramid'],
})
const RELATION_WORDS = table(RELATIONS, {
  'left of': ['to the left of', 'to left of', 'on the left of', 'left from', 'left'],
  'right of': ['to the right of', 'to right of', 'on the right of', 'right from', 'right'],
  above: ['over', 'on top of', 'atop', 'on'],
  below: ['under', 'beneath', 'underneath'],
})
/** Say nothing. */
const FILLERS = new Set(['a', 'an', 'the', 'one', 'and', 'is', 'with', 'picture', 'of'])

type Kind = 'size' | 'colour' | 'shape' | 'relation'
type Said = { readonly kind: Kind; readonly index: number; readonly text: string }

const TABLES: readonly (readonly [Kind, ReadonlyMap<string, number>])[] = [
  ['size', SIZE_WORDS],
  ['colour', COLOUR_WORDS],
  ['shape', SHAPE_WORDS],
  ['relation', RELATION_WORDS],
]
const KNOWN = TABLES.flatMap(([, words]) => [...words.keys()]).filter((word) => !word.includes(' '))
const LONGEST = Math.max(...[...RELATION_WORDS.keys()].map((words) => words.split(' ').length))

const list = (words: readonly string[]) => `${words.slice(0, -1).join(', ')} or ${words.at(-1) ?? ''}`
const HOW = `Say it like "a small red circle left of a big blue square": sizes ${list(SIZES)}, colours ${list(COLOURS)}, shapes ${list(SHAPES)}, between them ${list(RELATIONS)}.` // prettier-ignore
const bad = (what: string): Result<never> => fail('bad-caption', `${what} ${HOW}`)

/** Seven words (words.ts). A size that is not said is big. */
export function parseCaption(text: string): Result<Int32Array> {
  if (text.length > MOST) return bad(`The caption has ${text.length} characters; at most ${MOST} are read.`)
  const said = read(text.toLowerCase().match(/[\p{L}\p{N}\p{M}]+/gu) ?? [])
  if (!said.ok) return said
  const parts: Said[][] = [[]]
  const relations: Said[] = []
  for (const word of said.value) {
    if (word.kind === 'relation') {
      relations.push(word)
      parts.push([])
    } else parts.at(-1)?.push(word)
  }
  if (said.value.length === 0) return bad('The caption says nothing.')
  const [relation, further] = relations
  if (further !== undefined) return bad(`There are two objects at most, so "${further.text}" is one place too many.`)
  const [first, second] = [objectOf(parts[0] ?? [], 'first'), objectOf(parts[1] ?? [], 'second')]
  if (!first.ok) return first
  if (relation === undefined) return ok(captionOf(first.value))
  if (!second.ok) return second
  if (first.value.colour === second.value.colour)
    return bad(`Both objects are ${COLOURS[first.value.colour] ?? ''}; the model knows only scenes of two colours.`)
  return ok(captionOf(first.value, relation.index, second.value))
}

/** The words that mean something, the longest that fit first. */
function read(words: readonly string[]): Result<Said[]> {
  const said: Said[] = []
  for (let at = 0; at < words.length;) {
    const found = wordAt(words, at)
    const word = words[at] ?? ''
    if (found !== null) said.push(found.said)
    else if (!FILLERS.has(word)) {
      const meant = nearest(word, KNOWN)
      return bad(`The word "${shown(word)}" is not known.${meant === null ? '' : ` Did you mean "${meant}"?`}`)
    }
    at += found?.length ?? 1
  }
  return ok(said)
}

function wordAt(words: readonly string[], at: number): { readonly said: Said; readonly length: number } | null {
  for (let length = LONGEST; length >= 1; length--) {
    const text = words.slice(at, at + length).join(' ')
    for (const [kind, known] of TABLES) {
      const index = known.get(text)
      if (index !== undefined) return { said: { kind, index, text }, length }
    }
  }
  return null
}

function objectOf(words: readonly Said[], which: string): Result<SceneObject> {
  const one = (kind: Kind): Result<number | null> => {
    const [word, other] = words.filter((said) => said.kind === kind)
    if (other !== undefined && word !== undefined)
      return bad(`The ${which} object has two ${kind}s, "${word.text}" and "${other.text}"; between two objects say where they lie.`) // prettier-ignore
    return ok(word?.index ?? null)
  }
  const [shape, colour, size] = [one('shape'), one('colour'), one('size')]
  for (const part of [shape, colour, size]) if (!part.ok) return part
  if (!shape.ok || !colour.ok || !size.ok) return bad(`The ${which} object is not understood.`)
  if (shape.value === null) return bad(`The ${which} object has no shape.`)
  if (colour.value === null) return bad(`The ${which} object has no colour.`)
  return ok({ size: size.value ?? BIG, colour: colour.value, shape: shape.value })
}

function table<Word extends string>(
  words: readonly Word[],
  others: Readonly<Partial<Record<Word, readonly string[]>>>,
): ReadonlyMap<string, number> {
  return new Map(words.flatMap((word, index) => [word, ...(others[word] ?? [])].map((said) => [said, index] as const)))
}

const shown = (word: string): string => (word.length > 30 ? `${word.slice(0, 30)}…` : word)
