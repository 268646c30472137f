/** Sends dispatches off, several at once, until no battle is left, and learns how long they take. */
import type { Cancellation } from '../../../core/result.ts'
import type { Chunker, Dispatch } from '../../../gpu/chunker.ts'
import type { Gpu } from '../../../gpu/device.ts'
import { GpuFault } from '../../../gpu/fault.ts'

/** When each GPU was last seen to finish something: before that it was not busy with what was sent off later. */
const seenFree = new WeakMap<Gpu, number>()

export interface Slices {
  readonly gpu: Gpu
  readonly chunker: Chunker
  readonly signal: Cancellation | undefined
  readonly onDispatch: ((dispatch: Dispatch) => void) | undefined
  /** Battles to be fought. */
  readonly count: number
  /** Threads that work on so many battles. */
  itemsOf(battles: number): number
  /** The most steps that a thread still takes for so many battles, after so many steps. */
  left(battles: number, taken: number): number
  /** Sends off dispatches of so many steps; tells how many battles each left. */
  submit(steps: readonly number[]): Promise<readonly number[]>
}

/** Ends when the battles do: every slice takes a step or more from each thread that has one. */
export async function inSlices({ gpu, chunker, signal, onDispatch, count, itemsOf, left, submit }: Slices): Promise<void> {
  let going = count
  let taken = 0
  while (going > 0) {
    if (signal?.aborted === true) throw new GpuFault('cancelled', 'The battles were cancelled.')
    const steps = chunker.plan(itemsOf(going), left(going, taken), taken === 0)
    const began = performance.now()
    const counts = await submit(steps)
    // Others may have sent work off too, and a GPU does one thing after another.
    const done = performance.now()
    const milliseconds = done - Math.max(began, seenFree.get(gpu) ?? 0)
    seenFree.set(gpu, done)
    const slices = steps.map((one, at) => ({ steps: one, items: itemsOf(at === 0 ? going : counts[at - 1]!) }))
    // The slice that left nobody, and those after it, have not shown what so many steps cost.
    const whole = slices.filter((_, at) => counts[at]! > 0)
    const bounds = whole.length > 0 ? chunker.measuredTogether(whole, milliseconds) : []
    for (const bound of bounds) onDispatch?.(bound)
    const last = slices[whole.length]
    if (last !== undefined && last.items > 0) onDispatch?.({ ...last, milliseconds: bounds.at(-1)?.milliseconds ?? milliseconds })
    going = counts.at(-1)!
    taken += steps.reduce((sum, one) => sum + one, 0)
  }
} // prettier-ignore
