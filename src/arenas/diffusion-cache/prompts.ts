/** How language models are asked for schedules, and how their answers are read. Answers are whole schedules: a line a step. */
import type { PromptKit, Situation, Template, TextKind } from '../../core/contracts.ts'
import type { Options } from '../../core/options.ts'
import { scheduleCodec } from './genome.ts'
import { textOf } from './lines.ts'
import { MODEL, shapeOf } from './options.ts'
import { macsOf } from './model/shape.ts'
import { fora } from './seeds.ts'
import { fullSchedule } from './schedule.ts'

const SYSTEM = '{{task}}\n\n{{answer}}'
const ASK = 'Write a schedule that is nearer to the uncached pictures for no more compute, or as near for less.'

const TEMPLATES: Readonly<Record<TextKind, Template>> = {
  new: {
    system: SYSTEM,
    blind: '{{examples}}\n\nWrite a new schedule, unlike these.',
    informed: '{{examples}}\n\n{{edits}}\n\nWrite a new schedule, unlike these.',
  },
  mutate: {
    system: SYSTEM,
    blind: `{{parent}}\n\n${ASK}`,
    informed: `{{parent}}\n{{score}}\n\n{{edits}}\n\n${ASK}`,
  },
  crossover: {
    system: SYSTEM,
    blind: `First:\n{{parent}}\n\nSecond:\n{{other}}\n\nMake one schedule of the best parts of the two.`,
    informed: `First:\n{{parent}}\n{{score}}\n\nSecond:\n{{other}}\n{{other-score}}\n\nMake one schedule of the best parts of the two.`,
  },
  fix: {
    system: SYSTEM,
    blind: '{{refused}}\n\nThis is no schedule:\n{{reason}}\n\nWrite the whole schedule again, without the mistakes.',
    informed:
      '{{refused}}\n\nThis is no schedule:\n{{reason}}\n\nWrite the whole schedule again, without the mistakes.',
  },
}

const PLACES = [
  { key: 'task', help: 'What a schedule is, what it costs and how it is judged.' },
  { key: 'answer', help: 'How to answer: one line a step.' },
  { key: 'examples', help: 'Two schedules that people made.' },
  { key: 'parent', help: 'The first parent.' },
  { key: 'score', help: 'Its cost and error.' },
  { key: 'other', help: 'The second parent.' },
  { key: 'other-score', help: 'Its cost and error.' },
  { key: 'edits', help: 'What the latest edits of this run gained or lost.' },
  { key: 'refused', help: 'The text that was refused.' },
  { key: 'reason', help: 'Why.' },
] as const

const MOST_REASON = 600
const MOST_ANSWER = 20_000

export function schedulePrompts(options: Options): PromptKit {
  const shape = shapeOf(options)
  const { steps, blocks } = shape
  const hasLines = options['lines'] === true
  const codec = scheduleCodec(options)
  const genes = hasLines ? '[C./]' : '[C.]'
  const numbers = Array.from({ length: steps }, (_, step) => String(step).padStart(2, '0'))
  const row = Array.from({ length: blocks }, () => 'group').join(' " " ')
  const line = new RegExp(`^\\s*(?:\\d{1,2}\\s*[:|.)]?\\s+)?((?:[C./]{3}[\\s|]*){${blocks}})$`, 'i')
  const read = (text: string): string | null => {
    if (text.length > MOST_ANSWER) return null
    const rows = text.split('\n').flatMap((one) => line.exec(one.trim())?.[1] ?? [])
    return rows.length < steps ? null : rows.slice(0, steps).map((letters, step) => `${numbers[step] ?? ''} ${letters.trim()}\n`).join('') // prettier-ignore
  }
  return {
    version: 1,
    templates: TEMPLATES,
    places: PLACES,
    grammar: [
      `root ::= ${numbers.map((number) => `"${number} " row "\\n"`).join(' ')}`,
      `row ::= ${row}`,
      'group ::= gene gene gene',
      `gene ::= ${genes}`,
    ].join('\n'),
    schema: JSON.stringify({
      type: 'object',
      required: ['steps'],
      properties: {
        steps: { type: 'array', minItems: steps, maxItems: steps, items: { type: 'string', pattern: `^${genes}{3}( ${genes}{3}){${blocks - 1}}$` } },
      },
    }), // prettier-ignore
    maxTokens: steps * (blocks * 4 + 6) + 64,
    fill: (situation) => filled(situation),
    extract: (text) => read(fromJson(text) ?? text) ?? text.slice(0, MOST_ANSWER),
  }

  function filled({ parents, edits, refused }: Situation): Record<string, string> {
    const [self, cross, feed] = macsOf(MODEL)
    const share = (macs: number) => `${Math.round((100 * macs) / (self + cross + feed))} %`
    const [first, second] = parents
    const shown = (text: string) => {
      const parsed = codec.parse(text)
      return parsed.ok ? textOf(parsed.value) : ''
    }
    return {
      task: [
        `A diffusion transformer paints a picture in ${steps} steps. Each step goes through ${blocks} blocks of three parts: self-attention (${share(self)} of a block's work), attention to the caption (${share(cross)}), feed-forward (${share(feed)}).`,
        'A schedule says which parts are computed in which step (C) and which reuse the output computed last (.).' +
          (hasLines ? ' A slash (/) goes on in a line through the last two outputs.' : ''),
        'Cost is the share of work that is computed. Error is how far the pictures are from those with everything computed. Both are to be small. The first step always computes everything.',
      ].join('\n'),
      answer: `Answer with the schedule alone: ${steps} lines, each the step's number of two digits, then ${blocks} groups of three letters.`,
      examples: [fora(shape, 2), fora(shape, 3)].map(textOf).join('\n'),
      parent: shown(first?.text ?? textOf(fullSchedule(shape))),
      score: scoreOf(first),
      other: shown(second?.text ?? ''),
      'other-score': scoreOf(second),
      edits: edits.length === 0 ? '' : `Lately: ${edits.map(({ label, gain }) => `${label}: ${gain >= 0 ? '+' : ''}${gain.toFixed(3)}`).join('; ')}`, // prettier-ignore
      refused: refused?.text.slice(0, MOST_ANSWER) ?? '',
      reason: refused?.reason.slice(0, MOST_REASON) ?? '',
    }
  }
}

function scoreOf(parent: Situation['parents'][number] | undefined): string {
  const [, error, cost] = parent?.objectives ?? []
  if (error === undefined || cost === undefined) return ''
  return `Cost ${(100 * cost).toFixed(1)} %, error ${error.toPrecision(3)}.`
}

/** The steps of an answer in JSON, one a line; null where it is none. */
function fromJson(text: string): string | null {
  if (text.length > MOST_ANSWER || !text.trimStart().startsWith('{')) return null
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null || !('steps' in value) || !Array.isArray(value.steps)) return null
    return value.steps.filter((one): one is string => typeof one === 'string').join('\n')
  } catch {
    return null
  }
}
