/** Battles of one kind, a batch at a time, slice by slice: a thread a battle, and the GPU itself drops those that are over. */
import type { Cancellation } from '../../../core/result.ts'
import { readWords } from '../../../gpu/buffers.ts'
import { Chunker, type ChunkerOptions, type Dispatch } from '../../../gpu/chunker.ts'
import { checked } from '../../../gpu/checked.ts'
import type { Gpu } from '../../../gpu/device.ts'
import type { BattleOutcome, BattleSetup } from '../mars/battle.ts'
import { Jobs, type Batch } from './jobs.ts'
import { buffersFor, wordsOf, type Kind } from './kind.ts'
import { outcomeOf } from './outcome.ts'
import { packPSpaces, unpackPSpaces } from './pack.ts'
import { WORKGROUP, type Pipelines, type Stage } from './pipelines.ts'
import type { BindingName, Bound } from './shaders.ts'
import { inSlices } from './slices.ts'
import type { Upload } from './upload.ts'

export interface BattlefieldOptions {
  readonly chunker?: ChunkerOptions
  /** Told of every dispatch and how long it took at most, for tests and for the curious. */
  readonly onDispatch?: (dispatch: Dispatch) => void
}

/** Where battles of one kind are fought. */
export interface Ground {
  /** Battles in flight at once. */
  readonly size: number
  /** Battles a batch. */
  readonly capacity: number
  /** To the end, or until cancelled; sums go to the upload. */
  fight(batch: Batch, setups: readonly BattleSetup[], signal: Cancellation | undefined): Promise<void>
  /** What the battles of the last batch came to; what they left in P-space is written to the setups. */
  outcomes(upload: Upload, setups: readonly BattleSetup[], withState: boolean): Promise<BattleOutcome[]>
  dispose(): void
}

/** Of a roll: see job.wgsl. The indirect dispatch begins at its second word. */
const ROLL_BYTES = 16
const ROLL_GROUPS = 4

interface Stages {
  readonly load: Stage
  readonly fight: Stage
  readonly gather: Stage
}

/** Lists change places after each slice: what was gathered fights next. */
interface Turn {
  readonly roll: GPUBuffer
  readonly nextRoll: GPUBuffer
  readonly fight: GPUBindGroup
  readonly gather: GPUBindGroup
}

type Buffers = Bound & Readonly<Record<'roll' | 'nextRoll', GPUBuffer>>

export class Battlefield implements Ground {
  readonly size: number
  readonly #gpu: Gpu
  readonly #kind: Kind
  readonly #buffers: Buffers
  readonly #stages: Stages
  readonly #jobs: Jobs
  readonly #chunker: Chunker
  readonly #onDispatch: ((dispatch: Dispatch) => void) | undefined

  private constructor(
    gpu: Gpu,
    layout: GPUBindGroupLayout,
    stages: Stages,
    kind: Kind,
    size: number,
    options: BattlefieldOptions,
  ) {
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.INDIRECT | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC
    const roll = (label: string) => gpu.device.createBuffer({ label, size: ROLL_BYTES, usage })
    this.#gpu = gpu
    this.#stages = stages
    this.#kind = kind
    this.size = size
    this.#buffers = { ...buffersFor(gpu, kind, size), roll: roll('roll'), nextRoll: roll('nextRoll') }
    this.#jobs = new Jobs(gpu, kind, layout)
    this.#chunker = new Chunker(options.chunker)
    this.#onDispatch = options.onDispatch
  }

  /** Throws a `GpuFault`, of kind `gpu-memory` where there is not enough for so many battles. */
  static async create(
    gpu: Gpu,
    pipelines: Pipelines,
    kind: Kind,
    size: number,
    options: BattlefieldOptions,
  ): Promise<Battlefield> {
    const { coreSize, readLimit, writeLimit } = kind.settings
    const limits = readLimit !== coreSize || writeLimit !== coreSize
    const stages = {
      load: await pipelines.load(kind.fieldBits),
      fight: await pipelines.fight({ ...kind, duel: kind.warriors === 2, limits }),
      gather: await pipelines.stage('gather', {}),
    }
    const what = `${size} battles of ${kind.warriors} warriors cannot be set up on the GPU`
    let field: Battlefield | undefined
    const made = checked(gpu, what, () => {
      field = new Battlefield(gpu, pipelines.job, stages, kind, size, options)
      field.#warm()
    })
    try {
      await made
      await gpu.guard(gpu.device.queue.onSubmittedWorkDone())
      return field!
    } catch (error) {
      field?.dispose()
      throw error
    }
  }

  get capacity(): number {
    return this.size
  }

