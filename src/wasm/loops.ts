/** Small pieces that kernels' loops are made of. */
import * as w from './encode.ts'
import type { Code } from './encode.ts'
import * as v from './simd.ts'

export const step = (local: number, by: number): Code => [...w.get(local), ...w.i32(by), ...w.ADD, ...w.set(local)]
export const countDown = (local: number): Code => [...w.get(local), ...w.i32(1), ...w.SUB, ...w.tee(local), ...w.branchIf(0)] // prettier-ignore
/** The sum of a vector's four numbers, in a fixed order. */
export const total = (vector: number): Code => [
  ...w.get(vector), ...v.lane(0), ...w.get(vector), ...v.lane(1), ...v.ADD_F,
  ...w.get(vector), ...v.lane(2), ...w.get(vector), ...v.lane(3), ...v.ADD_F, ...v.ADD_F,
] // prettier-ignore
