/**
 * Texts as the GPU takes them: which tokens are known, and the chances of all others at every step. Nothing is asked of the
 * language while the GPU writes, so what it allows must not depend on what was drawn, only on how far a text has come;
 * {@link answersOf} makes sure of it.
 */
import type { Dialect } from '../../dialect.ts'
import { gumbel, keyOf } from '../noise.ts'
import { sharpnessOf } from '../sampler.ts'
import { Sequence, type Writing, type Written } from '../sequence.ts'

/** As in shaders/lib/model.wgsl. */
export const UNKNOWN = 0xffffffff
const NEVER = -1e30
/** Words of a text: place of its first draw, one more than that of its last, sharpness. */
export const TEXT_WORDS = 3

/** Where a text is drawn: for each place, what is allowed there. */
interface Outline {
  readonly tokens: readonly number[]
  readonly draws: ReadonlyMap<number, Int32Array>
}

/** Follows a text without drawing: the first token that does not end it stands for whatever will be drawn. */
function outlineOf(dialect: Dialect, writing: Writing): Outline {
  const sequence = new Sequence(dialect, writing)
  const draws = new Map<number, Int32Array>()
  while (sequence.finish === null) {
    draws.set(sequence.tokens.length, sequence.allowed)
    sequence.add(sequence.allowed.find((token) => token !== dialect.end) ?? dialect.end)
  }
  return { tokens: sequence.tokens, draws }
}

export interface Batch {
  readonly rows: number
  /** `context` a row. */
  readonly tokens: Uint32Array<ArrayBuffer>
  /** {@link TEXT_WORDS} a row. */
  readonly texts: Uint32Array<ArrayBuffer>
  /** Places of the first tokens to be read on the way to a draw. */
  readonly places: Uint32Array<ArrayBuffer>
  /** Steps from the first draw of a row to its last, of the row that has most. */
  readonly draws: number
  /** Tokens that are read before that, of the row that has most. */
  readonly prompt: number
  /** rows x draws x vocabulary. */
  readonly chances: Float32Array<ArrayBuffer>
}

/** Steps that a text takes at most: to see how many fit into the GPU's memory. */
export const stepsOf = ({ plan }: Writing): number => plan.kept?.length ?? plan.most

export function batchOf(dialect: Dialect, writings: readonly Writing[], context: number): Batch {
  const rows = writings.length
  const outlines = writings.map((writing) => outlineOf(dialect, writing))
  const spans = outlines.map(({ tokens, draws }) => {
    const places = [...draws.keys()]
    // Nothing to draw: nothing to read either.
    return { first: places[0] ?? tokens.length, end: (places.at(-1) ?? -1) + 1 }
  })
  const steps = Math.max(1, ...spans.map(({ first, end }) => end - first))
  const tokens = new Uint32Array(rows * context)
  const texts = new Uint32Array(rows * TEXT_WORDS)
  const sharpness = new Float32Array(texts.buffer)
  const places = new Uint32Array(rows)
  const chances = new Float32Array(rows * steps * dialect.vocabulary).fill(NEVER)
  outlines.forEach((outline, row) => {
    const { first, end } = spans[row]!
    const { plan, temperature, seed } = writings[row]!
    tokens.set(outline.tokens, row * context)
    texts[row * TEXT_WORDS] = end === 0 ? 0 : first
    texts[row * TEXT_WORDS + 1] = end
    sharpness[row * TEXT_WORDS + 2] = sharpnessOf(temperature)
    places[row] = end === 0 ? UNKNOWN : first - 1
    for (const [place, allowed] of outline.draws) {
      tokens[row * context + place] = UNKNOWN
      const key = keyOf(seed, place - plan.prompt.length)
      const from = (row * steps + place - first) * dialect.vocabulary
      for (const token of allowed) chances[from + token] = temperature > 0 ? gumbel(key, token) : 0
    }
  })
  const prompt = Math.max(0, ...spans.map(({ first, end }) => (end === 0 ? 0 : first - 1)))
  return { rows, tokens, texts, places, draws: steps, prompt, chances }
}

/** What came back, as answers. Throws where the language would not have allowed it: then it depends on what was drawn. */
export function answersOf(
  dialect: Dialect,
  writings: readonly Writing[],
  tokens: Uint32Array,
  context: number,
): readonly Written[] {
  return writings.map((writing, row): Written => {
    const sequence = new Sequence(dialect, writing)
    while (sequence.finish === null) {
      const token = tokens[row * context + sequence.tokens.length] ?? UNKNOWN
      if (token === UNKNOWN) return { answer: sequence.answer, finish: 'aborted' }
      if (!sequence.allowed.includes(token)) throw new Error('what the language allows depends on what was drawn')
      sequence.add(token)
    }
    return { answer: sequence.answer, finish: sequence.finish }
  })
}
