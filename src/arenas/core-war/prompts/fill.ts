/** What stands in the places of templates: the world in a few words, warriors in their short form, results, complaints. */
import type { Situation } from '../../../core/contracts.ts'
import type { Place } from './templates.ts'
import { visible } from '../../../operators/llm/clean.ts'
import type { Parent } from './edits.ts'
import { sourceLines, type World } from './world.ts'

/** Reads a parent's text; null where it is no warrior of this world. */
export type Read = (text: string) => Parent | null

/** Fills what follows from the world once, and what follows from the moment each time. */
export function filler(world: World, read: Read): (situation: Situation) => Record<Place, string> {
  const standing = {
    language: world.icws88 ? LANGUAGE_88 : LANGUAGE_94,
    world: worldText(world),
    answer: answerText(world),
    'answer-edits': EDITS_TEXT,
    examples: examplesText(world),
  }
  return (situation) => {
    const [first, second] = situation.parents
    // Two parents share the room that one has.
    const most = second === undefined ? MOST_REPORT : MOST_REPORT / 2
    return {
      ...standing,
      parent: sourceText(first?.text, world, read),
      numbered: numberedText(first?.text, read),
      score: scoreText(first?.objectives[0], situation.best),
      report: cut(first?.report ?? '', most),
      other: sourceText(second?.text, world, read),
      'other-score': scoreText(second?.objectives[0], situation.best),
      'other-report': cut(second?.report ?? '', most),
      edits: editsText(situation.edits),
      best: situation.best > 0 ? `The best warrior so far scores ${situation.best.toFixed(2)} of 1.` : '',
      refused: refusedText(situation.refused?.text ?? '', world),
      reason: reasonText(situation.refused),
    }
  }
}

const LANGUAGE_94 = `Redcode: one instruction a line, OPCODE.MODIFIER A, B. Addresses count from the line itself.
DAT ends a process. MOV copies A to B. ADD SUB MUL DIV MOD change B by A. JMP goes to A; JMZ if B is 0; JMN if not; DJN counts B down first. SEQ (or CMP) SNE SLT skip a line if A = B, A != B, A < B. SPL starts a process at A. NOP waits.
Modifiers: A, B, AB (from A-number to B-number), BA, F (both), X (crossed), I (all).
Modes: # number, $ direct, * or @ by A- or B-number there, { or < counting it down first, } or > up after.`

const LANGUAGE_88 = `Redcode '88: one instruction a line, OPCODE A, B. Addresses count from the line itself.
DAT ends a process; its modes are # or <. MOV copies A to B. ADD, SUB change B by A. JMP goes to A; JMZ if B is 0; JMN if not; DJN counts B down first. CMP skips a line if A = B, SLT if A < B. SPL starts a process at A.
Modes: # number, $ direct, @ by the B-number there, < counting it down first. No # where an address is needed.`

const worldText = ({ coreSize, maxCycles, maxProcesses, isMelee }: World) =>
  `Core War: ${isMelee ? 'many programs' : 'two programs'} fight in a ring of ${coreSize} cells for ${maxCycles} cycles, with up to ${maxProcesses} processes each. Who has none left loses.`

const answerText = ({ maxLength, icws88 }: World) =>
  `Answer with 1 to ${maxLength} lines of Redcode and nothing else. ${
    icws88 ? 'END n as last' : 'ORG n as first'
  } line starts it at line n, counted from 0.`

const EDITS_TEXT = `Answer with 1 to 5 edits, one a line, and nothing else:
replace 3: MOV.I $0, $1
delete 4
insert after 2: SPL.B $0, $0
start 1
Lines count from 1, as they are numbered here.`

