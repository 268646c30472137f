/**
 * From a situation to what a model is handed: a prompt in its own dialect where it has one, else a filled template, held to
 * a grammar or a schema where the engine can.
 */
import type { PromptKind } from '../../core/completion.ts'
import type { PromptKit, Situation, Template } from '../../core/contracts.ts'
import { fail, ok, type Result } from '../../core/result.ts'
import { asksFor, render, type Manner, type Prompt } from './render.ts'

/** The part of a model's capabilities (`src/llm/contracts.ts`) that its prompts depend on. */
export interface Abilities {
  readonly grammar: boolean
  readonly schema: boolean
  readonly context: number
  readonly native?: { readonly arena: string; readonly kinds: readonly PromptKind[] }
}

/** As `GenerateRequest` of `src/llm/contracts.ts`, which needs types of the DOM and is not seen from here. */
export interface TextRequest {
  readonly system: string
  readonly prompt: string
  readonly maxTokens: number
  readonly temperature: number
  readonly seed: number
  readonly grammar?: string
  readonly schema?: string
  readonly stop?: readonly string[]
}

export interface Asking {
  readonly arena: string
  /** With the run's own templates. */
  readonly kit: PromptKit
  readonly kind: PromptKind
  readonly manner: Manner
  readonly situation: Situation
  readonly abilities: Abilities
  /** For dialects: 1..5. */
  readonly quality: number
  readonly temperature: number
  readonly seed: number
}

export interface Asked {
  readonly request: TextRequest
  /** What was asked in the end: `native`, or blind where what is known had no room. */
  readonly manner: Manner | 'native'
}

/** Room that an answer needs at least to be worth asking for. */
const LEAST_ANSWER = 48
/** Where models without a grammar go on in another's part; endpoints take four at most. */
const STOPS: readonly string[] = ['<|im_start|>', '<|im_end|>', '<|eot_id|>', '<end_of_turn>']
/** Code has more tokens a character than prose; a little is for the chat template. */
const CHARACTERS_A_TOKEN = 2.8
const CHAT_TEMPLATE = 24

export const roughTokens = ({ system, prompt }: Prompt): number =>
  Math.ceil((system.length + prompt.length) / CHARACTERS_A_TOKEN) + CHAT_TEMPLATE

export function requestOf(asking: Asking): Result<Asked> {
  const { abilities, arena, kind, kit, manner, quality, seed, situation, temperature } = asking
  const speaks = abilities.native
  if (speaks !== undefined) {
    if (kit.native === undefined || speaks.arena !== arena || !speaks.kinds.includes(kind))
      return fail(
        'wrong-kind',
        `This model does not know how to ${kind} here. Choose another kind of prompt, or model.`,
      )
    const parents = situation.parents.map(({ text }) => text)
    const prompt = kit.native(kind, parents, quality)
    return ok({ manner: 'native', request: { system: '', prompt, maxTokens: kit.maxTokens, temperature, seed } })
  }
  if (kind === 'resample')
    return fail(
      'wrong-kind',
      'Only models that speak the dialect of an arena can resample. Choose another kind of prompt.',
    )
  const template = kit.templates[kind]
  const tries: readonly Manner[] = manner === 'informed' ? ['informed', 'blind'] : ['blind']
  for (const one of tries) {
    const prompt = render(kit, template, one, situation)
    const room = abilities.context - roughTokens(prompt)
    if (room < Math.min(LEAST_ANSWER, kit.maxTokens)) continue
    const maxTokens = Math.min(kit.maxTokens, room)
    return ok({
      manner: one,
      request: { ...prompt, maxTokens, temperature, seed, ...held(kit, template, one, abilities) },
    })
  }
  return fail(
    'no-room',
    `The prompt is too long for this model's ${abilities.context} tokens. Shorten the ${kind} template, choose a smaller world, or another model.`,
  )
}

/** What holds the answer to its form. Edits have a grammar and no schema. */
function held(
  kit: PromptKit,
  template: Template,
  manner: Manner,
  { grammar, schema }: Abilities,
): Pick<TextRequest, 'grammar' | 'schema' | 'stop'> {
  const isEdit = kit.edits !== undefined && asksFor(template, manner, kit.edits.place)
  if (grammar) return { grammar: isEdit && kit.edits !== undefined ? kit.edits.grammar : kit.grammar }
  return schema && !isEdit ? { schema: kit.schema } : { stop: STOPS }
}
