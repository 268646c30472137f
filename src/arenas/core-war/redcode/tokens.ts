/** Cuts one line of Redcode into coloured pieces, for showing it. Knows no more than a reader sees: no symbols, no errors. */
import { MODES, MODIFIERS } from './instruction.ts'
import { CONSTANTS } from './symbols.ts'
import { KNOWN_WORDS } from './words.ts'

export type PieceKind =
  | 'label'
  | 'opcode'
  | 'modifier'
  | 'mode'
  | 'number'
  | 'constant'
  | 'operator'
  | 'directive'
  | 'comment'
  | 'space'
  | 'other'

/** Columns `start` to `end` of the line, from 0, `end` not included. The pieces of a line cover it without a gap. */
export interface Piece {
  readonly kind: PieceKind
  readonly text: string
  readonly start: number
  readonly end: number
}

const OPCODE_WORDS: ReadonlySet<string> = new Set(KNOWN_WORDS)
const CONSTANT_WORDS: ReadonlySet<string> = new Set([...Object.keys(CONSTANTS), 'CURLINE'])
const DIRECTIVE = /^;\s*(redcode|name|author|date|version|strategy|assert|kill)\b/i
const PIECE = /(\s+)|(;.*)|([0-9]+)|([A-Za-z_][A-Za-z0-9_]*)|(.)/gsy
const OPERATORS = '+-*/%()=!<>&|,.:'

/** What a sign stands for depends on what was before it. */
interface Context {
  /** Labels and opcodes come here; after the opcode, operands do. */
  inOperands: boolean
  /** Right after the opcode or a comma a sign is an addressing mode; elsewhere it calculates. */
  wantsMode: boolean
  /** The dot of a modifier was right before. */
  dotted: boolean
}

export function tokenize(line: string): readonly Piece[] {
  const pieces: Piece[] = []
  const context: Context = { inOperands: false, wantsMode: false, dotted: false }
  PIECE.lastIndex = 0
  for (let match = PIECE.exec(line); match !== null; match = PIECE.exec(line)) {
    const [text, space, comment, number, word] = match
    const kind =
      space !== undefined ? 'space'
      : comment !== undefined ? (DIRECTIVE.test(text) && line.trimStart().startsWith(';') ? 'directive' : 'comment')
      : number !== undefined ? value('number', context)
      : word !== undefined ? wordKind(word, context)
      : signKind(text, context) // prettier-ignore
    pieces.push({ kind, text, start: match.index, end: match.index + text.length })
  }
  return pieces
}

function value(kind: PieceKind, context: Context): PieceKind {
  context.wantsMode = false
  context.dotted = false
  return kind
}

function wordKind(word: string, context: Context): PieceKind {
  const upper = word.toUpperCase()
  if (context.dotted && MODIFIERS.some((name) => name === upper)) {
    context.dotted = false
    context.wantsMode = true
    return 'modifier'
  }
  if (!context.inOperands && OPCODE_WORDS.has(upper)) {
    // The text of an EQU may be a statement of its own.
    context.inOperands = upper !== 'EQU'
    context.wantsMode = true
    return 'opcode'
  }
  if (CONSTANT_WORDS.has(word)) return value('constant', context)
  if (context.inOperands) return value('label', context)
  return 'label'
}

function signKind(sign: string, context: Context): PieceKind {
  if (context.wantsMode && MODES.some((mode) => mode === sign)) return value('mode', context)
  context.dotted = sign === '.' && context.wantsMode
  context.wantsMode = sign === ',' || context.dotted
  return OPERATORS.includes(sign) ? 'operator' : 'other'
}
