/**
 * The tokens of one line while it is being expanded: an EQU's text is put in front of what is left, and the lines that a
 * longer EQU adds wait until this one is done.
 */
import type { Diagnostics } from './diagnose.ts'
import { shown } from './diagnose.ts'
import type { Token } from './scan.ts'
import type { Symbol } from './symbols.ts'

/** Lines to be run through, in order; FOR goes back in them. */
export interface Source {
  readonly lines: readonly (readonly Item[])[]
  next: number
}

/** Marks where the text of an EQU ends. */
interface Close {
  readonly closes: { open: boolean }
}
export type Item = Token | Close

/** A line grows to at most so many tokens: more is an EQU bomb. */
const MOST_TOKENS = 5_000
const MOST_OPEN = 100

export class Feed {
  /** The lines that EQUs put after this one; the last added comes first. */
  readonly waiting: Source[] = []
  readonly #diagnostics: Diagnostics
  #items: readonly Item[]
  #next = 0
  #open = 0

  constructor(items: readonly Item[], diagnostics: Diagnostics) {
    this.#items = items
    this.#diagnostics = diagnostics
  }

  /** The next token, or null at the end of the line. */
  take(): Token | null {
    for (;;) {
      const item = this.#items[this.#next]
      if (item === undefined) return null
      this.#next++
      if (!('closes' in item)) return item
      item.closes.open = false
      this.#open--
    }
  }

  /** The next token without taking it. */
  peek(): Token | null {
    for (let index = this.#next; index < this.#items.length; index++) {
      const item = this.#items[index]
      if (item !== undefined && !('closes' in item)) return item
    }
    return null
  }

  /** All that is left, as it is written. */
  rest(): Token[] {
    const tokens: Token[] = []
    for (let token = this.take(); token !== null; token = this.take()) tokens.push(token)
    return tokens
  }

  /** Puts an EQU's text in place of its name. False when that cannot be. */
  substitute(name: Token, symbol: Symbol & { kind: 'text' }): boolean {
    if (symbol.open) {
      this.#diagnostics.error(
        name,
        'recursive-equ',
        `"${shown(name.text)}" is defined by itself.`,
        'Take its own name out of its EQU.',
      )
      return false
    }
    const left = this.#items.slice(this.#next)
    const [first = [], ...others] = symbol.lines
    const closed: Item[] = [{ closes: symbol }, ...left]
    if (left.length + first.length > MOST_TOKENS || ++this.#open > MOST_OPEN) {
      this.#diagnostics.error(
        name,
        'equ-too-big',
        `Substituting "${shown(name.text)}" makes this line too long.`,
        'Make its EQU shorter, or nest fewer EQUs.',
      )
      return false
    }
    symbol.open = true
    const last = others.at(-1)
    if (last === undefined) this.#items = [...first.map((token) => moved(token, name)), ...closed]
    else {
      this.waiting.push({ lines: [...others.slice(0, -1), [...last, ...closed]], next: 0 })
      this.#items = first
    }
    this.#next = 0
    return true
  }
}

/** Substituted tokens are reported where the name stands: that is the line its writer has to look at. */
const moved = (token: Token, { line, column }: Token): Token => ({ ...token, line, column })
