/**
 * One turn of one warrior: takes a process from its queue, executes the instruction (`step.ts`), puts what follows into the queue.
 * Kernels for two and for many differ in where a warrior's things are: a {@link Seat} tells.
 */
import type { Code } from '../../../../wasm/encode.ts'
import * as w from '../../../../wasm/encode.ts'
import { NUMBER } from './layout.ts'
import { anyBody, bodyOf, LOCAL as L } from './step.ts'

/** Sizes that all warriors share. */
export interface Rules {
  readonly coreSize: number
  readonly maxProcesses: number
  /** Bytes of one queue, a power of two. */
  readonly ring: number
}

/** Where one warrior's things are. An address is code for the stack and a constant number of bytes to add. */
export interface Seat {
  /** Locals: bytes into the queue, which only grow; masked, they are places in the ring. */
  readonly head: number
  readonly tail: number
  readonly queue: readonly [Code, number]
  /** A byte a cell: was it ever queued. */
  readonly seen: readonly [Code, number]
  /** How often the queue grew. */
  readonly spawned: readonly [Code, number]
}

/** `watched` runs when the address of the process is known; `death` when the last process died. Nothing is branched out of. */
export function turn(rules: Rules, instructions: readonly number[], seat: Seat, watched: Code, death: Code): Code {
  const { coreSize, maxProcesses, ring } = rules
  const { head, tail } = seat
  const slot = (end: number): Code => [...w.get(end), ...w.i32(ring - 1), ...w.AND, ...plus(seat.queue[0])]
  const push = (local: number): Code => [
    ...slot(tail), ...w.get(local), ...w.store16(seat.queue[1]),
    ...w.get(tail), ...w.i32(2), ...w.ADD, ...w.set(tail),
    ...w.get(local), ...plus(seat.seen[0]), ...w.i32(1), ...w.store8(seat.seen[1]),
  ] // prettier-ignore
  const [counter, offset] = seat.spawned
  const address: Code = counter.length === 0 ? w.i32(0) : counter
  const grow: Code = [...address, ...address, ...w.load32(offset), ...w.i32(1), ...w.ADD, ...w.store32(offset)]
  return [
    ...slot(head), ...w.load16(seat.queue[1]), ...w.set(L.pc),
    ...watched,
    ...w.get(head), ...w.i32(2), ...w.ADD, ...w.set(head),
    ...w.get(L.pc), ...w.i32(coreSize), ...w.SUB, ...w.set(L.pcBelow),
    ...w.get(L.pc), ...w.i32(3), ...w.SHL, ...w.set(L.pcAt),
    ...w.block(
      w.block(
        w.block(
          w.block(
            bodies(rules, instructions),
          ),
          // A split: the one that goes on comes first, and then the new one, if there is room.
          push(L.next),
          [...w.get(tail), ...w.get(head), ...w.SUB, ...w.i32(2 * maxProcesses), ...w.LT_S],
          w.when([...push(L.a), ...grow]),
          w.branch(2),
        ),
        push(L.next),
        w.branch(1),
      ),
      // A process died; was it the last?
      [...w.get(head), ...w.get(tail), ...w.EQ],
      w.when(death),
    ),
  ] // prettier-ignore
}

const plus = (base: Code): Code => (base.length === 0 ? [] : [...base, ...w.ADD])

/** Instructions that do the same share a body; the last body is for all that are not in the list. */
function bodies(rules: Rules, instructions: readonly number[]): Code {
  const kinds = new Map<string, number>()
  const distinct: number[] = []
  const targets = instructions.map((instruction) => {
    const key = w.flat(bodyOf(rules, instruction, { split: 0, push: 0, die: 0 })).join()
    const known = kinds.get(key)
    if (known !== undefined) return known
    kinds.set(key, distinct.length)
    return distinct.push(instruction) - 1
  })
  const exits = (depth: number) => ({ split: depth, push: depth + 1, die: depth + 2 })
  return w.dispatch(
    [...w.get(L.pcAt), ...w.load16(NUMBER), ...w.tee(L.instruction)],
    [...targets, distinct.length],
    [
      ...distinct.map((instruction) => (depth: number) => bodyOf(rules, instruction, exits(depth))),
      (depth) => [
        ...w.get(L.instruction), ...w.i32(instructions.length), ...w.SUB, ...w.set(L.instruction),
        ...anyBody(rules, exits(depth)),
      ],
    ],
  ) // prettier-ignore
}
