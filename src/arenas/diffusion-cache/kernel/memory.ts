/** What a batch takes of the GPU's memory. */
import { filled } from '../../../gpu/buffers.ts'
import type { Gpu } from '../../../gpu/device.ts'
import type { Programs } from '../../../gpu/programs.ts'
import { Desk } from '../../../gpu/submit.ts'
import { clampedTo } from '../model/sampler.ts'
import type { DitShape } from '../model/shape.ts'
import type { Plan } from './plan.ts'
import type { ProgramName } from './programs.ts'
import { bytesAPicture, type BufferName } from './work.ts'

export interface Held {
  readonly desk: Desk<ProgramName, BufferName>
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
  programs: Programs<ProgramName>,
  {
    plan,
    shape,
    pictures,
    branches,
  }: { readonly plan: Plan; readonly shape: DitShape; readonly pictures: number; readonly branches: 1 | 2 },
  { weights, lists, vectors, text, noise }: Sent,
): Held {
  const bytes = bytesAPicture(plan, shape, branches)
  const { STORAGE, COPY_DST, COPY_SRC } = GPUBufferUsage
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
  const desk = new Desk(gpu, programs, { weights, ...own })
  return {
    desk,
    dispose() {
      desk.dispose()
      for (const buffer of Object.values(own)) buffer.destroy()
    },
  }
}

/** The least that twelve numbers in a row of a patch may be, then the greatest: channels take turns. */
const bounds = (): Float32Array =>
  Float32Array.from({ length: 24 }, (_, i) => clampedTo(i < 12 ? -Infinity : Infinity, i % 12))
