/** Weights as the file that `weights.ts` reads: matrices as signed bytes with a scale for each row, vectors as floats. */
import { tensorsFile, type Named } from '../../share/safetensors-file.ts'
import type { Linear, Matrix, Norm, Weights } from './weights.ts'

const MOST = 127
/** Rows of nothing but zeros have a scale all the same. */
const LEAST = 1e-12

/** `notes` are added to the metadata that the weights came with. Matrices without bytes are rounded to them, each row by its largest number. */
export function weightsFile(weights: Weights, notes: Readonly<Record<string, string>>): Uint8Array {
  const { shape, embedding, position, layers, norm, metadata } = weights
  const parts: Named[] = [...matrix('embedding', embedding), ...matrix('position', position), ...normOf('norm', norm)]
  layers.forEach(({ norm1, attention, norm2, feed }, at) => {
    const name = `layers.${at}`
    parts.push(...normOf(`${name}.norm1`, norm1), ...normOf(`${name}.norm2`, norm2))
    for (const [part, one] of Object.entries(attention)) parts.push(...linear(`${name}.attention.${part}`, one))
    for (const [part, one] of Object.entries(feed)) parts.push(...linear(`${name}.feed.${part}`, one))
  })
  const sizes = Object.fromEntries(Object.entries(shape).map(([key, value]) => [key, String(value)]))
  return tensorsFile(parts, { ...Object.fromEntries(metadata), ...sizes, ...notes })
}

const vector = (name: string, values: Float32Array): Named => ({ name, shape: [values.length], values })
const normOf = (name: string, { gain, bias }: Norm): Named[] => [
  vector(`${name}.gain`, gain),
  vector(`${name}.bias`, bias),
]
const linear = (name: string, { weight, bias }: Linear): Named[] => [
  ...matrix(`${name}.weight`, weight),
  vector(`${name}.bias`, bias),
]

function matrix(name: string, whole: Matrix): Named[] {
  const { rows, columns } = whole
  const { quantised, scale } = whole.quantised.length === rows * columns ? whole : rounded(whole)
  return [{ name, shape: [rows, columns], values: quantised }, vector(`${name}.scale`, scale)]
}

function rounded({ rows, columns, values }: Matrix): Pick<Matrix, 'quantised' | 'scale'> {
  const scale = Float32Array.from({ length: rows }, (_, row) => {
    let most = LEAST
    for (const value of values.subarray(row * columns, (row + 1) * columns)) most = Math.max(most, Math.abs(value))
    return most / MOST
  })
  const quantised = Int8Array.from(values, (value, at) =>
    Math.max(-MOST, Math.min(MOST, Math.round(value / (scale[Math.floor(at / columns)] ?? 1)))),
  )
  return { quantised, scale }
}
