/** The buffers of one kind of battle, and fighting a batch of them slice by slice. */
import type { Cancellation } from '../../../core/result.ts'
import { dispatch, readWords } from '../../../gpu/buffers.ts'
import { Chunker, type ChunkerOptions, type Dispatch } from '../../../gpu/chunker.ts'
import type { Gpu } from '../../../gpu/device.ts'
import { GpuFault } from '../../../gpu/fault.ts'
import type { BattleOutcome, BattleSetup, MarsSettings } from '../mars/battle.ts'
import { outcomeOf } from './outcome.ts'
import { BATTLE_WORDS, packJob, packPSpaces, packSetups, pspaceWords, unpackPSpaces, WARRIOR_WORDS } from './pack.ts'
import { checked, type Pipelines, WORKGROUP } from './pipelines.ts'

/** What tells one battlefield from another. */
export interface Kind {
  readonly settings: MarsSettings
  readonly warriors: number
  /** Some warrior has LDP or STP. */
  readonly pspaces: boolean
}

export interface BattlefieldOptions {
  readonly chunker?: ChunkerOptions
  /** Told of every dispatch, for tests and for the curious. */
  readonly onDispatch?: (dispatch: Dispatch) => void
}

/** By buffer, the words a battle of this kind takes. */
function wordsOf({ settings: { coreSize, maxProcesses, pspaceSize }, warriors, pspaces }: Kind) {
  return {
    cells: coreSize * 2,
    queues: warriors * maxProcesses,
    states: BATTLE_WORDS + warriors * WARRIOR_WORDS,
    seen: warriors * Math.ceil(coreSize / 32),
    pspaces: pspaces ? pspaceWords(warriors, pspaceSize) : 0,
    going: 1,
    remains: 1,
    setups: 1 + 4 * warriors,
  }
}
type StorageName = keyof ReturnType<typeof wordsOf>
type Buffers = Readonly<Record<StorageName | 'job' | 'staging', GPUBuffer>>

/** In the order of the bindings of mars.wgsl. */
const FIGHT_BUFFERS = ['cells', 'queues', 'states', 'seen', 'pspaces', 'going', 'remains', 'job'] as const

/** Bytes of GPU memory that so many battles take. */
export const bytesOf = (kind: Kind, battles: number): number =>
  4 * battles * Object.values(wordsOf(kind)).reduce((sum, words) => sum + words, 0)

/** How many battles of a kind fit the device's limits and `mostBytes`; at least one. */
export function battlesThatFit({ device: { limits } }: Gpu, kind: Kind, mostBytes: number): number {
  const words = Object.values(wordsOf(kind))
  const binding = Math.min(limits.maxStorageBufferBindingSize, limits.maxBufferSize)
  return Math.max(
    1,
    Math.min(
      Math.floor(mostBytes / bytesOf(kind, 1)),
      Math.floor(binding / (Math.max(...words) * 4)),
      limits.maxComputeWorkgroupsPerDimension * WORKGROUP,
    ),
  )
}

export class Battlefield {
  readonly capacity: number
  readonly #gpu: Gpu
  readonly #kind: Kind
  readonly #words: Readonly<Record<StorageName, number>>
  readonly #buffers: Buffers
  readonly #pipelines: Pipelines
  readonly #fighter: GPUComputePipeline
  readonly #chunker: Chunker
  readonly #onDispatch: ((dispatch: Dispatch) => void) | undefined

