/** The names a warrior defines, and the constants it is given. */
import type { AssemblySettings } from './assembly.ts'
import { scan, type Token } from './scan.ts'

export type Symbol =
  /** EQU: each line of tokens stands as written. `open` while it is being substituted, to catch recursion. */
  | { readonly kind: 'text'; readonly lines: readonly (readonly Token[])[]; open: boolean }
  /** The number of the line it stands before. */
  | { readonly kind: 'label'; readonly value: number }
  /** The running number of a FOR. */
  | { readonly kind: 'counter'; value: number }

export type TextSymbol = Symbol & { readonly kind: 'text' }
export type Symbols = Map<string, Symbol>

/** pMARS 0.9.5. */
export const VERSION = 95

/** The constants that the settings give, by name. CURLINE is not among them: it changes from line to line. */
export const CONSTANTS = {
  CORESIZE: (settings: AssemblySettings) => settings.coreSize,
  MAXPROCESSES: (settings: AssemblySettings) => settings.maxProcesses,
  MAXCYCLES: (settings: AssemblySettings) => settings.maxCycles,
  MAXLENGTH: (settings: AssemblySettings) => settings.maxLength,
  MINDISTANCE: (settings: AssemblySettings) => settings.minDistance,
  VERSION: () => VERSION,
  WARRIORS: (settings: AssemblySettings) => settings.warriors,
  ROUNDS: (settings: AssemblySettings) => settings.rounds,
  READLIMIT: (settings: AssemblySettings) => settings.readLimit,
  WRITELIMIT: (settings: AssemblySettings) => settings.writeLimit,
  PSPACESIZE: (settings: AssemblySettings) => settings.pspaceSize,
} as const

export function predefined(settings: AssemblySettings): Symbols {
  return new Map(
    Object.entries(CONSTANTS).map(([name, value]) => [
      name,
      { kind: 'text', lines: [scan(String(value(settings)), 0).tokens], open: false },
    ]),
  )
}
