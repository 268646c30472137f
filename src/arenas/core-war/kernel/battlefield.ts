/** The buffers of one kind of battle, and fighting a batch of them slice by slice. */
import type { Cancellation } from '../../../core/result.ts'
import { readWords } from '../../../gpu/buffers.ts'
import { Chunker, MOST_SLICES, type ChunkerOptions, type Dispatch } from '../../../gpu/chunker.ts'
import type { Gpu } from '../../../gpu/device.ts'
import { GpuFault } from '../../../gpu/fault.ts'
import type { BattleOutcome, BattleSetup } from '../mars/battle.ts'
import { wordsOf, type Kind, type StorageName } from './kind.ts'
import { outcomeOf } from './outcome.ts'
import { packJob, packPSpaces, unpackPSpaces, type Work } from './pack.ts'
import { checked, WORKGROUP, type Pipelines } from './pipelines.ts'
import type { Upload } from './upload.ts'

export interface BattlefieldOptions {
  readonly chunker?: ChunkerOptions
  /** Told of every dispatch and how long it took at most, for tests and for the curious. */
  readonly onDispatch?: (dispatch: Dispatch) => void
}

/** Battles `first` to `first + count - 1` of an upload. */
export interface Batch {
  readonly upload: Upload
  readonly first: number
  readonly count: number
}

/** Jobs lie so far apart in their buffer, in bytes: every device takes such offsets. */
const JOB_STRIDE = 256
/** Of a roll: see job.wgsl. The indirect dispatch begins at its second word. */
const ROLL_BYTES = 16
const ROLL_GROUPS = 4

type Buffers = Readonly<Record<StorageName | 'roll' | 'nextRoll' | 'job' | 'counts', GPUBuffer>>

interface Stages {
  readonly load: GPUComputePipeline
  readonly fight: GPUComputePipeline
  readonly gather: GPUComputePipeline
}

/** Lists change places after each slice: what was gathered fights next. */
interface Turn {
  readonly roll: GPUBuffer
  readonly nextRoll: GPUBuffer
  readonly fight: GPUBindGroup
  readonly gather: GPUBindGroup
}

export class Battlefield {
  readonly capacity: number
  readonly #gpu: Gpu
  readonly #kind: Kind
  readonly #words: Readonly<Record<StorageName, number>>
  readonly #buffers: Buffers
  readonly #stages: Stages
  readonly #job: GPUBindGroup
  readonly #chunker: Chunker
  readonly #onDispatch: ((dispatch: Dispatch) => void) | undefined

