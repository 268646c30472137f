/** The small language models that come with this arena: what they write for, and in which tokens. */
import type { Options } from '../../core/options.ts'
import type { EmbeddedModel, EmbeddedModels } from '../../llm/dialect.ts'
import { redcodeDialect } from './dialect/redcode.ts'
import { PRESETS } from './options.ts'

export { NATIVE_KINDS, nativePrompt } from './dialect/prompt.ts'

/** What of a world a model's tokens depend on; cycles and processes may be others than those it was trained under. */
const LANGUAGE = ['coreSize', 'maxLength', 'icws88'] as const

/** `kind` tells models of one world apart; the first of a world has none. */
function modelOf(preset: string, label: string, summary: string, kind?: string): EmbeddedModel {
  const world: Options = PRESETS.find(({ id }) => id === preset)?.options ?? {}
  return {
    id: ['redcode', preset, kind].filter((part) => part !== undefined).join('-'),
    label,
    summary,
    fits: (options) => LANGUAGE.every((key) => options[key] === world[key]),
    dialect: redcodeDialect(world),
  }
}

/** The first that fits a world is the one that is offered for it. */
const models: EmbeddedModels = [
  modelOf(
    'nano',
    'Redcode nano',
    'Our own, for nano: trained on warriors that our evolution found. Needs no download.',
  ),
  modelOf(
    'nano',
    'Redcode nano, survivor',
    'Another mind for nano: of an evolution where not being beaten was worth as much as winning.',
    'survivor',
  ),
  modelOf(
    'nano',
    'Redcode nano, loner',
    'A small third mind for nano: of an evolution where every warrior had one process.',
    'loner',
  ),
  modelOf('tiny', 'Redcode tiny', 'Our own, for tiny: a first one, of fewer warriors and a short training.'),
]
export default models
