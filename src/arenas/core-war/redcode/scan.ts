/**
 * Characters to tokens, the way every Redcode line is cut: words, numbers, and single signs (`&&` and `||` are one).
 * White space is ASCII's alone; any other character that Redcode has no use for becomes a sign, for others to refuse.
 */

export type TokenKind = 'word' | 'number' | 'sign'

export interface Token {
  readonly kind: TokenKind
  readonly text: string
  /** 1-based line and column of the source it was written in, also after substitution. */
  readonly line: number
  readonly column: number
  /** Columns it covers there, where that is not the length of its own text. */
  readonly width?: number
  /** Whether white space stands before it: `a&b` joins, `a & b` does not. */
  readonly spaced: boolean
}

/** A line of tokens; `end` is the column just after its text, where something missing is reported. */
export interface TokenLine {
  readonly tokens: readonly Token[]
  readonly line: number
  readonly end: number
}

const TOKEN = /([ \t\v\f\r\n]*)([0-9]+|[A-Za-z_][A-Za-z0-9_]*|&&|\|\||[^ \t\v\f\r\n])/gy

export function scan(text: string, line: number, column = 1): TokenLine {
  const tokens: Token[] = []
  let end = column
  TOKEN.lastIndex = 0
  for (let match = TOKEN.exec(text); match !== null; match = TOKEN.exec(text)) {
    const [, space = '', sign = ''] = match
    const start = column + match.index + space.length
    tokens.push({ kind: kindOf(sign), text: sign, line, column: start, spaced: space !== '' })
    end = start + sign.length
  }
  return { tokens, line, end }
}

/**
 * Tokens that ended up side by side without white space are read as one where a reader of the text would: `1` and `1` as
 * 11, `&` and `&` as `&&`.
 */
export function joinNeighbours(tokens: readonly Token[]): Token[] {
  const out: Token[] = []
  for (const token of tokens) {
    const last = out.at(-1)
    if (last === undefined || token.spaced || !areOne(last, token)) out.push(token)
    else out[out.length - 1] = { ...last, text: last.text + token.text }
  }
  return out
}

const areOne = (left: Token, right: Token) =>
  (left.kind === 'number' && right.kind === 'number') ||
  (left.text === right.text && (left.text === '&' || left.text === '|'))

/** Where a token stands, for others that come in its place. */
export const placeOf = ({ line, column, width, text }: Token) => ({ line, column, width: width ?? text.length })

/** A number as tokens: a minus sign of its own where it is negative. */
export function numberTokens(value: number, at: Token, digits = 0): Token[] {
  const text = String(Math.abs(value)).padStart(digits, '0')
  const { spaced } = at
  const place = placeOf(at)
  if (value >= 0) return [{ kind: 'number', text, ...place, spaced }]
  return [
    { kind: 'sign', text: '-', ...place, spaced },
    { kind: 'number', text, ...place, spaced: false },
  ]
}

function kindOf(text: string): TokenKind {
  const first = text.charCodeAt(0)
  if (first >= 48 && first <= 57) return 'number'
  const isLetter = (first | 32) >= 97 && (first | 32) <= 122
  return isLetter || first === 95 ? 'word' : 'sign'
}
