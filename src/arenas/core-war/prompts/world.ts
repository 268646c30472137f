/** What asking and answering have to know of a world, and the short form that warriors have in prompts and answers. */
import { numberOption, textOption, type Options } from '../../../core/options.ts'
import { OPCODES, type Opcode, type Program } from '../redcode/instruction.ts'
import { printInstruction } from '../redcode/listing.ts'

export interface World {
  readonly coreSize: number
  readonly maxLength: number
  readonly maxCycles: number
  readonly maxProcesses: number
  readonly icws88: boolean
  readonly isMelee: boolean
}

export const worldOf = (options: Options): World => ({
  coreSize: numberOption(options, 'coreSize'),
  maxLength: numberOption(options, 'maxLength'),
  maxCycles: numberOption(options, 'maxCycles'),
  maxProcesses: numberOption(options, 'maxProcesses'),
  icws88: options['icws88'] === true,
  isMelee: textOption(options, 'fitness') === 'survival',
})

const NEW_IN_94: ReadonlySet<Opcode> = new Set<Opcode>(['MUL', 'DIV', 'MOD', 'SEQ', 'SNE', 'NOP'])

/** The opcodes of a world; no world has the two of P-space. */
export const opcodesOf = ({ icws88 }: Pick<World, 'icws88'>): readonly Opcode[] =>
  OPCODES.filter((name) => name !== 'LDP' && name !== 'STP' && !(icws88 && NEW_IN_94.has(name)))

/** The lines of a warrior without padding: `MOV.I $0, $1`. */
export const linesOf = (program: Program, { coreSize, icws88 }: Pick<World, 'coreSize' | 'icws88'>): string[] =>
  Array.from(program.instructions, (instruction, line) =>
    printInstruction(instruction, program.a[line] ?? 0, program.b[line] ?? 0, coreSize, icws88)
      .trim()
      .replace(/ +/g, ' ')
      .replace(/([#$@<>*{}]) /g, '$1'),
  )

/** A whole warrior: its lines and, where it does not start at the first, a line that says so in the language of the world. */
export function sourceLines(lines: readonly string[], start: number, icws88: boolean): string[] {
  if (start === 0) return [...lines]
  return icws88 ? [...lines, `END ${start}`] : [`ORG ${start}`, ...lines]
}

/** A warrior as prompts show it and answers should be. */
export const shortSource = (program: Program, world: Pick<World, 'coreSize' | 'icws88'>): string =>
  sourceLines(linesOf(program, world), program.start, world.icws88).join('\n')
