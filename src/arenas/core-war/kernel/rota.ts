/** Battles of one kind, for small cores: each thread fights one battle after another, in storage or in workgroup memory. */
import type { Cancellation } from '../../../core/result.ts'
import { readWords } from '../../../gpu/buffers.ts'
import { Chunker, type Dispatch } from '../../../gpu/chunker.ts'
import { checked } from '../../../gpu/checked.ts'
import type { Gpu } from '../../../gpu/device.ts'
import type { BattleOutcome, BattleSetup } from '../mars/battle.ts'
import type { BattlefieldOptions, Ground } from './battlefield.ts'
import { Jobs, type Batch } from './jobs.ts'
import { buffersFor, localShape, type Kind } from './kind.ts'
import { outcomeOf } from './outcome.ts'
import { BATTLE_WORDS, FINISHED, WARRIOR_WORDS } from './pack.ts'
import { WORKGROUP, type Pipelines, type Stage } from './pipelines.ts'
import type { Bound } from './shaders.ts'
import { inSlices } from './slices.ts'
import type { Upload } from './upload.ts'

export class Rota implements Ground {
  readonly size: number
  readonly capacity = Infinity
  readonly #gpu: Gpu
  readonly #kind: Kind
  readonly #keeps: boolean
  readonly #buffers: Bound
  readonly #stage: Stage
  readonly #lanes: number
  readonly #jobs: Jobs
  readonly #chunker: Chunker
  readonly #onDispatch: ((dispatch: Dispatch) => void) | undefined
  /** What each battle left, where that is kept. */
  #finals: GPUBuffer

  private constructor(
    gpu: Gpu,
    layout: GPUBindGroupLayout,
    stage: Stage,
    kind: Kind,
    size: number,
    keeps: boolean,
    options: BattlefieldOptions,
  ) {
    this.#gpu = gpu
    this.#kind = kind
    this.#keeps = keeps
    this.#stage = stage
    this.#lanes = lanesOf(kind)
    this.size = Math.ceil(size / this.#lanes) * this.#lanes
    this.#buffers = buffersFor(gpu, kind, this.size)
    this.#finals = finalsFor(gpu, 0)
    this.#jobs = new Jobs(gpu, kind, layout)
    this.#chunker = new Chunker(options.chunker)
    this.#onDispatch = options.onDispatch
  }

  /** Throws a `GpuFault`, of kind `gpu-memory` where there is not enough for so many threads. */
  static async create(
    gpu: Gpu,
    pipelines: Pipelines,
    kind: Kind,
    size: number,
    keeps: boolean,
    options: BattlefieldOptions,
  ): Promise<Rota> {
    const { coreSize, readLimit, writeLimit } = kind.settings
    const rules = {
      DUEL: Number(kind.warriors === 2),
      LIMITS: Number(readLimit !== coreSize || writeLimit !== coreSize),
      KEEPS: Number(keeps),
    }
    const stage =
      kind.way === 'local'
        ? await pipelines.stage('rotaLocal', { ...rules, ...localShape(kind.settings) })
        : await pipelines.stage('rotaStorage', { ...rules, FIELD_BITS: kind.fieldBits, LANES: WORKGROUP })
    let rota: Rota | undefined
    const made = checked(gpu, `${size} battles at once cannot be set up on the GPU`, () => {
      rota = new Rota(gpu, pipelines.job, stage, kind, size, keeps, options)
    })
    try {
      await made
      return rota!
    } catch (error) {
      rota?.dispose()
      throw error
    }
  }

  dispose(): void {
    for (const buffer of Object.values(this.#buffers)) buffer.destroy()
    this.#finals.destroy()
    this.#jobs.dispose()
  }

  async fight(batch: Batch, _setups: readonly BattleSetup[], signal: Cancellation | undefined): Promise<void> {
    const { upload, count, atOnce } = batch
    const most = this.#kind.warriors * this.#kind.settings.maxCycles
    const threads = Math.min(this.size, Math.ceil(Math.min(count, atOnce) / this.#lanes) * this.#lanes)
    if (this.#keeps) {
      this.#finals.destroy()
      this.#finals = finalsFor(this.#gpu, count * this.#finalWords())
    }
    this.#begin()
    const { tables, tallies, lives } = upload
    const group = this.#stage.bind({ ...this.#buffers, tables, tallies, lives, finals: this.#finals })
    // Drivers finish compiling at the first dispatch: one of no steps takes that time, so that the chunker does not see it.
    this.#submit(batch, group, this.#lanes, [0])
    await this.#gpu.guard(this.#gpu.device.queue.onSubmittedWorkDone())
    await inSlices({
      gpu: this.#gpu,
      chunker: this.#chunker,
      signal,
      onDispatch: this.#onDispatch,
      count,
      itemsOf: (battles) => Math.min(threads, battles),
      left: (battles) => (Math.ceil(battles / threads) + 1) * most,
      submit: async (steps) => {
        this.#submit(batch, group, threads, steps)
        return (await this.#jobs.noted(steps.length)).map((finished) => count - finished)
      },
    })
  }

  async outcomes({ format }: Upload, setups: readonly BattleSetup[], withState: boolean): Promise<BattleOutcome[]> {
    const { warriors, settings } = this.#kind
    const each = this.#finalWords()
    const words = await readWords(this.#gpu, this.#finals, setups.length * each)
    const [cellsAt, queuesAt] = [this.#stateWords(), this.#stateWords() + settings.coreSize]
    return setups.map((_, battle) => {
      const own = words.subarray(battle * each, (battle + 1) * each)
      const final = withState ? { format, cells: own.subarray(cellsAt), queues: own.subarray(queuesAt) } : null
      return outcomeOf(own, 0, warriors, settings, final)
    })
  }

  /** No thread has a battle. */
  #begin(): void {
    const encoder = this.#gpu.device.createCommandEncoder()
    encoder.clearBuffer(this.#buffers.states!)
    this.#gpu.device.queue.submit([encoder.finish()])
  }

  #submit(batch: Batch, group: GPUBindGroup, threads: number, steps: readonly number[]): void {
    this.#jobs.write(batch, steps)
    const encoder = this.#gpu.device.createCommandEncoder()
    steps.forEach((_, at) => {
      const pass = encoder.beginComputePass()
      pass.setPipeline(this.#stage.pipeline)
      pass.setBindGroup(0, group)
      this.#jobs.bind(pass, at)
      pass.dispatchWorkgroups(threads / this.#lanes)
      pass.end()
      this.#jobs.note(encoder, batch.upload.tallies, FINISHED * 4, at)
    })
    this.#gpu.device.queue.submit([encoder.finish()])
  }

  #stateWords(): number {
    return BATTLE_WORDS + this.#kind.warriors * WARRIOR_WORDS
  }

  #finalWords(): number {
    const { coreSize, maxProcesses } = this.#kind.settings
    return this.#stateWords() + coreSize + this.#kind.warriors * maxProcesses
  }
}

const lanesOf = (kind: Kind): number => (kind.way === 'local' ? localShape(kind.settings).LANES : WORKGROUP)

const finalsFor = ({ device }: Gpu, words: number): GPUBuffer =>
  device.createBuffer({ label: 'finals', size: Math.max(1, words) * 4, usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC }) // prettier-ignore
