/** What pictures look like after each step, from the x of all steps: nothing has to be read back before the end. */
import { sinCos } from '../../../core/exact.ts'
import { clampedTo } from '../model/sampler.ts'
import type { Plan } from './plan.ts'

/** The pages of x that each member goes through, from the noise to its end. Of a plan whose pages of x are written once. */
export function pathsOf({ ops, ends }: Plan): number[][] {
  const before = new Map(ops.flatMap((op) => (op.kind === 'finish' ? op.xs.map(({ from, into }) => [into, from]) : [])) as [number, number][]) // prettier-ignore
  return ends.map((end) => {
    const path = [end]
    for (let page = before.get(end); page !== undefined; page = before.get(page)) path.unshift(page)
    return path
  })
}

/**
 * The guess at the end between two x. Both lie on one turn: x = cos(a) guess + sin(a) noise at angle `from`, x' at `to`; without the noise,
 * guess = (x' sin(from) - x sin(to)) / sin(from - to). At `to` = 0 it is x'.
 */
export function guessBetween(x: Float32Array, next: Float32Array, from: number, to: number): Float32Array {
  if (to === 0) return next.slice()
  const [sin, sinTo, turn] = [sinCos(from).sin, sinCos(to).sin, sinCos(from - to).sin]
  return next.map((value, i) => clampedTo((value * sin - (x[i] ?? 0) * sinTo) / turn, i))
}
