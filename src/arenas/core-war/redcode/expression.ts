/**
 * Integer expressions: `+ - * / % == != < > <= >= && || !`, brackets, registers a..z with `=`. Used by operands, FOR,
 * `;assert` and the score formula. Numbers are 64 bits wide; overflow is told. Division truncates towards zero.
 *
 * Precedence is C's, with two habits of pMARS 0.9.5 that a load file shows. After a right operand that was itself
 * calculated, as in `a < b+c*d < e`, the next operator of the outer level still belongs to the inner one. And a `==` in that
 * place is lost: the expression ends there, and what follows is left over, which is an error nearly always.
 */
import type { Token } from './scan.ts'

/** The 26 registers keep their values from expression to expression; letter case does not matter. */
export type Registers = Map<string, bigint>

export type Value =
  | { readonly ok: true; readonly value: bigint; readonly overflowed: boolean; readonly unset: Token | null }
  | { readonly ok: false; readonly reason: Reason; readonly at: Token | null }
type Reason = 'empty' | 'division' | 'syntax' | 'depth' | 'digits' | 'equality'

/** Brackets and signs nest so deep at most: more is a bomb, not a formula. */
const DEEPEST = 300
const MOST_DIGITS = 20

const LEVELS: ReadonlyMap<string, number> = new Map([
  ['||', 1],
  ['&&', 2],
  ['==', 3], ['!=', 3], ['<', 3], ['>', 3], ['<=', 3], ['>=', 3],
  ['+', 4], ['-', 4],
  ['*', 5], ['/', 5], ['%', 5],
]) // prettier-ignore
const BIGGEST = (1n << 63n) - 1n

class Stop extends Error {
  readonly reason: Reason
  readonly at: Token | null

  constructor(reason: Reason, at: Token | null) {
    super(reason)
    this.reason = reason
    this.at = at
  }
}

export function evaluate(tokens: readonly Token[], registers: Registers): Value {
  if (tokens.length === 0) return { ok: false, reason: 'empty', at: null }
  const reader = new Reader(tokens, registers)
  try {
    return { ok: true, value: reader.all(), overflowed: reader.overflowed, unset: reader.unset }
  } catch (error) {
    if (error instanceof Stop) return { ok: false, reason: error.reason, at: error.at }
    throw error
  }
}

interface Operator {
  readonly text: string
  readonly level: number
  readonly tokens: number
  readonly at: Token
}

class Reader {
  overflowed = false
  /** The first register read that nothing was ever assigned to. */
  unset: Token | null = null
  readonly #tokens: readonly Token[]
  readonly #registers: Registers
  /** The `==` that was lost, until somebody minds what is left over. */
  #lost: Token | null = null
  #next = 0
  #depth = 0

  constructor(tokens: readonly Token[], registers: Registers) {
    this.#tokens = tokens
    this.#registers = registers
  }

  all(): bigint {
    const value = this.#expression()
    const left = this.#tokens[this.#next]
    if (left !== undefined) throw this.#leftOver(left)
    return value
  }

  #expression(): bigint {
    return this.#climb(0, this.#operand())
  }

  /** Applies operators above `floor` to `left`. */
  #climb(floor: number, left: bigint): bigint {
    let value = left
    let isCompound = false
    for (let operator = this.#operator(); operator !== null; operator = this.#operator()) {
      if (isCompound && operator.text === '==') {
        this.#lose(operator)
        break
      }
      if (isCompound ? operator.level < floor : operator.level <= floor) break
      this.#next += operator.tokens
      let right = this.#operand()
      const following = this.#operator()
      isCompound = following !== null && following.level > operator.level
      if (isCompound) right = this.#climb(operator.level, right)
      value = this.#apply(operator, value, right)
      if (this.#lost !== null) break
    }
    return value
  }

  #lose({ at, tokens }: Operator): void {
    this.#next += tokens
    const following = this.#tokens[this.#next]
    if (following === undefined || following.text === ')') throw new Stop('syntax', null)
    this.#lost = at
  }

  #leftOver(token: Token): Stop {
    return this.#lost === null ? new Stop('syntax', token) : new Stop('equality', this.#lost)
  }

  /** The operator here; `=`, `<`, `>`, `!` with `=` right behind are one with it. Null before `)` and at the end. */
  #operator(): Operator | null {
    const at = this.#tokens[this.#next]
    if (at === undefined || at.text === ')') return null
    const tokens = this.#isEqualSign(this.#next + 1) && '=<>!'.includes(at.text) ? 2 : 1
    const text = tokens === 2 ? `${at.text}=` : at.text
    const level = LEVELS.get(text)
    if (level === undefined) throw new Stop('syntax', at)
    return { text, level, tokens, at }
  }

  #isEqualSign(index: number): boolean {
    const token = this.#tokens[index]
    return token?.text === '=' && !token.spaced
  }

  #operand(): bigint {
    const token = this.#tokens[this.#next++]
    if (token === undefined) throw new Stop('syntax', null)
    if (token.kind === 'number') return numberOf(token)
    if (token.kind === 'word') return this.#register(token)
    if (++this.#depth > DEEPEST) throw new Stop('depth', token)
    const value = this.#prefixed(token)
    this.#depth--
    return value
  }

  #prefixed(token: Token): bigint {
    switch (token.text) {
      case '-':
        return this.#wrap(-this.#operand())
      case '+':
        return this.#operand()
      case '!':
        return this.#operand() === 0n ? 1n : 0n
      case '(': {
        const value = this.#expression()
        if (this.#tokens[this.#next++]?.text !== ')') throw this.#leftOver(token)
        return value
      }
      default:
        throw new Stop('syntax', token)
    }
  }

  /** A register's value, or an assignment to it: `a=5`. */
  #register(token: Token): bigint {
    if (!/^[A-Za-z]$/.test(token.text)) throw new Stop('syntax', token)
    const name = token.text.toUpperCase()
    if (this.#tokens[this.#next]?.text === '=' && !this.#isEqualSign(this.#next + 1)) {
      if (++this.#depth > DEEPEST) throw new Stop('depth', token)
      this.#next++
      const value = this.#expression()
      // Where a == was lost in it, what is left over goes on behind the assignment.
      this.#lost = null
      this.#registers.set(name, value)
      this.#depth--
      return value
    }
    const value = this.#registers.get(name)
    if (value === undefined) this.unset ??= token
    return value ?? 0n
  }

  #apply({ text, at }: Operator, x: bigint, y: bigint): bigint {
    switch (text) {
      case '+':
        return this.#wrap(x + y)
      case '-':
        return this.#wrap(x - y)
      case '*':
        return this.#wrap(x * y)
      case '/':
      case '%':
        if (y === 0n) throw new Stop('division', at)
        return this.#wrap(text === '/' ? x / y : x % y)
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

/** More than 63 bits are cut down to the largest number, as C's conversion does. */
function numberOf(token: Token): bigint {
  if (token.text.length > MOST_DIGITS) throw new Stop('digits', token)
  const value = BigInt(token.text)
  return value > BIGGEST ? BIGGEST : value
}
