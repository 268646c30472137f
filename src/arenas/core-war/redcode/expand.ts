/**
 * The first pass: labels, EQU, FOR/ROF, `&`, `;assert`. Source lines go in; statements with their opcodes come out, each
 * with the line number it will have in the core. What is not known yet (a label further down) stays a word.
 */
import { nearest } from '../../../core/nearest.ts'
import { Cursor } from './cursor.ts'
import { shown, type Diagnostics } from './diagnose.ts'
import { evaluate, type Registers } from './expression.ts'
import { Gatherer, type Counting } from './gather.ts'
import { Limits } from './limits.ts'
import { Loops } from './loops.ts'
import { expressionProblem } from './problem.ts'
import type { SourceLine } from './reader.ts'
import type { Token } from './scan.ts'
import type { Symbols } from './symbols.ts'
import { KNOWN_WORDS, PSEUDO_OPCODES, roleOf } from './words.ts'

export interface Statement {
  /** Upper case; ORG, END and PIN among them. */
  readonly opcode: string
  readonly at: Token
  /** What follows the opcode; null where an error has been told already. */
  readonly operands: readonly Token[] | null
}

const MOST_LABELS = 7

export class Expander {
  readonly statements: Statement[] = []
  hasAssert = false
  readonly #cursor: Cursor
  readonly #source: readonly SourceLine[]
  readonly #symbols: Symbols
  readonly #registers: Registers
  readonly #diagnostics: Diagnostics
  readonly #limits: Limits
  readonly #gatherer: Gatherer
  readonly #loops: Loops
  /** Names that wait for what they stand before. */
  #labels: Token[] = []
  #length = 0

  constructor(
    source: readonly SourceLine[],
    symbols: Symbols,
    registers: Registers,
    diagnostics: Diagnostics,
    mostWork?: number,
  ) {
    this.#source = source
    this.#symbols = symbols
    this.#registers = registers
    this.#diagnostics = diagnostics
    this.#cursor = new Cursor(source)
    this.#limits = new Limits(diagnostics, mostWork)
    this.#gatherer = new Gatherer(this.#cursor, symbols, diagnostics, this.#limits)
    this.#loops = new Loops(this.#cursor, symbols, diagnostics, this.#limits)
  }

  expand(): void {
    while (!this.#limits.stopped && this.#cursor.nextLine()) {
      if (this.#cursor.depth === 1 && this.#source[this.#cursor.layer.line]?.isAssert === true) this.#assert()
      else this.#line()
    }
    this.#loops.finish()
    // A FOR that its EQU does not close ends the warrior, but not before its line is read.
    if (this.#cursor.depth > 1 && !this.#limits.stopped) this.#tail(1)
    const left = this.#labels[0]
    if (left !== undefined && !this.#limits.stopped) {
      const names = this.#labels.map(({ text }) => shown(text)).join(', ')
      this.#diagnostics.warning(
        left,
        'label-without-line',
        `No instruction follows the label ${names}.`,
        'Delete it, or put an instruction after it. (A misspelt opcode reads as a label.)',
      )
    }
  }

  /** Labels, then an opcode, EQU, FOR or ROF. */
  #line(): void {
    const already = this.#labels.length
    for (let token = this.#cursor.take(); token !== null; token = this.#cursor.take()) {
      if (!this.#limits.spend(1, token)) return
      if (this.#loops.skips(token)) continue
      switch (roleOf(token)) {
        case 'opcode':
          this.#instruction(token)
          return
        case 'equ':
          this.#equ(token)
          return
        case 'for':
          if (this.#for(token)) continue
          return
        case 'rof':
          if (this.#loops.rof(token, this.#tail)) this.#tail(1)
          return
        case 'curline':
          this.#diagnostics.error(
            token,
            'reserved',
            'CURLINE is a number and cannot be a label.',
            'Choose another name.',
          )
          this.#cursor.abandonLine()
          return
        case 'name':
          if (this.#name(token)) continue
          this.#cursor.abandonLine()
          return
        default:
          this.#unexpected(token, this.#labels.slice(already))
          this.#cursor.abandonLine()
          return
      }
    }
  }

  /** A name before the opcode: an EQU's text, or a new label. False after an error. */
  #name(token: Token): boolean {
    const name = this.#gatherer.join(token)
    if (name === null) return false
    const symbol = this.#symbols.get(name.text)
    if (symbol?.kind === 'text') return this.#gatherer.substitute(name, symbol)
    if (symbol !== undefined) {
      this.#diagnostics.warning(
        name,
        'label-twice',
        `"${shown(name.text)}" is a ${symbol.kind} already; the rest of this line is left out.`,
        'Give one of them another name.',
      )
      this.#cursor.restOfText()
      return true
    }
    if (this.#labels.length < MOST_LABELS) this.#labels.push(name)
    else {
      this.#diagnostics.error(
        name,
        'too-many-labels',
        `More than ${MOST_LABELS} labels stand before one instruction.`,
        'Delete some, or check that they are not misspelt opcodes.',
      )
      this.#labels = []
    }
    const colon = this.#cursor.peek()
    if (colon?.text === ':' && !colon.spaced) this.#cursor.take()
    return true
  }

  #instruction(at: Token): void {
    const opcode = at.text.toUpperCase()
    const isPseudo = PSEUDO_OPCODES.has(opcode)
    const counting: Counting = { line: this.#length, absolute: isPseudo }
    // What follows an EQU that holds the opcode counts from the next line, as in pMARS.
    const close = () => {
      this.#label()
      if (!isPseudo) counting.line = ++this.#length
      counting.absolute = false
    }
    let isClosed = false
    const operands = this.#gatherer.operands(counting, 1, this.#glued(), () => {
      isClosed = true
      close()
    })
    if (operands === null) this.#cursor.abandonLine()
    if (!isClosed) close()
    this.statements.push({ opcode, at, operands })
    this.#limits.statements(this.#length, this.statements.length, at)
    if (opcode === 'END') this.#limits.stopped = true
  }

