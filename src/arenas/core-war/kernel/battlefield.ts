/** The buffers and pipelines of one kind of battle, and fighting a batch of them slice by slice. */
import type { Cancellation } from '../../../core/result.ts'
import type { Chunker } from '../../../gpu/chunker.ts'
import type { Gpu } from '../../../gpu/device.ts'
import { GpuFault } from '../../../gpu/fault.ts'
import type { BattleOutcome, BattleSetup, FinalState, MarsSettings } from '../mars/battle.ts'
import { packPrograms, packPSpaces } from './pack.ts'

const WORKGROUP = 64
const BATTLE_WORDS = 4
const WARRIOR_WORDS = 8
/** Bytes of cells and queues together. */
const MOST_BYTES = 512 << 20

type BufferName = 'cells' | 'queues' | 'states' | 'seen' | 'pspaces' | 'going' | 'slice' | 'setups' | 'count' | 'read'

/** In the order of the bindings of mars.wgsl. */
const FIGHT_BUFFERS: readonly BufferName[] = ['cells', 'queues', 'states', 'seen', 'pspaces', 'going', 'slice']

/** Buffers and pipelines for battles of one kind, `capacity` of them at a time. */
export class Battlefield {
  readonly capacity: number
  /** More would not fit, however many are wanted. */
  readonly isFull: boolean
  readonly #gpu: Gpu
  readonly #settings: MarsSettings
  readonly #warriors: number
  readonly #chunker: Chunker
  readonly #modules: { readonly load: GPUShaderModule; readonly mars: GPUShaderModule }
  readonly #words: { readonly state: number; readonly seen: number; readonly pspace: number; readonly setup: number }
  readonly #buffers: Record<
    'cells' | 'queues' | 'states' | 'seen' | 'pspaces' | 'going' | 'slice' | 'setups' | 'count' | 'read',
    GPUBuffer
  >
  #loader: GPUComputePipeline | null = null
  #fighter: GPUComputePipeline | null = null

