/**
 * What models are asked, word for word; the page shows it and lets people change it. Short, for models that are small and
 * have room for a page or two. All that depends on the world or the moment stands in places, which fill.ts fills.
 */
import type { Template, TextKind } from '../../../core/contracts.ts'

const SYSTEM = '{{language}}\n\n{{world}}\n\n{{answer}}'

export const TEMPLATES: Readonly<Record<TextKind, Template>> = {
  new: {
    system: SYSTEM,
    blind: '{{examples}}\n\nWrite a new warrior, unlike these. It has to survive and to kill.',
    informed:
      '{{examples}}\n\n{{best}}\n\n{{edits}}\n\nWrite a new warrior, unlike these. It has to survive and to kill.',
  },
  mutate: {
    system: SYSTEM,
    blind: 'Change this warrior so that it survives longer and kills more.\n\n{{parent}}',
    informed: '{{parent}}\n\n{{score}}\n{{report}}\n\n{{edits}}\n\nChange this warrior so that it scores more.',
  },
  crossover: {
    system: SYSTEM,
    blind: 'Make one warrior of the best parts of two.\n\nFirst:\n{{parent}}\n\nSecond:\n{{other}}',
    informed:
      'First:\n{{parent}}\n{{score}}\n{{report}}\n\nSecond:\n{{other}}\n{{other-score}}\n{{other-report}}\n\nMake one warrior of the best parts of the two, so that it scores more than both.',
  },
  fix: {
    system: SYSTEM,
    blind:
      '{{refused}}\n\nThe assembler refuses this:\n{{reason}}\n\nWrite the whole warrior again, without the mistakes.',
    informed:
      '{{examples}}\n\nThis warrior is refused:\n{{refused}}\n\nThe assembler says:\n{{reason}}\n\nWrite the whole warrior again, without the mistakes.',
  },
}

export const PLACES = [
  { key: 'language', help: "The essentials of Redcode in this world's dialect." },
  { key: 'world', help: 'Core size, cycles, longest warrior, most processes.' },
  { key: 'answer', help: 'How to answer with a whole warrior.' },
  {
    key: 'answer-edits',
    help: 'How to answer with edits of single lines instead. Use it with {{numbered}} and in place of {{answer}}.',
  },
  { key: 'examples', help: 'Two small warriors.' },
  { key: 'parent', help: "The first parent's source." },
  { key: 'numbered', help: "The first parent's source with numbers before its lines, for edits." },
  { key: 'score', help: "The first parent's score, beside the best." },
  { key: 'report', help: 'Whom the first parent beat and lost to, and the source of its worst opponent.' },
  { key: 'other', help: "The second parent's source." },
  { key: 'other-score', help: "The second parent's score, beside the best." },
  { key: 'other-report', help: 'As report, of the second parent.' },
  { key: 'edits', help: 'What the latest edits of this run gained or lost.' },
  { key: 'best', help: 'The best score so far.' },
  { key: 'refused', help: 'The text that was refused.' },
  { key: 'reason', help: 'What the assembler says is wrong with it, the first three things.' },
] as const satisfies readonly { key: string; help: string }[]

export type Place = (typeof PLACES)[number]['key']
