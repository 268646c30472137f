/** How language models are asked for warriors, and how their answers are read: one kit a world. Parts in `prompts/`. */
import type { PromptKit } from '../../core/contracts.ts'
import type { Options } from '../../core/options.ts'
import { nativePrompt } from './dialect/prompt.ts'
import { warriorCodec } from './genome.ts'
import type { Parent } from './prompts/edits.ts'
import { extractSource } from './prompts/extract.ts'
import { filler, tokensOf } from './prompts/fill.ts'
import { editGrammar, warriorGrammar, warriorSchema } from './prompts/grammar.ts'
import { PLACES, TEMPLATES } from './prompts/templates.ts'
import { linesOf, sourceLines, worldOf } from './prompts/world.ts'

/** Characters of a parent's source: more than the longest printed warrior of any world has. */
const MOST_SOURCE = 40_000

export function warriorPrompts(options: Options): PromptKit {
  const world = worldOf(options)
  const codec = warriorCodec(options)
  const read = (text: string): Parent | null => {
    if (text.length > MOST_SOURCE) return null
    const parsed = codec.parse(text)
    return parsed.ok ? { lines: linesOf(parsed.value, world), start: parsed.value.start } : null
  }
  return {
    version: 1,
    templates: TEMPLATES,
    places: PLACES,
    grammar: warriorGrammar(world),
    edits: { place: 'answer-edits', grammar: editGrammar(world) },
    schema: warriorSchema(world),
    maxTokens: tokensOf(world),
    fill: filler(world, read),
    native: nativePrompt,
    extract(text, parents) {
      const known = parents.flatMap((parent) => read(parent) ?? [])
      const sources = known.map(({ lines, start }) => sourceLines(lines, start, world.icws88).join('\n'))
      return extractSource(text, world, known[0] ?? null, sources)
    },
  }
}
