/** What stands in the places of templates: the world in a few words, spectra as whole numbers, scores, complaints. */
import type { Situation } from '../../../core/contracts.ts'
import { deriveSeed } from '../../../core/rng.ts'
import { visible } from '../../../operators/llm/clean.ts'
import { lineOf, MOST_NUMBER, numberOf, type Form, type Row } from './form.ts'
import { MOST_EDITS } from './grammar.ts'
import type { Place } from './templates.ts'

type Parent = Situation['parents'][number]

/** The numbers of a source; those of the trained spectrum where it is no genome of this world. */
export type Read = (text: string) => readonly number[]

/** Numbers of a genome that one prompt shows, over all parents. */
const MOST_SHOWN = 128
const MOST_EDITS_SHOWN = 5
const MOST_LABEL = 80
const MOST_REASON = 300
const MOST_REFUSED_LINES = 8
const MOST_REFUSED_LINE = 120
/** Characters and lines of a refused source that are looked at. */
const MOST_SOURCE = 40_000
const MOST_SOURCE_LINES = 1500

/** Fills what follows from the world once, and what follows from the moment each time. */
export function filler(form: Form, read: Read): (situation: Situation) => Record<Place, string> {
  const standing = { task: taskText(form), answer: answerText(form), 'answer-edits': editsAnswer(form) }
  return ({ parents, edits, refused, best }) => {
    const [first, second] = parents
    const shown = shownRows(form, first, second, read)
    const textOf = (parent: Parent | undefined) => (parent === undefined ? '' : spectra(form, shown, read(parent.text)))
    return {
      ...standing,
      parent: textOf(first),
      score: scoreText(first),
      other: textOf(second),
      'other-score': scoreText(second),
      ranked: rankedText([first, second], textOf),
      wanted: wantedText([...parents.map(scoreOf), best]),
      best: best > 0 ? `The best score so far is ${percent(best)}.` : '',
      edits: editsText(edits),
      refused: refusedText(refused?.text ?? '', form, read(first?.text ?? '')),
      reason: reasonText(refused, form),
    }
  }
}

/** What the network is to learn, by task. */
const TASKS: Readonly<Record<string, string>> = {
  fashion: 'tell four more kinds of clothes in pictures',
  sums: 'read a sign that it never saw as minus',
  warriors: 'write warriors of Core War that win',
}

function taskText({ task, step, rows }: Form): string {
  const genes = rows[0]?.genes ?? 0
  const many = `${rows.length === 1 ? 'one spectrum' : `${rows.length} spectra`} of ${genes} ${genes === 1 ? 'number' : 'numbers'}`
  return [
    `A network was trained a little to ${TASKS[task] ?? 'do something new'}. What this added to its weights is taken apart into directions, which are fixed, and their strengths (singular values), which you set. The score is the share that it then does right.`,
    `There ${rows.length === 1 ? 'is' : 'are'} ${many}${namesText(rows)}. Each number is how far a strength is moved, the strongest first: a whole number from -${MOST_NUMBER} to ${MOST_NUMBER}, in tenths of a step. 0 leaves it as it was trained; a step is ${step} times the mean strength. Small moves are the safest.`,
  ].join('\n')
}

/** `, from 0.query A to 3.output B: ...` */
function namesText(rows: readonly Row[]): string {
  const [only] = rows
  if (only === undefined || rows.length === 1) return `, called ${only?.short ?? ''}`
  const each = (of: (row: Row) => string) => [...new Set(rows.map(of))]
  const layers = each(({ layer }) => String(layer))
  const factors = each(({ factor }) => factor)
  const last = layers.at(-1) ?? ''
  return ` each, one for every layer (0 to ${last}), matrix of its attention (${each(({ matrix }) => matrix).join(', ')})${factors.length === 1 ? '' : ` and factor (${factors.join(', ')})`}, such as ${only.short}`
}

const zeros = (form: Form, count: number): string =>
  form.rows.slice(0, count).map((row) => lineOf(row, new Array<number>(row.first + row.genes).fill(0))).join('\n') // prettier-ignore

const answerText = (form: Form): string =>
  `Answer with ${form.rows.length === 1 ? 'one line' : `${form.rows.length} lines, one a spectrum,`} and nothing else. As trained ${form.rows.length === 1 ? 'it is' : 'they begin'}:\n${zeros(form, 2)}`

function editsAnswer(form: Form): string {
  const most = Math.min(MOST_EDITS, form.rows.length)
  const count = most === 1 ? 'one line' : `1 to ${most} lines, one for each spectrum that changes,`
  return `Answer with ${count} and nothing else. As trained one is:\n${zeros(form, 1)}\nAll others stay as they are.`
}

/** All rows where they have room. Else of one parent a block, which differs from parent to parent; of two those in which they differ most. */
function shownRows({ rows }: Form, first: Parent | undefined, second: Parent | undefined, read: Read): readonly Row[] {
  const genes = rows[0]?.genes ?? 1
  const count = Math.max(1, Math.floor(MOST_SHOWN / (second === undefined ? 1 : 2) / genes))
  if (count >= rows.length || first === undefined) return rows
  const chosen = second === undefined ? blockOf(rows.length, count, first) : farthest(rows, count, read(first.text), read(second.text)) // prettier-ignore
  return rows.filter((_, at) => chosen.has(at))
}

