/**
 * Attention of each token over all places of its own slot up to its own. Keys lie with a number's places side by side, so that
 * the scores of eight places are worked out at once; values lie with a place's numbers side by side. Neither takes the sum of a
 * vector's lanes, and every sum has one order.
 */
import * as w from '../../../wasm/encode.ts'
import type { Code, WasmFunction } from '../../../wasm/encode.ts'
import * as v from '../../../wasm/simd.ts'
import { exp } from '../../../wasm/exp.ts'
import { countDown, step, total } from '../../../wasm/loops.ts'
import type { Layout } from './layout.ts'

const range = (count: number): number[] => Array.from({ length: count }, (_, at) => at)

/** Less than any score, and e^ of it, seen from any other, is as good as nothing. */
const NEVER = -1e30

/** `remember(count, memory)`: keys and values of the tokens to their places in a layer's part of their slots. */
export function rememberKernel({ shape, width, context, slots, positions, slotBytes, looked }: Layout): WasmFunction {
  const [LEFT, MEMORY, AT, FROM, KEY, VALUE, PLACE] = [0, 1, 2, 3, 4, 5, 6]
  const keys = 4 * shape.width * context
  return {
    takes: 2,
    locals: [[5, 'i32']],
    body: [
      ...w.i32(looked), ...w.set(FROM),
      ...w.loop(
        w.get(AT), w.load32(positions), w.set(PLACE),
        w.get(AT), w.load32(slots), w.i32(slotBytes), w.MUL, w.get(MEMORY), w.ADD, w.tee(KEY),
        w.get(PLACE), w.i32(4 * shape.width), w.MUL, w.ADD, w.set(VALUE),
        w.get(KEY), w.get(PLACE), w.i32(2), w.SHL, w.ADD, w.set(KEY),
        range(shape.width).map((i) => [...w.get(KEY), ...w.get(FROM), ...v.loadFloat(4 * i), ...v.storeFloat(4 * i * context)]),
        range(shape.width / 4).map((i) => [
          ...w.get(VALUE), ...w.get(FROM), ...v.load4(4 * width + 16 * i), ...v.store4(keys + 16 * i),
        ]),
        step(AT, 4), step(FROM, 4 * 3 * width), countDown(LEFT),
      ),
    ],
  } // prettier-ignore
}

