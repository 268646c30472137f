/**
 * Answers that change a few lines of the first parent instead of writing it anew: `replace 3: MOV.I $0, $1` (or `3: ...`),
 * `delete 4`, `insert after 2: ...`, `start 3`. Lines count from 1, in the parent as it was shown, whatever other edits do.
 */
import { isCode, type Line } from './lines.ts'
import { sourceLines } from './world.ts'

export interface Parent {
  readonly lines: readonly string[]
  /** From 0. */
  readonly start: number
}

type Edit =
  | { readonly kind: 'replace' | 'insert'; readonly at: number; readonly text: string }
  | { readonly kind: 'delete' | 'start'; readonly at: number }

/** More are no small change. */
const MOST = 20
const REPLACE = /^(?:replace|change)[ \t]+(?:line[ \t]+)?(\d{1,3})[ \t]*(?::|->|=>|with|to|by)?[ \t:]*(.+)$/i
const DELETE = /^(?:delete|remove)[ \t]+(?:line[ \t]+)?(\d{1,3})\.?$/i
const INSERT =
  /^insert[ \t]+(?:line[ \t]+)?(before[ \t]+|after[ \t]+|at[ \t]+)?(?:line[ \t]+)?(\d{1,3})[ \t]*:?[ \t]*(.+)$/i
const START = /^start[ \t]+(?:at[ \t]+)?(?:line[ \t]+)?(\d{1,3})\.?$/i

/** The parent with the edits of these lines; null where they are no edits but a warrior, or nothing. */
export function editedSource(lines: readonly Line[], parent: Parent, icws88: boolean): string | null {
  const rows = lines.filter(({ text }) => text !== '')
  const named = rows.map(({ text }) => editOf(text))
  const isNumbered = !isListing(rows, parent)
  const edits = rows.map((row, index) => named[index] ?? (isNumbered ? replacement(row) : null))
  const others = rows.filter((row, index) => edits[index] === null && isCode(row))
  const found = edits.filter((edit) => edit !== null)
  if (found.length === 0 || found.length > MOST || others.length > 0) return null
  return apply(found, parent, icws88)
}

function editOf(text: string): Edit | null {
  const insert = INSERT.exec(text)
  if (insert !== null) {
    const [, where = 'after', number, line = ''] = insert
    const at = Number(number)
    return isStatement(line) ? { kind: 'insert', at: /^(?:before|at)/i.test(where) ? at - 1 : at, text: line } : null
  }
  const replace = REPLACE.exec(text)
  if (replace !== null && isStatement(replace[2] ?? ''))
    return { kind: 'replace', at: Number(replace[1]), text: replace[2] ?? '' }
  const gone = DELETE.exec(text)
  if (gone !== null) return { kind: 'delete', at: Number(gone[1]) }
  const start = START.exec(text)
  return start === null ? null : { kind: 'start', at: Number(start[1]) }
}

const isStatement = (text: string) => isCode({ text, number: null })

const replacement = ({ text, number }: Line): Edit | null =>
  number !== null && isStatement(text) ? { kind: 'replace', at: number, text } : null

/** A warrior with numbered lines, from 0 or 1 on without a gap; a single numbered line is one of a warrior of one line. */
function isListing(rows: readonly Line[], parent: Parent): boolean {
  const numbers = rows.flatMap(({ number }) => (number === null ? [] : [number]))
  const [first = -1] = numbers
  const inOrder = numbers.every((number, index) => number === first + index)
  return inOrder && (first === 0 || first === 1) && (numbers.length > 1 || parent.lines.length === 1)
}

/** An edit of a line that is not there makes a line that no assembler takes: it is refused, and says why. */
function apply(edits: readonly Edit[], parent: Parent, icws88: boolean): string {
  const slots = parent.lines.map((text) => ({ text: text as string | null, after: [] as string[] }))
  const top: string[] = []
  const wrong: string[] = []
  let start = parent.start
  for (const edit of edits) {
    const slot = slots[edit.at - 1]
    if (edit.kind === 'insert' && edit.at === 0) top.push(edit.text)
    else if (slot === undefined) wrong.push(`no-line ${edit.at}`)
    else if (edit.kind === 'insert') slot.after.push(edit.text)
    else if (edit.kind === 'replace') slot.text = edit.text
    else if (edit.kind === 'delete') slot.text = null
    else start = edit.at - 1
  }
  const lines = [...top]
  let first = 0
  slots.forEach(({ text, after }, index) => {
    if (index === start) first = lines.length
    if (text !== null) lines.push(text)
    lines.push(...after)
  })
  // The line it started at was the last, and is gone.
  if (first >= lines.length) first = Math.max(0, lines.length - 1)
  return [...sourceLines(lines, first, icws88), ...wrong].join('\n')
}
