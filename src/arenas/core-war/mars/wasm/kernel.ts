/**
 * The loop around `step.ts`: takes a process from the queue, executes its instruction, puts what follows into the queue. One
 * copy of all that for each side, so that addresses of queues are constants and the processor's predictor sees two places.
 */
import type { Code } from './encode.ts'
import * as w from './encode.ts'
import { NUMBER, REASON, SIDE, STATE, type Layout, type Side } from './layout.ts'
import { anyBody, bodyOf, LOCAL as L, LONGS, WORDS } from './step.ts'

/**
 * A module with code of its own for each of these packed instructions, and slower code for all others. Cells hold the index in
 * the list, or the packed instruction plus the length of the list. `sides` have their turns in that order: both, or the
 * survivor alone.
 */
export function kernelModule(
  layout: Layout,
  instructions: readonly number[],
  sides: readonly Side[],
): Uint8Array<ArrayBuffer> {
  const { state } = layout
  const ends = sides.flatMap((side) => [
    [L.heads[side], STATE.head + side * SIDE],
    [L.tails[side], STATE.tail + side * SIDE],
  ] as const) // prettier-ignore
  const leave = (reason: number): Code => [
    ...w.i32(state), ...w.i32(reason), ...w.store32(STATE.reason),
    ...ends.flatMap(([local, word]) => [...w.i32(state), ...w.get(local), ...w.store32(word)]),
    ...w.get(L.left), ...w.RETURN,
  ] // prettier-ignore
  const body: Code = [
    ...ends.flatMap(([local, word]) => [...w.i32(state), ...w.load32(word), ...w.set(local)]),
    ...w.i32(state), ...w.load32(STATE.snapPc), ...w.set(L.snapPc),
    ...w.loop(
      ...sides.map((side, place) => turn(layout, instructions, side, leave, place === 0)),
      w.get(L.left), w.i32(sides.length), w.SUB, w.tee(L.left), w.branchIf(0),
    ),
    ...leave(REASON.budget),
  ] // prettier-ignore
  return w.moduleOf(body, WORDS, LONGS)
}

/** One turn of one side. */
function turn(
  layout: Layout,
  instructions: readonly number[],
  side: Side,
  leave: (reason: number) => Code,
  isFirst: boolean,
): Code {
  const { coreSize, ring } = layout
  const head = L.heads[side]
  const tail = L.tails[side]
  const queue = layout.queues[side]
  const spawned = layout.spawned[side]
  const push = (local: number): Code => [
    ...w.get(tail), ...w.i32(ring - 1), ...w.AND, ...w.get(local), ...w.store16(queue),
    ...w.get(tail), ...w.i32(2), ...w.ADD, ...w.set(tail),
    ...w.get(local), ...w.i32(1), ...w.store8(layout.seen[side]),
  ] // prettier-ignore
  return [
    ...w.get(head), ...w.i32(ring - 1), ...w.AND, ...w.load16(queue), ...w.set(L.pc),
    ...(isFirst ? [...w.get(L.pc), ...w.get(L.snapPc), ...w.EQ, ...w.when(leaveIfRepeated(layout, leave))] : []),
    ...w.get(head), ...w.i32(2), ...w.ADD, ...w.set(head),
    ...w.get(L.pc), ...w.i32(coreSize), ...w.SUB, ...w.set(L.pcBelow),
    ...w.get(L.pc), ...w.i32(3), ...w.SHL, ...w.set(L.pcAt),
    ...w.block(
      w.block(
        w.block(
          w.block(
            bodies(layout, instructions),
          ),
          // A split: the one that goes on comes first, and then the new one, if there is room.
          push(L.next),
          [...w.get(tail), ...w.get(head), ...w.SUB, ...w.i32(2 * layout.maxProcesses), ...w.LT_S],
          w.when([...push(L.a), ...w.i32(spawned), ...w.i32(spawned), ...w.load32(), ...w.i32(1), ...w.ADD, ...w.store32()]),
          w.branch(2),
        ),
        push(L.next),
        w.branch(1),
      ),
      // A process died; was it the last?
      [...w.get(head), ...w.get(tail), ...w.EQ],
      w.when(leave(REASON.death + side)),
    ),
  ] // prettier-ignore
}

/** Instructions that do the same share a body; the last body is for all that are not in the list. */
function bodies(layout: Layout, instructions: readonly number[]): Code {
  const kinds = new Map<string, number>()
  const distinct: number[] = []
  const targets = instructions.map((instruction) => {
    const key = w.flat(bodyOf(layout, instruction, { split: 0, push: 0, die: 0 })).join()
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
      ...distinct.map((instruction) => (depth: number) => bodyOf(layout, instruction, exits(depth))),
      (depth) => [
        ...w.get(L.instruction), ...w.i32(instructions.length), ...w.SUB, ...w.set(L.instruction),
        ...anyBody(layout, exits(depth)),
      ],
    ],
  ) // prettier-ignore
}

/** Cheap conditions for being in the state that was remembered; the caller compares everything. */
function leaveIfRepeated({ state }: Layout, leave: (reason: number) => Code): Code {
  const word = (offset: number): Code => [...w.i32(state), ...w.load32(offset)]
  const count = (side: Side): Code => [...w.get(L.tails[side]), ...w.get(L.heads[side]), ...w.SUB]
  return [
    ...word(STATE.witness), ...w.load64(), ...w.i32(state), ...w.load64(STATE.witnessValue), ...w.EQ64,
    ...count(0), ...word(STATE.snapCount), ...w.EQ, ...w.AND,
    ...count(1), ...word(STATE.snapOtherCount), ...w.EQ, ...w.AND,
    ...w.when(leave(REASON.repeat)),
  ] // prettier-ignore
}