function blockOf(length: number, count: number, { text }: Parent): ReadonlySet<number> {
  const start = (deriveSeed(text) >>> 0) % length
  return new Set(Array.from({ length: count }, (_, at) => (start + at) % length))
}

function farthest(rows: readonly Row[], count: number, one: readonly number[], other: readonly number[]): ReadonlySet<number> {
  const far = rows.map(({ first, genes }, at) => {
    let sum = 0
    for (let gene = first; gene < first + genes; gene++) sum += Math.abs((one[gene] ?? 0) - (other[gene] ?? 0))
    return { at, sum }
  })
  return new Set(far.sort((x, y) => y.sum - x.sum || x.at - y.at).slice(0, count).map(({ at }) => at))
} // prettier-ignore

function spectra({ rows }: Form, shown: readonly Row[], numbers: readonly number[]): string {
  const hidden = rows.length - shown.length
  const rest = hidden === 0 ? [] : [`(${hidden} more are not shown.)`]
  return [...shown.map((row) => lineOf(row, numbers)), ...rest].join('\n')
}

const scoreOf = (parent: Parent | undefined): number => parent?.objectives[0] ?? NaN
const percent = (share: number): string => `${Math.round(100 * share)} %`

function scoreText(parent: Parent | undefined): string {
  const score = scoreOf(parent)
  return Number.isFinite(score) ? `score ${percent(score)}` : ''
}

/** From the worst to the best; who has no score comes first. */
function rankedText(parents: readonly (Parent | undefined)[], textOf: (parent: Parent) => string): string {
  const present = parents.filter((parent) => parent !== undefined)
  const rank = (parent: Parent) => (Number.isFinite(scoreOf(parent)) ? scoreOf(parent) : -1)
  return present
    .map((parent, at) => ({ parent, name: present.length === 1 ? 'These' : at === 0 ? 'First' : 'Second' }))
    .sort((x, y) => rank(x.parent) - rank(y.parent))
    .map(
      ({ parent, name }) => `${[name, scoreText(parent)].filter((text) => text !== '').join(', ')}:\n${textOf(parent)}`,
    ) // prettier-ignore
    .join('\n\n')
}

/** A fifth of what the best lacks, one in a hundred at least. */
function wantedText(scores: readonly number[]): string {
  const best = Math.min(1, Math.max(0, ...scores.filter(Number.isFinite)))
  return percent(Math.min(1, Math.max(best + 0.01, best + (1 - best) / 5)))
}

function editsText(edits: Situation['edits']): string {
  if (edits.length === 0) return ''
  const lines = edits.slice(0, MOST_EDITS_SHOWN).map(({ label, gain }) => `${plain(label, MOST_LABEL)}: ${gain >= 0 ? '+' : ''}${gain.toFixed(3)}`) // prettier-ignore
  return `Latest changes and what they gained:\n${lines.join('\n')}`
}

/** One line of ASCII. */
const plain = (text: string, most: number): string =>
  visible(text.slice(0, 4 * most)).replace(/\s+/g, ' ').replace(/[^ -~]/g, '?').trim().slice(0, most) // prettier-ignore

/** What was written, a few lines of it: what stays as it was in the first parent is none of it. */
function refusedText(text: string, form: Form, before: readonly number[]): string {
  const known = new Set(form.rows.map((row) => lineOf(row, before)))
  return text
    .slice(0, MOST_SOURCE)
    .split('\n', MOST_SOURCE_LINES)
    .filter((line) => !known.has(shownLine(line, form, (number) => String(Math.round(number) + 0))))
    .map((line) => shownLine(line, form, String))
    .filter((line) => line !== '')
    .slice(0, MOST_REFUSED_LINES)
    .join('\n')
}

/** A line of a source as models write it; any other as it is. */
function shownLine(line: string, form: Form, text: (number: number) => string): string {
  const row = rowOf(line, form)
  if (row === undefined) return plain(line, MOST_REFUSED_LINE)
  const words = line.trim().split(/\s+/).slice(2).map((word) => (Number.isFinite(Number(word)) ? text(numberOf(Number(word), form)) : word)) // prettier-ignore
  return plain(`${row.short}: ${words.join(' ')}`, MOST_REFUSED_LINE)
}

const rowOf = (line: string, { sources }: Form): Row | undefined => sources.get(line.trim().split(/\s+/, 2).join(' '))

/** The codec's sentence, in the names and numbers that models know. */
function reasonText(refused: Situation['refused'], form: Form): string {
  if (refused === undefined) return ''
  const lines = refused.text.slice(0, MOST_SOURCE).split('\n', MOST_SOURCE_LINES)
  const range = `from -${MOST_NUMBER} to ${MOST_NUMBER}`
  const told = refused.reason
    .slice(0, 4 * MOST_REASON)
    .replace(/^Line (\d+)/, (line, at: string) => rowOf(lines[Number(at) - 1] ?? '', form)?.short ?? line)
    .replace(
      /(\S+) is too far; .*/,
      (_, word: string) => `${numberOf(Number(word), form)} is too far; numbers are ${range}.`,
    ) // prettier-ignore
    .replace(/Write offsets such as .*/, `Write whole numbers ${range}.`)
  const named = form.rows.reduce((text, { full, short }) => text.replaceAll(full, short), told)
  return plain(named, MOST_REASON)
}
