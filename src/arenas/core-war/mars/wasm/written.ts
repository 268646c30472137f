/** The kernel for two, written for some instructions, compiled for both sides or for one when first needed. */
import { compile, type Memory } from '../../../../wasm/instance.ts'
import { kernelModule } from './kernel.ts'
import { SIDES, type Layout, type Side } from './layout.ts'
import type { Numbering } from './numbering.ts'

/** Executes so many turns at most; returns how many of them are left. Why it came back stands in the layout's state. */
export type Fight = (turns: number) => number

export class WrittenKernel {
  readonly numbering: Numbering
  readonly #layout: Layout
  readonly #memory: Memory
  #both: Fight | null = null
  readonly #alone: [Fight | null, Fight | null] = [null, null]

  constructor(layout: Layout, memory: Memory, numbering: Numbering) {
    this.#layout = layout
    this.#memory = memory
    this.numbering = numbering
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
    return compile<{ f(turns: number): number }>(
      kernelModule(this.#layout, this.numbering.instructions, sides),
      this.#memory,
    ).f
  }
}
