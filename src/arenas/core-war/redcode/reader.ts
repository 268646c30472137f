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
  for (const { line, text: content } of logicalLines(text.startsWith('\uFEFF') ? text.slice(1) : text)) {
    const comment = /^\s*;/.test(content) ? directiveOf(content) : null
    if (comment === null) {
      const code = content.includes(';') ? content.slice(0, content.indexOf(';')) : content
      if (code.length > MOST_LINE) {
        diagnostics.error(
          { line, column: MOST_LINE },
          'long-line',
          `This line is longer than ${MOST_LINE} characters.`,
          'Break it up.',
        )
      } else if (code.trim() !== '') lines.push({ ...scan(code, line), isAssert: false })
    } else if (comment.name === 'redcode') {
      if (header.redcode !== null) break
      header.redcode = comment.rest.trim().replace(/^-/, '').toLowerCase()
      // What stands before the first `;redcode` is a letter, not a program.
      lines = []
    } else if (comment.name === 'assert') {
      const condition = comment.rest.includes(';') ? comment.rest.slice(0, comment.rest.indexOf(';')) : comment.rest
      lines.push({
        ...scan(condition.slice(0, MOST_LINE), line, content.length - comment.rest.length + 1),
        isAssert: true,
      })
    } else keep(header, comment.name, comment.rest)
  }
  return { lines, header }
}

function keep(header: Heading, name: string, rest: string): void {
  const value = rest.trimStart()
  if (name === 'name' || name === 'author' || name === 'date' || name === 'version')
    header[name] = value === '' ? null : value
  else if (name === 'strategy' && header.strategy.length < 100) header.strategy.push(rest.replace(/^ /, ''))
}

/** `;word rest`. Only `redcode` has to stand right after the semicolon. */
function directiveOf(content: string): { name: string; rest: string } {
  const [, space = '', word = '', rest = ''] = /^\s*;(\s*)([A-Za-z_][A-Za-z0-9_]*)?(.*)$/s.exec(content) ?? []
  const name = word.toLowerCase()
  return { name: name === 'redcode' && space !== '' ? '' : name, rest }
}

/** Physical lines, joined where one ends in a backslash outside a comment; numbered by their first. */
function* logicalLines(text: string): Generator<{ line: number; text: string }> {
  const physical = text.split(/\r\n|\n|\r/)
  for (let index = 0; index < physical.length; index++) {
    const line = index + 1
    const parts = [physical[index] ?? '']
    while (
      parts.at(-1)?.endsWith('\\') === true &&
      !parts.some((part) => part.includes(';')) &&
      index + 1 < physical.length
    ) {
      parts.push((parts.pop() ?? '').slice(0, -1))
      parts.push(physical[++index] ?? '')
    }
    yield { line, text: parts.join('') }
  }
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