/** Imp and Dwarf of our panel, in the short form. */
const examplesText = ({ icws88, maxLength }: World): string => {
  const modifier = (name: string) => (icws88 ? '' : name)
  const imp = `MOV${modifier('.I')} $0, $1`
  const dwarf = [
    `ADD${modifier('.AB')} #4, $3`,
    `MOV${modifier('.I')} $2, @2`,
    `JMP${modifier('.B')} $-2, $0`,
    `DAT${modifier('.F')} #0, #0`,
  ]
  return [`A warrior that copies itself ahead:\n${imp}`, ...(maxLength < dwarf.length ? [] : [`One that bombs every fourth cell:\n${dwarf.join('\n')}`])].join('\n\n') // prettier-ignore
}

function sourceText(text: string | undefined, world: World, read: Read): string {
  if (text === undefined) return ''
  const parent = read(text)
  return parent === null ? refusedText(text, world) : sourceLines(parent.lines, parent.start, world.icws88).join('\n')
}

function numberedText(text: string | undefined, read: Read): string {
  const parent = text === undefined ? null : read(text)
  if (parent === null) return ''
  const lines = parent.lines.map((line, index) => `${index + 1}: ${line}`)
  return [...lines, ...(parent.start === 0 ? [] : [`It starts at line ${parent.start + 1}.`])].join('\n')
}

const scoreText = (score: number | undefined, best: number): string =>
  score === undefined ? '' : `It scores ${score.toFixed(2)} of 1; the best so far ${Math.max(best, score).toFixed(2)}.`

const MOST_REPORT = 1000
const MOST_SHOWN_EDITS = 5
const MOST_LABEL = 80

function editsText(edits: Situation['edits']): string {
  if (edits.length === 0) return ''
  const lines = edits.slice(0, MOST_SHOWN_EDITS).map(({ label, gain }) => {
    const sign = gain > 0 ? '+' : ''
    return `${cut(oneLine(label.slice(0, MOST_LABEL + 1)), MOST_LABEL)}: ${sign}${gain.toFixed(2)}`
  })
  return `Latest edits and what they gained:\n${lines.join('\n')}`
}

const MOST_DIAGNOSTICS = 3
const MOST_REFUSED_LINE = 40
const MOST_REFUSED = 4000

/** The lines of a refused text, as many as the world has and a few more, each cut; in ASCII and without braces of templates. */
function refusedText(text: string, { maxLength }: World): string {
  const lines = visible(text.slice(0, MOST_REFUSED)).split('\n', Math.min(maxLength + 4, 40))
  return cut(lines.map(shown).join('\n'), 1000)
}

const shown = (line: string) =>
  oneLine(line.slice(0, 4 * MOST_REFUSED_LINE).replace(/[^ -~\t]/g, '?')).slice(0, MOST_REFUSED_LINE)
const oneLine = (text: string) => text.replace(/\s+/g, ' ').trim()

/** What is wrong, with the lines it is about. */
function reasonText(refused: Situation['refused']): string {
  if (refused === undefined) return ''
  const rows = refused.text.split('\n', 2000)
  return refused.reason
    .split('\n', MOST_DIAGNOSTICS)
    .map((reason) => {
      const [head, number, rest = ''] = /^Line (\d+), column \d+: (.*)$/.exec(reason) ?? []
      const row = shown(rows[Number(number) - 1] ?? '')
      return cut(head === undefined ? reason : `Line ${number}${row === '' ? '' : `, "${row}"`}: ${rest}`, 200)
    })
    .join('\n')
}

/** Whole lines while they fit, then a part of one that is longer than all. */
function cut(text: string, most: number): string {
  if (text.length <= most) return text
  const end = text.lastIndexOf('\n', most)
  return end > most / 2 ? text.slice(0, end) : `${text.slice(0, most - 1).trimEnd()}…`
}

/** Rough size of the longest warrior in common vocabularies: digits are a token each, so are signs, words take one or two. */
export function tokensOf({ coreSize, maxLength, icws88 }: World): number {
  const digits = String(Math.max(1, coreSize - 1)).length
  const line = (icws88 ? 8 : 11) + 2 * (1 + digits)
  return maxLength * line + 24
}
