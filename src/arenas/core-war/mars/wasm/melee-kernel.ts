/**
 * The kernel for battles of one, or of more than two: a ring of warriors, each of whom knows the next. It comes back when its
 * turns are used up or a warrior died; who is left, and for how long, the caller decides.
 */
import type { Code } from '../../../../wasm/encode.ts'
import * as w from '../../../../wasm/encode.ts'
import { LOCAL as L, LONGS, WORDS } from './step.ts'
import { turn, type Rules, type Seat } from './turn.ts'

/** Words of a warrior, in bytes: `next` is the address of the next one's words, `queue` and `seen` of its own parts. */
export const WARRIOR = { head: 0, tail: 4, next: 8, queue: 12, seen: 16, spawned: 20, length: 24 } as const

export interface MeleeLayout extends Rules {
  readonly room: number
  /** A word: address of the warrior whose turn it is. A kernel that came back with turns left leaves the dead one here. */
  readonly current: number
  /** The first warrior's words; the others follow. */
  readonly warriors: number
  /** A byte a cell and warrior: was it ever queued. */
  readonly seen: number
  readonly seenBytes: number
  readonly queues: number
  readonly pages: number
}

export function meleeLayoutFor(rules: Rules, room: number): MeleeLayout {
  const { coreSize, maxProcesses, ring } = rules
  const current = coreSize * 8
  const warriors = current + 8
  const seen = (warriors + room * WARRIOR.length + 7) & ~7
  const seenBytes = (coreSize + 7) & ~7
  const queues = seen + room * seenBytes
  const pages = Math.ceil((queues + room * ring) / 65_536)
  return { coreSize, maxProcesses, ring, room, current, warriors, seen, seenBytes, queues, pages }
}

/** Locals of the two sides' kernel, put to other use: addresses of the warrior whose turn it is. */
const [ME, QUEUE, SEEN] = [L.heads[1], L.tails[1], L.snapPc]
const SEAT: Seat = {
  head: L.heads[0],
  tail: L.tails[0],
  queue: [w.get(QUEUE), 0],
  seen: [w.get(SEEN), 0],
  spawned: [w.get(ME), WARRIOR.spawned],
}

export function meleeModule(layout: MeleeLayout, instructions: readonly number[]): Uint8Array<ArrayBuffer> {
  const take = (local: number, word: number): Code => [...w.get(ME), ...w.load32(word), ...w.set(local)]
  const give = (local: number, word: number): Code => [...w.get(ME), ...w.get(local), ...w.store32(word)]
  const leave: Code = [...w.i32(layout.current), ...w.get(ME), ...w.store32(), ...w.get(L.left), ...w.RETURN]
  const body: Code = [
    ...w.i32(layout.current), ...w.load32(), ...w.set(ME),
    ...w.loop(
      take(L.heads[0], WARRIOR.head), take(L.tails[0], WARRIOR.tail), take(QUEUE, WARRIOR.queue), take(SEEN, WARRIOR.seen),
      turn(layout, instructions, SEAT, [], [...give(L.heads[0], WARRIOR.head), ...leave]),
      give(L.heads[0], WARRIOR.head), give(L.tails[0], WARRIOR.tail),
      take(ME, WARRIOR.next),
      w.get(L.left), w.i32(1), w.SUB, w.tee(L.left), w.branchIf(0),
    ),
    ...leave,
  ] // prettier-ignore
  return w.moduleOf(body, WORDS, LONGS)
}
