/** Budgets: what no honest warrior meets, so that any text at all is done with in bounded time and memory. */
import type { Diagnostics, Place } from './diagnose.ts'

/** Lines of the warrior; pMARS has the same limit, whatever the settings. */
export const MOST_INSTRUCTIONS = 1000
/** ORG, END and PIN come on top of the instructions. */
const MOST_STATEMENTS = 4000
/** Characters of one statement after substitution, as in pMARS. */
export const MOST_CHARACTERS = 8000
/** Repeats of one FOR; pMARS counts in 16 bits. */
export const MOST_REPEATS = 65_534
/** EQUs within EQUs. */
const MOST_LAYERS = 500
/** FORs within FORs. */
const MOST_LOOPS = 200
/** Tokens read, those of substituted texts included. */
export const MOST_WORK = 1_000_000
/** Names of one warrior. */
const MOST_NAMES = 50_000

/** Counts down; once it is spent, `stopped` is set and everybody goes home. */
export class Limits {
  stopped = false
  readonly #diagnostics: Diagnostics
  readonly #mostWork: number
  #work = 0

  constructor(diagnostics: Diagnostics, mostWork = MOST_WORK) {
    this.#diagnostics = diagnostics
    this.#mostWork = mostWork
  }

  spend(work: number, at: Place | null): boolean {
    this.#work += work
    if (this.#diagnostics.isFull) this.stopped = true
    else if (this.#work > this.#mostWork)
      this.fatal(at, 'too-much-work', 'Expanding FOR and EQU takes too long here.', 'Repeat less, or nest fewer EQUs.')
    return !this.stopped
  }

  /** A text is put in place of a name, which takes `work`. */
  layers(depth: number, work: number, at: Place): boolean {
    if (depth > MOST_LAYERS)
      this.fatal(at, 'too-deep', `EQUs are nested more than ${MOST_LAYERS} deep.`, 'Nest them less.')
    return this.spend(work, at)
  }

  loops(depth: number, at: Place): boolean {
    if (depth > MOST_LOOPS)
      this.fatal(at, 'too-deep', `FORs are nested more than ${MOST_LOOPS} deep.`, 'Nest them less.')
    return !this.stopped
  }

  statements(instructions: number, statements: number, at: Place): void {
    if (instructions > MOST_INSTRUCTIONS || statements > MOST_STATEMENTS) {
      const message = `The warrior grows beyond ${MOST_INSTRUCTIONS} lines.`
      this.fatal(at, 'too-many-lines', message, 'Check the FOR loops and EQUs.')
    }
  }

  names(count: number, at: Place): void {
    if (count > MOST_NAMES)
      this.fatal(at, 'too-many-names', `More than ${MOST_NAMES} names are defined.`, 'Define fewer labels and EQUs.')
  }

  fatal(at: Place | null, code: string, message: string, fix: string): void {
    if (!this.stopped) this.#diagnostics.error(at ?? { line: 1, column: 1 }, code, message, fix)
    this.stopped = true
  }
}
