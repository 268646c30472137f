/** The memory that a battle is fought in, as the rest of the program sees it. Layout: `layout.ts`. Sides, not warriors. */
import type { BattleSetup, FinalState, MarsSettings } from '../battle.ts'
import { compile, createMemory, type Memory } from '../../../../wasm/instance.ts'
import { countModule } from './count.ts'
import { layoutFor, SIDE, STATE, type Layout, type Side } from './layout.ts'
import type { Numbering } from './numbering.ts'

export class Board {
  readonly layout: Layout
  readonly memory: Memory
  readonly bytes: Uint8Array
  readonly halves: Uint16Array
  readonly words: Int32Array
  readonly #count: (from: number) => number

  constructor(settings: MarsSettings) {
    this.layout = layoutFor(settings)
    this.memory = createMemory(this.layout.pages)
    this.bytes = new Uint8Array(this.memory.buffer)
    this.halves = new Uint16Array(this.memory.buffer)
    this.words = new Int32Array(this.memory.buffer)
    this.#count = compile<{ f(turns: number): number }>(countModule(this.layout.seenBytes), this.memory).f
  }

  /** Two warriors; the one that moves first is on side 0. */
  load({ warriors, first }: BattleSetup, numbering: Numbering): void {
    const { coreSize, queues, cleared, state } = this.layout
    const words = this.words
    this.bytes.fill(0, 0, cleared)
    for (let warrior = 0; warrior < 2; warrior++) {
      const { program, position } = warriors[warrior]!
      numbering.place(program, position, words, coreSize)
      const side = warrior ^ first
      this.halves[queues[side]! >> 1] = (position + program.start) % coreSize
      words[(state + STATE.head + side * SIDE) >> 2] = 0
      words[(state + STATE.tail + side * SIDE) >> 2] = 2
    }
  }

  /** Why the kernel came back: see REASON. */
  get reason(): number {
    return this.words[(this.layout.state + STATE.reason) >> 2]!
  }

  /** Heads and tails in bytes: two a process. */
  head(side: Side): number {
    return this.words[(this.layout.state + STATE.head + side * SIDE) >> 2]!
  }
  tail(side: Side): number {
    return this.words[(this.layout.state + STATE.tail + side * SIDE) >> 2]!
  }
  processes(side: Side): number {
    return (this.tail(side) - this.head(side)) >> 1
  }

  spawned(side: Side): number {
    return this.words[this.layout.spawned[side] >> 2]!
  }
  addSpawned(side: Side, count: number): void {
    this.words[this.layout.spawned[side] >> 2]! += count
  }

  covered(side: Side): number {
    return this.#count(this.layout.seen[side])
  }

  /** The battle as it stands, warriors in their own order. */
  state(first: number, numbering: Numbering): FinalState {
    const { coreSize } = this.layout
    const words = this.words
    const cells = Array.from({ length: coreSize }, (_, cell) => 2 * cell)
    const queues = [this.#queue(0), this.#queue(1)]
    return {
      instructions: Uint16Array.from(cells, (at) => numbering.instructionOf(words[at + 1]!)),
      a: Uint16Array.from(cells, (at) => words[at]! & 0xffff),
      b: Uint16Array.from(cells, (at) => words[at]! >>> 16),
      queues: first === 0 ? queues : queues.reverse(),
    }
  }

  #queue(side: Side): Uint16Array {
    const { queues, ring } = this.layout
    const from = this.head(side)
    const slot = (at: number) => (queues[side] + ((from + 2 * at) & (ring - 1))) >> 1
    return Uint16Array.from({ length: this.processes(side) }, (_, at) => this.halves[slot(at)]!)
  }
}
