/** Writing words to the GPU and reading them back. */
import type { Gpu } from './device.ts'

/** Copies the first `words` words of a buffer, through `staging` (MAP_READ) or a buffer made for it alone. */
export async function readWords(
  gpu: Gpu,
  buffer: GPUBuffer,
  words: number,
  staging?: GPUBuffer,
): Promise<Uint32Array<ArrayBuffer>> {
  const { device } = gpu
  const size = words * 4
  const target = staging ?? device.createBuffer({ size, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST })
  const encoder = device.createCommandEncoder()
  encoder.copyBufferToBuffer(buffer, 0, target, 0, size)
  device.queue.submit([encoder.finish()])
  await gpu.guard(target.mapAsync(GPUMapMode.READ, 0, size))
  const copy = new Uint32Array(target.getMappedRange(0, size)).slice()
  target.unmap()
  if (staging === undefined) target.destroy()
  return copy
}

/** A storage buffer that holds these words. */
export function filled({ device }: Gpu, label: string, data: Float32Array | Uint32Array): GPUBuffer {
  const buffer = device.createBuffer({ label, size: data.byteLength, usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST }) // prettier-ignore
  device.queue.writeBuffer(buffer, 0, data.buffer, data.byteOffset, data.byteLength)
  return buffer
}
