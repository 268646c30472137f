/** Statements to instructions: modifiers, modes, operands, the rules of '88, and where execution starts. */
import type { AssemblySettings } from './assembly.ts'
import { defaultModifier } from './default-modifier.ts'
import { nearest, shown, type Diagnostics } from './diagnose.ts'
import type { Statement } from './expand.ts'
import { evaluate, type Registers } from './expression.ts'
import {
  MODE,
  MODES,
  MODIFIER,
  MODIFIERS,
  OP,
  OPCODES,
  pack,
  type Mode,
  type Modifier,
  type Opcode,
} from './instruction.ts'
import { expressionProblem } from './problem.ts'
import type { Token } from './scan.ts'
import type { Symbols } from './symbols.ts'
import { PSEUDO_OPCODES } from './words.ts'

export interface Encoded {
  readonly instructions: number[]
  readonly a: number[]
  readonly b: number[]
  /** The source line of each. */
  readonly sources: number[]
  start: number
  pin: number | null
}

/** One operand as written: a mode sign (or none) and the tokens of its value. */
interface Operand {
  readonly mode: Mode | null
  readonly at: Token
  readonly tokens: readonly Token[]
}

const JUMPS: ReadonlySet<string> = new Set(['JMP', 'JMZ', 'JMN', 'DJN', 'SPL'])
const WRITERS_88: ReadonlySet<string> = new Set(['MOV', 'ADD', 'SUB', 'CMP'])
const NEW_IN_94: ReadonlySet<string> = new Set(['MUL', 'DIV', 'MOD', 'SEQ', 'SNE', 'NOP', 'LDP', 'STP'])
const MODES_88: ReadonlySet<Mode> = new Set<Mode>(['#', '$', '@', '<'])
const MOST_TOKENS = 5_000

export class Encoder {
  readonly #settings: AssemblySettings
  readonly #symbols: Symbols
  readonly #registers: Registers
  readonly #diagnostics: Diagnostics
  readonly #out: Encoded = { instructions: [], a: [], b: [], sources: [], start: 0, pin: null }

  constructor(settings: AssemblySettings, symbols: Symbols, registers: Registers, diagnostics: Diagnostics) {
    this.#settings = settings
    this.#symbols = symbols
    this.#registers = registers
    this.#diagnostics = diagnostics
  }

  encode(statements: readonly Statement[]): Encoded {
    for (const statement of statements) {
      const tokens = this.#resolve(statement.operands, PSEUDO_OPCODES.has(statement.opcode))
      if (tokens === null) {
        // Keep the numbering: labels further down are distances from here.
        if (!PSEUDO_OPCODES.has(statement.opcode)) this.#add(statement, 0, 0, 0)
      } else if (PSEUDO_OPCODES.has(statement.opcode)) this.#pseudo(statement, tokens)
      else this.#instruction(statement, tokens)
    }
    return this.#out
  }

