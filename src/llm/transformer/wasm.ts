/**
 * The fast path on the CPU: WebAssembly with SIMD, its code written here for the sizes of the model. It does what `oracle.ts`
 * does, for many tokens at once, with numbers of 32 bits; every sum has one order and every operation is rounded once, so
 * it says the same to the last bit on every machine, whatever else is in the batch.
 */
import { program } from '../../wasm/encode.ts'
import { compile, createMemory, validates } from '../../wasm/instance.ts'
import { linearKernel, panelsOf, TOGETHER } from '../../wasm/linear.ts'
import type { Feed, Network } from './network.ts'
import { attendKernel, rememberKernel } from './wasm/attention.ts'
import { BLOCK, layoutFor, type Layout } from './wasm/layout.ts'
import { packWeights } from './wasm/pack.ts'
import { embedKernel, normKernel } from './wasm/rows.ts'
import type { Weights } from './weights.ts'

type Linear = (from: number, to: number, weights: number, panels: number, groups: number) => void

interface Kernels {
  embed(count: number): void
  norm(count: number, parameters: number): void
  remember(count: number, memory: number): void
  attend(count: number, memory: number): void
  readonly looks: Linear
  readonly output: Linear
  readonly up: Linear
  readonly down: Linear
  readonly logits: Linear
}

/** The module for a model's sizes. */
export function moduleFor(layout: Layout): Uint8Array<ArrayBuffer> {
  const { shape, width, hidden, vocabulary } = layout
  return program({
    embed: embedKernel(layout),
    norm: normKernel(layout),
    remember: rememberKernel(layout),
    attend: attendKernel(layout),
    looks: linearKernel({ inputs: shape.width, from: width, to: 3 * width, then: 'store' }),
    output: linearKernel({ inputs: shape.width, from: width, to: width, then: 'add' }),
    up: linearKernel({ inputs: shape.width, from: width, to: hidden, then: 'relu' }),
    down: linearKernel({ inputs: shape.hidden, from: hidden, to: width, then: 'add' }),
    logits: linearKernel({ inputs: shape.width, from: width, to: vocabulary, then: 'store' }),
  })
}

/** A module of one function that has a vector: whether it is accepted tells whether there is SIMD. */
export const hasSimd = (): boolean => validates(program({ f: { takes: 0, locals: [[1, 'v128']], body: [] } }))

export class WasmNetwork implements Network {
  readonly slots: number
  readonly stride: number
  readonly #layout: Layout
  readonly #kernels: Kernels
  readonly #logits: Float32Array
  readonly #words: Int32Array
  readonly #floats: Float32Array
  /** Multiplications with weights so far, for whoever measures; attention's own are not among them. */
  products = 0

  /** Only where {@link hasSimd}. */
  constructor(weights: Weights, slots: number) {
    this.slots = slots
    const layout = layoutFor(weights.shape, slots)
    const memory = createMemory(layout.pages)
    this.#layout = layout
    this.#kernels = compile<Kernels>(moduleFor(layout), memory)
    this.#words = new Int32Array(memory.buffer)
    this.#logits = new Float32Array(memory.buffer, layout.logits, slots * layout.vocabulary)
    this.stride = layout.vocabulary
    this.#floats = new Float32Array(memory.buffer)
    this.fit(weights)
  }

  /** From now on with other weights of the same shape. What it has read is forgotten: slots start anew. */
  fit(weights: Weights): void {
    packWeights(weights, this.#layout, this.#floats)
  }

  read(feed: Feed): void {
    for (let from = 0; from < feed.count; from += BLOCK) {
      const count = Math.min(BLOCK, feed.count - from)
      this.#take(feed, from, count)
      this.#layers(count, true)
    }
  }

  next(feed: Feed): Float32Array {
    const { norm, normed, logits, logitsMatrix, vocabulary, shape } = this.#layout
    this.#take(feed, 0, feed.count)
    this.#layers(feed.count, false)
    this.#kernels.norm(feed.count, norm)
    this.#linear(this.#kernels.logits, normed, logits, logitsMatrix, shape.width, vocabulary, feed.count)
    return this.#logits
  }

  #take({ slots, positions, tokens }: Feed, from: number, count: number): void {
    const layout = this.#layout
    this.#words.set(slots.subarray(from, from + count), layout.slots / 4)
    this.#words.set(positions.subarray(from, from + count), layout.positions / 4)
    this.#words.set(tokens.subarray(from, from + count), layout.tokens / 4)
  }

  /** All layers. Of tokens that are only read nobody wants to know what the last layer makes of them: its keys and values are all. */
  #layers(count: number, isOnlyRead: boolean): void {
    const { shape, width, hidden, layers, memory, layerBytes, x, normed, looked, inner } = this.#layout
    const kernels = this.#kernels
    kernels.embed(count)
    layers.forEach((layer, at) => {
      const isEnd = isOnlyRead && at === layers.length - 1
      kernels.norm(count, layer.norm1)
      this.#linear(kernels.looks, normed, looked, layer.looks, shape.width, (isEnd ? 2 : 3) * width, count)
      kernels.remember(count, memory + at * layerBytes)
      if (isEnd) return
      kernels.attend(count, memory + at * layerBytes)
      this.#linear(kernels.output, normed, x, layer.output, shape.width, width, count)
      kernels.norm(count, layer.norm2)
      this.#linear(kernels.up, normed, inner, layer.up, shape.width, hidden, count)
      this.#linear(kernels.down, inner, x, layer.down, shape.hidden, width, count)
    })
  }

  #linear(
    kernel: Linear,
    from: number,
    to: number,
    weights: number,
    inputs: number,
    columns: number,
    count: number,
  ): void {
    // prettier-ignore
    this.products += count * inputs * columns
    kernel(from, to, weights, panelsOf(columns), Math.ceil(count / TOGETHER))
  }
}
