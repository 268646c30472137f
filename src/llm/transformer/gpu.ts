/**
 * The transformer on the GPU: shaders/lib. Prompts are read and texts written without a token coming back in between; the
 * noise goes up, the tokens come down, once for the whole batch. Dispatches are kept short, and between some of them
 * it is seen whether to stop.
 */
import { fail, ok, type Result } from '../../core/result.ts'
import { readWords } from '../../gpu/buffers.ts'
import { checked, compiled } from '../../gpu/checked.ts'
import { Chunker, MOST_SLICES } from '../../gpu/chunker.ts'
import type { Gpu } from '../../gpu/device.ts'
import { GpuFault } from '../../gpu/fault.ts'
import type { ShaderSource } from '../../gpu/shaders.ts'
import type { Dialect } from '../dialect.ts'
import { answersOf, batchOf, stepsOf, type Batch } from './gpu/batch.ts'
import { packForGpu } from './gpu/pack.ts'
import type { Writing, Written } from './sequence.ts'
import type { Shape, Weights } from './weights.ts'
import type { Writer } from './writer.ts'

/** Read one after another. */
const FILES = ['model', 'linear', 'attention', 'write'].map((name) => `lib/${name}.wgsl`)
/** As in the files. */
const THREADS = 256
const LANES = 4
/** Bindings of group 0. */
const BUFFERS = ['weights', 'tokens', 'past', 'chances', 'texts', 'places', 'scores', 'told'] as const
const WRITTEN: readonly string[] = ['tokens', 'past', 'places', 'scores', 'told']
/** Uniforms lie so far apart. */
const JOB_BYTES = 256
/** Texts of a pass. */
const MOST_ROWS = 1024

export interface GpuWriterOptions {
  /** Told of every dispatch: its steps, and what all that were sent off with it took. */
  readonly onDispatch?: (steps: number, milliseconds: number) => void
  readonly mostRows?: number
  /** Told the logits of every draw, by text, draw and token. */
  readonly onLogits?: (logits: Float32Array) => void
}

/** The module and the pipelines of a device: compiled once, however many models use them. */
interface Compiled {
  readonly module: GPUShaderModule
  readonly layout: GPUBindGroupLayout
  readonly jobLayout: GPUBindGroupLayout
  /** By constants. */
  readonly pipelines: Map<string, Promise<GPUComputePipeline>>
}
const byDevice = new WeakMap<GPUDevice, Promise<Compiled>>()

function compiledFor(gpu: Gpu, shaders: ShaderSource): Promise<Compiled> {
  const known = byDevice.get(gpu.device)
  if (known !== undefined) return known
  const { device } = gpu
  const entry = (binding: number, buffer: GPUBufferBindingLayout) => ({ binding, visibility: GPUShaderStage.COMPUTE, buffer }) // prettier-ignore
  const made = compiled(gpu, shaders, FILES).then((module) => ({
    module,
    layout: device.createBindGroupLayout({
      entries: BUFFERS.map((name, at) => entry(at, { type: WRITTEN.includes(name) ? 'storage' : 'read-only-storage' })),
    }),
    jobLayout: device.createBindGroupLayout({ entries: [entry(0, { type: 'uniform', hasDynamicOffset: true })] }),
    pipelines: new Map(),
  }))
  byDevice.set(gpu.device, made)
  return made
}

export class GpuWriter implements Writer {
  readonly #gpu: Gpu
  readonly #shape: Shape
  readonly #weights: GPUBuffer
  readonly #compiled: Compiled
  readonly #options: GpuWriterOptions
  /** Steps that read prompts cost otherwise than those that write. */
  readonly #chunkers = { read: new Chunker({ first: 1 }), write: new Chunker({ first: 1 }) }

