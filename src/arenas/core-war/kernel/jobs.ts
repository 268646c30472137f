/** The uniforms of dispatches that are sent off together, one beside the other, and the counts they leave behind. */
import { readWords } from '../../../gpu/buffers.ts'
import { MOST_SLICES } from '../../../gpu/chunker.ts'
import type { Gpu } from '../../../gpu/device.ts'
import type { Kind } from './kind.ts'
import { packJob } from './pack.ts'
import type { Upload } from './upload.ts'

/** Battles `first` to `first + count - 1` of an upload. */
export interface Batch {
  readonly upload: Upload
  readonly first: number
  readonly count: number
  /** So many of them at the same time, at most. */
  readonly atOnce: number
}

/** Jobs lie so far apart in their buffer, in bytes: every device takes such offsets. */
const STRIDE = 256

export class Jobs {
  readonly #gpu: Gpu
  readonly #kind: Kind
  readonly #jobs: GPUBuffer
  readonly #counts: GPUBuffer
  readonly #staging: GPUBuffer
  readonly #group: GPUBindGroup

  constructor(gpu: Gpu, kind: Kind, layout: GPUBindGroupLayout) {
    const { device } = gpu
    const { UNIFORM, COPY_DST, COPY_SRC, MAP_READ } = GPUBufferUsage
    this.#gpu = gpu
    this.#kind = kind
    this.#jobs = device.createBuffer({ label: 'jobs', size: MOST_SLICES * STRIDE, usage: UNIFORM | COPY_DST })
    this.#counts = device.createBuffer({ label: 'counts', size: MOST_SLICES * 4, usage: COPY_DST | COPY_SRC })
    this.#staging = device.createBuffer({ label: 'staging', size: MOST_SLICES * 4, usage: COPY_DST | MAP_READ })
    const resource = { buffer: this.#jobs, size: STRIDE }
    this.#group = device.createBindGroup({ layout, entries: [{ binding: 0, resource }] })
  }

  /** One job for each number of steps. */
  write({ upload, first, count }: Batch, steps: readonly number[]): void {
    const { settings, warriors } = this.#kind
    const { each, keepsLives, starts } = upload
    const words = new Uint32Array(steps.length * (STRIDE / 4))
    steps.forEach((taken, at) => {
      words.set(
        packJob({ first, count, steps: taken, each, keepsLives, starts }, warriors, settings),
        at * (STRIDE / 4),
      )
    })
    this.#gpu.device.queue.writeBuffer(this.#jobs, 0, words)
  }

  bind(pass: GPUComputePassEncoder, at: number): void {
    pass.setBindGroup(1, this.#group, [at * STRIDE])
  }

  /** Notes a word of a buffer as what dispatch number `at` left. */
  note(encoder: GPUCommandEncoder, buffer: GPUBuffer, offset: number, at: number): void {
    encoder.copyBufferToBuffer(buffer, offset, this.#counts, at * 4, 4)
  }

  async noted(dispatches: number): Promise<number[]> {
    return [...(await readWords(this.#gpu, this.#counts, dispatches, this.#staging))]
  }

  dispose(): void {
    for (const buffer of [this.#jobs, this.#counts, this.#staging]) buffer.destroy()
  }
}
