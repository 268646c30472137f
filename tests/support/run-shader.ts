/** Runs a compute shader once, on buffers that are made for it. */
import { nodeShaders } from '../../src/cli/node-gpu.ts'
import { readWords } from '../../src/gpu/buffers.ts'
import { compiled } from '../../src/gpu/checked.ts'
import type { Gpu } from '../../src/gpu/device.ts'

/** Files under shaders/, read one after another; the entry point is called as the last. `written` is the place of the buffer that is read back. */
export async function runShader(
  gpu: Gpu,
  files: readonly string[],
  constants: Record<string, number>,
  buffers: readonly (Float32Array | Uint32Array)[],
  written: number,
  job: readonly number[],
  groups: readonly [number, number],
): Promise<Uint32Array<ArrayBuffer>> {
  const { device } = gpu
  const module = await compiled(gpu, nodeShaders, files)
  const entryPoint = /(\w+)\.wgsl$/.exec(files.at(-1)!)![1]!
  const pipeline = device.createComputePipeline({ layout: 'auto', compute: { module, entryPoint, constants } })
  const { STORAGE, UNIFORM, COPY_DST, COPY_SRC } = GPUBufferUsage
  const send = (data: Float32Array | Uint32Array, usage: number) => {
    const buffer = device.createBuffer({ size: data.byteLength, usage: usage | COPY_DST })
    device.queue.writeBuffer(buffer, 0, data.buffer, data.byteOffset, data.byteLength)
    return buffer
  }
  const bound = buffers.map((data) => send(data, STORAGE | COPY_SRC))
  const jobs = send(Uint32Array.from({ ...job, length: 16 }), UNIFORM)
  const group = (at: number, all: readonly GPUBuffer[]) =>
    device.createBindGroup({
      layout: pipeline.getBindGroupLayout(at),
      entries: all.map((buffer, binding) => ({ binding, resource: { buffer } })),
    })
  const encoder = device.createCommandEncoder()
  const pass = encoder.beginComputePass()
  pass.setPipeline(pipeline)
  pass.setBindGroup(0, group(0, bound))
  pass.setBindGroup(1, group(1, [jobs]))
  pass.dispatchWorkgroups(groups[0], groups[1])
  pass.end()
  device.queue.submit([encoder.finish()])
  const words = await readWords(gpu, bound[written]!, buffers[written]!.length)
  for (const buffer of [...bound, jobs]) buffer.destroy()
  return words
}
