/** Gathers diagnostics, each at most once a place, and never more than anybody would read. */
import type { Diagnostic, Severity } from './assembly.ts'
import type { Token } from './scan.ts'

/** Where something is: a token, or a spot in a line. */
export type Place = Pick<Token, 'line' | 'column'> & { readonly text?: string; readonly width?: number }

const MOST = 200

export class Diagnostics {
  readonly list: Diagnostic[] = []
  readonly #seen = new Set<string>()

  error(place: Place, code: string, message: string, fix: string): void {
    this.#add('error', place, code, message, fix)
  }

  warning(place: Place, code: string, message: string, fix: string): void {
    this.#add('warning', place, code, message, fix)
  }

  get hasErrors(): boolean {
    return this.list.some(({ severity }) => severity === 'error')
  }

  /** Nothing more is listed: the assembler may stop. */
  get isFull(): boolean {
    return this.list.length > MOST
  }

  #add(severity: Severity, { line, column, text, width }: Place, code: string, message: string, fix: string): void {
    const key = `${line}:${column}:${code}`
    if (this.#seen.has(key) || this.list.length > MOST) return
    this.#seen.add(key)
    if (this.list.length === MOST) {
      this.list.push({
        severity: 'error', line, column, length: 1, code: 'too-many-problems',
        message: `There are more than ${MOST} problems; the rest is not listed.`, fix: 'Mend the first ones and try again.',
      }) // prettier-ignore
      return
    }
    this.list.push({ severity, line, column, length: Math.max(1, width ?? text?.length ?? 1), code, message, fix })
  }
}

/** A foreign word as it may be shown in a sentence. */
export const shown = (text: string): string => (text.length > 40 ? `${text.slice(0, 40)}…` : text)

/** The nearest of `names` within two typing slips, to suggest. */
export function nearest(word: string, names: readonly string[]): string | null {
  if (word.length > 20) return null
  let best: string | null = null
  let least = Math.min(3, word.length)
  for (const name of names) {
    if (Math.abs(name.length - word.length) >= least) continue
    const distance = slips(word.toUpperCase(), name.toUpperCase())
    if (distance < least) {
      least = distance
      best = name
    }
  }
  return best
}

/** Levenshtein distance, with swapped neighbours as one slip. */
function slips(a: string, b: string): number {
  let before: number[] = []
  let above = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let row = 1; row <= a.length; row++) {
    const current = [row]
    for (let column = 1; column <= b.length; column++) {
      const change = a[row - 1] === b[column - 1] ? 0 : 1
      let cost = Math.min(above[column]! + 1, current[column - 1]! + 1, above[column - 1]! + change)
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]) {
        cost = Math.min(cost, before[column - 2]! + 1)
      }
      current.push(cost)
    }
    before = above
    above = current
  }
  return above[b.length]!
}