  /** What stands right behind the opcode, as `.ab` or `#0,`: taken as it is written. */
  #glued(): Token[] {
    const glued: Token[] = []
    for (let token = this.#cursor.peek(); token !== null && !token.spaced; token = this.#cursor.peek()) {
      glued.push(token)
      this.#cursor.layer.next++
    }
    return glued
  }

  /** Gives the waiting labels the number of the next line. */
  #label(): void {
    for (const { text } of this.#labels) this.#symbols.set(text, { kind: 'label', value: this.#length })
    this.#limits.names(this.#symbols.size, this.#labels[0] ?? { line: 1, column: 1 })
    this.#labels = []
  }

  #equ(at: Token): void {
    const lines = [this.#cursor.restOfText()]
    // Following lines that begin with EQU belong to the same text.
    for (let line = this.#cursor.peekLine(); line !== null && this.#goesOn(line); line = this.#cursor.peekLine()) {
      lines.push(line.slice(1))
      this.#cursor.nextLine()
      this.#cursor.restOfText()
    }
    if (this.#labels.length === 0)
      this.#diagnostics.warning(at, 'equ-without-name', 'This EQU has no name.', 'Put a label before it.')
    for (const { text } of this.#labels) this.#symbols.set(text, { kind: 'text', lines, open: false })
    this.#limits.names(this.#symbols.size, at)
    this.#labels = []
    this.#tail(1)
  }

  #goesOn(tokens: readonly Token[]): boolean {
    const first = tokens[0]
    const isAssert = this.#cursor.depth === 1 && this.#source[this.#cursor.layer.line + 1]?.isAssert === true
    return first !== undefined && !isAssert && roleOf(first) === 'equ'
  }

  /** True where the line goes on: its rest belongs to what the FOR skips. */
  #for(at: Token): boolean {
    const counter = this.#labels.pop()
    this.#label()
    const floor = this.#cursor.depth
    const tokens = this.#gatherer.operands({ line: this.#length, absolute: false }, floor)
    const count = tokens === null ? null : evaluate(tokens, this.#registers)
    if (count?.ok === true && count.value > 0n) {
      this.#loops.open(at, count.value, counter)
      return false
    }
    if (tokens === null) {
      // The error has been told; the body is best not read at all.
      this.#cursor.abandonLine()
    } else if (count?.ok === false) {
      const { code, message, fix } = expressionProblem(count, 'FOR needs a number of repeats.')
      this.#diagnostics.error(count.at ?? at, code, message, fix)
    }
    this.#loops.skip(at)
    return true
  }

  /** What is left of a line after an EQU whose text ended it: nothing that matters may stand there. */
  readonly #tail = (floor: number): void => {
    for (let token = this.#cursor.take(floor); token !== null; token = this.#cursor.take(floor)) {
      if (!this.#limits.spend(1, token)) return
      const role = roleOf(token)
      if (role !== 'name' && role !== 'other' && role !== 'curline') {
        this.#diagnostics.error(
          token,
          'misplaced',
          `${token.text.toUpperCase()} cannot stand here: the EQU before it ends the line.`,
          'Put it on a line of its own.',
        )
        this.#cursor.abandonLine()
        return
      }
    }
  }

  #assert(): void {
    const at = this.#cursor.peek() ?? { line: this.#source[this.#cursor.layer.line]?.line ?? 1, column: 1 }
    if (this.#loops.isSkipping) return
    const tokens = this.#gatherer.operands({ line: this.#length, absolute: false }, 1)
    if (tokens === null) this.#cursor.abandonLine()
    const value = tokens === null ? null : evaluate(tokens, this.#registers)
    if (value?.ok !== true) {
      this.#diagnostics.warning(
        at,
        'bad-assert',
        'This ;assert is no condition.',
        'Write one, such as ;assert CORESIZE==8000.',
      )
      return
    }
    this.hasAssert = true
    if (value.value === 0n) {
      this.#diagnostics.error(
        at,
        'assert-failed',
        'The warrior is not made for these settings: its ;assert is false.',
        'Choose the settings it asks for.',
      )
    }
  }

  /** Something that begins no line: most often a misspelt opcode stands before it. */
  #unexpected(token: Token, labels: readonly Token[]): void {
    const word = labels.find(({ text }) => nearest(text, KNOWN_WORDS) !== null) ?? labels.at(-1)
    if (word === undefined) {
      this.#diagnostics.error(
        token,
        'unexpected',
        `"${shown(token.text)}" cannot stand here.`,
        'A line starts with a label or an opcode; comments start with a semicolon.',
      )
    } else {
      const meant = nearest(word.text, KNOWN_WORDS)
      this.#diagnostics.error(
        word,
        'unknown-opcode',
        `"${shown(word.text)}" is no opcode.`,
        meant === null ? 'If it is a label, an opcode has to follow it.' : `Did you mean ${meant}?`,
      )
    }
    this.#labels = this.#labels.filter((label) => label !== word)
  }
}
