/**
 * Writes ONNX models: as much of the format (a protobuf, https://onnx.ai/onnx/repo-docs/IR.html) as one network takes. Tensors are f32, but
 * for shapes.
 */

/** Fields of a message. Numbers of fields are those of onnx.proto. */
type Field = readonly [number: number, value: number | string | Uint8Array]

function varint(value: number): number[] {
  const bytes: number[] = []
  let rest = value
  while (rest >= 128) {
    bytes.push((rest % 128) + 128)
    rest = Math.floor(rest / 128)
  }
  return [...bytes, rest]
}

/** A message: integers as such, all else with its length before it. */
function message(...fields: readonly Field[]): Uint8Array {
  const parts = fields.flatMap(([number, value]) => {
    if (typeof value === 'number') return [Uint8Array.from([...varint(number * 8), ...varint(value)])]
    const bytes = typeof value === 'string' ? new TextEncoder().encode(value) : value
    return [Uint8Array.from([...varint(number * 8 + 2), ...varint(bytes.length)]), bytes]
  })
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

const FLOAT = 1
const INT64 = 7
const bytesOf = (data: Float32Array | BigInt64Array) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength)

function tensor(name: string, sides: readonly number[], data: Float32Array | BigInt64Array): Uint8Array {
  const type = data instanceof Float32Array ? FLOAT : INT64
  return message(...sides.map((side): Field => [1, side]), [2, type], [8, name], [9, bytesOf(data)])
}

function value(name: string, sides: readonly number[]): Uint8Array {
  const shape = message(...sides.map((side): Field => [1, message([1, side])]))
  return message([1, name], [2, message([1, message([1, FLOAT], [2, shape])])])
}

/** What an operator is told besides its inputs: an integer, several, or a word. */
type Attributes = Readonly<Record<string, number | readonly number[] | string>>

function attribute([name, told]: readonly [string, Attributes[string]]): Uint8Array {
  if (typeof told === 'number') return message([1, name], [3, told], [20, 2])
  if (typeof told === 'string') return message([1, name], [4, told], [20, 3])
  return message([1, name], ...told.map((one): Field => [8, one]), [20, 7])
}

/** A graph that grows by operators; each answers with the name of what it gives. */
export class OnnxGraph {
  readonly #nodes: Uint8Array[] = []
  readonly #constants: Uint8Array[] = []
  readonly #inputs: Uint8Array[] = []
  readonly #outputs: Uint8Array[] = []
  #count = 0

  input(name: string, sides: readonly number[]): string {
    this.#inputs.push(value(name, sides))
    return name
  }

  output(name: string, sides: readonly number[]): void {
    this.#outputs.push(value(name, sides))
  }

  constant(sides: readonly number[], data: Float32Array): string {
    const name = `c${this.#count++}`
    this.#constants.push(tensor(name, sides, data))
    return name
  }

  #integers(...values: readonly number[]): string {
    const name = `i${this.#count++}`
    this.#constants.push(tensor(name, [values.length], BigInt64Array.from(values, BigInt)))
    return name
  }

  node(operator: string, inputs: readonly string[], attributes: Attributes = {}): string {
    const name = `n${this.#count++}`
    this.#nodes.push(
      message(
        ...inputs.map((input): Field => [1, input]),
        [2, name],
        [4, operator],
        ...Object.entries(attributes).map((one): Field => [5, attribute(one)]),
      ),
    )
    return name
  }

  reshape(x: string, sides: readonly number[]): string {
    return this.node('Reshape', [x, this.#integers(...sides)])
  }

  /** begin..end along one axis. */
  slice(x: string, axis: number, begin: number, end: number): string {
    return this.node('Slice', [x, this.#integers(begin), this.#integers(end), this.#integers(axis)])
  }

  /** Under another name: that of an output. */
  named(x: string, name: string): void {
    this.#nodes.push(message([1, x], [2, name], [4, 'Identity']))
  }

  /** The file. Operators are those of version 20. */
  bytes(): Uint8Array {
    const graph = message(
      ...this.#nodes.map((node): Field => [1, node]),
      [2, 'graph'],
      ...this.#constants.map((one): Field => [5, one]),
      ...this.#inputs.map((one): Field => [11, one]),
      ...this.#outputs.map((one): Field => [12, one]),
    )
    return message([1, 9], [7, graph], [8, message([1, ''], [2, 20])])
  }
}
