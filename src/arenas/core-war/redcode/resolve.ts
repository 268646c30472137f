/**
 * The second pass over a statement's operands: labels further down become numbers, and EQUs that were used before their
 * line become their text. Only the first line of such an EQU counts, as in pMARS.
 */
import { nearest } from '../../../core/nearest.ts'
import { shown, type Diagnostics } from './diagnose.ts'
import { unknownName } from './problem.ts'
import { numberTokens, placeOf, type Token } from './scan.ts'
import { CONSTANTS, type Symbols } from './symbols.ts'

const MOST_TOKENS = 4000
const MOST_WORK = 200_000
const MOST_DEPTH = 200

/** Which line the operands belong to; null where labels are addresses (ORG, END, PIN). */
export type Line = number | null

export class Resolver {
  readonly #symbols: Symbols
  readonly #diagnostics: Diagnostics
  #work = 0

  constructor(symbols: Symbols, diagnostics: Diagnostics) {
    this.#symbols = symbols
    this.#diagnostics = diagnostics
  }

  /** Null after an error. */
  resolve(operands: readonly Token[], line: Line): Token[] | null {
    const out: Token[] = []
    return this.#add(operands, line, out, 0) ? out : null
  }

  #add(tokens: readonly Token[], line: Line, out: Token[], depth: number): boolean {
    let isFine = true
    for (const token of tokens) {
      if (++this.#work > MOST_WORK || out.length > MOST_TOKENS || depth > MOST_DEPTH) {
        const fix = 'Shorten it; use shorter EQUs, or nest them less.'
        this.#diagnostics.error(token, 'long-statement', 'This statement is too long.', fix)
        return false
      }
      // Right behind the opcode's dot stands a modifier, whatever else it might name.
      const isModifier = out.length === 1 && out[0]?.text === '.'
      const symbol = token.kind === 'word' && !isModifier ? this.#symbols.get(token.text) : undefined
      if (symbol === undefined) {
        out.push({ ...token, spaced: false })
        if (token.kind !== 'word' || isModifier || token.text.length === 1) continue
        this.#unknown(token)
        isFine = false
      } else if (symbol.kind === 'text') {
        if (symbol.open) {
          const message = `"${shown(token.text)}" is defined by itself.`
          this.#diagnostics.error(token, 'recursive-equ', message, 'Take its own name out of its EQU.')
          return false
        }
        symbol.open = true
        const text = (symbol.lines[0] ?? []).map((part) => ({ ...part, ...placeOf(token) }))
        const isAdded = this.#add(text, line, out, depth + 1)
        symbol.open = false
        if (!isAdded) return false
      } else out.push(...numberTokens(symbol.value - (line ?? 0), { ...token, spaced: false }))
    }
    return isFine
  }

  #unknown(token: Token): void {
    const { code, message, fix } = unknownName(token.text)
    const meant = nearest(token.text, [...this.#names(), ...Object.keys(CONSTANTS), 'CURLINE'])
    this.#diagnostics.error(token, code, message, meant === null ? fix : `Did you mean ${shown(meant)}? ${fix}`)
  }

  /** Enough of the names to find the one that was meant. */
  *#names(): Generator<string> {
    let count = 0
    for (const name of this.#symbols.keys()) {
      if (++count > 500) return
      yield name
    }
  }
}
