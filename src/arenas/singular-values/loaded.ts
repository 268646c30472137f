/** The network that a world's settings speak of, from the arena's file. */
import type { Files } from '../../core/files.ts'
import { dimensionsOf } from './layout.ts'
import { decompose, genomeLength, randomLike } from './model/decompose.ts'
import type { Network } from './model/network.ts'
import { atPrecision } from './model/quantise.ts'
import type { Adapter, Precision, Warmth } from './model/shape.ts'
import { readModel, type Model, type Training } from './model/weights.ts'
import { wrongWithWriter } from './warriors/model.ts'
import { FASHION_RANK, MODEL_FILES, RANKS, type TaskId, type World } from './options.ts'

export interface Loaded {
  readonly model: Model
  /** At the world's precision. */
  readonly network: Network
  readonly adapters: readonly Adapter[]
}

/** Of the random adapter: the same in every run, as a trained one is. */
const RANDOM_SEED = 1

/** The weights were checked when they were loaded ({@link wrongWith}): what is amiss now is a bug. */
export function loadedOf(world: World, files: Files, precision: Precision = world.precision): Loaded {
  const model = readModel(files.get(MODEL_FILES[world.task]) ?? new Uint8Array())
  if (!model.ok) throw new Error(model.fault.message)
  const { warmth } = world
  const training = trainingOf(model.value, warmth === 'none' ? 'short' : warmth, world.rank)
  if (training === null) throw new Error(`no ${warmth} adapter of rank ${world.rank}`)
  const changes = warmth === 'none' ? randomLike(training.changes, RANDOM_SEED) : training.changes
  const adapters = decompose(changes, world.svd, world.alpha)
  if (genomeLength(adapters) !== dimensionsOf(world)) throw new Error('layout and adapters disagree')
  return { model: model.value, network: atPrecision(model.value.network, precision), adapters }
}

const trainingOf = ({ trainings }: Model, warmth: Warmth, rank: number): Training | null =>
  trainings.find((one) => one.warmth === warmth && one.rank === rank) ?? null

/** Why bytes are not the model of a task as the settings know it, or null when they are. */
export function wrongWith(task: TaskId, bytes: Uint8Array): string | null {
  if (task === 'warriors') return wrongWithWriter(bytes)
  const read = readModel(bytes)
  if (!read.ok) return `cannot be used (${read.fault.message})`
  const model = read.value
  if (model.kind !== task) return `is for the task ${model.kind}, and must be for ${task}`
  for (const rank of task === 'fashion' ? [FASHION_RANK] : RANKS)
    for (const warmth of ['short', 'medium', 'full'] as const)
      if (trainingOf(model, warmth, rank) === null) return `has no ${warmth} adapter of rank ${rank}`
  return null
}
