/** What the assembler takes and gives. The work is in `assemble.ts`. */
import type { Program } from './instruction.ts'

/** The numbers a warrior may ask for by name, and the limits it is held to. */
export interface AssemblySettings {
  readonly coreSize: number
  readonly maxProcesses: number
  readonly maxCycles: number
  readonly maxLength: number
  readonly minDistance: number
  readonly rounds: number
  readonly pspaceSize: number
  /** Number of warriors in the match (the constant WARRIORS). */
  readonly warriors: number
  readonly readLimit: number
  readonly writeLimit: number
  /** ICWS'88 rules: '94 opcodes, modifiers and modes are errors (pMARS -8). */
  readonly icws88: boolean
  /** Tokens to read, those of FOR and EQU included, where the text is worth less patience than is usual (see `limits.ts`). */
  readonly mostWork?: number
}

export type Severity = 'error' | 'warning'

/** One thing that is wrong, where, and what to do about it. Lines and columns count from 1. */
export interface Diagnostic {
  readonly severity: Severity
  readonly line: number
  readonly column: number
  /** Columns covered, at least 1. */
  readonly length: number
  /** A stable name, such as `unknown-opcode`. */
  readonly code: string
  /** What is wrong, in one sentence. */
  readonly message: string
  /** How to fix it, in one sentence. */
  readonly fix: string
}

/** The comment directives of a warrior. */
export interface Header {
  readonly name: string | null
  readonly author: string | null
  readonly date: string | null
  readonly version: string | null
  /** One entry a `;strategy` line. */
  readonly strategy: readonly string[]
  /** The tag after `;redcode`, lower case and without its dash: `94nop`, `nano`, or `` for plain `;redcode`; null if there was no such line. */
  readonly redcode: string | null
}

export interface Assembly {
  /** Present exactly when no diagnostic is an error. */
  readonly program: Program | null
  readonly header: Header
  readonly diagnostics: readonly Diagnostic[]
  /** For each program line: the 1-based source line it came from, and the label shown in the `-r 0` listing. */
  readonly lines: readonly { readonly source: number; readonly label: string }[]
}

/** The standard hill of '94, as pMARS has it by default: what is assumed where nothing is said. */
export const STANDARD_94: AssemblySettings = {
  coreSize: 8000,
  maxProcesses: 8000,
  maxCycles: 80000,
  maxLength: 100,
  minDistance: 100,
  rounds: 1,
  pspaceSize: 500,
  warriors: 1,
  readLimit: 8000,
  writeLimit: 8000,
  icws88: false,
}

/** {@link STANDARD_94} with some numbers changed; read and write limits follow the core size unless they are given. */
export function settingsFor(change: Partial<AssemblySettings> = {}): AssemblySettings {
  const coreSize = change.coreSize ?? STANDARD_94.coreSize
  return { ...STANDARD_94, readLimit: coreSize, writeLimit: coreSize, ...change }
}

/**
 * The hill that the `;redcode` line names, by its usual tag: `94nop`, `nano`, `tiny`, ... Plain `;redcode` is the hill of
 * '88, and `;redcode-94` the one of '94. Null where there is no such line. Tags are others' words: look them up, do not trust.
 */
export function presetTag({ redcode }: Pick<Header, 'redcode'>): string | null {
  return redcode === '' || redcode === 'icws' ? '88' : redcode
}
