/** The shape of an instruction: an optional modifier, then one or two operands, each an optional mode and a value. */
import { shown, type Diagnostics } from './diagnose.ts'
import { MODES, MODIFIERS, type Mode, type Modifier } from './instruction.ts'
import type { Token } from './scan.ts'

/** One operand as written: a mode sign (or none) and the tokens of its value. */
export interface Operand {
  readonly mode: Mode | null
  readonly at: Token
  readonly tokens: readonly Token[]
}

export interface Operands {
  readonly modifier: Modifier | null
  readonly a: Operand
  readonly b: Operand
}

/** Opcodes that may have one operand; for DAT it is the second. */
const ALONE: ReadonlySet<string> = new Set(['DAT', 'JMP', 'SPL', 'NOP'])

/** A missing operand is filled in where the opcode allows it. Null after an error. */
export function parseOperands(
  opcode: string,
  at: Token,
  tokens: readonly Token[],
  diagnostics: Diagnostics,
): Operands | null {
  let from = 0
  let modifier: Modifier | null = null
  if (tokens[0]?.text === '.') {
    const word = tokens[1]
    modifier = MODIFIERS.find((name) => name === word?.text.toUpperCase()) ?? null
    if (modifier === null) {
      const what = word === undefined ? 'A modifier is missing after the dot.' : `"${shown(word.text)}" is no modifier.`
      diagnostics.error(word ?? tokens[0], 'unknown-modifier', what, `Use one of ${MODIFIERS.join(', ')}.`)
      return null
    }
    from = 2
  }
  const found = tokens.findIndex(({ text }, index) => index >= from && text === ',')
  const comma = found === -1 ? tokens.length : found
  const zero: Token = { ...at, kind: 'number', text: '0', spaced: false }
  const a = operand(tokens.slice(from, comma), tokens[comma] ?? at)
  if (a === null || (a.tokens.length === 0 && comma === tokens.length)) {
    const which = comma < tokens.length ? 'first ' : ''
    const fix = ALONE.has(opcode) ? `Write it, as in ${opcode} 0.` : `Write two operands, as in ${opcode} 0, 1.`
    diagnostics.error(tokens[comma] ?? at, 'no-operand', `${opcode} lacks its ${which}operand.`, fix)
    return null
  }
  if (a.tokens.length === 0) {
    diagnostics.warning(
      a.at,
      'no-number',
      `No number follows the ${shown(a.at.text)}; 0 is taken.`,
      'Write the number.',
    )
  }
  if (comma === tokens.length) {
    if (opcode === 'DAT') return { modifier, a: { mode: '#', at, tokens: [zero] }, b: a }
    if (ALONE.has(opcode)) return { modifier, a, b: { mode: null, at, tokens: [zero] } }
    const fix = 'Write the second one after a comma.'
    diagnostics.error(at, 'one-operand', `${opcode} needs two operands.`, fix)
    return null
  }
  const b = operand(tokens.slice(comma + 1), tokens[comma] ?? at)
  if (b === null || b.tokens.length === 0) {
    const message = `${opcode} lacks its second operand.`
    diagnostics.error(tokens[comma] ?? at, 'no-operand', message, 'Write it after the comma.')
    return null
  }
  return { modifier, a: a.tokens.length === 0 ? { ...a, tokens: [zero] } : a, b }
}

/** Null where there is nothing at all. */
function operand(tokens: readonly Token[], fallback: Token): Operand | null {
  const first = tokens[0]
  if (first === undefined) return null
  const mode = MODES.find((sign) => sign === first.text) ?? null
  return { mode, at: first ?? fallback, tokens: mode === null ? tokens : tokens.slice(1) }
}
