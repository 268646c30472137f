/** Adds up bytes that are 0 or 1, eight at a time: which addresses a warrior covered. */
import * as w from '../../../../wasm/encode.ts'

/** Longer runs of additions could carry from one byte into the next. */
const RUN = 255
const FROM = 0
const END = 1
const STOP = 2
const COUNT = 3
const EIGHT = 4
const EVEN = 0x00ff00ff00ff00ffn

/** A function from an address to the sum of the `length` bytes from there; `length` is a multiple of 8. */
export function countModule(length: number): Uint8Array<ArrayBuffer> {
  const pairs = (shift: number): w.Code => [
    ...w.get(EIGHT),
    ...w.i64(BigInt(shift)),
    ...w.SHR_U64,
    ...w.i64(EVEN),
    ...w.AND64,
  ]
  const body: w.Code = [
    ...w.get(FROM), ...w.i32(length), ...w.ADD, ...w.set(END),
    ...w.loop(
      w.get(FROM), w.i32(8 * RUN), w.ADD, w.set(STOP),
      w.get(STOP), w.get(END), w.get(STOP), w.get(END), w.LT_U, w.SELECT, w.set(STOP),
      w.i64(0n), w.set(EIGHT),
      w.loop(
        w.get(EIGHT), w.get(FROM), w.load64(), w.ADD64, w.set(EIGHT),
        w.get(FROM), w.i32(8), w.ADD, w.tee(FROM), w.get(STOP), w.LT_U, w.branchIf(0),
      ),
      // Four sums of sixteen bits, then all of them in the uppermost.
      w.get(COUNT), pairs(0), pairs(8), w.ADD64, w.i64(0x0001000100010001n), w.MUL64, w.i64(48n), w.SHR_U64, w.WRAP, w.ADD, w.set(COUNT),
      w.get(FROM), w.get(END), w.LT_U, w.branchIf(0),
    ),
    ...w.get(COUNT),
  ] // prettier-ignore
  return w.moduleOf(body, 3, 1)
}