/** `attend(count, memory)`: what each token sees goes to `normed`. */
export function attendKernel(layout: Layout): WasmFunction {
  const { shape, width, context, slots, positions, slotBytes, looked, normed, scores } = layout
  const size = shape.width / shape.heads
  const keyBytes = 4 * shape.width * context
  const [LEFT, MEMORY, AT, QUERY, TO, KEYS, VALUES, LENGTH, EIGHTS, SCORE, THEN, HEADS, COUNT] = range(13) as [number, number, number, number, number, number, number, number, number, number, number, number, number] // prettier-ignore
  const LOW = 13
  const HIGH = 14
  const Q = 15
  const MOST = 16
  const SEEN = 17
  const vectors = size / 4

  /** Scores of eight places: a query's number by the keys' row of it. */
  const eight: Code = [
    ...v.f32x4(0), ...w.set(LOW), ...v.f32x4(0), ...w.set(HIGH),
    range(size).map((i) => [
      ...w.get(QUERY), ...v.loadSplat(4 * i), ...w.set(Q),
      ...w.get(LOW), ...w.get(Q), ...w.get(THEN), ...v.load4(4 * i * context), ...v.MUL4, ...v.ADD4, ...w.set(LOW),
      ...w.get(HIGH), ...w.get(Q), ...w.get(THEN), ...v.load4(4 * i * context + 16), ...v.MUL4, ...v.ADD4, ...w.set(HIGH),
    ]),
    [LOW, HIGH].map((part, i) => [
      ...w.get(SCORE), ...w.get(part), ...v.f32x4(1 / Math.sqrt(size)), ...v.MUL4, ...v.store4(scores + 16 * i),
    ]),
    step(THEN, 32), step(SCORE, 32), countDown(COUNT),
  ] // prettier-ignore
  const eights = (body: Code): Code => [
    ...w.i32(0), ...w.set(SCORE), ...w.get(EIGHTS), ...w.set(COUNT), ...w.loop(body),
  ] // prettier-ignore
  const vector = (i: number): Code => [...w.get(SCORE), ...v.load4(scores + 16 * i)]
  const most = (a: Code, b: Code): Code => [...a, ...b, ...v.MAX_F]
  const lane = (i: number): Code => [...w.get(MOST), ...v.lane(i)]

  const head: Code = [
    ...w.get(KEYS), ...w.set(THEN),
    eights(eight),
    // Places after this one may hold another text's keys.
    ...w.get(LENGTH), ...w.i32(2), ...w.SHL, ...w.set(SCORE),
    ...w.block(
      w.loop(
        w.get(SCORE), w.get(EIGHTS), w.i32(5), w.SHL, w.EQ, w.branchIf(1),
        w.get(SCORE), v.f32(NEVER), v.storeFloat(scores), step(SCORE, 4), w.branch(0),
      ),
    ),
    ...v.f32x4(NEVER), ...w.set(MOST),
    eights([
      range(2).map((i) => [...w.get(MOST), vector(i), ...v.MAX4, ...w.set(MOST)]), step(SCORE, 32), countDown(COUNT),
    ]),
    most(most(lane(0), lane(1)), most(lane(2), lane(3))), ...v.SPLAT, ...w.set(MOST),
    ...v.f32x4(0), ...w.set(SEEN),
    eights([
      range(2).map((i) => [
        ...w.get(SCORE),
        vector(i), ...w.get(MOST), ...v.SUB4, exp(LOW, HIGH), ...w.tee(Q), ...v.store4(scores + 16 * i),
        ...w.get(SEEN), ...w.get(Q), ...v.ADD4, ...w.set(SEEN),
      ]),
      step(SCORE, 32), countDown(COUNT),
    ]),
    ...v.f32(1), total(SEEN), ...v.DIV_F, ...v.SPLAT, ...w.set(MOST),
    range(vectors).map((i) => [...v.f32x4(0), ...w.set(SEEN + i)]),
    ...w.get(VALUES), ...w.set(THEN), ...w.i32(0), ...w.set(SCORE), ...w.get(LENGTH), ...w.set(COUNT),
    ...w.loop(
      w.get(SCORE), v.loadSplat(scores), w.set(Q),
      range(vectors).map((i) => [
        ...w.get(SEEN + i), ...w.get(Q), ...w.get(THEN), ...v.load4(keyBytes + 16 * i), ...v.MUL4, ...v.ADD4, ...w.set(SEEN + i),
      ]),
      step(THEN, 4 * shape.width), step(SCORE, 4), countDown(COUNT),
    ),
    range(vectors).map((i) => [...w.get(TO), ...w.get(SEEN + i), ...w.get(MOST), ...v.MUL4, ...v.store4(16 * i)]),
    step(QUERY, 4 * size), step(TO, 4 * size), step(KEYS, 4 * size * context), step(VALUES, 4 * size), countDown(HEADS),
  ] // prettier-ignore

  return {
    takes: 2,
    locals: [[11, 'i32'], [4 + vectors, 'v128']],
    body: [
      ...w.i32(looked + 4 * 2 * width), ...w.set(QUERY), ...w.i32(normed), ...w.set(TO),
      ...w.loop(
        w.get(AT), w.load32(positions), w.i32(1), w.ADD, w.tee(LENGTH), w.i32(7), w.ADD, w.i32(3), w.SHR_U, w.set(EIGHTS),
        w.get(AT), w.load32(slots), w.i32(slotBytes), w.MUL, w.get(MEMORY), w.ADD, w.tee(KEYS), w.set(VALUES),
        w.i32(shape.heads), w.set(HEADS),
        w.loop(head),
        step(AT, 4), step(QUERY, 4 * (3 * width - shape.width)), step(TO, 4 * (width - shape.width)), countDown(LEFT),
      ),
    ],
  } // prettier-ignore
}