  private constructor(gpu: Gpu, compiled: Compiled, weights: Weights, options: GpuWriterOptions) {
    const { device } = gpu
    this.#gpu = gpu
    this.#shape = weights.shape
    this.#compiled = compiled
    this.#options = options
    const words = packForGpu(weights)
    this.#weights = device.createBuffer({ label: 'weights', size: words.byteLength, usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST }) // prettier-ignore
    device.queue.writeBuffer(this.#weights, 0, words)
  }

  /** A fault where the shaders do not compile or the model is not for them. */
  static async create(
    gpu: Gpu,
    shaders: ShaderSource,
    weights: Weights,
    options: GpuWriterOptions = {},
  ): Promise<Result<GpuWriter>> {
    const { heads, width, hidden } = weights.shape
    const words = 16 * (5 * width + hidden) + 4 * LANES * (THREADS + width) + 256
    if (THREADS % (LANES * heads) !== 0) return fail('no-fit', `The graphics card's code takes 1, 2, 4 ... 64 heads, not ${heads}.`) // prettier-ignore
    if (words > gpu.device.limits.maxComputeWorkgroupStorageSize)
      return fail('no-fit', `A model ${width} wide takes ${words} bytes of a workgroup's memory, more than the graphics card has.`) // prettier-ignore
    if (THREADS > gpu.device.limits.maxComputeInvocationsPerWorkgroup)
      return fail('no-fit', `The graphics card runs fewer than ${THREADS} threads together.`)
    try {
      const module = await compiledFor(gpu, shaders)
      return ok(await checked(gpu, 'the model cannot be sent to the graphics card', () => new GpuWriter(gpu, module, weights, options))) // prettier-ignore
    } catch (error) {
      if (error instanceof GpuFault) return { ok: false, fault: error.fault }
      throw error
    }
  }

  async write(
    dialect: Dialect,
    writings: readonly Writing[],
    onWritten: (index: number, written: Written) => void,
    signal: AbortSignal,
  ): Promise<readonly Written[]> {
    const written: Written[] = []
    const most = this.#rowsFor(Math.max(1, ...writings.map(stepsOf)))
    while (written.length < writings.length && !signal.aborted) {
      const first = written.length
      const some = await this.#pass(dialect, writings.slice(first, first + most), signal)
      some.forEach((one, at) => {
        if (one.finish !== 'aborted') onWritten(first + at, one)
      })
      written.push(...some)
    }
    return writings.map((_, at) => written[at] ?? { answer: [], finish: 'aborted' })
  }

  dispose(): void {
    this.#weights.destroy()
  }

  /** As many texts as buffers may hold. */
  #rowsFor(steps: number): number {
    const { context, width, layers, vocabulary, heads } = this.#shape
    const bytes = 4 * Math.max(2 * layers * context * width, steps * vocabulary, LANES * heads * context)
    const { maxStorageBufferBindingSize: binding, maxBufferSize: buffer } = this.#gpu.device.limits
    return Math.max(1, Math.min(this.#options.mostRows ?? MOST_ROWS, Math.floor(Math.min(binding, buffer) / bytes)))
  }

  async #pass(dialect: Dialect, writings: readonly Writing[], signal: AbortSignal): Promise<readonly Written[]> {
    const { context } = this.#shape
    const batch = batchOf(dialect, writings, context)
    const pipeline = await this.#pipeline(dialect.end)
    const held = await checked(this.#gpu, `${batch.rows} texts cannot be sent to the graphics card`, () => this.#hold(batch)) // prettier-ignore
    try {
      await this.#slices(pipeline, held, batch, true, Math.ceil(batch.prompt / LANES), signal)
      await this.#slices(pipeline, held, batch, false, batch.draws, signal)
      const tokens = await readWords(this.#gpu, held.buffers.tokens, batch.tokens.length)
      if (this.#options.onLogits !== undefined)
        this.#options.onLogits(new Float32Array((await readWords(this.#gpu, held.buffers.told, batch.chances.length)).buffer)) // prettier-ignore
      return answersOf(dialect, writings, tokens, context)
    } finally {
      held.dispose()
    }
  }

  /** Sends off so many steps in short dispatches, many of them at once. */
  async #slices(
    pipeline: GPUComputePipeline,
    held: Held,
    batch: Batch,
    isPrompt: boolean,
    steps: number,
    signal: AbortSignal,
  ): Promise<void> {
    const { device } = this.#gpu
    const chunker = isPrompt ? this.#chunkers.read : this.#chunkers.write
    let taken = 0
    while (taken < steps && !signal.aborted) {
      const planned = chunker.plan(batch.rows, steps - taken, taken === 0)
      const slices: number[] = []
      const jobs = new Uint32Array((MOST_SLICES * JOB_BYTES) / 4)
      for (const one of planned) {
        const own = Math.min(one, steps - taken)
        if (own === 0) break
        const begin = isPrompt ? taken * LANES : 0
        jobs.set([batch.rows, own, batch.draws, Number(isPrompt), begin], (slices.length * JOB_BYTES) / 4)
        slices.push(own)
        taken += own
      }
      device.queue.writeBuffer(held.jobs, 0, jobs)
      const encoder = device.createCommandEncoder()
      slices.forEach((_, at) => {
        const pass = encoder.beginComputePass()
        pass.setPipeline(pipeline)
        pass.setBindGroup(0, held.group)
        pass.setBindGroup(1, held.jobGroup, [at * JOB_BYTES])
        pass.dispatchWorkgroups(isPrompt ? batch.rows : Math.ceil(batch.rows / LANES))
        pass.end()
      })
      const began = performance.now()
      device.queue.submit([encoder.finish()])
      await this.#gpu.guard(device.queue.onSubmittedWorkDone())
      const milliseconds = performance.now() - began
      chunker.measuredTogether(slices.map((one) => ({ steps: one, items: batch.rows })), milliseconds) // prettier-ignore
      for (const one of slices) this.#options.onDispatch?.(one, milliseconds)
    }
  }

  #hold({ rows, tokens, texts, places, chances }: Batch): Held {
    const { device } = this.#gpu
    const { layers, context, width, heads } = this.#shape
    const { STORAGE, COPY_DST, COPY_SRC, UNIFORM } = GPUBufferUsage
    const made: GPUBuffer[] = []
    const make = (label: string, size: number, usage: number): GPUBuffer => {
      const buffer = device.createBuffer({ label, size, usage })
      made.push(buffer)
      return buffer
    }
    const filled = (label: string, data: Uint32Array<ArrayBuffer> | Float32Array<ArrayBuffer>): GPUBuffer => {
      const buffer = make(label, data.byteLength, STORAGE | COPY_DST | COPY_SRC)
      device.queue.writeBuffer(buffer, 0, data)
      return buffer
    }
    const buffers = {
      weights: this.#weights,
      tokens: filled('tokens', tokens),
      past: make('past', 4 * rows * layers * 2 * context * width, STORAGE),
      chances: filled('chances', chances),
      texts: filled('texts', texts),
      places: filled('places', places),
      scores: make('scores', 4 * rows * LANES * heads * context, STORAGE),
      told: make('told', this.#options.onLogits === undefined ? 4 : chances.byteLength, STORAGE | COPY_SRC),
    }
    const jobs = make('jobs', MOST_SLICES * JOB_BYTES, UNIFORM | COPY_DST)
    const group = device.createBindGroup({
      layout: this.#compiled.layout,
      entries: BUFFERS.map((name, binding) => ({ binding, resource: { buffer: buffers[name] } })),
    })
    const jobGroup = device.createBindGroup({
      layout: this.#compiled.jobLayout,
      entries: [{ binding: 0, resource: { buffer: jobs, size: JOB_BYTES } }],
    })
    const dispose = () => {
      for (const buffer of made) buffer.destroy()
    }
    return { buffers, jobs, group, jobGroup, dispose }
  }

  /** The sizes are built in, and what ends a text. */
  #pipeline(end: number): Promise<GPUComputePipeline> {
    const { vocabulary, context, width, layers, heads, hidden } = this.#shape
    const constants = {
      VOCABULARY: vocabulary, CONTEXT: context, WIDTH: width, LAYERS: layers, HEADS: heads, HIDDEN: hidden, END: end,
      TELLS: Number(this.#options.onLogits !== undefined),
    } // prettier-ignore
    const key = JSON.stringify(constants)
    const { module, layout, jobLayout, pipelines } = this.#compiled
    const known = pipelines.get(key)
    if (known !== undefined) return known
    const { device } = this.#gpu
    const made = checked(this.#gpu, 'the shader compose cannot be set up', () =>
      device.createComputePipelineAsync({
        label: 'compose',
        layout: device.createPipelineLayout({ bindGroupLayouts: [layout, jobLayout] }),
        compute: { module, entryPoint: 'compose', constants },
      }),
    )
    pipelines.set(key, made)
    return made
  }
}

/** A batch in the GPU's memory. */
interface Held {
  readonly buffers: Readonly<Record<(typeof BUFFERS)[number], GPUBuffer>>
  readonly jobs: GPUBuffer
  readonly group: GPUBindGroup
  readonly jobGroup: GPUBindGroup
  dispose(): void
}
