/**
 * How language models are asked for spectra, and how their answers are read: one kit a world. Parts in `prompts/`. An answer is a line a
 * spectrum; spectra without a line stay as they are in the first parent, or as they were trained.
 */
import type { PromptKit } from '../../core/contracts.ts'
import type { Options } from '../../core/options.ts'
import { offsetCodec, zeroOf, type Offsets } from './genome.ts'
import { worldOf } from './options.ts'
import { extractSource, type Base } from './prompts/extract.ts'
import { filler } from './prompts/fill.ts'
import { formOf, numbersOf } from './prompts/form.ts'
import { editGrammar, tokensOf, wholeGrammar, wholeSchema } from './prompts/grammar.ts'
import { EDIT_PLACE, EDIT_TEMPLATES, PLACES, WHOLE_TEMPLATES } from './prompts/templates.ts'

/** Genomes of more numbers are changed a few spectra at a time: small models lose their way in long lists. */
const MOST_WHOLE = 32

export function spectrumPrompts(options: Options): PromptKit {
  const form = formOf(worldOf(options))
  const codec = offsetCodec(options)
  const zero = zeroOf(options)
  const read = (text: string): Offsets => {
    const parsed = codec.parse(text)
    return parsed.ok ? parsed.value : zero
  }
  const baseOf = (genome: Offsets): Base => {
    // After its name a codec prints a line for each row.
    const lines = codec.print(genome, '').split('\n').slice(1)
    return {
      words: new Map(form.rows.map((row, at) => [row, (lines[at] ?? '').split(' ').slice(2)])),
      numbers: numbersOf(genome, form),
    }
  }
  return {
    version: 1,
    templates: zero.length <= MOST_WHOLE ? WHOLE_TEMPLATES : EDIT_TEMPLATES,
    places: PLACES,
    grammar: wholeGrammar(form),
    edits: { place: EDIT_PLACE, grammar: editGrammar(form) },
    schema: wholeSchema(form),
    maxTokens: tokensOf(form),
    fill: filler(form, (text) => numbersOf(read(text), form)),
    extract: (text, parents) => extractSource(text, form, baseOf(read(parents[0] ?? ''))),
  }
}
