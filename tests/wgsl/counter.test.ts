import { describe, expect, it } from 'vitest'
import { nodeShaders } from '../../src/cli/node-gpu.ts'
import { fillCounterNormal, NORMAL_BOUND, philox } from '../../src/core/counter.ts'
import { readWords } from '../../src/gpu/buffers.ts'
import { compiled } from '../../src/gpu/checked.ts'
import { gpuForTests } from '../support/gpu.ts'

const { gpu, problems } = gpuForTests()

interface Job {
  readonly seed: number
  readonly generation: number
  readonly first: number
  readonly members: number
  readonly blocks: number
}

/** What the GPU writes: four words a block. */
async function noise({ seed, generation, first, members, blocks }: Job, raw: boolean): Promise<Uint32Array> {
  const { device } = gpu()
  const module = await compiled(gpu(), nodeShaders, ['lib/counter.wgsl', 'lib/noise.wgsl'])
  const pipeline = device.createComputePipeline({ layout: 'auto', compute: { module, entryPoint: 'noise' } })
  const { STORAGE, UNIFORM, COPY_DST, COPY_SRC } = GPUBufferUsage
  const goal = device.createBuffer({ size: 16 * members * blocks, usage: STORAGE | COPY_SRC })
  const job = device.createBuffer({ size: 32, usage: UNIFORM | COPY_DST })
  device.queue.writeBuffer(job, 0, Uint32Array.of(seed, generation, first, members, blocks, Number(raw), 0, 0))
  const group = (at: number, buffer: GPUBuffer) =>
    device.createBindGroup({
      layout: pipeline.getBindGroupLayout(at),
      entries: [{ binding: 0, resource: { buffer } }],
    })
  const encoder = device.createCommandEncoder()
  const pass = encoder.beginComputePass()
  pass.setPipeline(pipeline)
  pass.setBindGroup(0, group(0, goal))
  pass.setBindGroup(1, group(1, job))
  pass.dispatchWorkgroups(Math.ceil(blocks / 64), members)
  pass.end()
  device.queue.submit([encoder.finish()])
  const words = await readWords(gpu(), goal, 4 * members * blocks)
  for (const buffer of [goal, job]) buffer.destroy()
  return words
}

const JOBS: readonly Job[] = [
  { seed: 0, generation: 0, first: 0, members: 3, blocks: 70 },
  { seed: 0xdeadbeef, generation: 41, first: 5, members: 64, blocks: 257 },
  { seed: 0xffffffff, generation: 0xffffffff, first: 0xfffffff0, members: 8, blocks: 9 },
]

describe('numbers by counter on the GPU', () => {
  it.each(JOBS)('[Y2] seed $seed, generation $generation: words are the oracle\'s to the last bit', async (job) => {
    const expected: number[] = []
    for (let member = 0; member < job.members; member++)
      for (let block = 0; block < job.blocks; block++)
        expected.push(...philox([block, (job.first + member) >>> 0, job.generation, 0], [job.seed, 0]))
    expect([...(await noise(job, true))]).toEqual(expected)
  }) // prettier-ignore

  it.each(JOBS)('[Y2] seed $seed, generation $generation: normal numbers are within the bound', async (job) => {
    const found = new Float32Array((await noise(job, false)).buffer)
    const dimensions = 4 * job.blocks
    let most = 0
    for (let member = 0; member < job.members; member++) {
      const expected = fillCounterNormal(new Float64Array(dimensions), job.seed, job.generation, (job.first + member) >>> 0) // prettier-ignore
      for (const [i, value] of expected.entries())
        most = Math.max(most, Math.abs(value - found[member * dimensions + i]!))
    }
    expect(most).toBeGreaterThan(0)
    expect(most).toBeLessThan(NORMAL_BOUND)
  })

  it('[K4] raises no validation error', () => {
    expect(problems).toEqual([])
  })
})
