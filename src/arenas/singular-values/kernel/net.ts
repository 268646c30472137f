/**
 * A network on the GPU, for a whole population at once: y = W0 x + b + U diag(sB_i) M diag(sA_i) V x. Members are rows of the same
 * matrix products; their own are the singular values alone, which is all that is sent up for them. What all share up to the first
 * adapted layer is computed once. Read back is a byte an answer. No number depends on the slices, on who else is asked, or on how
 * many fit at once.
 */
import { fail, ok, type Cancellation, type Result } from '../../../core/result.ts'
import { filled, readWords } from '../../../gpu/buffers.ts'
import { checked } from '../../../gpu/checked.ts'
import { Chunker, type ChunkerOptions } from '../../../gpu/chunker.ts'
import type { Gpu } from '../../../gpu/device.ts'
import { GpuFault, resultOf } from '../../../gpu/fault.ts'
import { programsFor, type Programs } from '../../../gpu/programs.ts'
import type { ShaderSource } from '../../../gpu/shaders.ts'
import type { Tiers } from '../../../gpu/tiers.ts'
import { genomeLength, memberValues } from '../model/decompose.ts'
import { outputsOf, type Network } from '../model/network.ts'
import type { Adapter, Examples } from '../model/shape.ts'
import { membersThatFit, Room } from './memory.ts'
import { packForGpu, packMoves, packSpectra, quadsOf, type Own, type Packed } from './pack.ts'
import { kindsFor, sharesRows, type ProgramName } from './programs.ts'
import { batchOf, unfitness } from './request.ts'
import { workFor, type Batch } from './work.ts'

export interface NetOptions {
  /** Bytes of GPU memory for what is being asked at most. */
  readonly mostBytes?: number
  /** How dispatches are sized; for tests. */
  readonly chunker?: ChunkerOptions
  /** Told after each group of dispatches. */
  readonly onDispatch?: (dispatches: number, milliseconds: number) => void
  /** Products of bytes by the device's own instruction, where it has it; for tests. */
  readonly packedDot?: boolean
  /** Members go along directions of their own; then a genome is pairs, a direction and how much of it, as many as are said here. */
  readonly own?: Own
}

export interface AskOptions {
  readonly signal?: Cancellation | undefined
}

export interface GpuNet {
  /** What is used of the card beyond the base line. */
  readonly tiers: Tiers
  /**
   * What each member (a genome each, offsets as `memberValues` takes them, one after another) answers to each example:
   * [member][example][answer], classes or tokens. Without adapters there is one member, of no numbers. Faults: `bad-request`,
   * `cancelled`, `gpu-lost`, `gpu-memory` (not even one member and example fit), `gpu-error`.
   */
  answers(genomes: Float32Array, examples: Examples, options?: AskOptions): Promise<Result<Uint8Array>>
  /** The numbers that answers are the largest of: [member][example][answer][class or token]. */
  logits(genomes: Float32Array, examples: Examples, options?: AskOptions): Promise<Result<Float32Array>>
  dispose(): void
}

const MOST_BYTES = 2 ** 29
const LEAST_BYTES = 2 ** 24
const PACKED_DOT = 'packed_4x8_integer_dot_product'

/** The network as it is kept at its precision (`atPrecision`); adapters name its layers. Faults: `no-fit`, `gpu-*`. */
export async function createGpuNet(
  gpu: Gpu,
  shaders: ShaderSource,
  network: Network,
  adapters: readonly Adapter[],
  options: NetOptions = {},
): Promise<Result<GpuNet>> {
  const unfit = unfitness(network, adapters)
  if (unfit !== null) return fail('no-fit', unfit)
  return resultOf(async () => {
    const packed = packForGpu(network, adapters, gpu.tiers.halves, options.own)
    const tiers = { subgroups: sharesRows(network) ? gpu.tiers.subgroups : 0, halves: packed.hasHalves }
    const programs = await programsFor(gpu, shaders, kindsFor(network, options.packedDot ?? gpu.language.has(PACKED_DOT), options.own !== undefined, tiers)) // prettier-ignore
    return checked(gpu, 'the model cannot be sent to the graphics card', () => new Net({ ...gpu, tiers }, programs, network, adapters, packed, options)) // prettier-ignore
  })
}

