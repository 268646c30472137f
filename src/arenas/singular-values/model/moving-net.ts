/**
 * The network in WebAssembly where members' whole weights are moved: each member's are made and packed, then it runs as a model of its own. Every weight is a
 * function of the genome alone, so it says the same to the last bit whoever was before it, and within 1e-5 of the largest logit what the oracle says of
 * `noisy` weights.
 */
import { MovingWeights } from './moving.ts'
import { outputsOf, type Network } from './network.ts'
import type { Noise } from './noise.ts'
import { firstLargest, type Net } from './net.ts'
import type { Examples } from './shape.ts'
import { Classifier } from './wasm/classifier.ts'
import { Decoder } from './wasm/decoder.ts'

export class MovingNet implements Net {
  readonly #network: Network
  readonly #engine: Classifier | Decoder
  readonly #weights: MovingWeights
  readonly #directions: number

  /** The network in floats. */
  constructor(network: Network, noise: Noise) {
    this.#network = network
    this.#directions = noise.directions
    this.#weights = new MovingWeights(network, noise)
    this.#engine = network.kind === 'fashion' ? new Classifier(network, []) : new Decoder(network, [])
  }

  logits(genomes: Float32Array, examples: Examples): Float32Array {
    const outputs = outputsOf(this.#network)
    const all = new Float32Array((genomes.length / this.#directions) * examples.targets.length * outputs)
    this.#each(genomes, examples, (at, logits) => all.set(logits, at * outputs))
    return all
  }

  answers(genomes: Float32Array, examples: Examples): Uint8Array {
    const all = new Uint8Array((genomes.length / this.#directions) * examples.targets.length)
    this.#each(genomes, examples, (at, logits) => (all[at] = firstLargest(logits)))
    return all
  }

  /** How far each linear layer has gone ({@link MovingWeights.shares}). */
  shares = (genome: Float32Array): readonly number[] => this.#weights.shares(genome)

  #each(genomes: Float32Array, examples: Examples, see: (at: number, logits: Float32Array) => void): void {
    const engine = this.#engine
    const { count, targets } = examples
    const answers = targets.length / count
    const none = new Float32Array(0)
    for (let member = 0; member * this.#directions < genomes.length; member++) {
      const own = genomes.subarray(member * this.#directions, (member + 1) * this.#directions)
      for (const linear of this.#weights.at(own)) engine.replace(linear)
      for (let from = 0; from < count; from += engine.block) {
        const block = Math.min(engine.block, count - from)
        engine.prepare(examples, from, block)
        engine.run(none)
        for (let example = 0; example < block; example++)
          for (let answer = 0; answer < answers; answer++)
            see((member * count + from + example) * answers + answer, engine.logits(example, answer))
      }
    }
  }
}
