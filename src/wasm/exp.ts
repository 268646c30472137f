/** e^x from additions and multiplications, four at a time: the same to the last bit on every machine. */
import * as w from './encode.ts'
import type { Code } from './encode.ts'
import * as v from './simd.ts'

const LN2_HIGH = 0.693359375
const LN2_LOW = -2.12194440054690581e-4

/**
 * e^x of what is on the stack, for x <= 0, within 2e-7 of it (relatively), with two locals to calculate in; e^-87 below that.
 * x = power * ln 2 + rest, then a polynomial of the rest (the coefficients are those of Cephes's expf, Moshier 1992).
 */
export function exp(x: number, power: number): Code {
  const coefficients = [1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1]
  const less = (part: number): Code => [
    ...w.get(x), ...w.get(power), ...v.f32x4(part), ...v.MUL4, ...v.SUB4, ...w.set(x),
  ] // prettier-ignore
  return [
    ...v.f32x4(-87), ...v.MAX4, ...w.tee(x), ...v.f32x4(Math.LOG2E), ...v.MUL4, ...v.NEAREST4, ...w.set(power),
    less(LN2_HIGH), less(LN2_LOW),
    ...v.f32x4(1.9875691500e-4),
    coefficients.map((coefficient) => [...w.get(x), ...v.MUL4, ...v.f32x4(coefficient), ...v.ADD4]),
    ...w.get(x), ...v.MUL4, ...w.get(x), ...v.MUL4, ...w.get(x), ...v.ADD4, ...v.f32x4(1), ...v.ADD4,
    ...w.get(power), ...v.TRUNC4, ...v.i32x4(127), ...v.ADD_I4, ...w.i32(23), ...v.SHL_I4, ...v.MUL4,
  ] // prettier-ignore
}
