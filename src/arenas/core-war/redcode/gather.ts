/**
 * Reads names and operands on the first pass: everything that is known already is put in, the rest stays a word for the
 * second pass. Shared by instructions, FOR and `;assert`.
 */
import { nearest } from '../../../core/nearest.ts'
import type { Cursor } from './cursor.ts'
import { shown, type Diagnostics } from './diagnose.ts'
import { MOST_CHARACTERS, type Limits } from './limits.ts'
import { joinNeighbours, numberTokens, type Token } from './scan.ts'
import type { Symbols, TextSymbol } from './symbols.ts'
import { roleOf } from './words.ts'

/** How labels and CURLINE are counted while operands are read; it may change on the way. */
export interface Counting {
  /** Number of the line that the statement will be. */
  line: number
  /** Labels are addresses from the warrior's first line (ORG, END, PIN), not distances. */
  absolute: boolean
}

export class Gatherer {
  readonly #cursor: Cursor
  readonly #symbols: Symbols
  readonly #diagnostics: Diagnostics
  readonly #limits: Limits

  constructor(cursor: Cursor, symbols: Symbols, diagnostics: Diagnostics, limits: Limits) {
    this.#cursor = cursor
    this.#symbols = symbols
    this.#diagnostics = diagnostics
    this.#limits = limits
  }

  /** A name with its `&counter` parts: `dest&i` is dest01 in the first round. Null after an error. */
  join(token: Token): Token | null {
    let text = token.text
    for (let sign = this.#cursor.peek(); sign?.text === '&' && !sign.spaced; sign = this.#cursor.peek()) {
      const { layer } = this.#cursor
      const part = layer.lines[layer.line]?.[layer.next + 1]
      if (part?.kind !== 'word' || part.spaced || part.text.startsWith('_')) break
      layer.next += 2
      const symbol = this.#symbols.get(part.text)
      if (symbol?.kind !== 'counter') {
        this.#diagnostics.error(
          part,
          'bad-join',
          `& joins a name and the counter of a FOR, and "${shown(part.text)}" is no counter here.`,
          'Write the counter of a FOR around this line, as in name&i.',
        )
        return null
      }
      text += String(symbol.value).padStart(2, '0')
    }
    return text === token.text ? token : { ...token, text }
  }

  /** Puts an EQU's text in place of its name. False when that cannot be. */
  substitute(name: Token, symbol: TextSymbol): boolean {
    if (symbol.open) {
      this.#diagnostics.error(
        name,
        'recursive-equ',
        `"${shown(name.text)}" is defined by itself.`,
        'Take its own name out of its EQU.',
      )
      return false
    }
    const work = symbol.lines.length + (symbol.lines[0]?.length ?? 0)
    if (!this.#limits.layers(this.#cursor.depth, work, name)) return false
    this.#cursor.open(symbol, name)
    return true
  }

  /**
   * The rest of the line, after `glued` (what stands right behind the opcode, which is left as it is). Reading stops where
   * the lowest `floor` layers end. `ended` hears when the layer of the opcode is left. Null after an error.
   */
  operands(counting: Counting, floor: number, glued: readonly Token[] = [], ended?: () => void): Token[] | null {
    const home = this.#cursor.depth
    const out = [...glued]
    let characters = 0
    /** White space is kept only after words and EQUs: `1 1` is 11, but `a 1` stays two. */
    let keepsSpace = true
    const add = (tokens: readonly Token[], keeps: boolean): void => {
      const [first, ...rest] = tokens
      if (first === undefined) return
      const spaced = first.spaced && (keepsSpace || this.#cursor.closed)
      if (first.kind === 'number' && !spaced && out.at(-1)?.kind === 'number')
        this.#sideBySide(out.at(-1) ?? first, first)
      out.push({ ...first, spaced }, ...rest)
      characters += tokens.reduce((sum, { text }) => sum + text.length, 0)
      keepsSpace = keeps
    }
    let hasEnded = false
    const leave = () => {
      if (!hasEnded && this.#cursor.depth < home) {
        hasEnded = true
        ended?.()
      }
    }
    for (let token = this.#cursor.take(floor); token !== null; token = this.#cursor.take(floor)) {
      leave()
      if (!this.#limits.spend(1, token)) return null
      if (characters > MOST_CHARACTERS) {
        this.#diagnostics.error(token, 'long-statement', 'This statement is too long.', 'Use shorter or fewer EQUs.')
        return null
      }
      const role = roleOf(token)
      if (role === 'other') add([token], false)
      else if (role === 'curline') add(numberTokens(counting.line, token), true)
      else if (role !== 'name') {
        this.#misplaced(token, out)
        return null
      } else {
        const name = this.join(token)
        const symbol = name === null ? null : this.#symbols.get(name.text)
        if (name === null || symbol === null) return null
        if (symbol === undefined) add([name], true)
        else if (symbol.kind === 'counter') add(numberTokens(symbol.value, name, 2), true)
        else if (symbol.kind === 'label')
          add(numberTokens(symbol.value - (counting.absolute ? 0 : counting.line), name), true)
        else if (!this.#isOneLine(name, symbol) || !this.substitute(name, symbol)) return null
      }
    }
    leave()
    return joinNeighbours(out)
  }

  #isOneLine(name: Token, { lines }: TextSymbol): boolean {
    if (lines.length === 1) return true
    this.#diagnostics.error(
      name,
      'lines-as-operand',
      `"${shown(name.text)}" is an EQU of ${lines.length} lines and cannot be part of an operand.`,
      'Write it on a line of its own, or define it by one EQU.',
    )
    return false
  }

  #misplaced(token: Token, before: readonly Token[]): void {
    const word = token.text.toUpperCase()
    const first = before[0]
    const meant = first?.kind === 'word' && before.length === 1 ? nearest(first.text, ['EQU', 'FOR']) : null
    this.#diagnostics.error(
      token,
      'misplaced',
      `${word} cannot stand among operands.`,
      meant === null ? `Put ${word} on a line of its own, or choose another name.` : `Did you mean ${meant}?`,
    )
  }

  /** Two numbers with a gap are one number to pMARS: legal, and hardly ever meant. */
  #sideBySide(left: Token, right: Token): void {
    this.#diagnostics.warning(
      right,
      'joined-numbers',
      `These numbers are read as one, ${shown(left.text + right.text)}.`,
      'Put a comma or an operator between them.',
    )
  }
}
