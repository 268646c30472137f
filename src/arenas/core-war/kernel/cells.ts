/**
 * How cells are written on the GPU: a control word and the fields, or, for small cores, one word with a number in a dictionary
 * in the control word's stead. What is smaller is faster: more battles fit the caches.
 */
import type { Program } from '../redcode/instruction.ts'
import { controlOf, instructionOf } from './control.ts'

/** Bits of a field. 16: two words a cell; else one. */
export type FieldBits = 7 | 10 | 16

export const cellWords = (fieldBits: FieldBits): 1 | 2 => (fieldBits === 16 ? 2 : 1)

/** The different instructions of the programs and of the empty cell, which comes first. No other can come up in a battle. */
export function instructionsIn(programs: readonly Program[]): number[] {
  const found = new Set([0])
  for (const { instructions } of programs) for (const instruction of instructions) found.add(instruction)
  return [...found]
}

/** The narrowest cells that hold fields of such a core and tell so many instructions apart. */
export function fieldBitsFor(coreSize: number, instructions: number): FieldBits {
  const fits = (bits: 7 | 10) => coreSize <= 1 << bits && instructions <= 2 ** (32 - 2 * bits)
  return fits(7) ? 7 : fits(10) ? 10 : 16
}

/** Writes and reads cells; `instructions` are those of the programs, in any order but for the first. */
export class CellFormat {
  readonly fieldBits: FieldBits
  readonly words: 1 | 2
  /** Control words by their numbers; not used by cells of two words. */
  readonly dictionary: Uint32Array<ArrayBuffer>
  readonly #instructions: readonly number[]
  readonly #numbers: ReadonlyMap<number, number>

  constructor(fieldBits: FieldBits, instructions: readonly number[]) {
    this.fieldBits = fieldBits
    this.words = cellWords(fieldBits)
    this.#instructions = instructions
    this.#numbers = new Map(instructions.map((instruction, number) => [instruction, number]))
    this.dictionary = Uint32Array.from(instructions, controlOf)
  }

  write(words: Uint32Array, cell: number, instruction: number, a: number, b: number): void {
    const { fieldBits } = this
    const fields = a + b * 2 ** fieldBits
    if (this.words === 2) words.set([controlOf(instruction), fields], cell * 2)
    else words[cell] = this.#numbers.get(instruction)! * 2 ** (2 * fieldBits) + fields
  }

  read(words: Uint32Array, cell: number): { readonly instruction: number; readonly a: number; readonly b: number } {
    const { fieldBits } = this
    const mask = (1 << fieldBits) - 1
    const fields = this.words === 2 ? words[cell * 2 + 1]! : words[cell]!
    const instruction =
      this.words === 2
        ? instructionOf(words[cell * 2]!)
        : this.#instructions[Math.floor(fields / 2 ** (2 * fieldBits))]!
    return { instruction, a: fields & mask, b: (fields >>> fieldBits) & mask }
  }
}
