/** Small questions about the words of a line that is being expanded. */
import type { Item } from './feed.ts'
import { OPCODES } from './instruction.ts'
import type { Token } from './scan.ts'

export const PSEUDO_OPCODES: ReadonlySet<string> = new Set(['ORG', 'END', 'PIN'])
export const MNEMONICS: ReadonlySet<string> = new Set<string>([...OPCODES, ...PSEUDO_OPCODES])

/** A number as tokens: a minus is one of its own. */
export function signed(value: number, at: Token): Token[] {
  const digits: Token = { ...at, kind: 'number', text: String(Math.abs(value)) }
  return value < 0
    ? [
        { ...at, kind: 'sign', text: '-' },
        { ...digits, spaced: false },
      ]
    : [digits]
}

const wordsOf = (items: readonly Item[] | undefined): Token[] =>
  (items ?? []).filter((item): item is Token => !('closes' in item))

export const beginsWithEqu = (items: readonly Item[] | undefined): boolean =>
  wordsOf(items)[0]?.text.toUpperCase() === 'EQU'

/** FOR or ROF when they start the line (labels may stand before them), else nothing. */
export function skippedWord(items: readonly Item[]): string {
  for (const { kind, text } of wordsOf(items)) {
    const upper = text.toUpperCase()
    if (kind !== 'word' || upper === 'EQU' || upper === 'CURLINE' || MNEMONICS.has(upper)) return ''
    if (upper === 'FOR' || upper === 'ROF') return upper
  }
  return ''
}
