/** The words that mean something by themselves. Case does not matter, save for CURLINE. */
import { OPCODES } from './instruction.ts'
import type { Token } from './scan.ts'

export const PSEUDO_OPCODES: ReadonlySet<string> = new Set(['ORG', 'END', 'PIN'])
const MNEMONICS: ReadonlySet<string> = new Set<string>([...OPCODES, ...PSEUDO_OPCODES])

/** What a misspelt opcode may have meant. */
export const KNOWN_WORDS: readonly string[] = [...MNEMONICS, 'EQU', 'FOR', 'ROF']

export type Role = 'opcode' | 'equ' | 'for' | 'rof' | 'curline' | 'name' | 'other'

/** What a token is for. Names are labels, EQUs, counters and registers alike. */
export function roleOf({ kind, text }: Token): Role {
  if (kind !== 'word') return 'other'
  if (text === 'CURLINE') return 'curline'
  if (text.length !== 3) return 'name'
  const upper = text.toUpperCase()
  if (MNEMONICS.has(upper)) return 'opcode'
  return upper === 'EQU' ? 'equ' : upper === 'FOR' ? 'for' : upper === 'ROF' ? 'rof' : 'name'
}
