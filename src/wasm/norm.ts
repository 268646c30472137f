/** A row brought to mean 0 and variance 1, without the gains and biases that networks put to it. */
import * as w from './encode.ts'
import type { Code } from './encode.ts'
import { total } from './loops.ts'
import * as v from './simd.ts'

/** Locals: the row's address, and three vectors for its working. */
export interface NormLocals {
  readonly from: number
  /** Bytes from that address to the row; 0 where nothing is said. */
  readonly offset?: number
  readonly sum: number
  readonly mean: number
  readonly root: number
}

/** `prepare` works out mean and root of a row of `width` floats; after it `value(i)` leaves its i-th four on the stack. Sums have one order. */
export function normOf(
  width: number,
  epsilon: number,
  { from, offset = 0, sum, mean, root }: NormLocals,
): { readonly prepare: Code; value(i: number): Code } {
  const parts = Array.from({ length: width / 4 }, (_, at) => at)
  const average: Code = [total(sum), ...v.f32(width), ...v.DIV_F]
  const centred = (i: number): Code => [...w.get(from), ...v.load4(offset + 16 * i), ...w.get(mean), ...v.SUB4]
  return {
    prepare: [
      v.f32x4(0), w.set(sum),
      parts.map((i) => [...w.get(sum), ...w.get(from), ...v.load4(offset + 16 * i), ...v.ADD4, ...w.set(sum)]),
      average, v.SPLAT, w.set(mean),
      v.f32x4(0), w.set(sum),
      parts.map((i) => [...w.get(sum), centred(i), ...w.tee(root), ...w.get(root), ...v.MUL4, ...v.ADD4, ...w.set(sum)]),
      v.f32(1), average, v.f32(epsilon), v.ADD_F, v.ROOT, v.DIV_F, v.SPLAT, w.set(root),
    ],
    value: (i) => [centred(i), ...w.get(root), ...v.MUL4],
  } // prettier-ignore
}
