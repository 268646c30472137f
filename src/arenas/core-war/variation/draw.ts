/**
 * Random Redcode: one line at a time, drawn from the mix of instructions that living warriors are made of.
 * Weights follow the traces in docs/core-war-rules.md: MOV and SPL lead, arithmetic by multiplication is rare.
 */
import type { Rng } from '../../../core/rng.ts'
import { defaultModifier } from '../redcode/default-modifier.ts'
import {
  aModeOf, bModeOf, MODE, MODES, MODIFIER, MODIFIERS, modifierOf, OP, opcodeOf, OPCODES, pack,
  type Mode, type Modifier, type Opcode,
} from '../redcode/instruction.ts' // prettier-ignore

/** One line of a warrior while it is being varied. */
export interface Line {
  readonly instruction: number
  readonly a: number
  readonly b: number
}

/** What a line may be made of. */
export interface Grammar {
  readonly coreSize: number
  readonly icws88: boolean
}

const OPCODE_WEIGHTS: Readonly<Record<Opcode, number>> = {
  DAT: 8, MOV: 26, ADD: 7, SUB: 5, MUL: 1, DIV: 1, MOD: 1, JMP: 8, JMZ: 5, JMN: 5,
  DJN: 8, CMP: 0, SEQ: 4, SNE: 4, SLT: 2, SPL: 14, NOP: 1, LDP: 0, STP: 0,
} // prettier-ignore
const MODIFIER_WEIGHTS: Readonly<Record<Modifier, number>> = { F: 3, A: 2, B: 4, AB: 4, BA: 1, X: 1, I: 5 }
const MODE_WEIGHTS: Readonly<Record<Mode, number>> = { $: 8, '#': 4, '@': 3, '<': 3, '>': 4, '*': 2, '{': 3, '}': 3 }
/** ICWS'88 has these alone, CMP among them (SEQ is a name of '94). */
const OPCODES_88: Readonly<Partial<Record<Opcode, number>>> = {
  DAT: 10, MOV: 30, ADD: 9, SUB: 7, JMP: 10, JMZ: 6, JMN: 5, DJN: 9, CMP: 5, SLT: 3, SPL: 14,
} // prettier-ignore
const MODES_88: Readonly<Partial<Record<Mode, number>>> = { '#': 5, $: 10, '@': 5, '<': 5 }

const weightsOf = <Name extends string>(names: readonly Name[], weights: Readonly<Partial<Record<Name, number>>>) =>
  names.map((name) => weights[name] ?? 0)
const OPCODES_94_DRAW = weightsOf(OPCODES, OPCODE_WEIGHTS)
const OPCODES_88_DRAW = weightsOf(OPCODES, OPCODES_88)
const MODIFIERS_DRAW = weightsOf(MODIFIERS, MODIFIER_WEIGHTS)
const MODES_94_DRAW = weightsOf(MODES, MODE_WEIGHTS)
const MODES_88_DRAW = weightsOf(MODES, MODES_88)

export const drawOpcode = (grammar: Grammar, rng: Rng): number =>
  rng.weighted(grammar.icws88 ? OPCODES_88_DRAW : OPCODES_94_DRAW)
export const drawModifier = (rng: Rng): number => rng.weighted(MODIFIERS_DRAW)
export const drawMode = (grammar: Grammar, rng: Rng): number =>
  rng.weighted(grammar.icws88 ? MODES_88_DRAW : MODES_94_DRAW)

/** A field value: mostly near, often inside the warrior, sometimes anywhere in the core. */
export function drawField(grammar: Grammar, length: number, rng: Rng): number {
  const near = rng.unit()
  if (near < 0.5) return wrap(rng.int(17) - 8, grammar.coreSize)
  if (near < 0.75) return wrap(rng.int(2 * length + 1) - length, grammar.coreSize)
  return rng.int(grammar.coreSize)
}

export function drawLine(grammar: Grammar, length: number, rng: Rng): Line {
  const instruction = pack(drawOpcode(grammar, rng), drawModifier(rng), drawMode(grammar, rng), drawMode(grammar, rng))
  return legal({ instruction, a: drawField(grammar, length, rng), b: drawField(grammar, length, rng) }, grammar)
}

export const wrap = (value: number, coreSize: number): number => ((value % coreSize) + coreSize) % coreSize

/**
 * The nearest line that the language has. '94 allows everything; '88 fixes the modifier by opcode and modes, wants `#` or
 * `<` in DAT, and forbids `#` where an address is needed (ICWS'88 section 5; what pMARS -8 accepts).
 */
export function legal(line: Line, grammar: Grammar): Line {
  if (!grammar.icws88) return line
  const opcode = opcodeOf(line.instruction)
  let a = aModeOf(line.instruction)
  let b = bModeOf(line.instruction)
  if (opcode === OP.DAT) {
    if (a !== MODE['#'] && a !== MODE['<']) a = MODE['#']
    if (b !== MODE['#'] && b !== MODE['<']) b = MODE['#']
  } else if (JUMPS.has(opcode)) {
    if (a === MODE['#']) a = MODE.$
  } else if (b === MODE['#']) b = MODE.$
  return { ...line, instruction: pack(opcode, MODIFIER[defaultModifier(opcode, a, b)], a, b) }
}

/**
 * Whether a world's language has the opcode, the modes and the modifier of an instruction. Wider than what is drawn: people
 * may write CMP under '94 rules, and SLT with an immediate under those of '88.
 */
export function isInstruction(instruction: number, { icws88 }: Grammar): boolean {
  const opcode = OPCODES[opcodeOf(instruction)]
  const modifier = MODIFIERS[modifierOf(instruction)]
  const modes = [aModeOf(instruction), bModeOf(instruction)] as const
  if (opcode === undefined || modifier === undefined || opcode === 'LDP' || opcode === 'STP') return false
  if (!icws88) return true
  return (
    opcode in OPCODES_88 &&
    modes.every((mode) => (MODES_88_DRAW[mode] ?? 0) > 0) &&
    modifier === defaultModifier(OP[opcode], ...modes)
  )
}

const JUMPS: ReadonlySet<number> = new Set([OP.JMP, OP.JMZ, OP.JMN, OP.DJN, OP.SPL])

/** The same line with another part; the language's rules are applied to the result. */
export function withPart(
  line: Line,
  part: { opcode?: number; modifier?: number; aMode?: number; bMode?: number },
  grammar: Grammar,
): Line {
  const { instruction } = line
  const changed = pack(
    part.opcode ?? opcodeOf(instruction),
    part.modifier ?? modifierOf(instruction),
    part.aMode ?? aModeOf(instruction),
    part.bMode ?? bModeOf(instruction),
  )
  return legal({ ...line, instruction: changed }, grammar)
}
