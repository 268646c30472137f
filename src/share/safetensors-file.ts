/** Writes a safetensors file, as `safetensors.ts` reads it. */

export interface Named {
  readonly name: string
  readonly shape: readonly number[]
  readonly values: Float32Array | Int8Array
}

/** Floats first, so that all of them are aligned; names in their order. */
export function tensorsFile(tensors: readonly Named[], metadata: Readonly<Record<string, string>>): Uint8Array {
  const ordered = [...tensors].sort((x, y) => width(y) - width(x) || (x.name < y.name ? -1 : 1))
  const header: Record<string, unknown> = { __metadata__: metadata }
  let offset = 0
  for (const tensor of ordered) {
    const end = offset + tensor.values.length * width(tensor)
    header[tensor.name] = { dtype: width(tensor) === 4 ? 'F32' : 'I8', shape: tensor.shape, data_offsets: [offset, end] } // prettier-ignore
    offset = end
  }
  const text = new TextEncoder().encode(JSON.stringify(header))
  const padded = Math.ceil(text.length / 8) * 8
  const file = new Uint8Array(8 + padded + offset).fill(0x20, 8, 8 + padded)
  const view = new DataView(file.buffer)
  view.setUint32(0, padded, true)
  file.set(text, 8)
  let at = 8 + padded
  for (const { values } of ordered)
    for (const value of values) {
      if (values instanceof Float32Array) view.setFloat32(at, value, true)
      else view.setInt8(at, value)
      at += values.BYTES_PER_ELEMENT
    }
  return file
}

const width = ({ values }: Named): number => values.BYTES_PER_ELEMENT
