/**
 * One text while it is written: which tokens it has, and where the next one has to be drawn. What is known already (the prompt,
 * kept tokens, places where one token alone is allowed) is never drawn, and nothing is read after the last draw.
 */
import type { Dialect, WritingPlan } from '../dialect.ts'
import { choose, listOf } from './sampler.ts'

/** A text that is asked for. */
export interface Writing {
  readonly plan: WritingPlan
  readonly temperature: number
  readonly seed: number
  /** Tokens of the answer at most; the plan may say less. */
  readonly most: number
}

export interface Written {
  /** Tokens of the answer, with its end if it came to one. */
  readonly answer: readonly number[]
  readonly finish: 'stop' | 'length' | 'aborted'
}

export class Sequence {
  readonly writing: Writing
  readonly #dialect: Dialect
  readonly #most: number
  /** Prompt and answer. */
  readonly tokens: number[]
  readonly answer: number[] = []
  #finish: Written['finish'] | null = null
  /** What may come next; only while unfinished. */
  #allowed: Int32Array = new Int32Array(0)

  constructor(dialect: Dialect, writing: Writing) {
    this.#dialect = dialect
    this.writing = writing
    const { prompt, most } = writing.plan
    this.#most = Math.max(0, Math.min(writing.most, most, dialect.context - prompt.length))
    this.tokens = [...prompt]
    this.#goOn()
  }

  /** Null while a token has to be drawn. */
  get finish(): Written['finish'] | null {
    return this.#finish
  }

  /** What may be drawn now: more than one token. */
  get allowed(): Int32Array {
    return this.#allowed
  }

  /** Draws the next token from what the last one of {@link tokens} led to. */
  draw(logits: Float32Array, offset: number): void {
    const { temperature, seed } = this.writing
    this.add(choose(logits, offset, this.#allowed, temperature, seed, this.answer.length))
  }

  /** Takes the next token from whoever drew it. */
  add(token: number): void {
    this.#push(token)
    this.#goOn()
  }

  #push(token: number): void {
    this.tokens.push(token)
    this.answer.push(token)
    if (token === this.#dialect.end) this.#finish = 'stop'
  }

  /** Adds what needs no drawing. */
  #goOn(): void {
    const { kept } = this.writing.plan
    while (this.#finish === null) {
      const at = this.answer.length
      if (kept !== undefined && at >= kept.length) this.#finish = 'stop'
      else if (at >= this.#most) this.#finish = 'length'
      else {
        const known = kept?.[at] ?? -1
        if (known < 0) {
          this.#allowed = listOf(this.#dialect.allowed(this.answer))
          if (this.#allowed.length > 1) return
        }
        this.#push(known < 0 ? (this.#allowed[0] ?? this.#dialect.end) : known)
      }
    }
  }
}

/** Why a plan cannot be written with a model, or null: dialects are ours, but they and the weights may not belong together. */
export function misfit({ prompt, kept }: WritingPlan, { vocabulary, context }: Dialect): string | null {
  if (prompt.length === 0) return 'the prompt has no token'
  if (prompt.length >= context) return `the prompt has ${prompt.length} tokens, and there is room for ${context}`
  const isToken = (token: number) => Number.isInteger(token) && token >= 0 && token < vocabulary
  if (!prompt.every(isToken) || !(kept ?? []).every((token) => token === -1 || isToken(token)))
    return 'it has a token that is not in the vocabulary'
  return null
}
