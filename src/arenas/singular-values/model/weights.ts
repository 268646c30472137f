/**
 * The arena's models from their safetensors files: a frozen network, what each training beyond it changed, and for the pictures the
 * examples too. Whatever the bytes, a model or a sentence.
 */
import type { Result } from '../../../core/result.ts'
import type { Change, Factors } from './decompose.ts'
import type { FashionNetwork, Layer, Linear, Norm, SumsNetwork, SumsShape } from './network.ts'
import { read, Unfit, type Tensors } from './reading.ts'
import type { Warmth } from './shape.ts'
import { isKind, type SumsKind } from './sums.ts'

/** Pictures with their classes. */
export interface Images {
  readonly count: number
  /** Numbers of a picture. */
  readonly places: number
  /** count x places; 255 is 1. */
  readonly pixels: Uint8Array
  readonly labels: Uint8Array
}

/** A training beyond the base, by how long it was and the rank of what it changed. */
export interface Training {
  readonly warmth: Exclude<Warmth, 'none'>
  readonly rank: number
  readonly changes: readonly Change[]
}

export interface FashionModel {
  readonly kind: 'fashion'
  /** At `f32`. */
  readonly network: FashionNetwork
  readonly trainings: readonly Training[]
  readonly train: Images
  readonly held: Images
}

export interface SumsModel {
  readonly kind: 'sums'
  /** At `f32`. */
  readonly network: SumsNetwork
  /** What the trainings were for; the base was trained to add. */
  readonly asked: SumsKind
  readonly trainings: readonly Training[]
}

export type Model = FashionModel | SumsModel

/** How long trainings were, shortest first. */
export const WARMTHS = ['short', 'medium', 'full'] as const

/** Files have signed bytes: so much less than the pixel. */
const PIXEL_OFFSET = 128
const MOST_CLASSES = 64
/** Sums of products of bytes are exact in 32-bit floats up to here (`quantise.ts`). */
const MOST_INPUTS = 1024
const MOST_IMAGES = 100_000
const MOST: SumsShape = { vocabulary: 128, context: 64, width: 256, layers: 16, heads: 16, hidden: MOST_INPUTS }
const MOST_RANK = 32

export const readModel = (bytes: Uint8Array): Result<Model> =>
  read<Model>(bytes, (tensors) => {
    const task = tensors.note('task')
    if (task === 'fashion') return fashion(tensors)
    if (task === 'sums') return sums(tensors)
    throw new Unfit(`its notes say that its task is ${JSON.stringify(task.slice(0, 40))}, not fashion or sums`)
  })

export const readFashion = (bytes: Uint8Array): Result<FashionModel> => read(bytes, (tensors) => fashion(tensors))
export const readSums = (bytes: Uint8Array): Result<SumsModel> => read(bytes, (tensors) => sums(tensors))

function fashion(tensors: Tensors): FashionModel {
  ofTask(tensors, 'fashion')
  const [classes = 0, places = 0] = tensors.sides('base.weight', [MOST_CLASSES, MOST_INPUTS])
  const base: Linear = {
    name: 'base',
    weight: tensors.base('base.weight', classes, places),
    bias: tensors.vector('base.bias', classes),
  }
  const images = (part: string): Images => {
    const [count = 0] = tensors.sides(`images.${part}`, [MOST_IMAGES, MOST_INPUTS])
    const pixels = Uint8Array.from(tensors.bytes(`images.${part}`, [count, places]), (value) => value + PIXEL_OFFSET)
    const labels = tensors.bytes(`labels.${part}`, [count])
    if (!labels.every((label) => label >= 0 && label < classes))
      throw new Unfit(`the tensor labels.${part} has a class that is not 0 to ${classes - 1}`)
    return { count, places, pixels, labels: Uint8Array.from(labels) }
  }
  return {
    kind: 'fashion',
    network: { kind: 'fashion', precision: 'f32', base },
    trainings: WARMTHS.map((warmth) => ({
      warmth,
      rank: Math.min(classes, places),
      changes: [{ name: base.name, delta: tensors.matrix(`${warmth}.delta`, classes, places) }],
    })),
    train: images('train'),
    held: images('held'),
  }
}

function sums(tensors: Tensors): SumsModel {
  ofTask(tensors, 'sums')
  const network = decoder(tensors)
  const asked = tensors.note('kind') || 'subtract'
  if (!isKind(asked))
    throw new Unfit(`its notes say that its adapters are for ${JSON.stringify(asked.slice(0, 40))}, which nobody knows`)
  return { kind: 'sums', network, asked, trainings: trainingsOf(tensors, network) }
}

/** Adapters alone, of a decoder that lies elsewhere: `layers` and `width` are noted. */
export const readAdapters = (bytes: Uint8Array): Result<readonly Training[]> =>
  read(bytes, (tensors) => {
    ofTask(tensors, 'sums-adapters')
    const [layers, width] = [tensors.count('layers', MOST.layers), tensors.count('width', MOST.width)]
    const names = Array.from({ length: layers }, (_, at) => ADAPTED.map((name) => `layers.${at}.attention.${name}`))
    return changesIn(tensors, width, names.flat().map((name) => ({ name, rows: width, columns: width }))) // prettier-ignore
  })

