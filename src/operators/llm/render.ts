/**
 * Templates to prompts. Places like `{{parent}}` are filled in one go: what is put in is never looked at again, so text of a
 * model or of a file cannot ask for places. Nothing throws; what is wrong with a template is told where it is edited.
 */
import type { PromptKit, Situation, Template } from '../../core/contracts.ts'

export interface Prompt {
  readonly system: string
  readonly prompt: string
}

export type Manner = 'blind' | 'informed'

/** Characters of one part of a template. */
export const MOST_TEMPLATE = 4000
const PARTS = ['system', 'blind', 'informed'] as const
const PLACE = /\{\{[ \t]*([a-z][a-z0-9-]{0,40})[ \t]*\}\}/g

export function render(kit: PromptKit, template: Template, manner: Manner, situation: Situation): Prompt {
  const values = kit.fill(situation)
  return { system: filled(template.system, values), prompt: filled(template[manner], values) }
}

/** Places that nobody knows stay as they are; lines that places leave empty go, save one between paragraphs. */
export function filled(text: string, values: Readonly<Record<string, string>>): string {
  return text
    .slice(0, MOST_TEMPLATE)
    .replace(PLACE, (place, key: string) => (Object.hasOwn(values, key) ? (values[key] ?? '') : place))
    .replace(/[ \t]+\n/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim()
}

/** Whether this part of the template, or its system text, has the place. */
export const asksFor = (template: Template, manner: Manner, place: string): boolean =>
  [template.system, template[manner]].some((text) => [...text.matchAll(PLACE)].some(([, key]) => key === place))

/** What is wrong with an edited template, each in a sentence; nothing for one that can be used. */
export function checkTemplate(template: Template, places: PromptKit['places']): string[] {
  const known = places.map(({ key }) => key)
  return PARTS.flatMap((part) => {
    const text = template[part]
    const problems: string[] = []
    if (text.length > MOST_TEMPLATE)
      problems.push(`The ${part} text has ${text.length} characters; ${MOST_TEMPLATE} are allowed. Cut it down.`)
    if (part !== 'system' && text.trim() === '') problems.push(`The ${part} text is empty. Write what is to be done.`)
    const unknown = [...new Set([...text.matchAll(PLACE)].map(([, key = '']) => key))].filter(
      (key) => !known.includes(key),
    )
    for (const key of unknown)
      problems.push(`The ${part} text has a place {{${key}}} that is never filled. Places are: ${known.join(', ')}.`)
    if (/\{\{|\}\}/.test(text.replace(PLACE, '')))
      problems.push(`The ${part} text has double braces that are no place. Write places as {{${known[0] ?? 'name'}}}.`)
    return problems
  })
}
