/** Characters to tokens, the way every Redcode line is cut: words, numbers, and single signs (`&&` and `||` are one). */

export type TokenKind = 'word' | 'number' | 'sign'

export interface Token {
  readonly kind: TokenKind
  readonly text: string
  /** 1-based line and column of the source it was written in, also after substitution. */
  readonly line: number
  readonly column: number
  /** Whether white space stands before it: `a&b` joins, `a & b` does not. */
  readonly spaced: boolean
}

/** A line of tokens; `end` is the column just after its text, where something missing is reported. */
export interface TokenLine {
  readonly tokens: readonly Token[]
  readonly line: number
  readonly end: number
}

const TOKEN = /(\s*)([0-9]+|[A-Za-z_][A-Za-z0-9_]*|&&|\|\||[^\s])/gy

export function scan(text: string, line: number, column = 1): TokenLine {
  const tokens: Token[] = []
  TOKEN.lastIndex = 0
  for (let match = TOKEN.exec(text); match !== null; match = TOKEN.exec(text)) {
    const [, space = '', sign = ''] = match
    tokens.push({
      kind: kindOf(sign),
      text: sign,
      line,
      column: column + match.index + space.length,
      spaced: space !== '',
    })
  }
  return { tokens, line, end: column + text.trimEnd().length }
}

function kindOf(text: string): TokenKind {
  const first = text.charCodeAt(0)
  if (first >= 48 && first <= 57) return 'number'
  return /^[A-Za-z_]/.test(text) ? 'word' : 'sign'
}
