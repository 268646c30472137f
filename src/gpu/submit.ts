/**
 * Has work done, in short groups of dispatches between which it is seen whether to stop. Nothing is read back. No number depends on
 * how the work is cut.
 */
import type { Cancellation } from '../core/result.ts'
import type { Chunker } from './chunker.ts'
import type { Gpu } from './device.ts'
import { GpuFault } from './fault.ts'
import { JOB_BYTES, type Programs } from './programs.ts'
import { MOST_DISPATCHES, Slices } from './slices.ts'
import type { Work } from './work.ts'

/** Buffers by name, with room for the uniforms of a group of dispatches. */
export class Desk<Program extends string, Name extends string> {
  readonly #gpu: Gpu
  readonly #programs: Programs<Program>
  readonly #jobs: GPUBuffer
  readonly #jobGroup: GPUBindGroup
  readonly #groups = new Map<string, GPUBindGroup>()
  readonly buffers: Readonly<Record<Name, GPUBuffer>>

  constructor(gpu: Gpu, programs: Programs<Program>, buffers: Readonly<Record<Name, GPUBuffer>>) {
    this.#gpu = gpu
    this.#programs = programs
    this.buffers = buffers
    const usage = GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST
    this.#jobs = gpu.device.createBuffer({ label: 'jobs', size: MOST_DISPATCHES * JOB_BYTES, usage })
    this.#jobGroup = programs.bindJobs(this.#jobs)
  }

  /**
   * Throws a {@link GpuFault}: `cancelled` with the sentence `stopped`, or whatever went wrong with the card. `onDispatch` is told after
   * each group how many dispatches took how long.
   */
  async run(
    work: readonly Work<Program, Name>[],
    chunker: Chunker,
    stopped: string,
    signal: Cancellation | undefined,
    onDispatch?: (dispatches: number, milliseconds: number) => void,
  ): Promise<void> {
    const { device } = this.#gpu
    const slices = new Slices(work, device.limits.maxComputeWorkgroupsPerDimension)
    while (!slices.isDone) {
      if (signal?.aborted === true) throw new GpuFault('cancelled', stopped)
      const before = slices.left
      const planned = chunker.plan(1, before, false)
      const some = slices.next(planned.reduce((sum, one) => sum + one, 0), Math.max(...planned)) // prettier-ignore
      const jobs = new Uint32Array((some.length * JOB_BYTES) / 4)
      some.forEach(({ work: { job }, begin, end }, at) => {
        jobs.set(job, (at * JOB_BYTES) / 4)
        jobs.set([begin, end], (at * JOB_BYTES) / 4)
      })
      device.queue.writeBuffer(this.#jobs, 0, jobs)
      const encoder = device.createCommandEncoder()
      const pass = encoder.beginComputePass()
      some.forEach(({ work: one, begin, end }, at) => {
        pass.setPipeline(this.#programs.of[one.program].pipeline)
        pass.setBindGroup(0, this.#groupOf(one))
        pass.setBindGroup(1, this.#jobGroup, [at * JOB_BYTES])
        pass.dispatchWorkgroups(one.columns, Math.ceil((end - begin) / one.lines))
      })
      pass.end()
      const began = performance.now()
      device.queue.submit([encoder.finish()])
      await this.#gpu.guard(device.queue.onSubmittedWorkDone())
      const milliseconds = performance.now() - began
      chunker.measured({ steps: Math.max(1, before - slices.left), items: 1, milliseconds })
      onDispatch?.(some.length, milliseconds)
    }
  }

  /** The uniforms alone; buffers belong to who gave them. */
  dispose(): void {
    this.#jobs.destroy()
  }

  #groupOf({ program, buffers }: Work<Program, Name>): GPUBindGroup {
    const key = [program, ...buffers].join()
    const group = this.#groups.get(key) ?? this.#programs.of[program].bind(buffers.map((name) => this.buffers[name]))
    this.#groups.set(key, group)
    return group
  }
}
