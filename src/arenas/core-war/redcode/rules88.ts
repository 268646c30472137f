/** What ICWS'88 lacks, as pMARS -8 enforces it. */
import type { Diagnostics } from './diagnose.ts'
import type { Mode } from './instruction.ts'
import type { Operands } from './operands.ts'
import type { Token } from './scan.ts'

const NEW_IN_94: ReadonlySet<string> = new Set(['MUL', 'DIV', 'MOD', 'SEQ', 'SNE', 'NOP', 'LDP', 'STP'])
const MODES_88: ReadonlySet<Mode> = new Set<Mode>(['#', '$', '@', '<'])
const WRITERS: ReadonlySet<string> = new Set(['MOV', 'ADD', 'SUB', 'CMP'])
const JUMPS: ReadonlySet<string> = new Set(['JMP', 'JMZ', 'JMN', 'DJN', 'SPL'])

export function check88(opcode: string, at: Token, { modifier, a, b }: Operands, diagnostics: Diagnostics): void {
  if (NEW_IN_94.has(opcode)) not88(at, opcode, diagnostics)
  if (modifier !== null) not88(at, `modifier .${modifier}`, diagnostics)
  for (const { mode, at: place } of [a, b])
    if (mode !== null && !MODES_88.has(mode)) not88(place, `mode ${mode}`, diagnostics)
  const isConstant = (mode: Mode | null) => mode === '#' || mode === '<'
  if (opcode === 'DAT' && !(isConstant(a.mode) && isConstant(b.mode))) {
    const place = isConstant(a.mode) ? b.at : a.at
    const fix = 'Write # before the number, as in DAT #0, #1.'
    diagnostics.error(place, 'mode-in-88', "Under the rules of ICWS'88 DAT takes only # and <.", fix)
  }
  if (WRITERS.has(opcode) && b.mode === '#') barred(b.at, opcode, 'second', diagnostics)
  if (JUMPS.has(opcode) && a.mode === '#') barred(a.at, opcode, 'first', diagnostics)
}

export function not88(at: Token, what: string, diagnostics: Diagnostics): void {
  diagnostics.error(at, 'not-in-88', `ICWS'88 has no ${what}.`, "Leave it out, or use the '94 rules.")
}

function barred(at: Token, opcode: string, which: string, diagnostics: Diagnostics): void {
  const message = `Under the rules of ICWS'88 the ${which} operand of ${opcode} cannot be immediate.`
  diagnostics.error(at, 'mode-in-88', message, 'Take away the #.')
}
