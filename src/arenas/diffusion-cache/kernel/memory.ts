/** What a batch takes of the GPU's memory. */
import type { Gpu } from '../../../gpu/device.ts'
import { clampedTo } from '../model/sampler.ts'
import type { DitShape } from '../model/shape.ts'
import type { Plan } from './plan.ts'
import { JOB_BYTES, type Programs } from './programs.ts'
import { MOST_DISPATCHES } from './slices.ts'
import { bytesAPicture, type BufferName } from './work.ts'

export interface Held {
  readonly buffers: Readonly<Record<BufferName, GPUBuffer>>
  readonly jobs: GPUBuffer
  readonly jobGroup: GPUBindGroup
  dispose(): void
}

export interface Sent {
  readonly weights: GPUBuffer
  readonly lists: Uint32Array
  readonly vectors: Float32Array
  readonly text: Float32Array
  readonly noise: Float32Array
}

/** Makes room for it and sends up what is known. */
export function hold(
  gpu: Gpu,
  programs: Programs,
  {
    plan,
    shape,
    pictures,
    branches,
  }: { readonly plan: Plan; readonly shape: DitShape; readonly pictures: number; readonly branches: 1 | 2 },
  { weights, lists, vectors, text, noise }: Sent,
): Held {
  const bytes = bytesAPicture(plan, shape, branches)
  const { STORAGE, COPY_DST, COPY_SRC, UNIFORM } = GPUBufferUsage
  const room = (label: string, usage = STORAGE) =>
    gpu.device.createBuffer({ label, size: pictures * (bytes[label] ?? 0), usage })
  const xs = room('xs', STORAGE | COPY_DST | COPY_SRC)
  gpu.device.queue.writeBuffer(xs, 0, noise)
  const own = {
    lists: filled(gpu, 'lists', lists),
    vectors: filled(gpu, 'vectors', vectors),
    bounds: filled(gpu, 'bounds', bounds()),
    text: filled(gpu, 'text', text),
    xs,
    embedded: room('embedded'),
    pages: room('pages'),
    rows: room('rows'),
    inner: room('inner'),
  }
  const jobs = gpu.device.createBuffer({ label: 'jobs', size: MOST_DISPATCHES * JOB_BYTES, usage: UNIFORM | COPY_DST }) // prettier-ignore
  return {
    buffers: { weights, ...own },
    jobs,
    jobGroup: programs.bindJobs(jobs),
    dispose() {
      for (const buffer of [...Object.values(own), jobs]) buffer.destroy()
    },
  }
}

export function filled({ device }: Gpu, label: string, data: Float32Array | Uint32Array): GPUBuffer {
  const buffer = device.createBuffer({ label, size: data.byteLength, usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST }) // prettier-ignore
  device.queue.writeBuffer(buffer, 0, data.buffer, data.byteOffset, data.byteLength)
  return buffer
}

/** The least that twelve numbers in a row of a patch may be, then the greatest: channels take turns. */
const bounds = (): Float32Array =>
  Float32Array.from({ length: 24 }, (_, i) => clampedTo(i < 12 ? -Infinity : Infinity, i % 12))
