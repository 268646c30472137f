/** Programs as the text that pMARS prints: load files (`-A`) and listings (`-r 0`). Numbers are signed, nearest to zero. */
import type { Assembly } from './assembly.ts'
import { aModeOf, bModeOf, modifierOf, MODES, MODIFIERS, opcodeOf, OPCODES, type Program } from './instruction.ts'

/** `MOV.I  $     0, $     1     `: the columns of pMARS. Under ICWS'88 modifiers are not shown. */
export function printInstruction(instruction: number, a: number, b: number, coreSize: number, icws88 = false): string {
  const modifier = icws88 ? '   ' : `.${(MODIFIERS[modifierOf(instruction)] ?? '').padEnd(2)}`
  const field = (mode: number, value: number) => `${MODES[mode] ?? ''}${String(signed(value, coreSize)).padStart(6)}`
  return `${OPCODES[opcodeOf(instruction)]}${modifier} ${field(aModeOf(instruction), a)}, ${field(bModeOf(instruction), b)}     `
}

/** -M/2 .. M/2, as people write it. */
export const signed = (value: number, coreSize: number): number => (value > coreSize >> 1 ? value - coreSize : value)

const LABEL = ' '.repeat(7)

const body = (program: Program, coreSize: number, icws88: boolean, label: (line: number) => string): string =>
  Array.from(program.instructions, (instruction, line) => {
    const text = printInstruction(instruction, program.a[line] ?? 0, program.b[line] ?? 0, coreSize, icws88)
    return `${label(line).padEnd(6)} ${text}\n`
  }).join('')

/** What `pmars -A` prints. */
export function loadFile(program: Program, coreSize: number, icws88 = false): string {
  const pin = program.pin === null ? '' : `${LABEL}PIN     ${String(program.pin).padStart(6)}\n`
  const end = icws88 && program.start < program.instructions.length ? `${LABEL}END      START\n` : ''
  const lines = body(program, coreSize, icws88, () => '')
  return `${LABEL}ORG     ${String(program.start).padStart(6)}\n${lines}${end}${pin}${LABEL}END\n`
}

/** Text that the assembler reads back to the same program, in either language: in that of 1988, END says where it starts. */
export function sourceOf(program: Program, coreSize: number, icws88: boolean): string {
  if (!icws88) return loadFile(program, coreSize)
  return `${body(program, coreSize, true, () => '')}${LABEL}END     ${String(program.start).padStart(6)}\n`
}

/** What `pmars -r 0` prints for one warrior, its heading and the blank lines included. */
export function listing({ program, header }: Assembly, coreSize: number, icws88 = false): string {
  if (program === null) return ''
  const length = program.instructions.length
  const heading = `Program "${header.name ?? 'Unknown'}" (length ${length}) by "${header.author ?? 'Anonymous'}"\n\n`
  const inside = program.start < length
  const org = inside && !icws88 ? `${LABEL}ORG      START\n` : ''
  const end = inside && icws88 ? `${LABEL}END      START\n` : ''
  const lines = body(program, coreSize, icws88, (line) => (line === program.start ? 'START' : ''))
  return `${heading}${org}${lines}${end}\n`
}
