/**
 * Integer expressions: `+ - * / % == != < > <= >= && || !`, brackets, registers a..z with `=`. Precedence and truncation are
 * C's; numbers are 64 bits wide and overflow is told. Used by operands, FOR, `;assert` and the score formula.
 */
import type { Token } from './scan.ts'

/** The 26 registers keep their values from expression to expression; letter case does not matter. */
export type Registers = Map<string, bigint>

export type Value =
  | { readonly ok: true; readonly value: bigint; readonly overflowed: boolean }
  | { readonly ok: false; readonly reason: 'empty' | 'division' | 'syntax' | 'depth'; readonly at: Token | null }

/** Brackets and signs nest so deep at most: more is a bomb, not a formula. */
const DEEPEST = 200

const LEVELS: readonly (readonly string[])[] = [
  ['||'],
  ['&&'],
  ['==', '!=', '<', '>', '<=', '>='],
  ['+', '-'],
  ['*', '/', '%'],
]
const BIGGEST = (1n << 63n) - 1n

class Stop extends Error {
  readonly reason: 'division' | 'syntax' | 'depth'
  readonly at: Token | null

  constructor(reason: 'division' | 'syntax' | 'depth', at: Token | null) {
    super(reason)
    this.reason = reason
    this.at = at
  }
}

export function evaluate(tokens: readonly Token[], registers: Registers): Value {
  if (tokens.length === 0) return { ok: false, reason: 'empty', at: null }
  const reader = new Reader(tokens, registers)
  try {
    const value = reader.expression(0)
    if (!reader.atEnd) return { ok: false, reason: 'syntax', at: reader.here }
    return { ok: true, value, overflowed: reader.overflowed }
  } catch (error) {
    if (error instanceof Stop) return { ok: false, reason: error.reason, at: error.at }
    throw error
  }
}

class Reader {
  overflowed = false
  readonly #tokens: readonly Token[]
  readonly #registers: Registers
  #next = 0
  #depth = 0

  constructor(tokens: readonly Token[], registers: Registers) {
    this.#tokens = tokens
    this.#registers = registers
  }

  get atEnd(): boolean {
    return this.#next >= this.#tokens.length
  }

  get here(): Token | null {
    return this.#tokens[this.#next] ?? this.#tokens.at(-1) ?? null
  }

  expression(level: number): bigint {
    const operators = LEVELS[level]
    if (operators === undefined) return this.#unary()
    let left = this.expression(level + 1)
    for (
      let operator = this.#operator();
      operator !== null && operators.includes(operator.text);
      operator = this.#operator()
    ) {
      this.#next += operator.tokens
      left = this.#apply(operator.text, left, this.expression(level + 1))
    }
    return left
  }

  /** The operator here; `=`, `<`, `>`, `!` followed by `=` are one with it. */
  #operator(): { text: string; tokens: number } | null {
    const first = this.#tokens[this.#next]
    if (first?.kind !== 'sign') return null
    const second = this.#tokens[this.#next + 1]?.text
    if (second === '=' && '=<>!'.includes(first.text)) return { text: `${first.text}=`, tokens: 2 }
    return { text: first.text, tokens: 1 }
  }

  #unary(): bigint {
    if (++this.#depth > DEEPEST) throw new Stop('depth', this.here)
    const token = this.#tokens[this.#next++]
    let value: bigint
    if (token === undefined) throw new Stop('syntax', this.here)
    if (token.kind === 'number') value = clamp(token.text)
    else if (token.kind === 'word') value = this.#register(token)
    else if (token.text === '-') value = this.#wrap(-this.#unary())
    else if (token.text === '+') value = this.#unary()
    else if (token.text === '!') value = this.#unary() === 0n ? 1n : 0n
    else if (token.text === '(') {
      value = this.expression(0)
      if (this.#tokens[this.#next++]?.text !== ')') throw new Stop('syntax', token)
    } else throw new Stop('syntax', token)
    this.#depth--
    return value
  }

  #register(token: Token): bigint {
    if (!/^[A-Za-z]$/.test(token.text)) throw new Stop('syntax', token)
    const name = token.text.toUpperCase()
    if (this.#tokens[this.#next]?.text === '=' && this.#tokens[this.#next + 1]?.text !== '=') {
      this.#next++
      const value = this.expression(0)
      this.#registers.set(name, value)
      return value
    }
    return this.#registers.get(name) ?? 0n
  }

  #apply(operator: string, x: bigint, y: bigint): bigint {
    switch (operator) {
      case '+':
        return this.#wrap(x + y)
      case '-':
        return this.#wrap(x - y)
      case '*':
        return this.#wrap(x * y)
      case '/':
      case '%':
        if (y === 0n) throw new Stop('division', this.here)
        return this.#wrap(operator === '/' ? x / y : x % y)
      case '&&':
        return truth(x !== 0n && y !== 0n)
      case '||':
        return truth(x !== 0n || y !== 0n)
      case '==':
        return truth(x === y)
      case '!=':
        return truth(x !== y)
      case '<':
        return truth(x < y)
      case '>':
        return truth(x > y)
      case '<=':
        return truth(x <= y)
      default:
        return truth(x >= y)
    }
  }

  #wrap(value: bigint): bigint {
    const wrapped = BigInt.asIntN(64, value)
    if (wrapped !== value) this.overflowed = true
    return wrapped
  }
}

const truth = (value: boolean) => (value ? 1n : 0n)

function clamp(digits: string): bigint {
  const value = BigInt(digits.slice(0, 20))
  return value > BIGGEST ? BIGGEST : value
}
