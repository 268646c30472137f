/** What is done to each token's row by itself: meaning of a token at a place, and norms. */
import * as w from '../../../wasm/encode.ts'
import type { Code, WasmFunction } from '../../../wasm/encode.ts'
import * as v from '../../../wasm/simd.ts'
import { EPSILON } from '../weights.ts'
import { countDown, step } from '../../../wasm/loops.ts'
import { normOf } from '../../../wasm/norm.ts'
import type { Layout } from './layout.ts'

const range = (count: number): number[] => Array.from({ length: count }, (_, at) => at)
/** `embed(count)`: x = embedding[token] + position[place]. */
export function embedKernel({ shape, width, embedding, position, tokens, positions, x }: Layout): WasmFunction {
  const [LEFT, AT, TO, TOKEN, PLACE] = [0, 1, 2, 3, 4]
  const row = (words: number): Code => [...w.get(AT), ...w.load32(words), ...w.i32(4 * shape.width), ...w.MUL]
  return {
    takes: 1,
    locals: [[4, 'i32']],
    body: [
      ...w.i32(x), ...w.set(TO),
      ...w.loop(
        row(tokens), w.set(TOKEN), row(positions), w.set(PLACE),
        range(shape.width / 4).map((i) => [
          ...w.get(TO),
          ...w.get(TOKEN), ...v.load4(embedding + 16 * i), ...w.get(PLACE), ...v.load4(position + 16 * i), ...v.ADD4,
          ...v.store4(16 * i),
        ]),
        step(AT, 4), step(TO, 4 * width), countDown(LEFT),
      ),
    ],
  } // prettier-ignore
}

/** `norm(count, parameters)`: normed = norm(x); a norm's parameters are its gains, then its biases. */
export function normKernel({ shape, width, x, normed }: Layout): WasmFunction {
  const [LEFT, PARAMETERS, AT, SUM, MEAN, SCALE] = [0, 1, 2, 3, 4, 5]
  const parts = range(shape.width / 4)
  const norm = normOf(shape.width, EPSILON, { from: AT, offset: x, sum: SUM, mean: MEAN, root: SCALE })
  return {
    takes: 2,
    locals: [[1, 'i32'], [3, 'v128']],
    body: w.loop(
      norm.prepare,
      parts.map((i) => [
        ...w.get(AT), norm.value(i), ...w.get(PARAMETERS), ...v.load4(16 * i), ...v.MUL4,
        ...w.get(PARAMETERS), ...v.load4(16 * i + 4 * shape.width), ...v.ADD4, ...v.store4(normed + 16 * i),
      ]),
      step(AT, 4 * width), countDown(LEFT),
    ),
  } // prettier-ignore
}
