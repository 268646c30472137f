/**
 * The networks in WebAssembly, for whole populations: what `reference.ts` does, with numbers of 32 bits. Every operation is rounded
 * once and every sum has one order, so it says the same to the last bit on every machine, whoever else is in the batch. Logits are
 * within 1e-5 of the largest from the oracle's at `f32` and `f16`; at `int8` and `int4` a number at the edge between two whole ones may
 * fall to either side, so that they are within 2e-2 of the largest.
 */
import { genomeLength, memberValues } from './decompose.ts'
import { firstLargest, type Net } from './net.ts'
import { outputsOf, type Network } from './network.ts'
import type { Adapter, Examples } from './shape.ts'
import { Classifier } from './wasm/classifier.ts'
import { Decoder } from './wasm/decoder.ts'
import type { Engine } from './wasm/engine.ts'

export class WasmNet implements Net {
  readonly #network: Network
  readonly #adapters: readonly Adapter[]
  readonly #engine: Engine

  /** The network at the precision that it is to run at. */
  constructor(network: Network, adapters: readonly Adapter[]) {
    this.#network = network
    this.#adapters = adapters
    this.#engine = network.kind === 'fashion' ? new Classifier(network, adapters) : new Decoder(network, adapters)
  }

  /** Multiplications with matrices so far; attention's own are not among them. */
  get products(): number {
    return this.#engine.products
  }

  /** One member where nothing is adapted. */
  logits(genomes: Float32Array, examples: Examples): Float32Array {
    const outputs = outputsOf(this.#network)
    const all = new Float32Array(this.#members(genomes) * examples.targets.length * outputs)
    this.#each(genomes, examples, (at, logits) => all.set(logits, at * outputs))
    return all
  }

  answers(genomes: Float32Array, examples: Examples): Uint8Array {
    const all = new Uint8Array(this.#members(genomes) * examples.targets.length)
    this.#each(genomes, examples, (at, logits) => (all[at] = firstLargest(logits)))
    return all
  }

  #members(genomes: Float32Array): number {
    const length = genomeLength(this.#adapters)
    return length === 0 ? 1 : genomes.length / length
  }

  #each(genomes: Float32Array, examples: Examples, see: (at: number, logits: Float32Array) => void): void {
    const engine = this.#engine
    const members = this.#members(genomes)
    const length = genomeLength(this.#adapters)
    const { count, targets } = examples
    const answers = targets.length / count
    for (let from = 0; from < count; from += engine.block) {
      const own = Math.min(engine.block, count - from)
      engine.prepare(examples, from, own)
      for (let member = 0; member < members; member++) {
        engine.run(memberValues(this.#adapters, genomes.subarray(member * length, (member + 1) * length)))
        for (let example = 0; example < own; example++)
          for (let answer = 0; answer < answers; answer++)
            see((member * count + from + example) * answers + answer, engine.logits(example, answer))
      }
    }
  }
}
