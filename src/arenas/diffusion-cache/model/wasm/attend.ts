/** Attention of one picture's tokens to its own or to a caption's words: few places, so scores are sums of lanes. */
import * as w from '../../../../wasm/encode.ts'
import type { Code, WasmFunction } from '../../../../wasm/encode.ts'
import { exp } from '../../../../wasm/exp.ts'
import { countDown, step, total } from '../../../../wasm/loops.ts'
import * as v from '../../../../wasm/simd.ts'
import { HEADS } from '../shape.ts'

const range = (count: number): number[] => Array.from({ length: count }, (_, at) => at)
/** Less than any score. */
const NEVER = -1e30

export interface AttendSizes {
  readonly width: number
  /** Queries, and places that they look at. */
  readonly queries: number
  readonly places: number
  /** Floats from one row to the next. */
  readonly queryStride: number
  readonly placeStride: number
  /** Address of room for the scores of one query, filled up to whole vectors. */
  readonly scores: number
}

/** `attend(queries, keys, values, to)`: addresses; rows of `to` are `width` floats. */
export function attendKernel({ width, queries, places, queryStride, placeStride, scores }: AttendSizes): WasmFunction {
  const size = width / HEADS
  const vectors = size / 4
  const full = Math.ceil(places / 4)
  const [QUERIES, KEYS, VALUES, TO, ROW_LEFT, HEAD_LEFT, KEY, VALUE] = [0, 1, 2, 3, 4, 5, 6, 7]
  const Q = 8
  const SEEN = Q + vectors
  const SUM = SEEN + vectors
  const MOST = SUM + 1
  const [X, POWER] = [MOST + 1, MOST + 2]
  const score = (i: number): Code => [...w.i32(0), ...v.load4(scores + 16 * i)]
  const lane = (i: number): Code => [...w.get(MOST), ...v.lane(i)]
  const most = (a: Code, b: Code): Code => [...a, ...b, ...v.MAX_F]
  const head: Code = [
    range(vectors).map((i) => [
      ...w.get(QUERIES), ...v.load4(16 * i), ...v.f32x4(1 / Math.sqrt(size)), ...v.MUL4, ...w.set(Q + i),
    ]),
    ...w.get(KEYS), ...w.set(KEY),
    range(places).map((place) => [
      range(vectors).map((i) => [
        ...w.get(Q + i), ...w.get(KEY), ...v.load4(4 * place * placeStride + 16 * i), ...v.MUL4, ...(i === 0 ? [] : v.ADD4),
      ]),
      ...w.set(SUM), ...w.i32(0), total(SUM), ...v.storeFloat(scores + 4 * place),
    ]),
    range(4 * full - places).map((i) => [...w.i32(0), ...v.f32(NEVER), ...v.storeFloat(scores + 4 * (places + i))]),
    score(0), ...w.set(MOST),
    range(full).map((i) => [...w.get(MOST), score(i), ...v.MAX4, ...w.set(MOST)]),
    most(most(lane(0), lane(1)), most(lane(2), lane(3))), ...v.SPLAT, ...w.set(MOST),
    ...v.f32x4(0), ...w.set(SUM),
    range(full).map((i) => [
      ...w.i32(0), score(i), ...w.get(MOST), ...v.SUB4, exp(X, POWER), ...w.tee(X), ...v.store4(scores + 16 * i),
      ...w.get(SUM), ...w.get(X), ...v.ADD4, ...w.set(SUM),
    ]),
    ...v.f32(1), total(SUM), ...v.DIV_F, ...v.SPLAT, ...w.set(SUM),
    range(vectors).map((i) => [...v.f32x4(0), ...w.set(SEEN + i)]),
    ...w.get(VALUES), ...w.set(VALUE),
    range(places).map((place) => [
      ...w.i32(0), ...v.loadSplat(scores + 4 * place), ...w.set(X),
      range(vectors).map((i) => [
        ...w.get(SEEN + i), ...w.get(X), ...w.get(VALUE), ...v.load4(4 * place * placeStride + 16 * i), ...v.MUL4, ...v.ADD4, ...w.set(SEEN + i),
      ]),
    ]),
    range(vectors).map((i) => [...w.get(TO), ...w.get(SEEN + i), ...w.get(SUM), ...v.MUL4, ...v.store4(16 * i)]),
  ] // prettier-ignore
  return {
    takes: 4,
    locals: [[4, 'i32'], [2 * vectors + 4, 'v128']],
    body: [
      ...w.i32(HEADS), ...w.set(HEAD_LEFT),
      ...w.loop(
        w.i32(queries), w.set(ROW_LEFT),
        w.loop(head, step(QUERIES, 4 * queryStride), step(TO, 4 * width), countDown(ROW_LEFT)),
        step(QUERIES, 4 * (size - queries * queryStride)), step(TO, 4 * (size - queries * width)),
        step(KEYS, 4 * size), step(VALUES, 4 * size), countDown(HEAD_LEFT),
      ),
    ],
  } // prettier-ignore
}
