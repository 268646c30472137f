/** One line of an answer: without its number, its list mark and its comment; and whether it looks like Redcode. */
import { KNOWN_WORDS } from '../redcode/words.ts'

export interface Line {
  readonly text: string
  /** The number that stood before it, as in `3: MOV 0, 1`; null for none. */
  readonly number: number | null
}

/** Longer ones are told apart from code by their length alone. */
const MOST_CODE = 300
const LIST_MARK = /^(?:[-*+>•][ \t]+)+/
const NUMBER = /^(?:line[ \t]+)?\(?(\d{1,3})(?:[ \t]*[.):|][ \t]*|[ \t]+)(?=[A-Za-z_])/i

export function stripLine(row: string): Line {
  const uncommented = cutAt(cutAt(row, ';'), '//').replaceAll('`', '')
  const bare = uncommented.replaceAll('**', '').trim().replace(LIST_MARK, '')
  const number = NUMBER.exec(bare.slice(0, 20))
  const text = number === null ? bare : bare.slice(number[0].length)
  return { text: text.trim(), number: number === null ? null : Number(number[1]) }
}

const cutAt = (text: string, mark: string) => (text.includes(mark) ? text.slice(0, text.indexOf(mark)) : text)

const WORDS = KNOWN_WORDS.join('|')
/** Up to three labels, a word of the language, its modifier; then operands, or nothing. */
const STATEMENT = new RegExp(
  String.raw`^(?:[A-Za-z_]\w{0,30}[ \t]*:?[ \t]+){0,3}(${WORDS})(?:[ \t]?\.[ \t]?[A-Za-z]{1,2})?(?![\w.])(.*)$`,
  'i',
)
/** Two words side by side are prose: `JMP back to the start`. */
const PROSE = /[A-Za-z0-9_)][ \t]+[A-Za-z0-9_]|['"?]|[.:!,][ \t]*$/
const OPERANDS = /^[\w \t#$@<>*{}+\-/%(),.&|=!:]*$/

/** A statement of Redcode, as far as its looks go. */
export function isCode({ text }: Line): boolean {
  if (text.length > MOST_CODE) return false
  const [, word = '', operands = ''] = STATEMENT.exec(text) ?? []
  if (word === '') return false
  // What follows EQU may be a statement of its own.
  if (word.toUpperCase() === 'EQU') return OPERANDS.test(operands)
  if (word.toUpperCase() === 'FOR' && operands.includes(',')) return false
  return OPERANDS.test(operands) && !PROSE.test(operands)
}

const EDIT =
  /^(?:(?:delete|remove|start)\b[ \t\w]{0,12}\d{1,3}\.?|(?:replace|change|insert)\b[^\d]{0,20}\d{1,3}\b.{3,60})$/i
const BROKEN =
  /^[A-Za-z_]\w{0,30}(?:\.\w{1,3})?[ \t]+[#$@<>*{}]?[ \t]?-?\w{1,12}[ \t]*(?:,[ \t]*[#$@<>*{}]?[ \t]?-?\w{1,12})?$/

/** A change of one line of a parent, as edits.ts reads it. */
export const isEdit = ({ text }: Line): boolean => text.length <= 100 && EDIT.test(text)

/** Code, an edit, or a line that meant to be code: the assembler says what is wrong with it. */
export const seemsCode = (line: Line): boolean =>
  isCode(line) || isEdit(line) || (line.text.length <= 80 && BROKEN.test(line.text) && /[\d,]/.test(line.text))
