/**
 * The product of rows by a matrix in whole numbers of 8 bits, kept as 16: sums are exact, in 32 bits, and one instruction multiplies
 * eight pairs and adds each two. Weights share a scale in groups, rows have one each; what is added beside them are floats.
 *
 *     y = bias + (sum over groups of scale * (sum of products)) * scale of the row + thin
 */
import * as w from './encode.ts'
import type { Code, WasmFunction } from './encode.ts'
import { given, PANEL, panelsOf, TOGETHER, type Then } from './linear.ts'
import { countDown, step } from './loops.ts'
import * as v from './simd.ts'

/** Inputs that a turn of the inner loop takes; groups are whole turns. */
const TURN = 8
const VECTORS = PANEL / 4
/** Bytes of the weights of two inputs for a panel. */
const PAIR = 4 * PANEL
const range = (count: number): number[] => Array.from({ length: count }, (_, at) => at)

export interface WholeKernel {
  readonly groups: number
  /** Inputs of a group, filled up to whole turns. */
  readonly group: number
  /** Numbers of 16 bits from one row of inputs to the next, floats from one row of what comes out. */
  readonly from: number
  readonly to: number
  readonly then: Then
  readonly thin: { readonly inputs: number; readonly from: number }
}

/** Bytes of a panel: biases, for each group its weights and its scales, weights of the thin inputs. */
const panelBytes = (groups: number, group: number, thin: number): number =>
  4 * PANEL + groups * ((group / 2) * PAIR + 4 * PANEL) + 4 * PANEL * thin

export const wholeBytes = (groups: number, group: number, columns: number, thin: number): number =>
  panelsOf(columns) * panelBytes(groups, group, thin)

/** Parameters: addresses of inputs, outputs and packed weights; panels; groups of rows; thin inputs; scales of rows. */
const [X, Y, W, PANELS, ROWS, THIN, SCALES] = [0, 1, 2, 3, 4, 5, 6]
const [XS, YS, THINS, SCALE, LEFT, TURNS, GROUP, WEIGHTS] = [7, 8, 9, 10, 11, 12, 13, 14]
const SUMS = 15
const FLOATS = SUMS + TOGETHER * VECTORS
const COLUMNS = FLOATS + TOGETHER * VECTORS
const INPUT = COLUMNS + VECTORS
const LOCALS = 2 * TOGETHER * VECTORS + VECTORS + 1

const each = (of: (token: number, i: number) => Code): Code =>
  range(TOGETHER).flatMap((token) => range(VECTORS).map((i) => of(token, i)))
const at = (first: number, token: number, i: number): number => first + token * VECTORS + i

export function wholeKernel({ groups, group, from, to, then, thin }: WholeKernel): WasmFunction {
  const columns = (offset: number): Code =>
    range(VECTORS).map((i) => [...w.get(WEIGHTS), ...v.load4(offset + 16 * i), ...w.set(COLUMNS + i)])
  const pair = (one: number): Code => [
    columns(PAIR * one),
    range(TOGETHER).map((token) => [
      ...w.get(XS), ...v.loadSplat(2 * token * from + 4 * one), ...w.set(INPUT),
      range(VECTORS).map((i) => [
        ...w.get(at(SUMS, token, i)), ...w.get(INPUT), ...w.get(COLUMNS + i), ...v.DOT8, ...v.ADD_I4, ...w.set(at(SUMS, token, i)),
      ]),
    ]),
  ] // prettier-ignore
  const scaled = (token: number, i: number): Code => [
    ...w.get(at(SUMS, token, i)), ...v.CONVERT4, ...w.get(COLUMNS + i), ...v.MUL4,
  ] // prettier-ignore
  const groupOf: Code = [
    each((token, i) => [...v.i32x4(0), ...w.set(at(SUMS, token, i))]),
    ...w.i32(group / TURN), ...w.set(TURNS),
    ...w.loop(
      range(TURN / 2).map(pair),
      step(XS, 2 * TURN), step(WEIGHTS, (TURN / 2) * PAIR), countDown(TURNS),
    ),
    columns(0),
    each((token, i) => [...w.get(at(FLOATS, token, i)), scaled(token, i), ...v.ADD4, ...w.set(at(FLOATS, token, i))]),
    step(WEIGHTS, 4 * PANEL), countDown(GROUP),
  ] // prettier-ignore
  const rows: Code = [
    each((token, i) => [...v.f32x4(0), ...w.set(at(FLOATS, token, i))]),
    ...w.get(W), ...w.i32(4 * PANEL), ...w.ADD, ...w.set(WEIGHTS),
    ...w.i32(groups), ...w.set(GROUP),
    ...w.loop(groupOf),
    range(VECTORS).map((i) => [...w.get(W), ...v.load4(16 * i), ...w.set(COLUMNS + i)]),
    each((token, i) => [
      ...w.get(COLUMNS + i), ...w.get(at(FLOATS, token, i)), ...w.get(SCALE), ...v.loadSplat(4 * token), ...v.MUL4, ...v.ADD4,
      ...w.set(at(FLOATS, token, i)),
    ]),
    range(thin.inputs).map((one) => [
      columns(4 * PANEL * one),
      each((token, i) => [
        ...w.get(at(FLOATS, token, i)), ...w.get(THINS), ...v.loadSplat(4 * (token * thin.from + one)), ...w.get(COLUMNS + i), ...v.MUL4, ...v.ADD4,
        ...w.set(at(FLOATS, token, i)),
      ]),
    ]),
    each((token, i) => given(then, w.get(at(FLOATS, token, i)), YS, 4 * token * to + 16 * i)),
    step(XS, 2 * (TOGETHER * from - groups * group)), step(YS, 4 * TOGETHER * to),
    step(THINS, 4 * TOGETHER * thin.from), step(SCALE, 4 * TOGETHER), countDown(LEFT),
  ] // prettier-ignore
  return {
    takes: 7,
    locals: [[8, 'i32'], [LOCALS, 'v128']],
    body: w.loop(
      w.get(X), w.set(XS), w.get(Y), w.set(YS), w.get(THIN), w.set(THINS), w.get(SCALES), w.set(SCALE), w.get(ROWS), w.set(LEFT),
      w.loop(rows),
      step(W, panelBytes(groups, group, thin.inputs)), step(Y, 4 * PANEL), countDown(PANELS),
    ),
  } // prettier-ignore
}