  dispose(): void {
    for (const buffer of Object.values(this.#buffers)) buffer.destroy()
    this.#jobs.dispose()
  }

  async fight(batch: Batch, setups: readonly BattleSetup[], signal: Cancellation | undefined): Promise<void> {
    this.#load(batch, setups)
    const turns = this.#turns(batch.upload)
    const most = this.#kind.warriors * this.#kind.settings.maxCycles
    let parity = 0
    await inSlices({
      gpu: this.#gpu,
      chunker: this.#chunker,
      signal,
      onDispatch: this.#onDispatch,
      count: batch.count,
      itemsOf: (battles) => battles,
      left: (_, taken) => most - taken,
      submit: (steps) => {
        this.#submit(batch, turns, parity, steps)
        parity = (parity + steps.length) % 2
        return this.#jobs.noted(steps.length)
      },
    })
  }

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

  /** Drivers finish compiling at the first dispatch: an empty one takes that time, so that the chunker does not see it. */
  #warm(): void {
    const { device } = this.#gpu
    const { pipeline, bind } = this.#stages.fight
    device.queue.writeBuffer(this.#buffers.roll, 0, new Uint32Array(ROLL_BYTES / 4))
    const encoder = device.createCommandEncoder()
    const pass = encoder.beginComputePass()
    pass.setPipeline(pipeline)
    // Nobody looks into the tables of no battle.
    pass.setBindGroup(0, bind({ ...this.#buffers, tables: this.#buffers.roll }))
    this.#jobs.bind(pass, 0)
    pass.dispatchWorkgroups(1)
    pass.end()
    device.queue.submit([encoder.finish()])
  }

  #load(batch: Batch, setups: readonly BattleSetup[]): void {
    const { device } = this.#gpu
    const { settings, warriors } = this.#kind
    const { upload, count } = batch
    const words = wordsOf(this.#kind)
    this.#jobs.write(batch, [0])
    device.queue.writeBuffer(this.#buffers.roll, 0, Uint32Array.of(count, Math.ceil(count / WORKGROUP), 1, 1))
    if (this.#kind.pspaces) device.queue.writeBuffer(this.#buffers.pspaces!, 0, packPSpaces(setups, settings, warriors))
    const encoder = device.createCommandEncoder()
    for (const name of ['cells', 'seen'] as const)
      encoder.clearBuffer(this.#buffers[name]!, 0, count * words[name]! * 4)
    const pass = encoder.beginComputePass()
    pass.setPipeline(this.#stages.load.pipeline)
    pass.setBindGroup(0, this.#stages.load.bind({ ...this.#buffers, tables: upload.tables }))
    this.#jobs.bind(pass, 0)
    pass.dispatchWorkgroups(Math.ceil(count / WORKGROUP))
    pass.end()
    device.queue.submit([encoder.finish()])
  }

  #turns({ tables, tallies, lives }: Upload): readonly [Turn, Turn] {
    const { fight, gather } = this.#stages
    const turn = (buffers: Buffers) => {
      const all = { ...buffers, tables, tallies, lives }
      return { roll: buffers.roll, nextRoll: buffers.nextRoll, fight: fight.bind(all), gather: gather.bind(all) }
    }
    const { going, nextGoing, roll, nextRoll } = this.#buffers
    const swapped = { ...this.#buffers, going: nextGoing!, nextGoing: going!, roll: nextRoll, nextRoll: roll }
    return [turn(this.#buffers), turn(swapped)]
  }

  /** Several slices, one after another, and after each the living are gathered. */
  #submit(batch: Batch, turns: readonly [Turn, Turn], parity: number, steps: readonly number[]): void {
    this.#jobs.write(batch, steps)
    const encoder = this.#gpu.device.createCommandEncoder()
    steps.forEach((_, at) => {
      const { roll, nextRoll, fight, gather } = turns[(parity + at) % 2 === 0 ? 0 : 1]
      encoder.clearBuffer(nextRoll, 0, ROLL_BYTES)
      const pass = encoder.beginComputePass()
      this.#jobs.bind(pass, at)
      pass.setPipeline(this.#stages.fight.pipeline)
      pass.setBindGroup(0, fight)
      pass.dispatchWorkgroupsIndirect(roll, ROLL_GROUPS)
      pass.setPipeline(this.#stages.gather.pipeline)
      pass.setBindGroup(0, gather)
      pass.dispatchWorkgroupsIndirect(roll, ROLL_GROUPS)
      pass.end()
      this.#jobs.note(encoder, nextRoll, 0, at)
    })
    this.#gpu.device.queue.submit([encoder.finish()])
  }

  #read(name: BindingName, battles: number): Promise<Uint32Array> {
    return readWords(this.#gpu, this.#buffers[name]!, battles * wordsOf(this.#kind)[name]!)
  }
}
