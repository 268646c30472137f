/**
 * Raw text to source lines: joins continued lines, takes what lies between the first `;redcode` and the second, reads the
 * comment directives, strips the other comments. What comes out is code and `;assert` lines only.
 */
import type { Header } from './assembly.ts'
import type { Diagnostics } from './diagnose.ts'
import { scan, type TokenLine } from './scan.ts'

export interface SourceLine extends TokenLine {
  /** The line is `;assert` and the tokens are its condition. */
  readonly isAssert: boolean
}

/** Longer sources are refused: the longest warrior ever published is a hundredth of this. */
const MOST_CHARACTERS = 1 << 20
const MOST_LINE = 8000
const MOST_STRATEGY = 200

interface Heading {
  name: string | null
  author: string | null
  date: string | null
  version: string | null
  strategy: string[]
  redcode: string | null
}

export function readSource(text: string, diagnostics: Diagnostics): { lines: SourceLine[]; header: Header } {
  const header: Heading = { name: null, author: null, date: null, version: null, strategy: [], redcode: null }
  const problem = notText(text)
  if (problem !== null) {
    diagnostics.error({ line: 1, column: 1 }, problem.code, problem.message, problem.fix)
    return { lines: [], header }
  }
  let lines: SourceLine[] = []
  for (const logical of logicalLines(text.replace(BYTE_ORDER_MARK, ''))) {
    const { line, text: content } = logical
    if (content === '') continue
    if (content.length > MOST_LINE) {
      diagnostics.error(
        { line, column: MOST_LINE },
        'long-line',
        `This line has ${content.length} characters; ${MOST_LINE} are allowed.`,
        'Break it up.',
      )
      continue
    }
    const directive = directiveOf(content)
    if (directive === null) {
      const code = scanLine(logical, 0, beforeComment(content))
      if (code.tokens.length > 0) lines.push({ ...code, isAssert: false })
    } else if (directive.name === 'redcode') {
      if (header.redcode !== null) break
      header.redcode = /^-?([^ \t]*)/.exec(directive.rest)?.[1]?.toLowerCase() ?? ''
      // What stands before the first `;redcode` is a letter, not a program.
      lines = []
    } else if (directive.name === 'assert') {
      const start = content.length - directive.rest.length
      lines.push({ ...scanLine(logical, start, beforeComment(directive.rest)), isAssert: true })
    } else keep(header, directive.name, directive.rest)
  }
  return { lines, header }
}

/** Also as it looks where a file is read byte by byte. */
const BYTE_ORDER_MARK = /^(\uFEFF|\u00EF\u00BB\u00BF)/

const beforeComment = (text: string) => (text.includes(';') ? text.slice(0, text.indexOf(';')) : text)

function keep(header: Heading, name: string, rest: string): void {
  const value = rest.replace(/^[ \t\v\f]+/, '')
  if (name === 'name' || name === 'author' || name === 'date' || name === 'version')
    header[name] = value === '' ? null : value
  else if (name === 'strategy' && header.strategy.length < MOST_STRATEGY) header.strategy.push(rest.replace(/^ /, ''))
}

/** `;word rest` at the start of a line, or null. Only `redcode` has to stand right after the semicolon. */
function directiveOf(content: string): { name: string; rest: string } | null {
  const match = /^[ \t\v\f]*;([ \t\v\f]*)([A-Za-z_][A-Za-z0-9_]*)?(.*)$/s.exec(content)
  if (match === null) return null
  const [, space = '', word = '', rest = ''] = match
  const name = word.toLowerCase()
  return { name: name === 'redcode' && space !== '' ? '' : name, rest }
}

/** One line as pMARS sees it: physical lines, joined where one ends in a backslash outside a comment. */
interface LogicalLine {
  /** Number of its first physical line, from 1. */
  readonly line: number
  readonly text: string
  /** Where in `text` each of its physical lines starts. */
  readonly starts: readonly number[]
}

function* logicalLines(text: string): Generator<LogicalLine> {
  const physical = text.split(/\r\n|\n|\r/)
  for (let index = 0; index < physical.length; index++) {
    const line = index + 1
    const starts = [0]
    let joined = physical[index] ?? ''
    while (
      joined.endsWith('\\') &&
      !joined.includes(';') &&
      index + 1 < physical.length &&
      joined.length <= MOST_LINE
    ) {
      joined = joined.slice(0, -1)
      starts.push(joined.length)
      joined += physical[++index] ?? ''
    }
    yield { line, text: joined, starts }
  }
}

/** Scans `code`, which begins at `offset` of a logical line; tokens of continued lines get the places they were written at. */
function scanLine({ line, starts }: LogicalLine, offset: number, code: string): TokenLine {
  const scanned = scan(code, line, offset + 1)
  if (starts.length === 1) return scanned
  const tokens = scanned.tokens.map((token) => {
    const part = starts.findLastIndex((start) => start < token.column)
    return { ...token, line: line + part, column: token.column - (starts[part] ?? 0) }
  })
  return { ...scanned, tokens }
}

/** What is no Redcode at all, told apart so that the message helps. */
function notText(text: string): { code: string; message: string; fix: string } | null {
  if (text.length > MOST_CHARACTERS) {
    return {
      code: 'too-long',
      message: `This text has ${text.length} characters; a warrior may have ${MOST_CHARACTERS}.`,
      fix: 'Cut it down.',
    }
  }
  if (text.includes('\u0000')) {
    return {
      code: 'not-text',
      message: 'This is not plain text: it holds zero bytes, as UTF-16 files and programs do.',
      fix: 'Save the warrior as UTF-8 or ASCII text.',
    }
  }
  return null
}
