/** Cuts one line of Redcode into coloured pieces, for showing it. Knows no more than a reader sees: no symbols, no errors. */
import { MODIFIERS, OPCODES } from './instruction.ts'

export type PieceKind =
  'label' | 'opcode' | 'modifier' | 'mode' | 'number' | 'constant' | 'operator' | 'directive' | 'comment' | 'space'

export interface Piece {
  readonly kind: PieceKind
  readonly text: string
}

const WORDS: ReadonlySet<string> = new Set<string>([...OPCODES, 'ORG', 'END', 'PIN', 'EQU', 'FOR', 'ROF'])
const PIECE = /(\s+)|(;.*)|([0-9]+)|([A-Za-z_][A-Za-z0-9_]*)|(.)/gy

export function tokenize(line: string): readonly Piece[] {
  const pieces: Piece[] = []
  let atStart = true
  let dotted = false
  /** A sign right after the opcode or a comma is an addressing mode; elsewhere it calculates. */
  let wantsMode = false
  PIECE.lastIndex = 0
  for (let match = PIECE.exec(line); match !== null; match = PIECE.exec(line)) {
    const [text, space, comment, number, word] = match
    if (space !== undefined) pieces.push({ kind: 'space', text })
    else if (comment !== undefined)
      pieces.push({
        kind: /^;\s*(redcode|name|author|date|version|strategy|assert|kill)/i.test(text) ? 'directive' : 'comment',
        text,
      })
    else if (number !== undefined) {
      pieces.push({ kind: 'number', text })
      wantsMode = false
    } else if (word !== undefined) {
      const kind = wordKind(word, atStart, dotted)
      pieces.push({ kind, text })
      wantsMode = kind === 'opcode' || kind === 'modifier'
      if (kind === 'opcode') atStart = false
      dotted = false
    } else {
      const isMode = wantsMode && '#$@<>*{}'.includes(text)
      dotted = text === '.'
      pieces.push({ kind: isMode ? 'mode' : 'operator', text })
      wantsMode = text === ',' || (dotted && wantsMode)
    }
  }
  return pieces
}

function wordKind(word: string, atStart: boolean, dotted: boolean): PieceKind {
  const upper = word.toUpperCase()
  if (dotted && MODIFIERS.some((name) => name === upper)) return 'modifier'
  if (atStart && WORDS.has(upper)) return 'opcode'
  return /^[A-Z]{4,}$/.test(word) ? 'constant' : 'label'
}
