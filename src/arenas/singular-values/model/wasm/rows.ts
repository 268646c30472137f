/** What is done to rows of numbers one by one: norms, and attention over the rows that came before. Every sum has one order. */
import * as w from '../../../../wasm/encode.ts'
import type { Code, WasmFunction } from '../../../../wasm/encode.ts'
import { exp } from '../../../../wasm/exp.ts'
import { countDown, step, total } from '../../../../wasm/loops.ts'
import { normOf } from '../../../../wasm/norm.ts'
import * as v from '../../../../wasm/simd.ts'
import { EPSILON } from '../network.ts'

const range = (count: number): number[] => Array.from({ length: count }, (_, at) => at)
/** Less than any score. */
const NEVER = -1e30

/** `norm(count, from, to, parameters)`: rows of `stride` floats, of which `width` count; parameters are gains, then biases. */
export function normKernel(width: number, stride: number): WasmFunction {
  const [LEFT, FROM, TO, PARAMETERS, SUM, MEAN, ROOT] = [0, 1, 2, 3, 4, 5, 6]
  const parts = range(width / 4)
  const norm = normOf(width, EPSILON, { from: FROM, sum: SUM, mean: MEAN, root: ROOT })
  return {
    takes: 4,
    locals: [[3, 'v128']],
    body: w.loop(
      norm.prepare,
      parts.map((i) => [
        ...w.get(TO), norm.value(i), ...w.get(PARAMETERS), ...v.load4(16 * i), ...v.MUL4,
        ...w.get(PARAMETERS), ...v.load4(16 * i + 4 * width), ...v.ADD4, ...v.store4(16 * i),
      ]),
      step(FROM, 4 * stride), step(TO, 4 * stride), countDown(LEFT),
    ),
  } // prettier-ignore
}

export interface AttendSizes {
  readonly width: number
  readonly heads: number
  /** Floats from one row to the next, of keys, values and queries each: they lie one after another. */
  readonly stride: number
  /** Words from one row of the table to the next. */
  readonly places: number
  /** Address of room for the scores of one head. */
  readonly scores: number
}

/**
 * `attend(count, query, table, length, to)`: rows that all look at `length` rows, their own the last; the table has addresses of
 * these rows' keys.
 */
export function attendKernel({ width, heads, stride, places, scores }: AttendSizes): WasmFunction {
  const size = width / heads
  const vectors = size / 4
  const [LEFT, QUERY, TABLE, LENGTH, TO, HEADS, HEAD, KEY, AT] = [0, 1, 2, 3, 4, 5, 6, 7, 8]
  const [SUM, MOST, X, POWER, SEEN] = [9, 10, 11, 12, 13]
  const row: Code = [...w.get(TABLE), ...w.get(AT), ...w.ADD, ...w.load32(), ...w.get(HEAD), ...w.ADD, ...w.set(KEY)]
  const lane = (i: number): Code => [...w.get(MOST), ...v.lane(i)]
  const larger = (a: Code, b: Code): Code => [...a, ...b, ...v.MAX_F]
  const begin: Code = [...w.i32(0), ...w.set(AT)]
  /** While AT is less than four times so many. */
  const until = (limit: number): Code => [...w.get(AT), ...w.get(limit), ...w.LT_U, ...w.branchIf(0)]
  const head: Code = [
    begin,
    ...w.loop(
      row,
      range(vectors).map((i) => [
        ...w.get(QUERY), ...v.load4(16 * i), ...w.get(KEY), ...v.load4(16 * i), ...v.MUL4, ...(i === 0 ? [] : v.ADD4),
      ]),
      w.set(SUM),
      w.get(AT), total(SUM), v.f32(1 / Math.sqrt(size)), v.MUL_F, v.storeFloat(scores),
      step(AT, 4), until(LENGTH),
    ),
    // Filled up to whole vectors.
    range(3).map((i) => [...w.get(LENGTH), ...v.f32(NEVER), ...v.storeFloat(scores + 4 * i)]),
    ...v.f32x4(NEVER), ...w.set(MOST),
    begin,
    ...w.loop(w.get(MOST), w.get(AT), v.load4(scores), v.MAX4, w.set(MOST), step(AT, 16), until(LENGTH)),
    larger(larger(lane(0), lane(1)), larger(lane(2), lane(3))), ...v.SPLAT, ...w.set(MOST),
    ...v.f32x4(0), ...w.set(SUM),
    begin,
    ...w.loop(
      w.get(AT), w.get(AT), v.load4(scores), w.get(MOST), v.SUB4, exp(X, POWER), w.tee(X), v.store4(scores),
      w.get(SUM), w.get(X), v.ADD4, w.set(SUM), step(AT, 16), until(LENGTH),
    ),
    ...v.f32(1), total(SUM), ...v.DIV_F, ...v.SPLAT, ...w.set(SUM),
    range(vectors).map((i) => [...v.f32x4(0), ...w.set(SEEN + i)]),
    begin,
    ...w.loop(
      row,
      w.get(AT), v.loadSplat(scores), w.set(X),
      range(vectors).map((i) => [
        ...w.get(SEEN + i), ...w.get(X), ...w.get(KEY), ...v.load4(4 * stride + 16 * i), ...v.MUL4, ...v.ADD4, ...w.set(SEEN + i),
      ]),
      step(AT, 4), until(LENGTH),
    ),
    range(vectors).map((i) => [...w.get(TO), ...w.get(SEEN + i), ...w.get(SUM), ...v.MUL4, ...v.store4(16 * i)]),
    step(QUERY, 4 * size), step(TO, 4 * size), step(HEAD, 4 * size), countDown(HEADS),
  ] // prettier-ignore
  return {
    takes: 5,
    locals: [[4, 'i32'], [4 + vectors, 'v128']],
    body: [
      // Counted in bytes of scores.
      ...w.get(LENGTH), ...w.i32(2), ...w.SHL, ...w.set(LENGTH),
      ...w.loop(
        w.i32(heads), w.set(HEADS), w.i32(0), w.set(HEAD),
        w.loop(head),
        step(QUERY, 4 * (3 * stride - width)), step(TO, 4 * (stride - width)), step(TABLE, 4 * places), countDown(LEFT),
      ),
    ],
  } // prettier-ignore
}
