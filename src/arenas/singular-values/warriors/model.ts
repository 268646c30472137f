/**
 * The model of warriors from its file: a small language model as src/llm runs them, and beside it what each training beyond it changed, as
 * products of thin factors. Whatever the bytes, a model or a sentence.
 */
import type { Files } from '../../../core/files.ts'
import { ok, type Result } from '../../../core/result.ts'
import { readWeights, type Weights } from '../../../llm/transformer/weights.ts'
import { dimensionsOf, WRITER_LAYERS } from '../layout.ts'
import { decompose, genomeLength, randomLike, type Factors } from '../model/decompose.ts'
import { read, Unfit, type Tensors } from '../model/reading.ts'
import type { Adapter, Warmth } from '../model/shape.ts'
import { listed, WARMTHS, type Training } from '../model/weights.ts'
import { MODEL_FILES, RANKS, type World } from '../options.ts'

export interface WriterModel {
  readonly weights: Weights
  readonly trainings: readonly Training[]
}

/** What a world's settings speak of. */
export interface LoadedWriter {
  readonly base: Weights
  readonly adapters: readonly Adapter[]
}

/** Of the random adapter: the same in every run, as a trained one is. */
const RANDOM_SEED = 1
const ADAPTED = ['query', 'key', 'value', 'output'] as const

export function readWriter(bytes: Uint8Array): Result<WriterModel> {
  const task = read(bytes, checkTask)
  if (!task.ok) return task
  const weights = readWeights(bytes)
  if (!weights.ok) return weights
  const trainings = read(bytes, (tensors) => trainingsOf(tensors, weights.value))
  return trainings.ok ? ok({ weights: weights.value, trainings: trainings.value }) : trainings
}

/** Before anything else: a file of another task lacks everything that this one has. */
function checkTask(tensors: Tensors): void {
  const task = tensors.note('task')
  if (task !== 'warriors')
    throw new Unfit(`its notes say that its task is ${JSON.stringify(task.slice(0, 40))}, not warriors`)
}

function trainingsOf(tensors: Tensors, { shape: { layers, width } }: Weights): readonly Training[] {
  return listed(tensors.note('adapters')).map(({ warmth, rank }) => {
    if (rank > width) throw new Unfit(`a rank of ${rank} is beyond the width of ${width}`)
    const changes = Array.from({ length: layers }, (_, layer) =>
      ADAPTED.map((matrix): Factors => {
        const name = `layers.${layer}.attention.${matrix}`
        const prefix = `${warmth}.r${rank}.${name}`
        return { name, a: tensors.matrix(`${prefix}.a`, rank, width), b: tensors.matrix(`${prefix}.b`, width, rank) }
      }),
    )
    return { warmth, rank, changes: changes.flat() }
  })
} // prettier-ignore

/** Why bytes are not the model as the settings know it, or null when they are. */
export function wrongWithWriter(bytes: Uint8Array): string | null {
  const model = readWriter(bytes)
  if (!model.ok) return `cannot be used (${model.fault.message})`
  const { weights, trainings } = model.value
  if (weights.shape.layers !== WRITER_LAYERS)
    return `has ${weights.shape.layers} layers, and must have ${WRITER_LAYERS}`
  for (const rank of RANKS)
    for (const warmth of WARMTHS)
      if (find(trainings, warmth, rank) === null) return `has no ${warmth} adapter of rank ${rank}`
  return null
}

/** The file was checked when it was loaded ({@link wrongWithWriter}): what is amiss now is a bug. */
export function loadedWriter(world: World, files: Files): LoadedWriter {
  const model = readWriter(files.get(MODEL_FILES.warriors) ?? new Uint8Array())
  if (!model.ok) throw new Error(model.fault.message)
  const { warmth, rank } = world
  const training = find(model.value.trainings, warmth === 'none' ? 'short' : warmth, rank)
  if (training === null) throw new Error(`no ${warmth} adapter of rank ${rank}`)
  const changes = warmth === 'none' ? randomLike(training.changes, RANDOM_SEED) : training.changes
  const adapters = decompose(changes, world.svd, world.alpha)
  if (genomeLength(adapters) !== dimensionsOf(world)) throw new Error('layout and adapters disagree')
  return { base: model.value.weights, adapters }
}

const find = (trainings: readonly Training[], warmth: Warmth, rank: number): Training | null =>
  trainings.find((one) => one.warmth === warmth && one.rank === rank) ?? null
