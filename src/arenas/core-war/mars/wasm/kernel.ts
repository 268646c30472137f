/**
 * The kernel for battles of two: a copy of the turn for each side, so that addresses of queues are constants and the
 * processor's predictor sees two places.
 */
import type { Code } from '../../../../wasm/encode.ts'
import * as w from '../../../../wasm/encode.ts'
import { REASON, SIDE, STATE, type Layout, type Side } from './layout.ts'
import { LOCAL as L, LONGS, WORDS } from './step.ts'
import { turn, type Seat } from './turn.ts'

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
      ...sides.map((side, place) =>
        turn(
          layout, instructions, seatOf(layout, side),
          place === 0 ? [...w.get(L.pc), ...w.get(L.snapPc), ...w.EQ, ...w.when(leaveIfRepeated(layout, leave))] : [],
          leave(REASON.death + side),
        )),
      w.get(L.left), w.i32(sides.length), w.SUB, w.tee(L.left), w.branchIf(0),
    ),
    ...leave(REASON.budget),
  ] // prettier-ignore
  return w.moduleOf(body, WORDS, LONGS)
}

const seatOf = ({ queues, seen, spawned }: Layout, side: Side): Seat => ({
  head: L.heads[side], tail: L.tails[side], queue: [[], queues[side]], seen: [[], seen[side]], spawned: [[], spawned[side]],
}) // prettier-ignore

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
