/**
 * Members whose whole weights are moved, on the GPU: what most of them have in common is added to the weights here, once for all; what remains, of a generation
 * of EGGROLL a direction each, is every member's own, y += A_i (B_i' x), and its noise is made on the card from counters. Members that differ from the others in
 * more directions than that are answered one by one, with all of theirs in the weights. Logits are within 2e-5 of the oracle's, as those of spectra are; they may
 * differ in their last bits with who else is asked.
 */
import { ok, type Result } from '../../../core/result.ts'
import type { Gpu } from '../../../gpu/device.ts'
import type { ShaderSource } from '../../../gpu/shaders.ts'
import type { Tiers } from '../../../gpu/tiers.ts'
import { MovingWeights } from '../model/moving.ts'
import { outputsOf, withLinears, type Linear, type Network } from '../model/network.ts'
import { unitOf, type Noise } from '../model/noise.ts'
import type { Examples } from '../model/shape.ts'
import { createGpuNet, type AskOptions, type GpuNet, type NetOptions } from './net.ts'

/** Directions that a member may have of its own. */
const MOST_OWN = 8

/** Members that share weights: a genome that is in them, and what each goes beyond it, pairs of a direction and how much. */
export interface Group {
  readonly members: readonly number[]
  readonly common: Float32Array
  readonly own: readonly (readonly (readonly [direction: number, much: number])[])[]
}

/** All members in groups. */
export function groupsOf(genomes: readonly Float32Array[]): readonly Group[] {
  const common = commonOf(genomes)
  const beyond = genomes.map((genome) => Array.from(genome).flatMap((value, k) => (value === common[k] ? [] : [[k, value - (common[k] ?? 0)] as const]))) // prettier-ignore
  const near = genomes.flatMap((_, member) => ((beyond[member]?.length ?? 0) <= MOST_OWN ? [member] : []))
  const far = genomes.flatMap((genome, member) => (near.includes(member) ? [] : [{ members: [member], common: genome, own: [[]] }])) // prettier-ignore
  return near.length === 0 ? far : [{ members: near, common, own: near.map((member) => beyond[member] ?? []) }, ...far]
}

/** Of each direction what most genomes have, the first of these where several are as many. */
function commonOf(genomes: readonly Float32Array[]): Float32Array {
  return Float32Array.from({ length: genomes[0]?.length ?? 0 }, (_, k) => {
    const counts = new Map<number, number>()
    for (const genome of genomes) counts.set(genome[k] ?? 0, (counts.get(genome[k] ?? 0) ?? 0) + 1)
    return [...counts].reduce((best, one) => (one[1] > best[1] ? one : best), [0, 0] as const)[0]
  })
}

export class MovingGpuNet {
  readonly tiers: Tiers
  readonly #gpu: Gpu
  readonly #shaders: ShaderSource
  readonly #network: Network
  readonly #noise: Noise
  readonly #options: NetOptions
  readonly #weights: MovingWeights
  readonly #unit: number
  #last: Promise<unknown> = Promise.resolve()

  /** The network in floats. Faults: `no-fit`, `gpu-*`: a net is made and thrown away, so that whoever asks knows beforehand. */
  static async create(gpu: Gpu, shaders: ShaderSource, network: Network, noise: Noise, options: NetOptions = {}): Promise<Result<MovingGpuNet>> {
    // Weights that have been moved are no 16-bit numbers any more.
    const full = { ...gpu, tiers: { ...gpu.tiers, halves: false } }
    const made = await createGpuNet(full, shaders, network, [], { ...options, own: { ...noise, directions: 1 } })
    if (!made.ok) return made
    made.value.dispose()
    return ok(new MovingGpuNet(full, shaders, network, noise, made.value.tiers, options))
  } // prettier-ignore

  private constructor(
    gpu: Gpu,
    shaders: ShaderSource,
    network: Network,
    noise: Noise,
    tiers: Tiers,
    options: NetOptions,
  ) {
    this.tiers = tiers
    this.#gpu = gpu
    this.#shaders = shaders
    this.#network = network
    this.#noise = noise
    this.#options = options
    this.#weights = new MovingWeights(network, noise)
    this.#unit = unitOf(network) / Math.sqrt(noise.rank)
  }

  /** [member][example][answer]; faults as of {@link GpuNet}. */
  answers(genomes: readonly Float32Array[], examples: Examples, asked: AskOptions = {}): Promise<Result<Uint8Array>> {
    const each = examples.targets.length
    return this.#ask(genomes, new Uint8Array(genomes.length * each), each, (net, own) =>
      net.answers(own, examples, asked),
    )
  }

  /** [member][example][answer][class or token]. */
  logits(genomes: readonly Float32Array[], examples: Examples, asked: AskOptions = {}): Promise<Result<Float32Array>> {
    const each = examples.targets.length * outputsOf(this.#network)
    return this.#ask(genomes, new Float32Array(genomes.length * each), each, (net, own) =>
      net.logits(own, examples, asked),
    )
  }

  /** Nothing is kept between requests. */
  dispose(): void {}

  /** Requests wait for each other: they move the same weights. */
  #ask<T extends Float32Array | Uint8Array>(
    genomes: readonly Float32Array[],
    all: T,
    each: number,
    ask: (net: GpuNet, own: Float32Array) => Promise<Result<T>>,
  ): Promise<Result<T>> {
    const done = this.#last.then(async (): Promise<Result<T>> => {
      for (const group of groupsOf(genomes)) {
        const found = await this.#group(group, ask)
        if (!found.ok) return found
        group.members.forEach((member, at) => all.set(found.value.subarray(at * each, (at + 1) * each), member * each))
      }
      return ok(all)
    })
    this.#last = done.catch(() => undefined)
    return done
  }

  async #group<T>(
    { common, own }: Group,
    ask: (net: GpuNet, own: Float32Array) => Promise<Result<T>>,
  ): Promise<Result<T>> {
    const { key, rank } = this.#noise
    const directions = Math.max(1, ...own.map((pairs) => pairs.length))
    const made = await createGpuNet(this.#gpu, this.#shaders, this.#moved(common), [], { ...this.#options, own: { key, rank, directions } }) // prettier-ignore
    if (!made.ok) return made
    const moves = new Float32Array(own.length * 2 * directions)
    own.forEach((pairs, at) => moves.set(pairs.flatMap(([direction, much]) => [direction, much * this.#unit]), at * 2 * directions)) // prettier-ignore
    try {
      return await ask(made.value, moves)
    } finally {
      made.value.dispose()
    }
  }

  #moved(genome: Float32Array): Network {
    const byName = new Map(this.#weights.at(genome).map((linear): [string, Linear] => [linear.name, linear]))
    return withLinears(this.#network, 'f32', (linear) => byName.get(linear.name) ?? linear)
  }
}
