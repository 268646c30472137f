/** The network that a world's settings speak of, from the arena's file. */
import type { Files } from '../../core/files.ts'
import { dimensionsOf } from './layout.ts'
import { decompose, genomeLength, randomLike } from './model/decompose.ts'
import { MovingNet } from './model/moving-net.ts'
import type { Net } from './model/net.ts'
import { linearsOf, type Network } from './model/network.ts'
import type { Noise } from './model/noise.ts'
import { atPrecision } from './model/quantise.ts'
import type { Adapter, Precision, Warmth } from './model/shape.ts'
import { trained } from './model/trained.ts'
import { WasmNet } from './model/wasm.ts'
import { readAdapters, readModel, WARMTHS, type Model, type Training } from './model/weights.ts'
import { wrongWithWriter } from './warriors/model.ts'
import { FASHION_RANK, MODEL_FILES, RANKS, WIDE_FILE, WIDE_RANK, type TaskId, type World } from './options.ts'

export interface Loaded {
  readonly model: Model
  /** At the world's precision. */
  readonly network: Network
  /** None where all weights are moved: then what training added is in the network. */
  readonly adapters: readonly Adapter[]
  /** Along which directions all weights are moved; null where singular values are. */
  readonly noise: Noise | null
}

/** Of the random adapter: the same in every run, as a trained one is. */
const RANDOM_SEED = 1

/** The weights were checked when they were loaded ({@link wrongWith}): what is amiss now is a bug. */
export function loadedOf(world: World, files: Files, precision: Precision = world.precision): Loaded {
  const model = readModel(files.get(MODEL_FILES[world.task]) ?? new Uint8Array())
  if (!model.ok) throw new Error(model.fault.message)
  const { warmth } = world
  const training = trainingOf(trainingsOf(model.value, world, files), warmth === 'none' ? 'short' : warmth, world.rank)
  if (training === null) throw new Error(`no ${warmth} adapter of rank ${world.rank}`)
  const base = atPrecision(model.value.network, precision)
  if (world.directions > 0) {
    const { noise: key, noiseRank: rank, directions } = world
    const network = trained(base, warmth === 'none' ? [] : training.changes)
    return { model: model.value, network, adapters: [], noise: { key, rank, directions } }
  }
  const changes = warmth === 'none' ? randomLike(training.changes, RANDOM_SEED) : training.changes
  const adapters = decompose(changes, world.svd, world.alpha)
  if (genomeLength(adapters) !== dimensionsOf(world)) throw new Error('layout and adapters disagree')
  return { model: model.value, network: base, adapters, noise: null }
}

/** What answers for members, on the CPU. */
export const netOf = ({ network, adapters, noise }: Loaded): Net =>
  noise === null ? new WasmNet(network, adapters) : new MovingNet(network, noise)

/** Those of the wide rank lie beside the model. */
function trainingsOf({ network, trainings }: Model, { task, rank }: World, files: Files): readonly Training[] {
  if (task !== 'sums' || rank !== WIDE_RANK) return trainings
  const wide = readAdapters(files.get(WIDE_FILE) ?? new Uint8Array())
  if (!wide.ok) throw new Error(wide.fault.message)
  const [own] = wide.value
  for (const { name, weight } of linearsOf(network)) {
    const change = own?.changes.find((one) => one.name === name)
    if (change !== undefined && 'a' in change && (change.a.columns !== weight.columns || change.b.rows !== weight.rows))
      throw new Error(`${WIDE_FILE} is not for this model: ${name} has another size`)
  }
  return wide.value
}

const trainingOf = (trainings: readonly Training[], warmth: Warmth, rank: number): Training | null =>
  trainings.find((one) => one.warmth === warmth && one.rank === rank) ?? null

/** Why bytes are no adapters of the wide rank, or null when they are. */
export function wrongWithWide(bytes: Uint8Array): string | null {
  const read = readAdapters(bytes)
  if (!read.ok) return `cannot be used (${read.fault.message})`
  const missing = WARMTHS.find((warmth) => trainingOf(read.value, warmth, WIDE_RANK) === null)
  return missing === undefined ? null : `has no ${missing} adapter of rank ${WIDE_RANK}`
}

/** Why bytes are not the model of a task as the settings know it, or null when they are. */
export function wrongWith(task: TaskId, bytes: Uint8Array): string | null {
  if (task === 'warriors') return wrongWithWriter(bytes)
  const read = readModel(bytes)
  if (!read.ok) return `cannot be used (${read.fault.message})`
  const model = read.value
  if (model.kind !== task) return `is for the task ${model.kind}, and must be for ${task}`
  for (const rank of task === 'fashion' ? [FASHION_RANK] : RANKS)
    for (const warmth of WARMTHS)
      if (trainingOf(model.trainings, warmth, rank) === null) return `has no ${warmth} adapter of rank ${rank}`
  return null
}
