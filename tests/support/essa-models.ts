/** Small networks of the arena singular-values with seeded random weights, as files. */
import type { SumsShape } from '../../src/arenas/singular-values/model/network.ts'
import {
  readFashion,
  readSums,
  type FashionModel,
  type SumsModel,
} from '../../src/arenas/singular-values/model/weights.ts'
import { rng, type Rng } from '../../src/core/rng.ts'
import { safetensors, type Part } from './tiny-models.ts'

export const SMALL_SUMS: SumsShape = { vocabulary: 16, context: 8, width: 24, layers: 3, heads: 2, hidden: 40 }
/** The shape that ships. */
export const SHIPPED_SUMS: SumsShape = { vocabulary: 16, context: 8, width: 128, layers: 4, heads: 4, hidden: 512 }
export const VOCABULARY = '0123456789+-*/%='

/** A number that binary16 has, about evenly in mean - spread .. mean + spread. */
const half = (random: Rng, mean: number, spread: number): number => {
  const value = mean + spread * (2 * random.unit() - 1)
  const step = 2 ** Math.floor(Math.log2(Math.abs(value) || 1)) / 1024
  return Math.round(value / step) * step
}
const numbers = (random: Rng, count: number, mean: number, spread: number): number[] =>
  Array.from({ length: count }, () => half(random, mean, spread))

export function fashionParts(random: Rng, classes = 10, places = 20, images = 30): Part[] {
  const delta = (warmth: string, size: number): Part => ({
    name: `${warmth}.delta`, type: 'F16', shape: [classes, places], values: numbers(random, classes * places, 0, size),
  }) // prettier-ignore
  const set = (part: string, count: number): Part[] => [
    { name: `images.${part}`, type: 'I8', shape: [count, places], values: Array.from({ length: count * places }, () => random.int(256) - 128) },
    { name: `labels.${part}`, type: 'I8', shape: [count], values: Array.from({ length: count }, () => random.int(classes)) },
  ] // prettier-ignore
  return [
    { name: 'base.weight', type: 'F16', shape: [classes, places], values: numbers(random, classes * places, 0, 0.4) },
    { name: 'base.bias', type: 'F32', shape: [classes], values: numbers(random, classes, 0, 0.2) },
    delta('short', 0.1),
    delta('medium', 0.2),
    delta('full', 0.3),
    ...set('train', images),
    ...set('held', 2 * images),
  ]
}

export const fashionNotes = { task: 'fashion' }

export function sumsParts(shape: SumsShape, trainings: readonly (readonly [string, number])[], random: Rng): Part[] {
  const { vocabulary, context, width, layers, hidden } = shape
  const vector = (name: string, length: number, mean: number, spread: number): Part => ({
    name, type: 'F32', shape: [length], values: numbers(random, length, mean, spread),
  }) // prettier-ignore
  const matrix = (name: string, rows: number, columns: number, size: number): Part => ({
    name, type: 'F16', shape: [rows, columns], values: numbers(random, rows * columns, 0, size),
  }) // prettier-ignore
  const linear = (name: string, rows: number, columns: number): Part[] => [
    matrix(`${name}.weight`, rows, columns, 2 / Math.sqrt(columns)),
    vector(`${name}.bias`, rows, 0, 0.1),
  ]
  const norm = (name: string): Part[] => [vector(`${name}.gain`, width, 1, 0.3), vector(`${name}.bias`, width, 0, 0.2)]
  const names = Array.from({ length: layers }, (_, at) => `layers.${at}`)
  const attention = ['query', 'key', 'value', 'output']
  return [
    matrix('embedding', vocabulary, width, 0.8),
    matrix('position', context, width, 0.5),
    ...names.flatMap((name) => [
      ...norm(`${name}.norm1`),
      ...attention.flatMap((part) => linear(`${name}.attention.${part}`, width, width)),
      ...norm(`${name}.norm2`),
      ...linear(`${name}.feed.up`, hidden, width),
      ...linear(`${name}.feed.down`, width, hidden),
    ]),
    ...norm('norm'),
    ...trainings.flatMap(([warmth, rank]) =>
      names.flatMap((name) =>
        attention.flatMap((part) => [
          matrix(`${warmth}.r${rank}.${name}.attention.${part}.a`, rank, width, 1.5 / Math.sqrt(width)),
          matrix(`${warmth}.r${rank}.${name}.attention.${part}.b`, width, rank, 0.6 / Math.sqrt(rank)),
        ]),
      ),
    ),
  ]
}

export const sumsNotes = (shape: SumsShape, trainings: readonly (readonly [string, number])[]): Record<string, string> => ({
  task: 'sums',
  layers: String(shape.layers),
  heads: String(shape.heads),
  context: String(shape.context),
  vocabulary: VOCABULARY,
  adapters: JSON.stringify(trainings),
}) // prettier-ignore

export function fashionModel(seed: number, classes = 10, places = 20): FashionModel {
  const model = readFashion(safetensors(fashionParts(rng(seed), classes, places), fashionNotes))
  if (!model.ok) throw new Error(model.fault.message)
  return model.value
}

export function sumsModel(
  shape: SumsShape,
  trainings: readonly (readonly [string, number])[],
  seed: number,
): SumsModel {
  const model = readSums(safetensors(sumsParts(shape, trainings, rng(seed)), sumsNotes(shape, trainings)))
  if (!model.ok) throw new Error(model.fault.message)
  return model.value
}
