/**
 * Linear layers: `y = W x + b` for many tokens. The kernel holds the sums of {@link TOGETHER} tokens and {@link PANEL} columns
 * in registers; a weight is loaded once for all of them. Every sum begins with its bias and takes the inputs in order, so it does
 * not depend on the other tokens.
 */
import * as w from './encode.ts'
import type { Code, WasmFunction } from './encode.ts'
import { countDown, step } from './loops.ts'
import * as v from './simd.ts'

/** Tokens whose sums a kernel of a matrix product holds at once, and columns. */
export const TOGETHER = 4
export const PANEL = 8

/** Panels that so many columns take: the last is filled up with nothing. */
export const panelsOf = (columns: number): number => Math.ceil(columns / PANEL)
/** Bytes of a packed matrix: for each panel its biases, then for each input a weight a column. */
export const packedBytes = (inputs: number, columns: number): number => panelsOf(columns) * PANEL * 4 * (inputs + 1)

export interface LinearKernel {
  readonly inputs: number
  /** Floats from one token to the next. */
  readonly from: number
  readonly to: number
  readonly then: Then
  /** Further inputs, that lie elsewhere: how many, and floats from one token's to the next. Their address is one parameter more. */
  readonly thin?: { readonly inputs: number; readonly from: number }
}

/** `relu` drops what is negative, `add` adds to what is there. */
export type Then = 'store' | 'relu' | 'add'

/** Parameters: addresses of inputs, outputs and packed weights; panels; groups of tokens, both at least one; thin inputs. */
const X = 0
const Y = 1
const W = 2
const PANELS = 3
const GROUPS = 4
const THIN = 5
const XS = 6
const YS = 7
const LEFT = 8
const INPUTS = 9
const WEIGHTS = 10
const THINS = 11
const VECTORS = PANEL / 4
const SUMS = 12
const COLUMNS = SUMS + TOGETHER * VECTORS
const INPUT = COLUMNS + VECTORS
const LOCALS = TOGETHER * VECTORS + VECTORS + 1
const UNROLL = 4

const sumOf = (token: number, vector: number): number => SUMS + token * VECTORS + vector
const range = (count: number): number[] => Array.from({ length: count }, (_, at) => at)

export function linearKernel({ inputs, from, to, then, thin }: LinearKernel): WasmFunction {
  const bias = range(TOGETHER).flatMap((token) =>
    range(VECTORS).map((i) => [...w.get(W), ...v.load4(16 * i), ...w.set(sumOf(token, i))]),
  )
  const input = (at: number, rows: number, stride: number): Code => [
    range(VECTORS).map((i) => [...w.get(WEIGHTS), ...v.load4(4 * PANEL * at + 16 * i), ...w.set(COLUMNS + i)]),
    range(TOGETHER).map((token) => [
      ...w.get(rows), ...v.loadSplat(4 * (token * stride + at)), ...w.set(INPUT),
      range(VECTORS).map((i) => [
        ...w.get(sumOf(token, i)), ...w.get(INPUT), ...w.get(COLUMNS + i), ...v.MUL4, ...v.ADD4, ...w.set(sumOf(token, i)),
      ]),
    ]),
  ] // prettier-ignore
  const give = (token: number, i: number): Code => given(then, w.get(sumOf(token, i)), YS, 4 * token * to + 16 * i)
  const group: Code = [
    bias,
    ...w.get(W), ...w.i32(4 * PANEL), ...w.ADD, ...w.set(WEIGHTS),
    ...(inputs === 0 ? [] : [
      ...w.i32(inputs / UNROLL), ...w.set(INPUTS),
      ...w.loop(
        range(UNROLL).map((at) => input(at, XS, from)),
        step(XS, 4 * UNROLL), step(WEIGHTS, 4 * PANEL * UNROLL), countDown(INPUTS),
      ),
    ]),
    ...(thin === undefined ? [] : [
      range(thin.inputs).map((at) => input(at, THINS, thin.from)), step(THINS, 4 * TOGETHER * thin.from),
    ]),
    range(TOGETHER).map((token) => range(VECTORS).map((i) => give(token, i))),
    // The inputs' address has come to the end of the group's first token.
    step(XS, 4 * (TOGETHER * from - inputs)), step(YS, 4 * TOGETHER * to), countDown(LEFT),
  ] // prettier-ignore
  return {
    takes: thin === undefined ? 5 : 6,
    locals: [[thin === undefined ? 7 : 6, 'i32'], [LOCALS, 'v128']],
    body: w.loop(
      w.get(X), w.set(XS), w.get(Y), w.set(YS), w.get(THIN), w.set(THINS), w.get(GROUPS), w.set(LEFT),
      w.loop(group),
      step(W, 4 * PANEL * (inputs + 1 + (thin?.inputs ?? 0))), step(Y, 4 * PANEL), countDown(PANELS),
    ),
  } // prettier-ignore
}

/** Stores a vector of sums at the address in a local and an offset. */
export function given(then: Then, value: Code, at: number, place: number): Code {
  const what: Code =
    then === 'relu' ? [...v.f32x4(0), ...value, ...v.MAX4]
    : then === 'add' ? [...value, ...w.get(at), ...v.load4(place), ...v.ADD4]
    : value // prettier-ignore
  return [...w.get(at), ...what, ...v.store4(place)]
}

/**
 * Lays a matrix out as the kernel wants it, from byte `at` of `floats` on: a panel is eight of the numbers that come out: their
 * biases, then for each number that goes in eight weights, and then room for those of `thin` further inputs. Returns the end, in bytes.
 */
export function packMatrix(
  floats: Float32Array,
  at: number,
  { rows, columns, values }: { readonly rows: number; readonly columns: number; readonly values: Float32Array },
  bias: Float32Array | null,
  thin = 0,
): number {
  let next = at / 4
  for (let panel = 0; panel < panelsOf(rows); panel++) {
    for (let line = -1; line < columns; line++) {
      for (let i = 0; i < PANEL; i++, next++) {
        const row = panel * PANEL + i
        if (row >= rows) floats[next] = 0
        else floats[next] = line === -1 ? (bias?.[row] ?? 0) : (values[row * columns + line] ?? 0)
      }
    }
    next += thin * PANEL
  }
  return 4 * next
}