/** What {@link packWhole} lays out: a matrix of whole numbers, rows x columns, `group` columns of a row with one scale. */
export interface WholeMatrix {
  readonly rows: number
  readonly columns: number
  readonly whole: Int8Array
  readonly group: number
  readonly scales: Float32Array
}

/** Lays a matrix out for the kernel from byte `start` on; `filled` is its group filled up to whole turns. */
export function packWhole(
  buffer: ArrayBuffer,
  start: number,
  matrix: WholeMatrix,
  bias: Float32Array,
  filled: number,
  thin: number,
): void {
  // prettier-ignore
  const [floats, words] = [new Float32Array(buffer), new Int16Array(buffer)]
  const { rows, columns, whole, group, scales } = matrix
  const groups = Math.ceil(columns / group)
  let next = start
  for (let panel = 0; panel < panelsOf(rows); panel++) {
    const row = (i: number) => panel * PANEL + i
    range(PANEL).forEach((i) => (floats[next / 4 + i] = bias[row(i)] ?? 0))
    next += 4 * PANEL
    for (let one = 0; one < groups; one++) {
      for (let input = 0; input < filled; input++) {
        const column = one * group + input
        const isThere = input < group && column < columns
        for (let i = 0; i < PANEL; i++)
          words[next / 2 + (input >> 1) * 2 * PANEL + 2 * i + (input & 1)] =
            isThere && row(i) < rows ? (whole[row(i) * columns + column] ?? 0) : 0
      }
      next += (filled / 2) * PAIR
      range(PANEL).forEach((i) => (floats[next / 4 + i] = row(i) < rows ? (scales[row(i) * groups + one] ?? 0) : 0))
      next += 4 * PANEL
    }
    next += 4 * PANEL * thin
  }
}

/**
 * `quantise(count, from, to, scales)`: rows of floats to whole numbers -most..most, and a scale each; numbers are taken times
 * most / largest and rounded to the nearest, halves away from nothing. `inputs` is filled up to whole turns with zeros.
 */
export function quantiseKernel(inputs: number, stride: number, most: number): WasmFunction {
  const [LEFT, FROM, TO, SCALE] = [0, 1, 2, 3]
  const [LARGEST, INVERSE, PART] = [4, 5, 6]
  const load = (i: number): Code => [...w.get(FROM), ...v.load4(16 * i)]
  const lane = (i: number): Code => [...w.get(LARGEST), ...v.lane(i)]
  const larger = (a: Code, b: Code): Code => [...a, ...b, ...v.MAX_F]
  // The magnitude is rounded, then the sign put back: (n xor m) - m, where m is 0, or -1 for negative ones.
  const sign: Code = [...w.get(PART), ...w.i32(31), ...v.SHR_I4]
  const whole = (i: number): Code => [
    ...load(i), ...w.get(INVERSE), ...v.MUL4, ...w.tee(PART), ...v.ABS4, ...v.f32x4(0.5), ...v.ADD4, ...v.TRUNC4,
    ...sign, ...v.XOR, ...sign, ...v.SUB_I4,
  ] // prettier-ignore
  return {
    takes: 4,
    locals: [[3, 'v128']],
    body: w.loop(
      v.f32x4(0), w.set(LARGEST),
      range(inputs / 4).map((i) => [...w.get(LARGEST), ...load(i), ...v.ABS4, ...v.MAX4, ...w.set(LARGEST)]),
      larger(larger(lane(0), lane(1)), larger(lane(2), lane(3))), v.SPLAT, w.set(LARGEST),
      w.get(SCALE), w.get(LARGEST), v.lane(0), v.f32(most), v.DIV_F, v.storeFloat(),
      // Of a row of zeros this is no number, and what comes of it is 0.
      v.f32x4(most), w.get(LARGEST), v.DIV4, w.set(INVERSE),
      range(inputs / 8).map((i) => [...w.get(TO), whole(2 * i), whole(2 * i + 1), ...v.NARROW8, ...v.store4(16 * i)]),
      step(FROM, 4 * inputs), step(TO, 2 * stride), step(SCALE, 4), countDown(LEFT),
    ),
  } // prettier-ignore
}
