import { assemble } from '../../../src/arenas/core-war/redcode/assemble.ts'
import { settingsFor, type AssemblySettings } from '../../../src/arenas/core-war/redcode/assembly.ts'
import { loadFile } from '../../../src/arenas/core-war/redcode/listing.ts'

/** Assembles `text` below a line `;assert 1`: its own first line is line 2. */
export const run = (text: string, change: Partial<AssemblySettings> = {}) =>
  assemble(`;assert 1\n${text}`, settingsFor(change))

/** The instructions, in as few blanks as will do; empty where there were errors. */
export function lines(text: string, change: Partial<AssemblySettings> = {}): string[] {
  const { program } = run(text, change)
  if (program === null) return []
  return loadFile(program, change.coreSize ?? 8000)
    .split('\n')
    .filter((line) => !/ORG|PIN|END|^$/.test(line))
    .map((line) => line.trim().replace(/ +/g, ' '))
}

export const problems = (text: string, change: Partial<AssemblySettings> = {}) =>
  run(text, change).diagnostics.map(
    ({ severity, line, column, length, code }) => `${severity} ${line}:${column}+${length} ${code}`,
  )

export const codes = (text: string, change: Partial<AssemblySettings> = {}) =>
  run(text, change).diagnostics.map(({ code }) => code)
