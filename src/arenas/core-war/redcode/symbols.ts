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

export type Symbols = Map<string, Symbol>

/** pMARS 0.9.5. */
export const VERSION = 95

export function predefined(settings: AssemblySettings): Symbols {
  const constants: Record<string, number> = {
    CORESIZE: settings.coreSize,
    MAXPROCESSES: settings.maxProcesses,
    MAXCYCLES: settings.maxCycles,
    MAXLENGTH: settings.maxLength,
    MINDISTANCE: settings.minDistance,
    VERSION,
    WARRIORS: settings.warriors,
    ROUNDS: settings.rounds,
    READLIMIT: settings.readLimit,
    WRITELIMIT: settings.writeLimit,
    PSPACESIZE: settings.pspaceSize,
  }
  return new Map(
    Object.entries(constants).map(([name, value]) => [
      name,
      { kind: 'text', lines: [scan(String(value), 0).tokens], open: false },
    ]),
  )
}
