/**
 * Where the assembler reads: the source at the bottom, and on top of it the EQU whose text stands in place of a name, and
 * the EQU within that, and so on. Reading goes on below where a text ends. FOR jumps back within one of these layers.
 */
import type { SourceLine } from './reader.ts'
import { placeOf, type Token } from './scan.ts'
import type { TextSymbol } from './symbols.ts'

export interface Layer {
  readonly lines: readonly (readonly Token[])[]
  /** The EQU this is the text of; null for the source. */
  readonly symbol: TextSymbol | null
  /** The line being read, and how many of its tokens are read. */
  line: number
  next: number
}

export class Cursor {
  /** An EQU's text ended between the last two tokens taken. */
  closed = false
  /** A layer that may not be left yet: the one whose FOR is open. */
  held: Layer | null = null
  readonly #layers: Layer[]

  constructor(source: readonly SourceLine[]) {
    this.#layers = [{ lines: source.map(({ tokens }) => tokens), symbol: null, line: -1, next: 0 }]
  }

  /** How many layers there are; 1 in the source itself. */
  get depth(): number {
    return this.#layers.length
  }

  get layer(): Layer {
    return this.#layers[this.#layers.length - 1]!
  }

  /** Goes to the next line of the layer that is being read. False when it has none. */
  nextLine(): boolean {
    const { layer } = this
    if (layer.line + 1 >= layer.lines.length) return false
    layer.line++
    layer.next = 0
    return true
  }

  get hasMoreLines(): boolean {
    return this.layer.line + 1 < this.layer.lines.length
  }

  /**
   * The next token of the line, or null at its end. Where an EQU's last line ends, the line goes on after its name, unless
   * it is one of the lowest `floor` layers.
   */
  take(floor = 1): Token | null {
    this.closed = false
    for (;;) {
      const { layer } = this
      const token = layer.lines[layer.line]?.[layer.next]
      if (token !== undefined) {
        layer.next++
        return token
      }
      if (this.depth <= floor || !this.close()) return null
    }
  }

  /** Leaves an EQU after its last line. False in the source, where lines of the EQU are left, and where it is held. */
  close(): boolean {
    const { symbol } = this.layer
    if (symbol === null || this.hasMoreLines || this.layer === this.held) return false
    this.#layers.pop()
    symbol.open = false
    this.closed = true
    return true
  }

  /** The next token within the same text, without taking it. */
  peek(): Token | null {
    const { layer } = this
    return layer.lines[layer.line]?.[layer.next] ?? null
  }

  /** The next line of the same text, without going there. */
  peekLine(): readonly Token[] | null {
    return this.layer.lines[this.layer.line + 1] ?? null
  }

  /** The tokens that are left of this line of this text. */
  restOfText(): Token[] {
    const { layer } = this
    const rest = (layer.lines[layer.line] ?? []).slice(layer.next)
    layer.next += rest.length
    return rest
  }

  /** Reads on in the text of an EQU, at the place of its name. */
  open(symbol: TextSymbol, name: Token): void {
    symbol.open = true
    const [first = [], ...others] = symbol.lines
    // A single line is reported where its name stands, for that is where its reader looks; more lines speak for themselves.
    const place = others.length > 0 ? {} : placeOf(name)
    const start = first.map((token, index) => ({
      ...token,
      ...place,
      spaced: index === 0 ? name.spaced : token.spaced,
    }))
    this.#layers.push({ lines: [start, ...others], symbol, line: 0, next: 0 })
  }

  /** Drops what is left of the line, below EQUs that end with it too. */
  abandonLine(): void {
    do this.restOfText()
    while (this.close())
  }
}