  private constructor(
    gpu: Gpu,
    pipelines: Pipelines,
    stages: Stages,
    kind: Kind,
    capacity: number,
    buffers: Buffers,
    options: BattlefieldOptions,
  ) {
    this.#gpu = gpu
    this.#stages = stages
    this.#kind = kind
    this.#words = wordsOf(kind)
    this.capacity = capacity
    this.#buffers = buffers
    this.#job = gpu.device.createBindGroup({
      layout: pipelines.job,
      entries: [{ binding: 0, resource: { buffer: buffers.job, size: JOB_STRIDE } }],
    })
    this.#chunker = new Chunker(options.chunker)
    this.#onDispatch = options.onDispatch
  }

  /** Throws a {@link GpuFault}, of kind `gpu-memory` where there is not enough for so many battles. */
  static async create(
    gpu: Gpu,
    pipelines: Pipelines,
    kind: Kind,
    capacity: number,
    options: BattlefieldOptions,
  ): Promise<Battlefield> {
    const { coreSize, readLimit, writeLimit } = kind.settings
    const limits = readLimit !== coreSize || writeLimit !== coreSize
    const stages = {
      load: await pipelines.load(kind.fieldBits),
      fight: await pipelines.fight({ ...kind, duel: kind.warriors === 2, limits }),
      gather: await pipelines.gather(),
    }
    const what = `${capacity} battles of ${kind.warriors} warriors cannot be set up on the GPU`
    let buffers: Buffers | undefined
    const made = checked(gpu, what, () => {
      buffers = buffersFor(gpu, kind, capacity)
      const field = new Battlefield(gpu, pipelines, stages, kind, capacity, buffers, options)
      field.#warm()
      return field
    })
    try {
      const field = await made
      await gpu.guard(gpu.device.queue.onSubmittedWorkDone())
      return field
    } catch (error) {
      if (buffers !== undefined) for (const buffer of Object.values(buffers)) buffer.destroy()
      throw error
    }
  }

  dispose(): void {
    for (const buffer of Object.values(this.#buffers)) buffer.destroy()
  }

  /** To the end, or until cancelled; sums go to the upload. */
  async fight(batch: Batch, setups: readonly BattleSetup[], signal: Cancellation | undefined): Promise<void> {
    this.#load(batch, setups)
    const { warriors, settings } = this.#kind
    const turns = this.#turns(batch.upload)
    let going = batch.count
    let left = warriors * settings.maxCycles
    let isNew = true
    let parity = 0
    // Ends at the latest when the longest possible battle is over: every slice takes a step or more from each that is left.
    while (going > 0) {
      if (signal?.aborted === true) throw new GpuFault('cancelled', 'The battles were cancelled.')
      const steps = this.#chunker.plan(going, left, isNew)
      const began = performance.now()
      this.#submit(batch, turns, parity, steps)
      const counts = await this.#counts(steps.length)
      const milliseconds = performance.now() - began
      const slices = steps.map((taken, at) => ({ steps: taken, items: at === 0 ? going : counts[at - 1]! }))
      this.#learn(slices.filter(({ items }) => items > 0), counts, milliseconds) // prettier-ignore
      going = counts.at(-1)!
      left -= steps.reduce((sum, one) => sum + one, 0)
      parity = (parity + steps.length) % 2
      isNew = false
    }
  }

  /** What the first `count` battles of the last batch came to, and with `setups` what they left in P-space. */
  async outcomes({ format }: Upload, setups: readonly BattleSetup[], withState: boolean): Promise<BattleOutcome[]> {
    const { settings, warriors } = this.#kind
    const states = await this.#read('states', setups.length)
    if (this.#kind.pspaces && setups.some(({ pspaces }) => pspaces !== undefined))
      unpackPSpaces(await this.#read('pspaces', setups.length), setups, settings, warriors)
    const final = withState
      ? { format, cells: await this.#read('cells', setups.length), queues: await this.#read('queues', setups.length) }
      : null
    return setups.map((_, battle) => outcomeOf(states, battle, warriors, settings, final))
  }

  /** The last slice that left nobody has not shown what so many steps cost. */
  #learn(
    slices: readonly { readonly steps: number; readonly items: number }[],
    counts: readonly number[],
    milliseconds: number,
  ): void {
    const whole = slices.filter((_, at) => counts[at]! > 0)
    const bounds = whole.length > 0 ? this.#chunker.measuredTogether(whole, milliseconds) : []
    for (const bound of bounds) this.#onDispatch?.(bound)
    const last = slices[whole.length]
    if (last !== undefined) this.#onDispatch?.({ ...last, milliseconds: whole.length > 0 ? bounds[0]!.milliseconds : milliseconds }) // prettier-ignore
  }

  /** Drivers finish compiling at the first dispatch: an empty one takes that time, so that the chunker does not see it. */
  #warm(): void {
    const { cells, queues, states, seen, pspaces, going, roll } = this.#buffers
    this.#gpu.device.queue.writeBuffer(roll, 0, new Uint32Array(ROLL_BYTES / 4))
    const encoder = this.#gpu.device.createCommandEncoder()
    const pass = encoder.beginComputePass()
    pass.setPipeline(this.#stages.fight)
    pass.setBindGroup(
      0,
      this.#bind(this.#stages.fight, [cells, queues, states, seen, pspaces, going, roll, ...this.#dictionary(roll)]),
    )
    pass.setBindGroup(1, this.#job, [0])
    pass.dispatchWorkgroups(1)
    pass.end()
    this.#gpu.device.queue.submit([encoder.finish()])
  }

  #load({ upload, first, count }: Batch, setups: readonly BattleSetup[]): void {
    const { device } = this.#gpu
    const { cells, queues, states, seen, pspaces, going, roll } = this.#buffers
    this.#writeJobs({ upload, first, count }, [0])
    device.queue.writeBuffer(roll, 0, Uint32Array.of(count, Math.ceil(count / WORKGROUP), 1, 1))
    if (this.#kind.pspaces)
      device.queue.writeBuffer(pspaces, 0, packPSpaces(setups, this.#kind.settings, this.#kind.warriors))
    const encoder = device.createCommandEncoder()
    encoder.clearBuffer(cells, 0, count * this.#words.cells * 4)
    encoder.clearBuffer(seen, 0, count * this.#words.seen * 4)
    const pass = encoder.beginComputePass()
    pass.setPipeline(this.#stages.load)
    pass.setBindGroup(0, this.#bind(this.#stages.load, [cells, queues, states, going, ...upload.forLoad]))
    pass.setBindGroup(1, this.#job, [0])
    pass.dispatchWorkgroups(Math.ceil(count / WORKGROUP))
    pass.end()
    device.queue.submit([encoder.finish()])
  }

  #turns({ dictionary, forGather }: Upload): readonly [Turn, Turn] {
    const { cells, queues, states, seen, pspaces, going, nextGoing, roll, nextRoll } = this.#buffers
    const { fight, gather } = this.#stages
    const turn = (list: GPUBuffer, from: GPUBuffer, nextList: GPUBuffer, to: GPUBuffer) => ({
      roll: from,
      nextRoll: to,
      fight: this.#bind(fight, [cells, queues, states, seen, pspaces, list, from, ...this.#dictionary(dictionary)]),
      gather: this.#bind(gather, [states, list, from, nextList, to, ...forGather]),
    })
    return [turn(going, roll, nextGoing, nextRoll), turn(nextGoing, nextRoll, going, roll)]
  }

  /** Cells of two words need none. */
  #dictionary(buffer: GPUBuffer): GPUBuffer[] {
    return this.#kind.fieldBits === 16 ? [] : [buffer]
  }

  /** Several slices, one after another: the GPU itself drops the battles that are over between them. */
  #submit(batch: Batch, turns: readonly [Turn, Turn], parity: number, steps: readonly number[]): void {
    this.#writeJobs(batch, steps)
    const encoder = this.#gpu.device.createCommandEncoder()
    steps.forEach((_, at) => {
      const { roll, nextRoll, fight, gather } = turns[(parity + at) % 2 === 0 ? 0 : 1]
      encoder.clearBuffer(nextRoll, 0, ROLL_BYTES)
      const pass = encoder.beginComputePass()
      pass.setBindGroup(1, this.#job, [at * JOB_STRIDE])
      pass.setPipeline(this.#stages.fight)
      pass.setBindGroup(0, fight)
      pass.dispatchWorkgroupsIndirect(roll, ROLL_GROUPS)
      pass.setPipeline(this.#stages.gather)
      pass.setBindGroup(0, gather)
      pass.dispatchWorkgroupsIndirect(roll, ROLL_GROUPS)
      pass.end()
      encoder.copyBufferToBuffer(nextRoll, 0, this.#buffers.counts, at * 4, 4)
    })
    this.#gpu.device.queue.submit([encoder.finish()])
  }

  /** How many battles each slice left. */
  async #counts(slices: number): Promise<number[]> {
    return [...(await readWords(this.#gpu, this.#buffers.counts, slices))]
  }

  #writeJobs({ upload, first, count }: Batch, steps: readonly number[]): void {
    const { settings, warriors } = this.#kind
    const words = new Uint32Array(steps.length * (JOB_STRIDE / 4))
    steps.forEach((taken, at) => {
      const work: Work = { first, count, steps: taken, each: upload.each, keepsLives: upload.keepsLives }
      words.set(packJob(work, warriors, settings), at * (JOB_STRIDE / 4))
    })
    this.#gpu.device.queue.writeBuffer(this.#buffers.job, 0, words)
  }

  #bind(pipeline: GPUComputePipeline, buffers: readonly GPUBuffer[]): GPUBindGroup {
    return this.#gpu.device.createBindGroup({
      layout: pipeline.getBindGroupLayout(0),
      entries: buffers.map((buffer, binding) => ({ binding, resource: { buffer } })),
    })
  }

  #read(name: StorageName, battles: number): Promise<Uint32Array> {
    return readWords(this.#gpu, this.#buffers[name], battles * this.#words[name])
  }
}

function buffersFor({ device }: Gpu, kind: Kind, capacity: number): Buffers {
  const words = wordsOf(kind)
  const buffer = (label: string, size: number, usage: GPUBufferUsageFlags) =>
    device.createBuffer({ label, size, usage: usage | GPUBufferUsage.COPY_DST })
  const { STORAGE, COPY_SRC, INDIRECT, UNIFORM } = GPUBufferUsage
  const storage = (name: StorageName) => buffer(name, Math.max(1, capacity * words[name]) * 4, STORAGE | COPY_SRC)
  return {
    cells: storage('cells'),
    queues: storage('queues'),
    states: storage('states'),
    seen: storage('seen'),
    pspaces: storage('pspaces'),
    going: storage('going'),
    nextGoing: storage('nextGoing'),
    roll: buffer('roll', ROLL_BYTES, STORAGE | INDIRECT | COPY_SRC),
    nextRoll: buffer('nextRoll', ROLL_BYTES, STORAGE | INDIRECT | COPY_SRC),
    job: buffer('job', MOST_SLICES * JOB_STRIDE, UNIFORM),
    counts: buffer('counts', MOST_SLICES * 4, COPY_SRC),
  }
}
