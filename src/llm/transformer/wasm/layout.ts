/** Where things are in the memory of the WebAssembly kernels, in bytes. */
import { packedBytes, PANEL, TOGETHER } from '../../../wasm/linear.ts'
import type { Shape } from '../weights.ts'

/** Tokens that go through all layers together; the kernels take {@link TOGETHER} of them at once. */
export const BLOCK = 64
const up = (value: number, to: number): number => Math.ceil(value / to) * to

/** Addresses of a layer's weights. */
export interface LayerPlaces {
  readonly norm1: number
  /** Key, value, query, each filled up to whole panels. */
  readonly looks: number
  readonly output: number
  readonly norm2: number
  readonly up: number
  readonly down: number
}

export interface Layout {
  readonly shape: Shape
  /** Width, hidden width and vocabulary filled up to whole panels, in floats. */
  readonly width: number
  readonly hidden: number
  readonly vocabulary: number
  /** Row by row, unpadded: what tokens and places mean. */
  readonly embedding: number
  readonly position: number
  readonly layers: readonly LayerPlaces[]
  readonly norm: number
  /** The embedding once more, as a packed matrix. */
  readonly logitsMatrix: number
  /** Words of a feed: slots, positions, tokens. */
  readonly slots: number
  readonly positions: number
  readonly tokens: number
  /** Floats of a block of tokens: what describes them, the same normed (and what attention saw), key-value-query, the hidden layer. */
  readonly x: number
  readonly normed: number
  readonly looked: number
  readonly inner: number
  readonly logits: number
  /** Scores of one head, one token. */
  readonly scores: number
  /** What slots remember: `slotBytes` each; of these `layerBytes` a layer: keys, a row of places for each number, then values, a row for each place. */
  readonly memory: number
  /** Places, filled up to eight. */
  readonly context: number
  readonly slotBytes: number
  readonly layerBytes: number
  readonly pages: number
}

export function layoutFor(shape: Shape, slots: number): Layout {
  let end = 64
  const room = (bytes: number): number => {
    const at = end
    end = up(end + bytes, 64)
    return at
  }
  const [width, hidden, vocabulary] = [shape.width, shape.hidden, shape.vocabulary].map((size) => up(size, PANEL)) as [number, number, number] // prettier-ignore
  const context = up(shape.context, 8)
  const norm = () => room(8 * shape.width)
  const block = up(Math.max(BLOCK, slots), TOGETHER)
  const layers = Array.from({ length: shape.layers }, () => ({
    norm1: norm(),
    looks: room(packedBytes(shape.width, 3 * width)),
    output: room(packedBytes(shape.width, width)),
    norm2: norm(),
    up: room(packedBytes(shape.width, hidden)),
    down: room(packedBytes(shape.hidden, width)),
  }))
  const layerBytes = 2 * 4 * shape.width * context
  const places = {
    shape, width, hidden, vocabulary, context, layers, layerBytes,
    slotBytes: layerBytes * shape.layers,
    embedding: room(4 * shape.vocabulary * shape.width),
    position: room(4 * shape.context * shape.width),
    norm: norm(),
    logitsMatrix: room(packedBytes(shape.width, vocabulary)),
    slots: room(4 * block), positions: room(4 * block), tokens: room(4 * block),
    x: room(4 * block * width), normed: room(4 * block * width), looked: room(4 * block * 3 * width),
    inner: room(4 * block * hidden), logits: room(4 * block * vocabulary), scores: room(4 * context),
    memory: room(slots * layerBytes * shape.layers),
  } // prettier-ignore
  return { ...places, pages: Math.ceil(end / 65_536) }
}
