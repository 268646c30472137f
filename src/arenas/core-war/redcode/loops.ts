/** FOR and ROF: which loops are open, where their bodies begin, and what a FOR 0 leaves out. */
import type { Cursor, Layer } from './cursor.ts'
import type { Diagnostics } from './diagnose.ts'
import { MOST_REPEATS, type Limits } from './limits.ts'
import type { Token } from './scan.ts'
import type { Symbol, Symbols } from './symbols.ts'
import { roleOf } from './words.ts'

interface Loop {
  readonly at: Token
  /** The body follows line `line` of `layer`; its ROF has to stand in that layer or in one above it. */
  readonly layer: Layer
  readonly line: number
  readonly count: number
  readonly counter: { readonly name: string; readonly shadowed: Symbol | undefined } | null
  readonly running: { readonly kind: 'counter'; value: number }
}

export class Loops {
  readonly #open: Loop[] = []
  readonly #cursor: Cursor
  readonly #symbols: Symbols
  readonly #diagnostics: Diagnostics
  readonly #limits: Limits
  /** FORs whose ROF has to come before reading goes on. */
  #skipped = 0
  #skippedAt: Token | null = null

  constructor(cursor: Cursor, symbols: Symbols, diagnostics: Diagnostics, limits: Limits) {
    this.#cursor = cursor
    this.#symbols = symbols
    this.#diagnostics = diagnostics
    this.#limits = limits
  }

  get isSkipping(): boolean {
    return this.#skipped > 0
  }

  /** From here to the ROF nothing counts but FOR and ROF. */
  skip(at: Token): void {
    this.#skippedAt = at
    this.#skipped = 1
  }

  /** Whether the token is left out, which may be more of its line as well. */
  skips(token: Token): boolean {
    if (this.#skipped === 0) return false
    const role = roleOf(token)
    if (role === 'name') return true
    if (role === 'for') this.#skipped++
    else if (role === 'rof') this.#skipped--
    this.#cursor.restOfText()
    return true
  }

  /** The lines that follow are repeated, `counter` running from 1 to `count`. */
  open(at: Token, count: bigint, counter: Token | undefined): void {
    if (count > MOST_REPEATS) {
      const message = `FOR ${count} repeats more than ${MOST_REPEATS} times.`
      this.#limits.fatal(at, 'for-too-often', message, 'Repeat less often.')
      return
    }
    const { layer } = this.#cursor
    const running = { kind: 'counter' as const, value: 1 }
    const named = counter === undefined ? null : { name: counter.text, shadowed: this.#symbols.get(counter.text) }
    if (named !== null) this.#symbols.set(named.name, running)
    this.#cursor.held = layer
    this.#open.push({ at, layer, line: layer.line, count: Number(count), counter: named, running })
    this.#limits.loops(this.#open.length, at)
  }

  /** A ROF: goes round again, or past it. `tail` reads the rest of a line. True where the loop is done with. */
  rof(at: Token, tail: (floor: number) => void): boolean {
    this.#cursor.restOfText()
    for (;;) {
      const loop = this.#open.at(-1)
      if (loop?.layer === this.#cursor.layer) return this.#round(loop)
      if (this.#cursor.depth === 1) {
        this.#diagnostics.error(
          at,
          'unopened-for',
          'This ROF closes no FOR.',
          'Delete it, or put the FOR it belongs to before it.',
        )
        return false
      }
      // The last line of an EQU may close a loop outside it; a ROF further up closes nothing.
      if (!this.#cursor.close()) {
        this.#diagnostics.warning(
          at,
          'lost-rof',
          'This ROF stands within an EQU that has no FOR, and does nothing.',
          'Put FOR and ROF into the same EQU.',
        )
        return false
      }
      tail(this.#cursor.depth)
    }
  }

  #round({ layer, line, count, running }: Loop): boolean {
    if (++running.value <= count) {
      layer.line = line
      layer.next = layer.lines[line]?.length ?? 0
      return false
    }
    this.#leave()
    return true
  }

  /** Past the innermost loop; its counter means again what it meant before. */
  #leave(): void {
    const counter = this.#open.pop()?.counter ?? null
    this.#cursor.held = this.#open.at(-1)?.layer ?? null
    if (counter?.shadowed !== undefined) this.#symbols.set(counter.name, counter.shadowed)
    else if (counter !== null) this.#symbols.delete(counter.name)
  }

  /** Nothing is left to read. */
  finish(): void {
    const at = this.#open.at(-1)?.at ?? (this.#skipped > 0 ? this.#skippedAt : null)
    if (at !== null && !this.#limits.stopped)
      this.#diagnostics.warning(at, 'unclosed-for', 'This FOR is never closed.', 'Put a ROF after its last line.')
    while (this.#open.length > 0) this.#leave()
  }
}