/** What is read back of a batch, and how. */
interface Reading<T extends Float32Array | Uint8Array> {
  /** Numbers of an answer. */
  readonly each: number
  empty(length: number): T
  read(room: Room, batch: Batch): Promise<T>
}

class Net implements GpuNet {
  readonly tiers: Tiers
  readonly #gpu: Gpu
  readonly #programs: Programs<ProgramName>
  readonly #network: Network
  readonly #adapters: readonly Adapter[]
  readonly #options: NetOptions
  readonly #packed: Packed
  readonly #weights: GPUBuffer
  readonly #chunker: Chunker
  #mostBytes: number
  #room: Room | null = null
  /** Requests wait for each other: they use the same memory. */
  #last: Promise<unknown> = Promise.resolve()

  constructor(gpu: Gpu, programs: Programs<ProgramName>, network: Network, adapters: readonly Adapter[], packed: Packed, options: NetOptions) {
    this.#gpu = gpu
    this.#programs = programs
    this.#network = network
    this.#adapters = adapters
    this.#options = options
    this.#packed = packed
    this.tiers = gpu.tiers
    this.#mostBytes = options.mostBytes ?? MOST_BYTES
    this.#chunker = new Chunker(options.chunker ?? { first: 64 })
    this.#weights = filled(gpu, 'weights', this.#packed.values)
  } // prettier-ignore

