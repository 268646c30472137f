/**
 * Notices that a battle has come back to a state it was in. Such a battle goes round for ever, so its end can be told. A state is
 * remembered now and then; the kernel comes back when a few cheap signs of it are there again, and then all is compared.
 */
import type { Board } from './board.ts'
import { SIDES, STATE } from './layout.ts'

/** What {@link Repetition.difference} found. */
export type Difference = 'none' | 'queues' | number

export class Repetition {
  readonly #board: Board
  /** Of the remembered state, by side. */
  #heads: readonly [number, number] = [0, 0]
  #spawned: readonly [number, number] = [0, 0]

  constructor(board: Board) {
    this.#board = board
  }

  /** Shall the kernel come back when the remembered state seems to be there again? */
  lookOut(isOn: boolean): void {
    const { layout, halves, words } = this.#board
    const { state, snapshot, queues, ring } = layout
    const pc = isOn ? halves[(snapshot + queues[0] + (this.#heads[0] & (ring - 1))) >> 1]! : -1
    words[(state + STATE.snapPc) >> 2] = pc
  }

  remember(): void {
    const board = this.#board
    const { state, snapshot } = board.layout
    board.bytes.copyWithin(snapshot, 0, state)
    board.words[(state + STATE.snapCount) >> 2] = board.tail(0) - board.head(0)
    board.words[(state + STATE.snapOtherCount) >> 2] = board.tail(1) - board.head(1)
    this.#heads = [board.head(0), board.head(1)]
    this.#spawned = [board.spawned(0), board.spawned(1)]
    this.lookOut(false)
    this.watch(0)
  }

  /**
   * The kernel comes back only when this cell is as it was. A cell that made a comparison fail is a good one to watch: most
   * often it counts something.
   */
  watch(cell: number): void {
    const { layout, words } = this.#board
    const [from, to] = [(layout.snapshot >> 2) + 2 * cell, (layout.state + STATE.witnessValue) >> 2]
    words[(layout.state + STATE.witness) >> 2] = cell * 8
    words[to] = words[from]!
    words[to + 1] = words[from + 1]!
  }

  /** Compares everything: a cell that is not as it was, or that the queues are not. Their lengths are known to agree. */
  difference(): Difference {
    const board = this.#board
    const { words, halves } = board
    const { coreSize, snapshot, queues, ring } = board.layout
    const before = snapshot >> 2
    for (let at = 0; at < 2 * coreSize; at++) if (words[at] !== words[before + at]) return at >> 1
    for (const side of SIDES) {
      const head = board.head(side)
      const snapHead = this.#heads[side]
      for (let at = 2 * (board.processes(side) - 1); at >= 0; at -= 2) {
        const now = halves[(queues[side] + ((head + at) & (ring - 1))) >> 1]
        if (now !== halves[(snapshot + queues[side] + ((snapHead + at) & (ring - 1))) >> 1]) return 'queues'
      }
    }
    return 'none'
  }

  /** What happened since the state was remembered happens so many times more. */
  repeat(times: number): void {
    for (const side of SIDES)
      this.#board.addSpawned(side, times * (this.#board.spawned(side) - this.#spawned[side]))
  } // prettier-ignore
}