  /**
   * Puts in the names that were not known before: labels further down (as addresses where `absolute`, else as
   * distances), and EQUs used before their line.
   */
  #resolve(operands: readonly Token[], absolute: boolean): Token[] | null {
    let queue: Token[] = [...operands]
    const out: Token[] = []
    for (let substitutions = 0; queue.length > 0;) {
      const token = queue[0]
      queue = queue.slice(1)
      if (token === undefined) break
      const isModifier = out.length === 1 && out[0]?.text === '.'
      const symbol = token.kind === 'word' && !isModifier ? this.#symbols.get(token.text) : undefined
      if (symbol?.kind === 'text') {
        const text = (symbol.lines[0] ?? []).map((part) => ({ ...part, line: token.line, column: token.column }))
        if (++substitutions > 100 || queue.length + text.length > MOST_TOKENS) {
          this.#diagnostics.error(
            token,
            'recursive-equ',
            `"${shown(token.text)}" is defined by itself.`,
            'Take its own name out of its EQU.',
          )
          return null
        }
        queue = [...text, ...queue]
      } else if (symbol !== undefined) {
        const distance = symbol.value - (absolute ? 0 : this.#out.instructions.length)
        if (distance < 0) out.push({ ...token, kind: 'sign', text: '-' })
        out.push({ ...token, kind: 'number', text: String(Math.abs(distance)) })
      } else out.push(token)
    }
    return out
  }

  #pseudo({ opcode, at }: Statement, tokens: readonly Token[]): void {
    if (this.#settings.icws88 && opcode !== 'END') this.#not88(at, opcode)
    const value = tokens.length === 0 ? 0n : this.#value(tokens, at)
    if (value === null) return
    if (opcode === 'PIN') this.#out.pin = Number(value)
    else if (opcode === 'ORG') this.#out.start = this.#normalise(value)
    else if (value !== 0n) {
      if (this.#out.start === 0) this.#out.start = this.#normalise(value)
      else {
        this.#diagnostics.warning(
          at,
          'org-and-end',
          'ORG has said already where to start; what END says is left out.',
          'Use one of the two.',
        )
      }
    }
  }

  #instruction(statement: Statement, tokens: readonly Token[]): void {
    const name = statement.opcode as Opcode
    const parsed = this.#parse(statement, tokens)
    const a = parsed?.[1] === null || parsed === null ? null : this.#value(parsed[1].tokens, parsed[1].at)
    const b = parsed?.[2] === null || parsed === null ? null : this.#value(parsed[2].tokens, parsed[2].at)
    if (parsed === null || a === null || b === null) {
      this.#add(statement, 0, 0, 0)
      return
    }
    const [modifier, aOperand, bOperand] = parsed
    const aMode = aOperand.mode ?? '$'
    const bMode = bOperand.mode ?? '$'
    if (this.#settings.icws88) this.#check88(statement, modifier, aOperand, bOperand)
    const opcode = OP[name]
    const code = MODIFIER[modifier ?? defaultModifier(opcode, MODE[aMode], MODE[bMode])]
    this.#add(statement, pack(opcode, code, MODE[aMode], MODE[bMode]), this.#normalise(a), this.#normalise(b))
  }

  /** Modifier (or none) and both operands; a missing one is filled in where the opcode allows it. */
  #parse({ opcode, at }: Statement, tokens: readonly Token[]): [Modifier | null, Operand, Operand] | null {
    let next = 0
    let modifier: Modifier | null = null
    if (tokens[0]?.text === '.') {
      const word = tokens[1]
      const known = MODIFIERS.find((name) => name === word?.text.toUpperCase())
      if (known === undefined) {
        this.#diagnostics.error(
          word ?? tokens[0],
          'unknown-modifier',
          `"${shown(word?.text ?? '')}" is no modifier.`,
          `Use one of ${MODIFIERS.join(', ')}.`,
        )
        return null
      }
      modifier = known
      next = 2
    }
    const comma = splitAt(tokens, next)
    const first = this.#operand(tokens.slice(next, comma), at)
    if (first === null) {
      this.#diagnostics.error(
        tokens[comma] ?? at,
        'no-operand',
        `${opcode} lacks its ${comma < tokens.length ? 'first ' : ''}operand.`,
        `Write ${opcode} with ${opcode === 'JMP' || opcode === 'SPL' || opcode === 'NOP' || opcode === 'DAT' ? 'one or two operands' : 'two operands'}.`,
      )
      return null
    }
    const zero: Token = { ...at, kind: 'number', text: '0' }
    if (comma >= tokens.length) {
      if (opcode === 'DAT') return [modifier, { mode: '#', at, tokens: [zero] }, first]
      if (opcode === 'JMP' || opcode === 'SPL' || opcode === 'NOP')
        return [modifier, first, { mode: '$', at, tokens: [zero] }]
      this.#diagnostics.error(at, 'one-operand', `${opcode} needs two operands.`, 'Write the second one after a comma.')
      return null
    }
    const second = this.#operand(tokens.slice(comma + 1), at)
    if (second === null) {
      this.#diagnostics.error(
        tokens[comma] ?? at,
        'no-operand',
        `${opcode} lacks its second operand.`,
        'Write it after the comma.',
      )
      return null
    }
    return [modifier, first, second]
  }

  #operand(tokens: readonly Token[], fallback: Token): Operand | null {
    const first = tokens[0]
    const mode = first === undefined ? undefined : MODES.find((sign) => sign === first.text)
    const rest = mode === undefined ? tokens : tokens.slice(1)
    return rest.length === 0 ? null : { mode: mode ?? null, at: first ?? fallback, tokens: rest }
  }

  #value(tokens: readonly Token[], at: Token): bigint | null {
    const value = evaluate(tokens, this.#registers)
    if (value.ok) {
      if (value.overflowed)
        this.#diagnostics.warning(
          at,
          'overflow',
          'This number is too large for 64 bits and wraps around.',
          'Use smaller numbers.',
        )
      return value.value
    }
    const { code, message, fix } = expressionProblem(value, 'A number is missing here.')
    const meant = value.at?.kind === 'word' ? nearest(value.at.text, [...this.#symbols.keys()]) : null
    this.#diagnostics.error(
      value.at ?? at,
      code,
      message,
      meant === null ? fix : `Did you mean ${shown(meant)}? ${fix}`,
    )
    return null
  }

  #check88({ opcode, at }: Statement, modifier: Modifier | null, a: Operand, b: Operand): void {
    const isPlain = (mode: Mode | null) => mode === '#' || mode === '<'
    if (NEW_IN_94.has(opcode)) this.#not88(at, opcode)
    if (modifier !== null) this.#not88(at, `.${modifier}`)
    for (const { mode, at: place } of [a, b]) if (mode !== null && !MODES_88.has(mode)) this.#not88(place, mode)
    const rule =
      opcode === 'DAT' && !(isPlain(a.mode) && isPlain(b.mode)) ? 'DAT takes only # and <'
      : WRITERS_88.has(opcode) && b.mode === '#' ? `${opcode} cannot have # in its second operand`
      : JUMPS.has(opcode) && a.mode === '#' ? `${opcode} cannot have # in its first operand`
      : null // prettier-ignore
    if (rule !== null)
      this.#diagnostics.error(
        at,
        'not-in-88',
        `Under the rules of ICWS'88 ${rule}.`,
        "Change the mode, or use the '94 rules.",
      )
  }

  #not88(at: Token, what: string): void {
    this.#diagnostics.error(at, 'not-in-88', `ICWS'88 has no ${what}.`, "Leave it out, or use the '94 rules.")
  }

  #normalise(value: bigint): number {
    const size = BigInt(this.#settings.coreSize)
    return Number(((value % size) + size) % size)
  }

  #add({ at }: Statement, instruction: number, a: number, b: number): void {
    this.#out.instructions.push(instruction)
    this.#out.a.push(a)
    this.#out.b.push(b)
    this.#out.sources.push(at.line)
  }
}

/** Where the comma between the operands is, or the end. */
function splitAt(tokens: readonly Token[], from: number): number {
  const comma = tokens.findIndex(({ text }, index) => index >= from && text === ',')
  return comma === -1 ? tokens.length : comma
}

export const KNOWN_WORDS: readonly string[] = [...OPCODES, ...PSEUDO_OPCODES, 'EQU', 'FOR', 'ROF']
