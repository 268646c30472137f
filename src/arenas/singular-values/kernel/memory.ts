/** What a batch takes of the GPU's memory. It is kept for the next batch, which is mostly as large. */
import type { Gpu } from '../../../gpu/device.ts'
import type { Programs } from '../../../gpu/programs.ts'
import { Desk } from '../../../gpu/submit.ts'
import type { Network } from '../model/network.ts'
import type { Packed } from './pack.ts'
import type { ProgramName } from './programs.ts'
import { bytesFor, type Batch, type BufferName } from './work.ts'

export class Room {
  readonly desk: Desk<ProgramName, BufferName>
  readonly #batch: Batch
  readonly #own: readonly GPUBuffer[]

  constructor(gpu: Gpu, programs: Programs<ProgramName>, network: Network, packed: Packed, weights: GPUBuffer, batch: Batch) {
    this.#batch = batch
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC
    // What is not used is bound all the same.
    const made = Object.entries(bytesFor(network, packed, batch)).map(([label, bytes]) =>
      [label, gpu.device.createBuffer({ label, size: Math.max(16, bytes), usage })] as const)
    this.#own = made.map(([, buffer]) => buffer)
    const own = Object.fromEntries(made) as Record<Exclude<BufferName, 'weights'>, GPUBuffer>
    this.desk = new Desk(gpu, programs, { weights, ...own })
  } // prettier-ignore

  /** As much of everything, or more. */
  holds(other: Batch): boolean {
    return (['members', 'examples', 'places', 'answers'] as const).every((of) => other[of] <= this.#batch[of])
  }

  dispose(): void {
    this.desk.dispose()
    for (const buffer of this.#own) buffer.destroy()
  }
}

/** Members that fit at once, with all the examples of the batch; 0 where not even one does. */
export function membersThatFit(gpu: Gpu, network: Network, packed: Packed, batch: Batch, mostBytes: number): number {
  const { maxStorageBufferBindingSize, maxBufferSize } = gpu.device.limits
  const most = Math.min(maxStorageBufferBindingSize, maxBufferSize)
  const one = Object.values(bytesFor(network, packed, { ...batch, members: 1 }))
  const each = Object.values(bytesFor(network, packed, { ...batch, members: 2 })).map((bytes, at) => bytes - one[at]!)
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)
  const bounds = [(mostBytes - sum(one)) / sum(each), ...one.map((bytes, at) => (bytes > most ? -1 : each[at] === 0 ? Infinity : (most - bytes) / each[at]!))] // prettier-ignore
  return Math.max(0, 1 + Math.floor(Math.min(...bounds)))
}
