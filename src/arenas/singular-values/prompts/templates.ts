/**
 * What models are asked, word for word; the page shows it and lets people change it. Small worlds are asked for all numbers, large
 * ones for a few spectra that change. Told how parents did, a model is shown them from the worst to the best and asked for the next,
 * which is to be better still (EvoLLM, arXiv 2402.18381).
 */
import type { Template, TextKind } from '../../../core/contracts.ts'

type Templates = Readonly<Record<TextKind, Template>>

const REFUSED = '{{refused}}\n\nThis cannot be used:\n{{reason}}\n\n'

const templatesWith = (answer: string, change: string): Templates => {
  const system = `{{task}}\n\n${answer}`
  const fix = { system, blind: `${REFUSED}Write it again without the mistake.` }
  return {
    new: {
      system,
      blind: 'Try numbers that are a little off 0, some up, some down.',
      informed:
        '{{best}}\n\n{{edits}}\n\nTry numbers that are a little off 0, some up, some down, for a score of {{wanted}}.',
    },
    mutate: {
      system,
      blind: `{{parent}}\n\nChange ${change} so that the score rises.`,
      informed: `{{ranked}}\n\n{{edits}}\n\nChange ${change} for a score of {{wanted}}:`,
    },
    crossover: {
      system,
      blind: `First:\n{{parent}}\n\nSecond:\n{{other}}\n\nJoin the best of the two: change ${change} of the first towards the second.`,
      informed: `From the worse to the better:\n\n{{ranked}}\n\n{{edits}}\n\nGo on from worse to better: change ${change} of the first for a score of {{wanted}}:`,
    },
    fix: { ...fix, informed: fix.blind },
  }
}

export const WHOLE_TEMPLATES = templatesWith('{{answer}}', 'a few numbers')
export const EDIT_TEMPLATES = templatesWith('{{answer-edits}}', 'a few spectra')

/** Asks for edits of the first parent. */
export const EDIT_PLACE = 'answer-edits'

export const PLACES = [
  { key: 'task', help: 'What the network is to learn, what the spectra are called, and what their numbers mean.' },
  { key: 'answer', help: 'How to answer with all spectra.' },
  { key: EDIT_PLACE, help: 'How to answer with a few spectra that change instead. Use it in place of {{answer}}.' },
  { key: 'parent', help: "The first parent's spectra; of a large world a part of them." },
  { key: 'score', help: "The first parent's score." },
  { key: 'other', help: "The second parent's spectra; of a large world those in which it differs most." },
  { key: 'other-score', help: "The second parent's score." },
  { key: 'ranked', help: 'The parents with their scores, from the worst to the best.' },
  { key: 'wanted', help: 'A score that is a little better than the best so far.' },
  { key: 'best', help: 'The best score so far.' },
  { key: 'edits', help: 'What the latest edits of this run gained or lost.' },
  { key: 'refused', help: 'The lines that were refused.' },
  { key: 'reason', help: 'Why.' },
] as const satisfies readonly { key: string; help: string }[]

export type Place = (typeof PLACES)[number]['key']
