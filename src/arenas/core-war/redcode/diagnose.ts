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
