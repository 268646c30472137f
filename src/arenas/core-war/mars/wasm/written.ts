/** One kernel: written for some instructions, compiled for both sides or for one when first needed. */
import { INSTRUCTION_CODES } from '../../redcode/instruction.ts'
import { compile, type Memory } from './compile.ts'
import { kernelModule } from './kernel.ts'
import { SIDES, type Layout, type Side } from './layout.ts'

/** Executes so many turns at most; returns how many of them are left. Why it came back stands in the layout's state. */
export type Fight = (turns: number) => number

export class WrittenKernel {
  readonly #layout: Layout
  readonly #memory: Memory
  readonly #instructions: readonly number[]
  #both: Fight | null = null
  readonly #alone: [Fight | null, Fight | null] = [null, null]
  /** Packed instruction to what cells hold for it; 0 for the empty cell. */
  readonly numbers: Uint16Array

  /** `common` get code of their own. */
  constructor(layout: Layout, memory: Memory, common: readonly number[]) {
    // Cleared memory is a core of empty cells.
    const instructions = common.length === 0 ? common : [0, ...common.filter((instruction) => instruction !== 0)]
    this.#layout = layout
    this.#memory = memory
    this.#instructions = instructions
    this.numbers = Uint16Array.from({ length: INSTRUCTION_CODES }, (_, packed) => packed + instructions.length)
    instructions.forEach((instruction, number) => (this.numbers[instruction] = number))
  }

  hasOwnCodeFor(instruction: number): boolean {
    return this.numbers[instruction]! < this.#instructions.length
  }

  instructionOf(number: number): number {
    return this.#instructions[number] ?? number - this.#instructions.length
  }

  /** Both sides take turns. */
  get both(): Fight {
    return (this.#both ??= this.#compile(SIDES))
  }

  /** The one that is left takes turns. */
  alone(side: Side): Fight {
    return (this.#alone[side] ??= this.#compile([side]))
  }

  #compile(sides: readonly Side[]): Fight {
    return compile(kernelModule(this.#layout, this.#instructions, sides), this.#memory)
  }
}
