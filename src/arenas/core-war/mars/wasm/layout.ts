/** Where things are in the memory of the WebAssembly kernels, in bytes. */
import type { MarsSettings } from '../battle.ts'

/** A cell is eight bytes: its two fields, then the instruction's number in the kernel, then nothing. */
export const CELL = 8
export const FIELD_A = 0
export const FIELD_B = 2
export const NUMBER = 4

/** Words from `Layout.state`, in bytes. Heads and tails are bytes into the queue and only grow; masked, they are places in the ring. */
export const STATE = {
  /** Of side 0, which moves first; side 1's are `SIDE` bytes on. */
  head: 0, tail: 4,
  reason: 16,
  /** What the state looked like when it was remembered: side 0's next address, both numbers of processes, one cell. */
  snapPc: 20, snapCount: 24, snapOtherCount: 28,
  witness: 32, witnessValue: 40,
  length: 48,
} as const // prettier-ignore
export const SIDE = 8

/** Side 0 moves first. */
export type Side = 0 | 1
export const SIDES = [0, 1] as const

/** Why the kernel came back: out of turns, perhaps at a remembered state, or the last process of side 0 or 1 died. */
export const REASON = { budget: 0, repeat: 1, death: 2 } as const

export interface Layout {
  readonly coreSize: number
  readonly maxProcesses: number
  /** By side: a byte a cell (was it ever queued) in so many bytes, and how often its queue grew. */
  readonly seen: readonly [number, number]
  readonly seenBytes: number
  readonly spawned: readonly [number, number]
  /** Everything before this is zero when a battle begins, but for the warriors. */
  readonly cleared: number
  /** By side. Bytes of one queue are a power of two, 8 at least: what follows begins on a multiple of 8. */
  readonly queues: readonly [number, number]
  readonly ring: number
  readonly state: number
  /** Room for a copy of everything before `state`. */
  readonly snapshot: number
  readonly pages: number
}

/** Bytes of a queue: a power of two, and room for one process more than there can be. */
export const ringOf = (maxProcesses: number): number => Math.max(8, 2 << (32 - Math.clz32(maxProcesses)))

export function layoutFor({ coreSize, maxProcesses }: MarsSettings): Layout {
  const ring = ringOf(maxProcesses)
  const core = coreSize * CELL
  const seenBytes = (coreSize + 7) & ~7
  const spawned = core + 2 * seenBytes
  const cleared = spawned + 8
  const state = cleared + 2 * ring
  const snapshot = state + ((STATE.length + 63) & ~63)
  return {
    coreSize, maxProcesses, seen: [core, core + seenBytes], seenBytes, spawned: [spawned, spawned + 4], cleared,
    queues: [cleared, cleared + ring], ring, state, snapshot, pages: Math.ceil((snapshot + state) / 65_536),
  } // prettier-ignore
}
