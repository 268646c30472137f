/**
 * The weights of a decoder and what its sizes are. Matrices come as signed bytes with a scale for each row, and are kept both
 * ways: the GPU reads the bytes, everyone else the products, which are rounded to 32 bits here, once, so that all engines
 * calculate with the same numbers.
 */
import { fail, ok, type Result } from '../../core/result.ts'
import { readTensors, type Tensor, type TensorFile } from '../../share/safetensors.ts'

export interface Shape {
  /** Tokens there are. */
  readonly vocabulary: number
  /** Places of the longest sequence. */
  readonly context: number
  /** Numbers that describe a place (d). */
  readonly width: number
  readonly layers: number
  /** Attention heads; each sees `width / heads` numbers. */
  readonly heads: number
  /** Width of the hidden layer of the feed-forward part. */
  readonly hidden: number
}

/** `rows` x `columns`, row by row; a linear layer has a row for each number that it gives. */
export interface Matrix {
  readonly rows: number
  readonly columns: number
  readonly quantised: Int8Array
  /** One a row. */
  readonly scale: Float32Array
  /** `quantised` times its row's scale. */
  readonly values: Float32Array
}

export interface Linear {
  readonly weight: Matrix
  readonly bias: Float32Array
}
export interface Norm {
  readonly gain: Float32Array
  readonly bias: Float32Array
}
export interface Layer {
  readonly norm1: Norm
  readonly attention: { readonly query: Linear; readonly key: Linear; readonly value: Linear; readonly output: Linear }
  readonly norm2: Norm
  readonly feed: { readonly up: Linear; readonly down: Linear }
}

export interface Weights {
  readonly shape: Shape
  /** vocabulary x width; what comes out is compared with the same rows that went in. */
  readonly embedding: Matrix
  /** context x width. */
  readonly position: Matrix
  readonly layers: readonly Layer[]
  readonly norm: Norm
  /** Text by name: what the training script noted. */
  readonly metadata: ReadonlyMap<string, string>
}

/** Added to the variance before the root is taken. */
export const EPSILON = 1e-5

const MOST: Shape = { vocabulary: 1 << 14, context: 4096, width: 1024, layers: 48, heads: 64, hidden: 4096 }

/** Thrown in here alone. */
class Unfit extends Error {}

/** Whatever the bytes, weights or a sentence. */
export function readWeights(bytes: Uint8Array): Result<Weights> {
  const file = readTensors(bytes)
  if (!file.ok) return file
  try {
    return ok(new Reader(file.value).weights())
  } catch (error) {
    if (error instanceof Unfit) return fail('bad-weights', `The model's file cannot be used: ${error.message}.`)
    throw error
  }
}

class Reader {
  readonly #file: TensorFile

  constructor(file: TensorFile) {
    this.#file = file
  }

  weights(): Weights {
    const shape = this.#shape()
    const { vocabulary, context, width, hidden } = shape
    const norm = (name: string): Norm => ({
      gain: this.#vector(`${name}.gain`, width),
      bias: this.#vector(`${name}.bias`, width),
    })
    const linear = (name: string, rows: number, columns: number): Linear => ({
      weight: this.#matrix(`${name}.weight`, rows, columns),
      bias: this.#vector(`${name}.bias`, rows),
    })
    const layer = (name: string): Layer => ({
      norm1: norm(`${name}.norm1`),
      attention: {
        query: linear(`${name}.attention.query`, width, width),
        key: linear(`${name}.attention.key`, width, width),
        value: linear(`${name}.attention.value`, width, width),
        output: linear(`${name}.attention.output`, width, width),
      },
      norm2: norm(`${name}.norm2`),
      feed: {
        up: linear(`${name}.feed.up`, hidden, width),
        down: linear(`${name}.feed.down`, width, hidden),
      },
    })
    return {
      shape,
      embedding: this.#matrix('embedding', vocabulary, width),
      position: this.#matrix('position', context, width),
      layers: Array.from({ length: shape.layers }, (_, at) => layer(`layers.${at}`)),
      norm: norm('norm'),
      metadata: this.#file.metadata,
    }
  }

  #shape(): Shape {
    const [vocabulary = 0, width = 0] = this.#tensor('embedding', 'I8').shape
    const [context = 0] = this.#tensor('position', 'I8').shape
    const [hidden = 0] = this.#tensor('layers.0.feed.up.weight', 'I8').shape
    const shape: Shape = { vocabulary, context, width, layers: this.#count('layers'), heads: this.#count('heads'), hidden } // prettier-ignore
    for (const key of Object.keys(MOST) as (keyof Shape)[]) {
      if (shape[key] < 1 || shape[key] > MOST[key]) throw new Unfit(`${key} is ${shape[key]}, not 1 to ${MOST[key]}`)
      const noted = this.#file.metadata.get(key)
      if (noted !== undefined && noted !== String(shape[key]))
        throw new Unfit(`its notes say ${key} is ${JSON.stringify(noted.slice(0, 20))}, its tensors say ${shape[key]}`)
    }
    // Engines work on four numbers at once.
    if (width % (4 * shape.heads) !== 0) throw new Unfit(`a width of ${width} is no multiple of 4 for each of ${shape.heads} heads`) // prettier-ignore
    if (hidden % 4 !== 0) throw new Unfit(`a hidden width of ${hidden} is no multiple of 4`)
    return shape
  }

  /** A number that no tensor tells. */
  #count(key: string): number {
    const text = this.#file.metadata.get(key) ?? ''
    if (!/^[1-9]\d{0,5}$/.test(text)) throw new Unfit(`its notes do not say how many ${key} there are`)
    return Number(text)
  }

  #tensor(name: string, type: Tensor['type']): Tensor {
    const tensor = this.#file.tensors.get(name)
    if (tensor === undefined) throw new Unfit(`the tensor ${name} is missing`)
    if (tensor.type !== type) throw new Unfit(`the tensor ${name} is ${tensor.type}, not ${type}`)
    return tensor
  }

  #vector(name: string, length: number): Float32Array {
    const { shape, bytes } = this.#tensor(name, 'F32')
    if (shape.length !== 1 || shape[0] !== length) throw new Unfit(`the tensor ${name} is not a vector of ${length}`)
    // Copied: tensors need not begin where a float may.
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    const values = Float32Array.from({ length }, (_, at) => view.getFloat32(4 * at, true))
    if (!values.every((value) => Math.abs(value) <= MOST_VALUE)) throw new Unfit(`the tensor ${name} has a number that is too big, or none`) // prettier-ignore
    return values
  }

  #matrix(name: string, rows: number, columns: number): Matrix {
    const { shape, bytes } = this.#tensor(name, 'I8')
    if (shape.length !== 2 || shape[0] !== rows || shape[1] !== columns)
      throw new Unfit(`the tensor ${name} is not a matrix of ${rows} x ${columns}`)
    const scale = this.#vector(`${name}.scale`, rows)
    const quantised = Int8Array.from(bytes, (byte) => (byte << 24) >> 24)
    const values = Float32Array.from(quantised, (value, at) => value * (scale[Math.floor(at / columns)] ?? 0))
    return { rows, columns, quantised, scale, values }
  }
}

/** Those of a trained model are far below. Should sums overflow all the same, texts become senseless, never illegal. */
const MOST_VALUE = 1e4
