/** What the readers of both models share: tensors that are of the right type and shape and have numbers, or a sentence why not. */
import { fail, ok, type Result } from '../../../core/result.ts'
import { floatsOf, readTensors, type Tensor, type TensorFile } from '../../../share/safetensors.ts'
import type { BaseMatrix } from './network.ts'
import type { Matrix } from './shape.ts'

/** Thrown by readers, and caught by {@link read} alone. */
export class Unfit extends Error {}

/** Whatever the bytes, what the reader makes of them or a sentence. */
export function read<T>(bytes: Uint8Array, reader: (tensors: Tensors) => T): Result<T> {
  const file = readTensors(bytes)
  if (!file.ok) return file
  try {
    return ok(reader(new Tensors(file.value)))
  } catch (error) {
    if (error instanceof Unfit) return fail('bad-weights', `The model's file cannot be used: ${error.message}.`)
    throw error
  }
}

/** Those of a trained model are far below. */
const MOST_VALUE = 1e4

export class Tensors {
  readonly #file: TensorFile

  constructor(file: TensorFile) {
    this.#file = file
  }

  /** A note of the file; empty where there is none. */
  note(key: string): string {
    return this.#file.metadata.get(key) ?? ''
  }

  /** A count that only the notes tell. */
  count(key: string, most: number): number {
    const text = this.note(key)
    const value = /^[1-9]\d{0,5}$/.test(text) ? Number(text) : 0
    if (value < 1 || value > most) throw new Unfit(`its notes do not say how many ${key} there are, from 1 to ${most}`)
    return value
  }

  has(name: string): boolean {
    return this.#file.tensors.has(name)
  }

  /** Sides of a tensor, each 1 to `most`. */
  sides(name: string, most: readonly number[]): readonly number[] {
    const { shape } = this.#tensor(name)
    if (shape.length !== most.length || !shape.every((side, at) => side >= 1 && side <= (most[at] ?? 0)))
      throw new Unfit(`the tensor ${name} is ${shape.join(' x ')}, and may be 1 to ${most.join(' x 1 to ')} at most`)
    return shape
  }

  vector(name: string, length: number): Float32Array {
    return this.#floats(name, [length])
  }

  matrix(name: string, rows: number, columns: number): Matrix {
    return { rows, columns, values: this.#floats(name, [rows, columns]) }
  }

  base(name: string, rows: number, columns: number): BaseMatrix {
    return { ...this.matrix(name, rows, columns), quantised: null }
  }

  /** Signed bytes. */
  bytes(name: string, sides: readonly number[]): Int8Array {
    const { type, bytes } = this.#shaped(name, sides)
    if (type !== 'I8') throw new Unfit(`the tensor ${name} is ${type}, and must be I8`)
    return Int8Array.from(bytes, (byte) => (byte << 24) >> 24)
  }

  #floats(name: string, sides: readonly number[]): Float32Array {
    const values = floatsOf(this.#shaped(name, sides))
    if (values === null) throw new Unfit(`the tensor ${name} is not of floating-point numbers`)
    if (!values.every((value) => Math.abs(value) <= MOST_VALUE))
      throw new Unfit(`the tensor ${name} has a value that is not a number, or is beyond ${MOST_VALUE}`)
    return values
  }

  #shaped(name: string, sides: readonly number[]): Tensor {
    const tensor = this.#tensor(name)
    if (tensor.shape.join() !== sides.join())
      throw new Unfit(`the tensor ${name} is ${tensor.shape.join(' x ')}, and must be ${sides.join(' x ')}`)
    return tensor
  }

  #tensor(name: string): Tensor {
    const tensor = this.#file.tensors.get(name)
    if (tensor === undefined) throw new Unfit(`the tensor ${name} is missing`)
    return tensor
  }
}
