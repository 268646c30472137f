/** How a kernel's cells tell instructions: those with code of their own come first. */
import { INSTRUCTION_CODES, type Program } from '../../redcode/instruction.ts'

export class Numbering {
  /** Packed instructions with code of their own, in the order of their numbers. */
  readonly instructions: readonly number[]
  /** Packed instruction to what cells hold for it; 0 for the empty cell. */
  readonly numbers: Uint16Array

  /** `common` get code of their own. */
  constructor(common: readonly number[]) {
    // Cleared memory is a core of empty cells.
    this.instructions = common.length === 0 ? common : [0, ...common.filter((instruction) => instruction !== 0)]
    const own = this.instructions.length
    this.numbers = Uint16Array.from({ length: INSTRUCTION_CODES }, (_, packed) => packed + own)
    this.instructions.forEach((instruction, number) => (this.numbers[instruction] = number))
  }

  /** Writes a program into a core of `coreSize` cells at the beginning of `words`. */
  place({ instructions, a, b }: Program, position: number, words: Int32Array, coreSize: number): void {
    let address = position
    for (let line = 0; line < instructions.length; line++) {
      words[2 * address] = a[line]! | (b[line]! << 16)
      words[2 * address + 1] = this.numbers[instructions[line]!]!
      if (++address === coreSize) address = 0
    }
  }

  hasOwnCodeFor(instruction: number): boolean {
    return this.numbers[instruction]! < this.instructions.length
  }

  instructionOf(number: number): number {
    return this.instructions[number] ?? number - this.instructions.length
  }
}
