/** What is done to rows of numbers one by one. Every sum has one order, so a row does not depend on the others. */
import * as w from '../../../../wasm/encode.ts'
import type { WasmFunction } from '../../../../wasm/encode.ts'
import { exp } from '../../../../wasm/exp.ts'
import { countDown, step } from '../../../../wasm/loops.ts'
import { normOf } from '../../../../wasm/norm.ts'
import * as v from '../../../../wasm/simd.ts'
import { EPSILON } from '../layers.ts'

const range = (count: number): number[] => Array.from({ length: count }, (_, at) => at)

/** `norm(count, from, to, shift, scale)`: to = norm(from) * (1 + scale) + shift. */
export function normKernel(width: number): WasmFunction {
  const [LEFT, FROM, TO, SHIFT, SCALE, SUM, MEAN, ROOT] = [0, 1, 2, 3, 4, 5, 6, 7]
  const parts = range(width / 4)
  const norm = normOf(width, EPSILON, { from: FROM, sum: SUM, mean: MEAN, root: ROOT })
  return {
    takes: 5,
    locals: [[3, 'v128']],
    body: w.loop(
      norm.prepare,
      parts.map((i) => [
        ...w.get(TO),
        norm.value(i),
        ...w.get(SCALE), ...v.load4(16 * i), ...v.f32x4(1), ...v.ADD4, ...v.MUL4,
        ...w.get(SHIFT), ...v.load4(16 * i), ...v.ADD4,
        ...v.store4(16 * i),
      ]),
      step(FROM, 4 * width), step(TO, 4 * width), countDown(LEFT),
    ),
  } // prettier-ignore
}

/** `add(count, to, what, gate)`: to += gate * what. */
export function addKernel(width: number): WasmFunction {
  const [LEFT, TO, WHAT, GATE] = [0, 1, 2, 3]
  return {
    takes: 4,
    locals: [],
    body: w.loop(
      range(width / 4).map((i) => [
        ...w.get(TO),
        ...w.get(TO), ...v.load4(16 * i), ...w.get(WHAT), ...v.load4(16 * i), ...w.get(GATE), ...v.load4(16 * i), ...v.MUL4, ...v.ADD4,
        ...v.store4(16 * i),
      ]),
      step(TO, 4 * width), step(WHAT, 4 * width), countDown(LEFT),
    ),
  } // prettier-ignore
}

/** `follow(count, to, last, before, gate, ahead)`: to += gate * (last + ahead * (last - before)); `ahead` is an address. */
export function followKernel(width: number): WasmFunction {
  const [LEFT, TO, LAST, BEFORE, GATE, AHEAD, FAR] = [0, 1, 2, 3, 4, 5, 6]
  return {
    takes: 6,
    locals: [[1, 'v128']],
    body: [
      ...w.get(AHEAD), ...v.loadSplat(), ...w.set(FAR),
      ...w.loop(
        range(width / 4).map((i) => [
          ...w.get(TO),
          ...w.get(TO), ...v.load4(16 * i),
          ...w.get(LAST), ...v.load4(16 * i),
          ...w.get(LAST), ...v.load4(16 * i), ...w.get(BEFORE), ...v.load4(16 * i), ...v.SUB4, ...w.get(FAR), ...v.MUL4, ...v.ADD4,
          ...w.get(GATE), ...v.load4(16 * i), ...v.MUL4, ...v.ADD4,
          ...v.store4(16 * i),
        ]),
        step(TO, 4 * width), step(LAST, 4 * width), step(BEFORE, 4 * width), countDown(LEFT),
      ),
    ],
  } // prettier-ignore
}

/** `gelu(count, at)`: `count` times four numbers in place; x * sigmoid(2 u), which is the tanh form. */
export function geluKernel(): WasmFunction {
  const [LEFT, AT, X, Z, E, POWER] = [0, 1, 2, 3, 4, 5]
  return {
    takes: 2,
    locals: [[4, 'v128']],
    body: w.loop(
      w.get(AT), v.load4(), w.tee(X),
      w.get(X), w.get(X), v.MUL4, v.f32x4(0.044715), v.MUL4, v.f32x4(1), v.ADD4, v.MUL4,
      v.f32x4(2 * 0.7978845608028654), v.MUL4, w.set(Z),
      // e = exp(-|z|), and the sigmoid is 1 / (1 + e) or e / (1 + e).
      w.get(Z), v.ABS4, v.NEG4, exp(E, POWER), w.set(E),
      w.get(AT),
      w.get(X), v.f32x4(1), w.get(E), w.get(Z), v.f32x4(0), v.GE4, v.CHOOSE, v.MUL4, w.get(E), v.f32x4(1), v.ADD4, v.DIV4,
      v.store4(), step(AT, 16), countDown(LEFT),
    ),
  } // prettier-ignore
}
