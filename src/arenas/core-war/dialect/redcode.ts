/** The dialect of a world's model: native prompts to tokens, tokens to Redcode. */
import { numberOption, type Options } from '../../../core/options.ts'
import { fail, ok } from '../../../core/result.ts'
import { deriveSeed, rng } from '../../../core/rng.ts'
import type { Dialect, WritingPlan } from '../../../llm/dialect.ts'
import { warriorCodec } from '../genome.ts'
import type { Program } from '../redcode/instruction.ts'
import { sourceOf } from '../redcode/listing.ts'
import { readPrompt } from './prompt.ts'
import { EOS, grammarOf, MUTATE, PAD, programOfTokens, QUALITY, SEP, tokensOf, tokensOfProgram, WRITE, type Tokens } from './tokens.ts' // prettier-ignore

/** Fields that `resample` redraws at most; how many is drawn evenly from 1 up. */
const MOST_REDRAWN = 3

export interface RedcodeDialect extends Dialect {
  readonly tokens: Tokens
  /** The plan of an order with its parent as a program; `quality` 0 for none in particular. */
  write(quality: number): WritingPlan
  mutate(quality: number, parent: Program): WritingPlan
  resample(quality: number, parent: Program, seed: number): WritingPlan
}

/**
 * Sequences, with slot 0 the quality or PAD:
 *
 *     quality WRITE | START lines EOS
 *     quality MUTATE START lines, padded to the longest program, SEP | START lines EOS
 *
 * what is before the bar is the prompt. The parent is padded so that line n of the child is always as far from line n of
 * its parent, and so that all prompts of an order are equally long.
 */
export function redcodeDialect(options: Options): RedcodeDialect {
  const tokens = tokensOf(numberOption(options, 'coreSize'), numberOption(options, 'maxLength'))
  const codec = warriorCodec(options)
  const grammar = grammarOf(tokens)
  const last = grammar.length - 1
  const body = 1 + tokens.maxLength * tokens.line.length
  const most = body + 1
  const qualityToken = (quality: number) => (quality === 0 ? PAD : QUALITY + quality)

  const write = (quality: number): WritingPlan => ({ prompt: [qualityToken(quality), WRITE], most })
  const mutate = (quality: number, parent: Program): WritingPlan => {
    const shown = tokensOfProgram(parent, tokens)
    const padding = Array.from({ length: body - shown.length }, () => PAD)
    return { prompt: [qualityToken(quality), MUTATE, ...shown, ...padding, SEP], most }
  }
  const resample = (quality: number, parent: Program, seed: number): WritingPlan => {
    const kept = [...tokensOfProgram(parent, tokens), EOS]
    const draws = rng(deriveSeed('resample', seed))
    const fields = fieldsOf(tokens)
    const places = new Set<number>()
    const count = 1 + draws.int(MOST_REDRAWN)
    while (places.size < count) places.add(draws.int(parent.instructions.length * fields.length))
    for (const place of places) {
      const line = Math.floor(place / fields.length)
      for (const slot of fields[place % fields.length] ?? []) kept[1 + line * tokens.line.length + slot] = -1
    }
    return { prompt: [qualityToken(quality), WRITE], kept, most: kept.length }
  }

  return {
    tokens,
    vocabulary: tokens.vocabulary,
    // The end itself is never read again, but has its place.
    context: 2 + body + 1 + most,
    end: EOS,
    write,
    mutate,
    resample,
    plan(prompt, request = 0) {
      const read = readPrompt(prompt)
      if (!read.ok) return read
      const { order, quality, source, seed = request } = read.value
      if (order === 'write') return ok(write(quality))
      const parent = codec.parse(source)
      if (!parent.ok)
        return fail('not-a-parent', `The parent is no warrior of this model's world. ${parent.fault.message}`)
      return ok(order === 'mutate' ? mutate(quality, parent.value) : resample(quality, parent.value, seed))
    },
    allowed(answer) {
      const ended = answer.includes(EOS)
      const row = grammar[ended ? last : Math.min(answer.length, last)]
      if (row === undefined) throw new Error('A grammar has at least its end.')
      return row
    },
    text(answer) {
      const program = programOfTokens(answer, tokens)
      return program === null ? '' : sourceOf(program, tokens.coreSize, false)
    },
  }
}

/** Slots of a line that are redrawn together: a number's two tokens are one field. */
function fieldsOf({ line }: Tokens): readonly (readonly number[])[] {
  return line.flatMap((slot, at) => (slot === 'low' ? [] : [slot === 'high' ? [at, at + 1] : [at]]))
}
