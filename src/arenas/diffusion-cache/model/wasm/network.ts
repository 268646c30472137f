/**
 * The network in WebAssembly: one step of a few pictures, in 32-bit numbers. Every operation is rounded once and every sum has one
 * order, so that it says the same to the last bit on every machine, whoever else is in the batch.
 */
import { program } from '../../../../wasm/encode.ts'
import { compile, createMemory } from '../../../../wasm/instance.ts'
import { linearKernel, packMatrix, TOGETHER } from '../../../../wasm/linear.ts'
import { COMPONENTS, type Use } from '../../schedule.ts'
import { FEED, SLOTS, TOKENS, VALUES, type DitWeights } from '../shape.ts'
import type { Modulation } from '../text.ts'
import { tensor } from '../weights.ts'
import { attendKernel } from './attend.ts'
import { layoutFor, type Layout, type Packed } from './layout.ts'
import { addKernel, followKernel, geluKernel, normKernel } from './rows.ts'

type Linear = (from: number, to: number, weights: number, panels: number, groups: number) => void
type Attend = (queries: number, keys: number, values: number, to: number) => void

interface Kernels {
  readonly patch: Linear
  readonly look: Linear
  readonly square: Linear
  readonly up: Linear
  readonly down: Linear
  readonly last: Linear
  readonly self: Attend
  readonly cross: Attend
  norm(count: number, from: number, to: number, shift: number, scale: number): void
  add(count: number, to: number, what: number, gate: number): void
  follow(count: number, to: number, last: number, before: number, gate: number, ahead: number): void
  gelu(count: number, at: number): void
}

export function moduleFor({ shape: { width }, scores }: Layout): Uint8Array<ArrayBuffer> {
  const linear = (inputs: number, outputs: number) => linearKernel({ inputs, from: inputs, to: outputs, then: 'store' })
  const attend = { width, queries: TOKENS, scores }
  return program({
    patch: linear(VALUES, width),
    look: linear(width, 3 * width),
    square: linear(width, width),
    up: linear(width, FEED * width),
    down: linear(FEED * width, width),
    last: linear(width, VALUES),
    self: attendKernel({ ...attend, places: TOKENS, queryStride: 3 * width, placeStride: 3 * width }),
    cross: attendKernel({ ...attend, places: SLOTS, queryStride: width, placeStride: width }),
    norm: normKernel(width),
    add: addKernel(width),
    follow: followKernel(width),
    gelu: geluKernel(),
  })
}

/** A cached output: two halves, of which one holds what was computed last. */
interface Slot {
  readonly at: number
  half: 0 | 1
}

export class WasmNetwork {
  readonly layout: Layout
  readonly floats: Float32Array
  readonly #kernels: Kernels
  readonly #slots: Slot[]

