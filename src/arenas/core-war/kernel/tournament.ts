/**
 * Many battles told in few words: every candidate fights the same ones, so those are packed once, with a gap where the
 * candidate stands; the shaders fill it. A plain list of battles is the tournament of nobody.
 */
import type { BattleSetup } from '../mars/battle.ts'
import { OP, opcodeOf, type Program } from '../redcode/instruction.ts'
import type { CellFormat } from './cells.ts'
import type { TableStarts } from './pack.ts'

/** Stands for the candidate in the battles of a {@link Tournament}. Compared by identity. */
export const CANDIDATE: Program = {
  instructions: new Uint16Array(1),
  a: new Uint16Array(1),
  b: new Uint16Array(1),
  start: 0,
  pin: null,
}

export interface Tournament {
  readonly candidates: readonly Program[]
  /** The battles of each candidate, all of equally many warriors, {@link CANDIDATE} in its place. */
  readonly battles: readonly BattleSetup[]
}

export const battlesIn = ({ candidates, battles }: Tournament): number => candidates.length * battles.length

/** A list of battles as they are. */
export const listed = (battles: readonly BattleSetup[]): Tournament => ({ candidates: [CANDIDATE], battles })

/** Every different program once. */
export function programsOf({ candidates, battles }: Tournament): Program[] {
  const programs = new Set(candidates)
  for (const { warriors } of battles) for (const { program } of warriors) programs.add(program)
  if (!candidates.includes(CANDIDATE)) programs.delete(CANDIDATE)
  return [...programs]
}

/** No instruction can make another's opcode, so warriors without LDP and STP never come to have them. */
export const usePSpace = (instructions: readonly number[]): boolean =>
  instructions.some((instruction) => opcodeOf(instruction) === OP.LDP || opcodeOf(instruction) === OP.STP)

/** Marks the candidate's place: see setup.wgsl. */
const GAP = 0xffffffff

/** All that the shaders read, in one buffer: the dictionary, then what setup.wgsl tells. */
export interface PackedTournament {
  readonly words: Uint32Array<ArrayBuffer>
  readonly starts: TableStarts
}

export function packTournament(
  { candidates, battles }: Tournament,
  programs: readonly Program[],
  format: CellFormat,
): PackedTournament {
  const total = programs.reduce((sum, { instructions }) => sum + instructions.length, 0)
  const lines = new Uint32Array(Math.max(1, total) * format.words)
  const table = new Uint32Array(programs.length * 3)
  const numbers = new Map<Program, number>()
  let offset = 0
  programs.forEach((program, number) => {
    const { instructions, a, b, start } = program
    numbers.set(program, number)
    table.set([offset, instructions.length, start], number * 3)
    instructions.forEach((instruction, line) => format.write(lines, offset + line, instruction, a[line]!, b[line]!))
    offset += instructions.length
  })
  const numberOf = (program: Program) => (program === CANDIDATE ? GAP : numbers.get(program)!)
  const setups = battles.flatMap(({ first, warriors }) => [
    first,
    ...warriors.flatMap(({ program, position }) => [numberOf(program), position]),
  ])
  const places = Uint32Array.from(candidates, (program) => numbers.get(program)!)
  const dictionary = format.words === 1 ? format.dictionary : new Uint32Array()
  const starts = {
    programs: dictionary.length,
    candidates: dictionary.length + table.length,
    setups: dictionary.length + table.length + places.length,
    lines: dictionary.length + table.length + places.length + setups.length,
  }
  const words = new Uint32Array(starts.lines + lines.length)
  words.set(dictionary)
  words.set(table, starts.programs)
  words.set(places, starts.candidates)
  words.set(setups, starts.setups)
  words.set(lines, starts.lines)
  return { words, starts }
}
