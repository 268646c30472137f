/**
 * The preprocessor: labels, EQU, FOR/ROF, `&`, `;assert`. Source lines go in; statements with their opcodes come out, each
 * with the line number it will have in the core. What is not known yet (a label further down) stays a word.
 */
import type { Diagnostics } from './diagnose.ts'
import { nearest, shown } from './diagnose.ts'
import { evaluate, type Registers, type Value } from './expression.ts'
import { Feed, type Item, type Source } from './feed.ts'
import { expressionProblem } from './problem.ts'
import type { SourceLine } from './reader.ts'
import type { Token } from './scan.ts'
import type { Symbols } from './symbols.ts'
import { beginsWithEqu, MNEMONICS, PSEUDO_OPCODES, signed, skippedWord } from './words.ts'

export interface Statement {
  /** Upper case; ORG, END and PIN among them. */
  readonly opcode: string
  readonly at: Token
  /** What follows the opcode. */
  readonly operands: readonly Token[]
}

/** Budgets that no honest warrior meets. The first is pMARS's. */
const MOST_LINES = 1000
const MOST_WORK = 2_000_000
const MOST_REPEATS = 65_535
const DEEPEST = 60
const MOST_LABELS = 7

type Outcome = 'done' | 'rof'

export class Expander {
  readonly statements: Statement[] = []
  hasAssert = false
  readonly #symbols: Symbols
  readonly #registers: Registers
  readonly #diagnostics: Diagnostics
  #labels: Token[] = []
  #length = 0
  #work = 0
  #depth = 0
  #stopped = false

  constructor(symbols: Symbols, registers: Registers, diagnostics: Diagnostics) {
    this.#symbols = symbols
    this.#registers = registers
    this.#diagnostics = diagnostics
  }