  answers(genomes: Float32Array, examples: Examples, options: AskOptions = {}): Promise<Result<Uint8Array>> {
    return this.#ask(genomes, examples, options, {
      each: 1,
      empty: (length) => new Uint8Array(length),
      read: async ({ desk }, { members, examples: count, answers }) => {
        const length = members * count * answers
        return new Uint8Array((await readWords(this.#gpu, desk.buffers.answers, Math.ceil(length / 4))).buffer, 0, length) // prettier-ignore
      },
    })
  }

  logits(genomes: Float32Array, examples: Examples, options: AskOptions = {}): Promise<Result<Float32Array>> {
    const each = outputsOf(this.#network)
    return this.#ask(genomes, examples, options, {
      each,
      empty: (length) => new Float32Array(length),
      read: async ({ desk }, { members, examples: count, answers }) => {
        const stride = 4 * quadsOf(each)
        const rows = members * count * answers
        const all = new Float32Array((await readWords(this.#gpu, desk.buffers.logits, rows * stride)).buffer)
        return Float32Array.from({ length: rows * each }, (_, i) => all[Math.floor(i / each) * stride + (i % each)]!)
      },
    })
  }

  dispose(): void {
    this.#weights.destroy()
    this.#room?.dispose()
    this.#room = null
  }

  #ask<T extends Float32Array | Uint8Array>(
    genomes: Float32Array,
    examples: Examples,
    { signal }: AskOptions,
    reading: Reading<T>,
  ): Promise<Result<T>> {
    const { own } = this.#options
    const dimensions = own === undefined ? genomeLength(this.#adapters) : 2 * own.directions
    const batch = batchOf(this.#network, dimensions, genomes, examples)
    if (typeof batch === 'string') return Promise.resolve(fail('bad-request', batch))
    const all = reading.empty(batch.members * batch.examples * batch.answers * reading.each)
    if (all.length === 0) return Promise.resolve(ok(all))
    // They are the caller's, who may change them before it is their turn.
    const values = Array.from({ length: batch.members }, (_, member) => {
      const genome = genomes.slice(member * dimensions, (member + 1) * dimensions)
      return own === undefined ? memberValues(this.#adapters, genome) : genome
    })
    const inputs = examples.inputs.slice()
    const done = this.#last.then(() => resultOf(() => this.#fitted({ batch, values, inputs, signal, reading, all })))
    this.#last = done.catch(() => undefined)
    return done
  }

  /** Tries with half the memory where the card has less than it seemed. */
  async #fitted<T extends Float32Array | Uint8Array>(request: Request<T>): Promise<T> {
    for (;;) {
      try {
        await this.#some(request, 0, request.batch.examples)
        return request.all
      } catch (error) {
        if (!(error instanceof GpuFault && error.fault.kind === 'gpu-memory') || this.#mostBytes <= LEAST_BYTES)
          throw error
        this.#mostBytes /= 2
      }
    }
  }

  /** Examples from..to: as many members at once as fit; where not even one does, half of the examples at a time. */
  async #some<T extends Float32Array | Uint8Array>(request: Request<T>, from: number, to: number): Promise<void> {
    const { batch, values, inputs, signal, reading, all } = request
    const { members, places, answers } = batch
    const some = { ...batch, examples: to - from }
    const fit = membersThatFit(this.#gpu, this.#network, this.#packed, some, this.#mostBytes)
    if (fit === 0) {
      if (some.examples === 1)
        throw new GpuFault('gpu-memory', 'not even one member and example fit into the graphics card: take the CPU, or a smaller model') // prettier-ignore
      const half = (from + to) >> 1
      await this.#some(request, from, half)
      return this.#some(request, half, to)
    }
    // Evenly: a last batch of one member would leave the card idle.
    const each = Math.ceil(members / Math.ceil(members / fit))
    const room = await this.#roomFor({ ...some, members: each })
    this.#send(room, inputs.subarray(from * places, to * places), some)
    const block = some.examples * answers * reading.each
    for (let first = 0; first < members; first += each) {
      const group = { ...some, members: Math.min(each, members - first) }
      this.#gpu.device.queue.writeBuffer(room.desk.buffers.spectra, 0, this.#packed.own === null ? packSpectra(this.#adapters, values.slice(first, first + group.members)) : packMoves(this.#packed, values.slice(first, first + group.members))) // prettier-ignore
      const work = workFor(this.#network, this.#packed, group)
      await room.desk.run(work, this.#chunker, 'asking the members was cancelled', signal, this.#options.onDispatch)
      const found = await reading.read(room, group)
      for (let member = 0; member < group.members; member++)
        all.set(found.subarray(member * block, (member + 1) * block), ((first + member) * batch.examples + from) * answers * reading.each) // prettier-ignore
    }
  }

  async #roomFor(batch: Batch): Promise<Room> {
    if (this.#room?.holds(batch) === true) return this.#room
    this.#room?.dispose()
    this.#room = null
    const { members, examples } = batch
    this.#room = await checked(this.#gpu, `${members} members and ${examples} examples do not fit into the graphics card`, () =>
      new Room(this.#gpu, this.#programs, this.#network, this.#packed, this.#weights, batch),
    ) // prettier-ignore
    return this.#room
  }

  /** Tokens; or pixels, rows filled up to fours. */
  #send({ desk }: Room, inputs: Float32Array | Int32Array, { examples, places }: Batch): void {
    const { queue } = this.#gpu.device
    if (this.#network.kind === 'sums') return queue.writeBuffer(desk.buffers.inputs, 0, Uint32Array.from(inputs))
    const stride = 4 * quadsOf(places)
    const rows = new Float32Array(examples * stride)
    for (let example = 0; example < examples; example++)
      rows.set(inputs.subarray(example * places, (example + 1) * places), example * stride)
    queue.writeBuffer(desk.buffers.inputs, 0, rows)
  }
}

interface Request<T extends Float32Array | Uint8Array> {
  readonly batch: Batch
  /** By member. */
  readonly values: readonly Float32Array[]
  readonly inputs: Float32Array | Int32Array
  readonly signal: Cancellation | undefined
  readonly reading: Reading<T>
  readonly all: T
}