  private constructor(
    gpu: Gpu,
    pipelines: Pipelines,
    fighter: GPUComputePipeline,
    kind: Kind,
    capacity: number,
    buffers: Buffers,
    options: BattlefieldOptions,
  ) {
    this.#gpu = gpu
    this.#pipelines = pipelines
    this.#fighter = fighter
    this.#kind = kind
    this.#words = wordsOf(kind)
    this.capacity = capacity
    this.#buffers = buffers
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
    const fighter = await pipelines.fight({
      duel: kind.warriors === 2,
      pspaces: kind.pspaces,
      limits: readLimit !== coreSize || writeLimit !== coreSize,
    })
    const what = `${capacity} battles of ${kind.warriors} warriors cannot be set up on the GPU`
    let buffers: Buffers | undefined
    const made = checked(gpu, what, () => {
      buffers = buffersFor(gpu, kind, capacity)
      const field = new Battlefield(gpu, pipelines, fighter, kind, capacity, buffers, options)
      // Drivers finish compiling at the first dispatch: an empty one takes that time, so that the chunker does not see it.
      field.#dispatch(0, 0, 1)
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

  async fight(
    setups: readonly BattleSetup[],
    { withState = false, signal }: { readonly withState?: boolean; readonly signal?: Cancellation },
  ): Promise<BattleOutcome[]> {
    const { settings, warriors } = this.#kind
    this.#load(setups)
    await this.#slices(setups.length, signal)
    const states = await this.#read('states', setups.length)
    if (this.#kind.pspaces && setups.some(({ pspaces }) => pspaces !== undefined))
      unpackPSpaces(await this.#read('pspaces', setups.length), setups, settings, warriors)
    const final = withState
      ? { cells: await this.#read('cells', setups.length), queues: await this.#read('queues', setups.length) }
      : null
    return setups.map((_, battle) => outcomeOf(states, battle, warriors, settings, final))
  }

  /** Ends at the latest when the longest possible battle is over: every slice takes a step or more from each that is left. */
  async #slices(count: number, signal: Cancellation | undefined): Promise<void> {
    let going = Uint32Array.from({ length: count }, (_, battle) => battle)
    while (going.length > 0) {
      if (signal?.aborted === true) throw new GpuFault('cancelled', 'The battles were cancelled.')
      const items = going.length
      const steps = this.#chunker.stepsFor(items)
      const began = performance.now()
      this.#write('going', going)
      this.#dispatch(items, steps, items)
      const remains = await readWords(this.#gpu, this.#buffers.remains, items, this.#buffers.staging)
      const taken = { steps, items, milliseconds: performance.now() - began }
      this.#onDispatch?.(taken)
      going = going.filter((_, at) => remains[at]! > 0)
      if (going.length > 0) this.#chunker.measured(taken)
    }
  }

  #load(setups: readonly BattleSetup[]): void {
    const { device } = this.#gpu
    const { settings, warriors } = this.#kind
    const { lines, places } = packSetups(setups)
    const programs = device.createBuffer({
      label: 'programs',
      size: lines.byteLength,
      usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST,
    })
    device.queue.writeBuffer(programs, 0, lines)
    this.#write('setups', places)
    this.#write('job', packJob(setups.length, 0, warriors, settings))
    if (this.#kind.pspaces) this.#write('pspaces', packPSpaces(setups, settings, warriors))
    const { cells, queues, states, seen, setups: placed, job } = this.#buffers
    const encoder = device.createCommandEncoder()
    encoder.clearBuffer(cells, 0, setups.length * this.#words.cells * 4)
    encoder.clearBuffer(seen, 0, setups.length * this.#words.seen * 4)
    device.queue.submit([encoder.finish()])
    const group = this.#bind(this.#pipelines.load, [cells, queues, states, programs, placed, job])
    dispatch(this.#gpu, this.#pipelines.load, group, setups.length, WORKGROUP)
    programs.destroy()
  }

  #dispatch(count: number, steps: number, threads: number): void {
    this.#write('job', packJob(count, steps, this.#kind.warriors, this.#kind.settings))
    const group = this.#bind(this.#fighter, FIGHT_BUFFERS.map((name) => this.#buffers[name])) // prettier-ignore
    dispatch(this.#gpu, this.#fighter, group, threads, WORKGROUP)
  }

  #bind(pipeline: GPUComputePipeline, buffers: readonly GPUBuffer[]): GPUBindGroup {
    return this.#gpu.device.createBindGroup({
      layout: pipeline.getBindGroupLayout(0),
      entries: buffers.map((buffer, binding) => ({ binding, resource: { buffer } })),
    })
  }

  #write(name: keyof Buffers, words: Uint32Array<ArrayBuffer>): void {
    this.#gpu.device.queue.writeBuffer(this.#buffers[name], 0, words)
  }

  #read(name: StorageName, battles: number): Promise<Uint32Array> {
    return readWords(this.#gpu, this.#buffers[name], battles * this.#words[name])
  }
}

function buffersFor({ device }: Gpu, kind: Kind, capacity: number): Buffers {
  const words = wordsOf(kind)
  const buffer = (label: string, count: number, usage: GPUBufferUsageFlags) =>
    device.createBuffer({ label, size: Math.max(1, count) * 4, usage })
  const storage = (name: StorageName) =>
    buffer(name, capacity * words[name], GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC)
  return {
    cells: storage('cells'),
    queues: storage('queues'),
    states: storage('states'),
    seen: storage('seen'),
    pspaces: storage('pspaces'),
    going: storage('going'),
    remains: storage('remains'),
    setups: storage('setups'),
    job: buffer('job', packJob(0, 0, kind.warriors, kind.settings).length, GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST), // prettier-ignore
    staging: buffer('staging', capacity, GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST),
  }
}
