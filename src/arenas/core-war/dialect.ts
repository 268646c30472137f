/** The small language models that come with this arena: what they write for, and in which tokens. */
import type { Options } from '../../core/options.ts'
import type { EmbeddedModel, EmbeddedModels } from '../../llm/dialect.ts'
import { redcodeDialect } from './dialect/redcode.ts'
import { PRESETS } from './options.ts'

export { NATIVE_KINDS, nativePrompt } from './dialect/prompt.ts'

/** What of a world a model's tokens depend on; cycles and processes may be others than those it was trained under. */
const LANGUAGE = ['coreSize', 'maxLength', 'icws88'] as const

function modelOf(preset: string, label: string, summary: string): EmbeddedModel {
  const world: Options = PRESETS.find(({ id }) => id === preset)?.options ?? {}
  return {
    id: `redcode-${preset}`,
    label,
    summary,
    fits: (options) => LANGUAGE.every((key) => options[key] === world[key]),
    dialect: redcodeDialect(world),
  }
}

const models: EmbeddedModels = [
  modelOf(
    'nano',
    'Redcode nano',
    'Our own, for nano: trained on warriors that our evolution found. Needs no download.',
  ),
  modelOf('tiny', 'Redcode tiny', 'Our own, for tiny: a first one, of fewer warriors and a short training.'),
]
export default models