  constructor(
    gpu: Gpu,
    modules: { readonly load: GPUShaderModule; readonly mars: GPUShaderModule },
    chunker: Chunker,
    settings: MarsSettings,
    warriors: number,
    wanted: number,
    most: number,
  ) {
    const { coreSize, maxProcesses } = settings
    this.#gpu = gpu
    this.#modules = modules
    this.#chunker = chunker
    this.#settings = settings
    this.#warriors = warriors
    const pspaceSize = Math.max(1, settings.pspaceSize)
    this.#words = {
      state: BATTLE_WORDS + warriors * WARRIOR_WORDS,
      seen: warriors * Math.ceil(coreSize / 32),
      pspace: warriors * (2 + pspaceSize),
      setup: 1 + 4 * warriors,
    }
    const { limits } = gpu.device
    const binding = Math.min(limits.maxStorageBufferBindingSize, limits.maxBufferSize)
    const perBattle = [
      coreSize * 8,
      warriors * maxProcesses * 4,
      ...Object.values(this.#words).map((words) => words * 4),
    ]
    const fits = Math.min(
      most,
      ...perBattle.map((bytes) => Math.floor(binding / bytes)),
      Math.floor(MOST_BYTES / (coreSize * 8 + warriors * maxProcesses * 4)),
      limits.maxComputeWorkgroupsPerDimension * WORKGROUP,
    )
    this.capacity = Math.max(1, Math.min(fits, wanted))
    this.isFull = this.capacity >= fits
    const storage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC
    const buffer = (label: string, words: number, usage = storage) =>
      gpu.device.createBuffer({ label, size: Math.max(4, words * 4), usage })
    const n = this.capacity
    this.#buffers = {
      cells: buffer('cells', n * coreSize * 2),
      queues: buffer('queues', n * warriors * maxProcesses),
      states: buffer('states', n * this.#words.state),
      seen: buffer('seen', n * this.#words.seen),
      pspaces: buffer('pspaces', n * this.#words.pspace),
      going: buffer('going', n),
      setups: buffer('setups', n * this.#words.setup),
      slice: buffer('slice', 4, GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST),
      count: buffer('count', 4, GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST),
      read: buffer('read', n * this.#words.state, GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST),
    }
  }

  dispose(): void {
    for (const buffer of Object.values(this.#buffers)) buffer.destroy()
  }

  async prepare(): Promise<void> {
    const { device } = this.#gpu
    const { coreSize, maxProcesses, maxCycles, readLimit, writeLimit, pspaceSize, endsWhen } = this.#settings
    const shared = { CORE: coreSize, WARRIORS: this.#warriors, PROCESSES: maxProcesses, CYCLES: maxCycles }
    const rules = {
      ...shared, READ_LIMIT: readLimit, WRITE_LIMIT: writeLimit, PSPACE: Math.max(1, pspaceSize), GO_ON_ALONE: Number(endsWhen === 'none-left'),
    } // prettier-ignore
    device.pushErrorScope('out-of-memory')
    device.pushErrorScope('validation')
    this.#loader = await this.#safe(
      device.createComputePipelineAsync({
        label: 'load',
        layout: 'auto',
        compute: { module: this.#modules.load, entryPoint: 'load', constants: shared },
      }),
    )
    this.#fighter = await this.#safe(
      device.createComputePipelineAsync({
        label: 'fight',
        layout: 'auto',
        compute: { module: this.#modules.mars, entryPoint: 'fight', constants: rules },
      }),
    )
    const problem = (await this.#safe(device.popErrorScope())) ?? (await this.#safe(device.popErrorScope()))
    if (problem !== null) throw new GpuFault('gpu-error', `the battle kernel cannot be set up: ${problem.message}`)
    // Drivers finish compiling at the first dispatch: an empty one takes that time, so that the chunker does not see it.
    this.#write('slice', Uint32Array.of(0, 0))
    this.#dispatch(this.#fighter, this.#bind(this.#fighter, FIGHT_BUFFERS), 1)
    await this.#safe(device.queue.onSubmittedWorkDone())
  }

  async fight(
    setups: readonly BattleSetup[],
    options: { readonly withState?: boolean; readonly signal?: Cancellation },
  ): Promise<BattleOutcome[]> {
    const fighter = this.#fighter
    if (fighter === null) throw new Error('the battlefield was not prepared')
    this.#load(setups)
    const group = this.#bind(fighter, FIGHT_BUFFERS)
    let going = Uint32Array.from(setups, (_, index) => index)
    let states: Uint32Array
    // The longest possible battle ends this loop: every slice takes at least one step from each battle that is left.
    do {
      if (options.signal?.aborted === true) throw new GpuFault('cancelled', 'The evaluation was cancelled.')
      const { steps } = this.#chunker
      const began = performance.now()
      this.#write('going', going)
      this.#write('slice', Uint32Array.of(going.length, steps))
      this.#dispatch(fighter, group, going.length)
      states = await this.#read('states', setups.length * this.#words.state)
      this.#chunker.measured(steps, performance.now() - began)
      going = going.filter((battle) => states[battle * this.#words.state]! > 0)
    } while (going.length > 0)
    await this.#savePSpaces(setups)
    const final = options.withState === true ? await this.#readFinal(setups.length) : null
    return setups.map((_, battle) => this.#outcome(states, battle, final))
  }

  #load(setups: readonly BattleSetup[]): void {
    const { device } = this.#gpu
    const loader = this.#loader
    if (loader === null) throw new Error('the battlefield was not prepared')
    const { lines, offsets } = packPrograms(setups)
    const words = new Uint32Array(setups.length * this.#words.setup)
    setups.forEach(({ first, warriors }, battle) => {
      const at = battle * this.#words.setup
      words[at] = first
      warriors.forEach(({ program, position }, w) => {
        words.set([offsets.get(program)!, program.instructions.length, program.start, position], at + 1 + 4 * w)
      })
    })
    const programs = device.createBuffer({
      label: 'programs',
      size: lines.byteLength,
      usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST,
    })
    device.queue.writeBuffer(programs, 0, lines)
    this.#write('setups', words)
    this.#write('count', Uint32Array.of(setups.length))
    this.#write('pspaces', packPSpaces(setups, this.#settings, this.#words.pspace))
    const encoder = device.createCommandEncoder()
    encoder.clearBuffer(this.#buffers.cells, 0, setups.length * this.#settings.coreSize * 8)
    encoder.clearBuffer(this.#buffers.seen, 0, setups.length * this.#words.seen * 4)
    const { cells, queues, states, setups: places, count } = this.#buffers
    const group = device.createBindGroup({
      layout: loader.getBindGroupLayout(0),
      entries: [cells, queues, states, programs, places, count].map((buffer, binding) => ({
        binding,
        resource: { buffer },
      })),
    })
    const pass = encoder.beginComputePass()
    pass.setPipeline(loader)
    pass.setBindGroup(0, group)
    pass.dispatchWorkgroups(Math.ceil(setups.length / WORKGROUP))
    pass.end()
    device.queue.submit([encoder.finish()])
    programs.destroy()
  }

  #bind(pipeline: GPUComputePipeline, names: readonly BufferName[]): GPUBindGroup {
    return this.#gpu.device.createBindGroup({
      layout: pipeline.getBindGroupLayout(0),
      entries: names.map((name, binding) => ({ binding, resource: { buffer: this.#buffers[name] } })),
    })
  }

  #dispatch(pipeline: GPUComputePipeline, group: GPUBindGroup, threads: number): void {
    const encoder = this.#gpu.device.createCommandEncoder()
    const pass = encoder.beginComputePass()
    pass.setPipeline(pipeline)
    pass.setBindGroup(0, group)
    pass.dispatchWorkgroups(Math.ceil(threads / WORKGROUP))
    pass.end()
    this.#gpu.device.queue.submit([encoder.finish()])
  }

  #write(name: BufferName, words: Uint32Array<ArrayBuffer>): void {
    this.#gpu.device.queue.writeBuffer(this.#buffers[name], 0, words)
  }

  /** The first `words` words of a buffer. */
  async #read(name: BufferName, words: number): Promise<Uint32Array> {
    const { device } = this.#gpu
    const isState = name === 'states'
    const target = isState
      ? this.#buffers.read
      : device.createBuffer({ size: words * 4, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST })
    const encoder = device.createCommandEncoder()
    encoder.copyBufferToBuffer(this.#buffers[name], 0, target, 0, words * 4)
    device.queue.submit([encoder.finish()])
    await this.#safe(target.mapAsync(GPUMapMode.READ, 0, words * 4))
    const copy = new Uint32Array(target.getMappedRange(0, words * 4)).slice()
    target.unmap()
    if (!isState) target.destroy()
    return copy
  }

  /** A promise of the device, which a lost device may leave hanging or reject with something unreadable. */
  async #safe<T>(promise: Promise<T>): Promise<T> {
    try {
      return await Promise.race([promise, this.#gpu.broken])
    } catch (error) {
      if (error instanceof GpuFault) throw error
      // The loss is told a moment after what it breaks.
      await Promise.race([this.#gpu.broken, new Promise((resolve) => setTimeout(resolve, 100))])
      throw new GpuFault('gpu-error', error instanceof Error ? error.message : String(error))
    }
  }

  async #savePSpaces(setups: readonly BattleSetup[]): Promise<void> {
    if (setups.every(({ pspaces }) => pspaces === undefined)) return
    const { pspace } = this.#words
    const size = Math.max(1, this.#settings.pspaceSize)
    const words = await this.#read('pspaces', setups.length * pspace)
    setups.forEach(({ pspaces, warriors }, battle) => {
      const start = battle * pspace
      pspaces?.forEach(({ own, shared }, w) => {
        own[0] = words[start + warriors.length + w]!
        const table = start + 2 * warriors.length + words[start + w]! * size
        for (let cell = 1; cell < size; cell++) shared[cell] = words[table + cell]!
      })
    })
  }

  async #readFinal(count: number): Promise<{ cells: Uint32Array; queues: Uint32Array }> {
    const { coreSize, maxProcesses } = this.#settings
    return {
      cells: await this.#read('cells', count * coreSize * 2),
      queues: await this.#read('queues', count * this.#warriors * maxProcesses),
    }
  }

  #outcome(
    states: Uint32Array,
    battle: number,
    final: { cells: Uint32Array; queues: Uint32Array } | null,
  ): BattleOutcome {
    const start = battle * this.#words.state
    const word = (w: number, index: number) => states[start + BATTLE_WORDS + w * WARRIOR_WORDS + index]!
    const each = Array.from({ length: this.#warriors }, (_, w) => w)
    return {
      diedAt: Int32Array.from(each, (w) => word(w, 3) || -1),
      processes: Uint32Array.from(each, (w) => word(w, 2)),
      spawned: Uint32Array.from(each, (w) => word(w, 4)),
      covered: Uint32Array.from(each, (w) => word(w, 5)),
      instructions: states[start + 3]!,
      ...(final === null ? {} : { state: this.#finalState(final, battle, word) }),
    }
  }

  #finalState(
    final: { cells: Uint32Array; queues: Uint32Array },
    battle: number,
    word: (w: number, index: number) => number,
  ): FinalState {
    const { coreSize, maxProcesses } = this.#settings
    const cell = (address: number, part: number) => final.cells[(battle * coreSize + address) * 2 + part]!
    return {
      instructions: Uint16Array.from({ length: coreSize }, (_, address) => cell(address, 0)),
      a: Uint16Array.from({ length: coreSize }, (_, address) => cell(address, 1) & 0xffff),
      b: Uint16Array.from({ length: coreSize }, (_, address) => cell(address, 1) >>> 16),
      queues: Array.from({ length: this.#warriors }, (_, w) =>
        Uint16Array.from(
          { length: word(w, 2) },
          (_, index) =>
            final.queues[(battle * this.#warriors + w) * maxProcesses + ((word(w, 1) + index) % maxProcesses)]!,
        ),
      ),
    }
  }
}