  constructor(weights: DitWeights) {
    const layout = layoutFor(weights.shape)
    const memory = createMemory(layout.pages)
    this.layout = layout
    this.floats = new Float32Array(memory.buffer)
    this.#kernels = compile<Kernels>(moduleFor(layout), memory)
    this.#slots = Array.from({ length: weights.shape.blocks * COMPONENTS.length }, (_, slot) => ({
      at: layout.slots + 2 * slot * layout.slotBytes,
      half: 0,
    }))
    this.#pack(weights)
  }

  #pack(weights: DitWeights): void {
    const { layout, floats } = this
    const { width } = layout.shape
    const put = ({ at }: Packed, ...names: readonly string[]) => {
      for (const name of names) {
        const bias = tensor(weights, `${name}.bias`)
        const values = tensor(weights, `${name}.weight`)
        at = packMatrix(floats, at, { rows: bias.length, columns: values.length / bias.length, values }, bias)
      }
    }
    put(layout.patch, 'patch')
    put(layout.last, 'last')
    layout.blocks.forEach((places, block) => {
      const name = `blocks.${block}`
      put(places.look, `${name}.attn1.query`, `${name}.attn1.key`, `${name}.attn1.value`)
      put(places.see, `${name}.attn1.output`)
      put(places.ask, `${name}.attn2.query`)
      put(places.hear, `${name}.attn2.output`)
      put(places.up, `${name}.ff.up`)
      put(places.down, `${name}.ff.down`)
    })
    floats.set(tensor(weights, 'position'), layout.position / 4)
    floats.fill(1, layout.ones / 4, layout.ones / 4 + width)
  }

  /** What the following steps are told by their angle. */
  setModulation({ blocks, last }: Modulation): void {
    const { modulation, lastModulation, shape } = this.layout
    blocks.forEach((block, at) => this.floats.set(block, modulation / 4 + at * 6 * shape.width))
    this.floats.set(last, lastModulation / 4)
  }

  /** Keys and values of a sequence's text: blocks x 2 x SLOTS x width. */
  setText(sequence: number, text: Float32Array): void {
    this.floats.set(text, this.layout.text / 4 + sequence * text.length)
  }

  /** One step of so many sequences: `x` to `guess`. */
  step(sequences: number, uses: readonly Use[]): void {
    const { layout } = this
    const { h, normed, zeros, ones, modulation, lastModulation, shape } = layout
    const kernels = this.#kernels
    const rows = sequences * TOKENS
    const bytes = 4 * shape.width
    this.#linear(kernels.patch, layout.x, h, layout.patch, rows)
    for (let at = 0; at < sequences; at++) kernels.add(TOKENS, h + at * TOKENS * bytes, layout.position, ones)
    for (let block = 0; block < shape.blocks; block++) {
      const told = modulation + block * 6 * bytes
      const gates = [told + 2 * bytes, ones, told + 5 * bytes]
      for (let component = 0; component < COMPONENTS.length; component++) {
        const slot = this.#slots[block * COMPONENTS.length + component]!
        const use = uses[block * COMPONENTS.length + component]!
        const gate = gates[component]!
        if (use.computes) {
          slot.half = slot.half === 0 ? 1 : 0
          const shift = component === 0 ? told : component === 2 ? told + 3 * bytes : zeros
          kernels.norm(rows, h, normed, shift, shift === zeros ? zeros : shift + bytes)
          this.#compute(block, component, sequences, this.#half(slot, 0))
        }
        if (use.ahead === 0) kernels.add(rows, h, this.#half(slot, 0), gate)
        else {
          this.floats[layout.ahead / 4] = use.ahead
          kernels.follow(rows, h, this.#half(slot, 0), this.#half(slot, 1), gate, layout.ahead)
        }
      }
    }
    kernels.norm(rows, h, normed, lastModulation, lastModulation + bytes)
    this.#linear(kernels.last, normed, layout.guess, layout.last, rows)
  }

  /** The address of what was computed last (0), or before that (1). */
  #half({ at, half }: Slot, before: 0 | 1): number {
    return at + (half ^ before) * this.layout.slotBytes
  }

  #compute(block: number, component: number, sequences: number, to: number): void {
    const { layout } = this
    const { normed, looked, seen, inner, shape } = layout
    const kernels = this.#kernels
    const places = layout.blocks[block]!
    const rows = sequences * TOKENS
    const bytes = 4 * shape.width
    if (component === 0) {
      this.#linear(kernels.look, normed, looked, places.look, rows)
      for (let at = 0; at < sequences; at++) {
        const from = looked + at * TOKENS * 3 * bytes
        kernels.self(from, from + bytes, from + 2 * bytes, seen + at * TOKENS * bytes)
      }
      this.#linear(kernels.square, seen, to, places.see, rows)
    } else if (component === 1) {
      this.#linear(kernels.square, normed, looked, places.ask, rows)
      for (let at = 0; at < sequences; at++) {
        const text = layout.text + (at * shape.blocks + block) * layout.textBytes
        kernels.cross(looked + at * TOKENS * bytes, text, text + SLOTS * bytes, seen + at * TOKENS * bytes)
      }
      this.#linear(kernels.square, seen, to, places.hear, rows)
    } else {
      this.#linear(kernels.up, normed, inner, places.up, rows)
      kernels.gelu((rows * FEED * shape.width) / 4, inner)
      this.#linear(kernels.down, inner, to, places.down, rows)
    }
  }

  #linear(kernel: Linear, from: number, to: number, { at, panels }: Packed, rows: number): void {
    kernel(from, to, at, panels, Math.ceil(rows / TOGETHER))
  }

  /** What all components computed last, to be put back by {@link restore}. */
  keep(): Float32Array {
    const { slotBytes } = this.layout
    const kept = new Float32Array((this.#slots.length * slotBytes) / 4)
    this.#slots.forEach((slot, i) => {
      const from = this.#half(slot, 0) / 4
      kept.set(this.floats.subarray(from, from + slotBytes / 4), (i * slotBytes) / 4)
    })
    return kept
  }

  restore(kept: Float32Array): void {
    const { slotBytes } = this.layout
    this.#slots.forEach((slot, i) => {
      const from = (i * slotBytes) / 4
      this.floats.set(kept.subarray(from, from + slotBytes / 4), this.#half(slot, 0) / 4)
    })
  }
}