  expand(lines: readonly SourceLine[]): void {
    const asserts = new Set(lines.filter(({ isAssert }) => isAssert).map(({ tokens }) => tokens as readonly Item[]))
    const source: Source = { lines: lines.map(({ tokens }) => tokens), next: 0 }
    while (this.#run(source, asserts) === 'rof') {
      const rof = lines[source.next - 1]
      this.#diagnostics.error(
        { line: rof?.line ?? 1, column: 1 },
        'unopened-for',
        'This ROF closes no FOR.',
        'Delete it, or put the FOR it belongs to before it.',
      )
    }
    const left = this.#labels[0]
    if (left !== undefined && !this.#stopped) {
      const names = this.#labels.map(({ text }) => shown(text)).join(', ')
      this.#diagnostics.warning(
        left,
        'label-without-line',
        `No instruction follows the label ${names}.`,
        'Delete it, or put an instruction after it. (A misspelt opcode reads as a label.)',
      )
    }
  }

  #asserts: ReadonlySet<readonly Item[]> = new Set()

  #run(source: Source, asserts: ReadonlySet<readonly Item[]> = this.#asserts): Outcome {
    this.#asserts = asserts
    while (source.next < source.lines.length && !this.#stopped) {
      const items = source.lines[source.next++] ?? []
      if (this.#line(items, source) === 'rof') return 'rof'
    }
    return 'done'
  }

  #line(items: readonly Item[], source: Source): Outcome {
    const first = items.find((item): item is Token => !('closes' in item))
    if (!this.#spend(1 + items.length, first ?? null)) return 'done'
    const feed = new Feed(items, this.#diagnostics)
    if (this.#asserts.has(items)) {
      this.#assert(feed, first ?? null)
      return 'done'
    }
    const outcome = this.#statement(feed, source)
    // An aborted line must still let go of the EQUs it opened.
    feed.rest()
    let last: Outcome = outcome
    for (let lines = feed.waiting.pop(); lines !== undefined && last !== 'rof'; lines = feed.waiting.pop()) {
      last = this.#nested(first ?? null, lines)
    }
    return last
  }

  #nested(at: Token | null, source: Source): Outcome {
    if (this.#depth >= DEEPEST) {
      this.#fatal(at, 'too-deep', `FOR and EQU are nested more than ${DEEPEST} deep.`, 'Nest them less.')
      return 'done'
    }
    this.#depth++
    const outcome = this.#run(source)
    this.#depth--
    return outcome
  }

  /** Labels, then an opcode, EQU, FOR or ROF. */
  #statement(feed: Feed, source: Source): Outcome {
    for (let token = feed.take(); token !== null; token = feed.take()) {
      if (!this.#spend(1, token)) return 'done'
      if (token.kind !== 'word') {
        this.#unexpected(token)
        return 'done'
      }
      const upper = token.text.toUpperCase()
      if (upper === 'ROF') return 'rof'
      if (upper === 'FOR') return this.#for(token, feed, source)
      if (upper === 'EQU') return this.#equ(token, feed, source)
      if (MNEMONICS.has(upper)) return this.#instruction(upper, token, feed)
      if (token.text === 'CURLINE') {
        this.#diagnostics.error(token, 'reserved', 'CURLINE is a number and cannot be a label.', 'Choose another name.')
        return 'done'
      }
      const name = this.#joined(token, feed)
      if (name === null) return 'done'
      const symbol = this.#symbols.get(name.text)
      if (symbol?.kind === 'text') {
        if (!feed.substitute(name, symbol)) return 'done'
      } else if (symbol !== undefined) {
        this.#diagnostics.warning(
          name,
          'label-twice',
          `"${shown(name.text)}" is a label already; this line is left out.`,
          'Give one of them another name.',
        )
        return 'done'
      } else if (this.#labels.length >= MOST_LABELS) {
        this.#diagnostics.error(
          name,
          'too-many-labels',
          `More than ${MOST_LABELS} labels stand before one instruction.`,
          'Delete some, or check that they are not misspelt opcodes.',
        )
        return 'done'
      } else {
        this.#labels.push(name)
        if (feed.peek()?.text === ':') feed.take()
      }
    }
    return 'done'
  }

  /** What stands where an opcode should: most often the word before it is a misspelt one, which reads as a label. */
  #unexpected(token: Token): void {
    const label = this.#labels.findLast(({ line }) => line === token.line)
    const meant = label === undefined ? null : nearest(label.text, [...MNEMONICS])
    if (label !== undefined && meant !== null) {
      this.#diagnostics.error(label, 'unknown-opcode', `"${shown(label.text)}" is no opcode.`, `Did you mean ${meant}?`)
      return
    }
    this.#diagnostics.error(
      token,
      'unexpected',
      `"${shown(token.text)}" cannot stand here.`,
      'A line starts with a label or an opcode; comments start with a semicolon.',
    )
  }

  #instruction(opcode: string, at: Token, feed: Feed): Outcome {
    const isPseudo = PSEUDO_OPCODES.has(opcode)
    const operands = this.#operands(feed, isPseudo)
    if (operands === null) return 'done'
    for (const { text } of this.#labels) this.#symbols.set(text, { kind: 'label', value: this.#length })
    this.#labels = []
    this.statements.push({ opcode, at, operands })
    if (!isPseudo) this.#length++
    if (this.#length > MOST_LINES)
      this.#fatal(
        at,
        'too-many-lines',
        `The warrior grows beyond ${MOST_LINES} lines.`,
        'Check the FOR loops and EQUs.',
      )
    if (opcode === 'END') this.#stopped = true
    return 'done'
  }

  #equ(at: Token, feed: Feed, source: Source): Outcome {
    const lines = [feed.rest()]
    // Following lines that begin with EQU belong to the same text.
    for (let following = source.lines[source.next]; beginsWithEqu(following); following = source.lines[source.next]) {
      lines.push(new Feed(following ?? [], this.#diagnostics).rest().slice(1))
      source.next++
      if (!this.#spend(1 + (following?.length ?? 0), at)) break
    }
    if (this.#labels.length === 0) {
      this.#diagnostics.warning(at, 'equ-without-name', 'This EQU has no name.', 'Put a label before it.')
    }
    for (const { text } of this.#labels) this.#symbols.set(text, { kind: 'text', lines, open: false })
    this.#labels = []
    return 'done'
  }

  #for(at: Token, feed: Feed, source: Source): Outcome {
    const counter = this.#labels.pop()
    for (const { text } of this.#labels) this.#symbols.set(text, { kind: 'label', value: this.#length })
    this.#labels = []
    const tokens = this.#operands(feed, false)
    const lines = feed.waiting.pop() ?? source
    if (tokens === null) {
      this.#skip(at, lines)
      return 'done'
    }
    const count = evaluate(tokens, this.#registers)
    if (!count.ok) {
      this.#badExpression(at, count, 'FOR needs a number of repeats.')
      this.#skip(at, lines)
    } else if (count.value <= 0n) this.#skip(at, lines)
    else if (count.value > MOST_REPEATS) {
      this.#fatal(
        at,
        'for-too-often',
        `FOR ${count.value} repeats more than ${MOST_REPEATS} times.`,
        'Repeat less often.',
      )
    } else this.#repeat(at, Number(count.value), counter, lines)
    if (lines !== source) feed.waiting.push(lines)
    return 'done'
  }

  #repeat(at: Token, count: number, counter: Token | undefined, source: Source): void {
    const body = source.next
    const running = { kind: 'counter' as const, value: 1 }
    if (counter !== undefined) this.#symbols.set(counter.text, running)
    for (; running.value <= count && !this.#stopped; running.value++) {
      source.next = body
      if (this.#nested(at, source) === 'rof') continue
      if (!this.#stopped) this.#unclosed(at)
      break
    }
    if (counter !== undefined) this.#symbols.delete(counter.text)
  }

  /** Passes over the lines of a FOR that is not to be: only FOR and ROF count. */
  #skip(at: Token, source: Source): void {
    let depth = 1
    while (source.next < source.lines.length) {
      const items = source.lines[source.next++] ?? []
      if (!this.#spend(1, at)) return
      const word = this.#asserts.has(items) ? '' : skippedWord(items)
      if (word === 'FOR') depth++
      if (word === 'ROF' && --depth === 0) return
    }
    this.#unclosed(at)
  }

  #unclosed(at: Token): void {
    this.#diagnostics.warning(at, 'unclosed-for', 'This FOR is never closed.', 'Put a ROF after its last line.')
  }

  #assert(feed: Feed, at: Token | null): void {
    const place = at ?? { line: 1, column: 1 }
    const tokens = this.#operands(feed, false)
    const value = tokens === null ? null : evaluate(tokens, this.#registers)
    if (value?.ok !== true) {
      this.#diagnostics.warning(
        place,
        'bad-assert',
        'This ;assert is no condition.',
        'Write one, such as ;assert CORESIZE==8000.',
      )
      return
    }
    this.hasAssert = true
    if (value.value === 0n) {
      this.#diagnostics.error(
        place,
        'assert-failed',
        'The warrior is not made for these settings: its ;assert is false.',
        'Choose the settings it asks for.',
      )
    }
  }

  /** The rest of the line with everything known put in; labels as distances, or as addresses for ORG, END and PIN. */
  #operands(feed: Feed, absolute: boolean): Token[] | null {
    const out: Token[] = []
    for (let token = feed.take(); token !== null; token = feed.take()) {
      if (!this.#spend(1, token)) return null
      if (token.kind !== 'word') {
        out.push(token)
        continue
      }
      const upper = token.text.toUpperCase()
      // Right after the dot of an opcode it is a modifier, whatever else it might name.
      if (out.length === 1 && out[0]?.text === '.') {
        out.push(token)
        continue
      }
      if (MNEMONICS.has(upper) || upper === 'EQU' || upper === 'FOR' || upper === 'ROF') {
        this.#diagnostics.error(
          token,
          'misplaced',
          `${upper} cannot stand among operands.`,
          'Put it on a line of its own.',
        )
        return null
      }
      if (token.text === 'CURLINE') {
        out.push(...signed(this.#length, token))
        continue
      }
      const name = this.#joined(token, feed)
      if (name === null) return null
      const symbol = this.#symbols.get(name.text)
      if (symbol === undefined) out.push(name)
      else if (symbol.kind === 'counter') out.push(...signed(symbol.value, name))
      else if (symbol.kind === 'label') out.push(...signed(absolute ? symbol.value : symbol.value - this.#length, name))
      else if (!feed.substitute(name, symbol)) return null
    }
    return out
  }

  /** A name with its `&counter` parts: `dest&i` is dest01 in the first round. */
  #joined(token: Token, feed: Feed): Token | null {
    let text = token.text
    for (let sign = feed.peek(); sign?.text === '&' && !sign.spaced; sign = feed.peek()) {
      feed.take()
      const part = feed.take()
      const symbol = part === null ? undefined : this.#symbols.get(part.text)
      if (part === null || part.kind !== 'word' || part.spaced || symbol?.kind !== 'counter') {
        this.#diagnostics.error(
          part ?? sign,
          'bad-join',
          '& joins a name and the counter of a FOR.',
          'Write the counter right after it, as in name&i.',
        )
        return null
      }
      text += String(symbol.value).padStart(2, '0')
    }
    return { ...token, text }
  }

  #badExpression(at: Token, value: Value & { ok: false }, fallback: string): void {
    const { code, message, fix } = expressionProblem(value, fallback)
    this.#diagnostics.error(value.at ?? at, code, message, fix)
  }

  #spend(work: number, at: Token | null): boolean {
    this.#work += work
    if (this.#work > MOST_WORK && !this.#stopped) {
      this.#fatal(at, 'too-much-work', 'Expanding FOR and EQU takes too long here.', 'Repeat less, or nest fewer EQUs.')
    }
    return !this.#stopped
  }

  #fatal(at: Token | null, code: string, message: string, fix: string): void {
    this.#diagnostics.error(at ?? { line: 1, column: 1 }, code, message, fix)
    this.#stopped = true
  }
}
