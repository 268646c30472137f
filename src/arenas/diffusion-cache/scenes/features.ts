/**
 * A small convolutional net that was trained to tell what is in a picture, and whether it is torn; Frechet distances are taken
 * of its features. The plain way; `training/shapes-dit/features.py` makes the weights, and the statistics that come with them.
 */
import { fail, ok, type Result } from '../../../core/result.ts'
import { floatsOf, readTensors } from '../../../share/safetensors.ts'
import { SIZE } from '../model/shape.ts'
import { frechetDistance, gaussianOf, type Gaussian } from './frechet.ts'
import { SCALE } from '../model/sampler.ts'
import { GROUND, VALUES_OF_PICTURE } from './render.ts'

/** Where it lies under public/. */
export const FEATURES_FILE = 'models/shapes-features.safetensors'
export const FEATURES = 32
/** Channels that come out, and the step in pixels, of each convolution. */
const CONVS = [
  { channels: 16, step: 1 },
  { channels: 32, step: 2 },
  { channels: 32, step: 2 },
] as const
const KERNEL = 3

interface Layer {
  /** [out, in, KERNEL, KERNEL], or [out, in]. */
  readonly weight: Float32Array
  readonly bias: Float32Array
}

export interface FeatureNet {
  readonly convs: readonly Layer[]
  readonly features: Layer
  /** Of the features of 4,096 renders of held-out captions. */
  readonly reference: Gaussian
  /** By how many pictures: the distance of as many other renders of held-out captions, real against real. */
  readonly floors: ReadonlyMap<number, { readonly mean: number; readonly deviation: number }>
}

/** Whatever the bytes, a net or a sentence. */
export function readFeatures(bytes: Uint8Array): Result<FeatureNet> {
  const file = readTensors(bytes)
  if (!file.ok) return file
  const { tensors, metadata } = file.value
  const wrong: string[] = []
  const floats = (name: string, shape: readonly number[]): Float32Array => {
    const tensor = tensors.get(name)
    const values = tensor?.shape.join() === shape.join() ? floatsOf(tensor) : null
    if (values === null || !values.every(Number.isFinite)) wrong.push(name)
    return values ?? new Float32Array()
  }
  const layer = (name: string, shape: readonly number[]): Layer => ({
    weight: floats(`${name}.weight`, shape),
    bias: floats(`${name}.bias`, shape.slice(0, 1)),
  })
  let [inputs, side] = [3, SIZE]
  const convs = CONVS.map(({ channels, step }, at) => {
    const conv = layer(`conv.${at}`, [channels, inputs, KERNEL, KERNEL])
    inputs = channels
    side /= step
    return conv
  })
  const net: FeatureNet = {
    convs,
    features: layer('features', [FEATURES, side * side * inputs]),
    reference: {
      size: FEATURES,
      mean: Float64Array.from(floats('reference.mean', [FEATURES])),
      covariance: Float64Array.from(floats('reference.covariance', [FEATURES, FEATURES])),
    },
    floors: floorsOf(metadata),
  }
  const [first] = wrong
  if (first !== undefined)
    return fail('bad-weights', `The feature net's file cannot be used: its tensor ${first} is missing, of another shape, or has a value that is no number.`) // prettier-ignore
  return ok(net)
}

function floorsOf(metadata: ReadonlyMap<string, string>): FeatureNet['floors'] {
  const floors = new Map<number, { mean: number; deviation: number }>()
  for (const [key, text] of metadata) {
    const [, count] = /^floor-(\d{1,5})$/.exec(key) ?? []
    if (count === undefined) continue
    const [mean, deviation] = [Number(text), Number(metadata.get(`${key}-deviation`))]
    if (Number.isFinite(mean) && Number.isFinite(deviation)) floors.set(Number(count), { mean, deviation })
  }
  return floors
}

/** `picture`: SIZE * SIZE * 3 numbers, RGB of 0..1. {@link FEATURES} numbers of -1..1. */
export function featuresOf({ convs, features }: FeatureNet, picture: ArrayLike<number>): Float64Array {
  let x = Float64Array.from(
    { length: VALUES_OF_PICTURE },
    (_, at) => ((picture[at] ?? 0) - (GROUND[at % 3] ?? 0)) * SCALE,
  )
  let [side, inputs] = [SIZE, 3]
  convs.forEach((layer, at) => {
    const { channels, step } = CONVS[at] ?? { channels: 0, step: 1 }
    x = convolved(layer, x, { side, inputs, channels, step })
    side /= step
    inputs = channels
  })
  return Float64Array.from({ length: FEATURES }, (_, feature) => {
    let sum = features.bias[feature] ?? 0
    for (let at = 0; at < x.length; at++) sum += (features.weight[feature * x.length + at] ?? 0) * (x[at] ?? 0)
    return Math.tanh(sum)
  })
}

interface Conv {
  readonly side: number
  readonly inputs: number
  readonly channels: number
  readonly step: number
}

/** With a border of zeros, then what is negative becomes 0. `x` and what comes out: [row, column, channel]. */
function convolved(
  { weight, bias }: Layer,
  x: Float64Array,
  { side, inputs, channels, step }: Conv,
): Float64Array<ArrayBuffer> {
  // prettier-ignore
  const after = side / step
  const out = new Float64Array(after * after * channels)
  for (let place = 0; place < after * after; place++) {
    const [top, left] = [Math.floor(place / after) * step - 1, (place % after) * step - 1]
    for (let channel = 0; channel < channels; channel++) {
      let sum = bias[channel] ?? 0
      for (let tap = 0; tap < KERNEL * KERNEL; tap++) {
        const [row, column] = [top + Math.floor(tap / KERNEL), left + (tap % KERNEL)]
        if (row < 0 || row >= side || column < 0 || column >= side) continue
        for (let input = 0; input < inputs; input++)
          sum +=
            (weight[(channel * inputs + input) * KERNEL * KERNEL + tap] ?? 0) *
            (x[(row * side + column) * inputs + input] ?? 0)
      }
      out[place * channels + channel] = Math.max(0, sum)
    }
  }
  return out
}

/**
 * Frechet distance of pictures, RGB of 0..1 one after the other, to renders of held-out captions. It falls with their number
 * for the same quality: compare with {@link FeatureNet.floors}, and only equal numbers with each other.
 */
export function distanceToRenders(net: FeatureNet, pictures: Float32Array | Float64Array): number {
  const count = Math.floor(pictures.length / VALUES_OF_PICTURE)
  const rows = new Float64Array(count * FEATURES)
  for (let at = 0; at < count; at++)
    rows.set(featuresOf(net, pictures.subarray(at * VALUES_OF_PICTURE, (at + 1) * VALUES_OF_PICTURE)), at * FEATURES)
  return frechetDistance(net.reference, gaussianOf(rows, FEATURES))
}