function ofTask(tensors: Tensors, task: string): void {
  if (tensors.note('task') !== task)
    throw new Unfit(`its notes say that its task is ${JSON.stringify(tensors.note('task').slice(0, 40))}, not ${task}`)
}

function decoder(tensors: Tensors): SumsNetwork {
  const shape = shapeOf(tensors)
  const { context, width, hidden } = shape
  const norm = (name: string): Norm => ({
    gain: tensors.vector(`${name}.gain`, width),
    bias: tensors.vector(`${name}.bias`, width),
  })
  const linear = (name: string, rows: number, columns: number): Linear => ({
    name,
    weight: tensors.base(`${name}.weight`, rows, columns),
    bias: tensors.vector(`${name}.bias`, rows),
  })
  const layer = (name: string): Layer => ({
    norm1: norm(`${name}.norm1`),
    query: linear(`${name}.attention.query`, width, width),
    key: linear(`${name}.attention.key`, width, width),
    value: linear(`${name}.attention.value`, width, width),
    output: linear(`${name}.attention.output`, width, width),
    norm2: norm(`${name}.norm2`),
    up: linear(`${name}.feed.up`, hidden, width),
    down: linear(`${name}.feed.down`, width, hidden),
  })
  return {
    kind: 'sums',
    precision: 'f32',
    shape,
    vocabulary: tensors.note('vocabulary'),
    embedding: tensors.matrix('embedding', shape.vocabulary, width),
    position: tensors.matrix('position', context, width),
    layers: Array.from({ length: shape.layers }, (_, at) => layer(`layers.${at}`)),
    norm: norm('norm'),
  }
}

function shapeOf(tensors: Tensors): SumsShape {
  const [vocabulary = 0, width = 0] = tensors.sides('embedding', [MOST.vocabulary, MOST.width])
  const [context = 0] = tensors.sides('position', [MOST.context, MOST.width])
  const [hidden = 0] = tensors.sides('layers.0.feed.up.weight', [MOST.hidden, MOST.width])
  const [layers, heads] = [tensors.count('layers', MOST.layers), tensors.count('heads', MOST.heads)]
  const noted = tensors.count('context', MOST.context)
  if (noted !== context) throw new Unfit(`its notes say that the context is ${noted}, its tensors say ${context}`)
  const characters = tensors.note('vocabulary')
  if (characters.length !== vocabulary || new Set(characters).size !== vocabulary)
    throw new Unfit(`its notes do not name ${vocabulary} different characters, one a token`)
  // Engines work on four numbers at once.
  if (width % (4 * heads) !== 0) throw new Unfit(`a width of ${width} is no multiple of 4 for each of ${heads} heads`)
  if (hidden % 4 !== 0) throw new Unfit(`a hidden width of ${hidden} is no multiple of 4`)
  return { vocabulary, context, width, layers, heads, hidden }
}

/** The matrices that adapters of a decoder change, in the order of their genes. */
const ADAPTED = ['query', 'key', 'value', 'output'] as const

const trainingsOf = (tensors: Tensors, { shape, layers }: SumsNetwork): readonly Training[] =>
  changesIn(tensors, shape.width, layers.flatMap((layer) => ADAPTED.map((name) => ({ name: layer[name].name, ...layer[name].weight })))) // prettier-ignore

/** What each training of a file changed, of these matrices. */
function changesIn(
  tensors: Tensors,
  width: number,
  matrices: readonly { readonly name: string; readonly rows: number; readonly columns: number }[],
): readonly Training[] {
  return listed(tensors.note('adapters')).map(({ warmth, rank }) => {
    if (rank > width) throw new Unfit(`a rank of ${rank} is beyond the width of ${width}`)
    const changes = matrices.map(({ name, rows, columns }): Factors => {
      const prefix = `${warmth}.r${rank}.${name}`
      return { name, a: tensors.matrix(`${prefix}.a`, rank, columns), b: tensors.matrix(`${prefix}.b`, rows, rank) }
    })
    return { warmth, rank, changes }
  })
}

/** What a file's notes say of its adapters: `[["short", 4], ...]`. Throws {@link Unfit}. */
export function listed(text: string): readonly Omit<Training, 'changes'>[] {
  const unfit = new Unfit('its notes do not list its adapters as pairs of short, medium or full and a rank')
  const list = parsed(text)
  if (!Array.isArray(list) || list.length === 0 || list.length > 64) throw unfit
  return list.map((pair: unknown) => {
    const [name, rank] = Array.isArray(pair) ? (pair as readonly unknown[]) : []
    const warmth = WARMTHS.find((one) => one === name)
    if (warmth === undefined || !Number.isInteger(rank) || Number(rank) < 1 || Number(rank) > MOST_RANK) throw unfit
    return { warmth, rank: Number(rank) }
  })
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return null
  }
}
