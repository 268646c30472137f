/** The second pass: statements to instructions, and where execution starts. */
import type { AssemblySettings } from './assembly.ts'
import { defaultModifier } from './default-modifier.ts'
import { shown, type Diagnostics } from './diagnose.ts'
import type { Statement } from './expand.ts'
import { evaluate, type Registers } from './expression.ts'
import { MODE, MODIFIER, OP, pack, type Opcode } from './instruction.ts'
import { parseOperands } from './operands.ts'
import { expressionProblem } from './problem.ts'
import { Resolver } from './resolve.ts'
import { check88, not88 } from './rules88.ts'
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

export class Encoder {
  readonly #settings: AssemblySettings
  readonly #registers: Registers
  readonly #diagnostics: Diagnostics
  readonly #resolver: Resolver
  readonly #out: Encoded = { instructions: [], a: [], b: [], sources: [], start: 0, pin: null }

  constructor(settings: AssemblySettings, symbols: Symbols, registers: Registers, diagnostics: Diagnostics) {
    this.#settings = settings
    this.#registers = registers
    this.#diagnostics = diagnostics
    this.#resolver = new Resolver(symbols, diagnostics)
  }

  encode(statements: readonly Statement[]): Encoded {
    for (const statement of statements) {
      if (PSEUDO_OPCODES.has(statement.opcode)) this.#pseudo(statement)
      // A faulty line keeps its number: labels further down are distances from here.
      else if (!this.#instruction(statement)) this.#add(statement, 0, 0, 0)
    }
    return this.#out
  }

  #pseudo({ opcode, at, operands }: Statement): void {
    if (this.#settings.icws88 && opcode !== 'END') not88(at, opcode, this.#diagnostics)
    const tokens = operands === null ? null : this.#resolver.resolve(operands, null)
    if (tokens === null) return
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

  /** False after an error. */
  #instruction(statement: Statement): boolean {
    const { opcode: name, at, operands } = statement
    const tokens = operands === null ? null : this.#resolver.resolve(operands, this.#out.instructions.length)
    const parsed = tokens === null ? null : parseOperands(name, at, tokens, this.#diagnostics)
    if (parsed === null) return false
    if (this.#settings.icws88) check88(name, at, parsed, this.#diagnostics)
    const a = this.#value(parsed.a.tokens, parsed.a.at)
    const b = this.#value(parsed.b.tokens, parsed.b.at)
    if (a === null || b === null) return false
    const opcode = OP[name as Opcode]
    const aMode = MODE[parsed.a.mode ?? '$']
    const bMode = MODE[parsed.b.mode ?? '$']
    const modifier = MODIFIER[parsed.modifier ?? defaultModifier(opcode, aMode, bMode)]
    this.#add(statement, pack(opcode, modifier, aMode, bMode), this.#normalise(a), this.#normalise(b))
    return true
  }

  #value(tokens: readonly Token[], at: Token): bigint | null {
    const result = evaluate(tokens, this.#registers)
    if (!result.ok) {
      const { code, message, fix } = expressionProblem(result, 'A number is missing here.')
      this.#diagnostics.error(result.at ?? tokens.at(-1) ?? at, code, message, fix)
      return null
    }
    if (result.overflowed) {
      const message = 'This number is too large for 64 bits and wraps around.'
      this.#diagnostics.warning(at, 'overflow', message, 'Use smaller numbers.')
    }
    if (result.unset !== null) {
      const name = shown(result.unset.text)
      const message = `"${name}" is neither label nor EQU, so it is a register that was never set: 0.`
      this.#diagnostics.warning(
        result.unset,
        'unset-register',
        message,
        `Define it, or assign to it, as in (${name}=5).`,
      )
    }
    return result.value
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
