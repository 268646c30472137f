/** Networks, adapters, members and examples for tests of the engines of singular-values. */
import { decompose, genomeLength, type Form } from '../../src/arenas/singular-values/model/decompose.ts'
import type { Network } from '../../src/arenas/singular-values/model/network.ts'
import type { Adapter, Examples } from '../../src/arenas/singular-values/model/shape.ts'
import type { Model } from '../../src/arenas/singular-values/model/weights.ts'
import { rng } from '../../src/core/rng.ts'

export function adaptersOf(model: Model, rank: number, form: Form, alpha = 1): readonly Adapter[] {
  const training = model.trainings.find((one) => one.rank === rank)
  if (training === undefined) throw new Error(`no training of rank ${rank}`)
  return decompose(training.changes, form, alpha)
}

/** Offsets -1..1 of so many members, one after another. */
export function drawGenomes(adapters: readonly Adapter[], members: number, seed: number): Float32Array {
  const random = rng(seed)
  return Float32Array.from({ length: members * genomeLength(adapters) }, () => 2 * random.unit() - 1)
}

/** Pixels or tokens at random; `answers` of the last places of a text are asked for. */
export function drawExamples(network: Network, count: number, seed: number, places = 8, answers = 3): Examples {
  const random = rng(seed)
  if (network.kind === 'fashion') {
    const inputs = Float32Array.from({ length: count * network.base.weight.columns }, () => random.int(256) / 255)
    return { count, inputs, targets: Int32Array.from({ length: count }, () => random.int(network.base.weight.rows)) }
  }
  const { vocabulary } = network.shape
  const tokens = (length: number) => Int32Array.from({ length }, () => random.int(vocabulary))
  return { count, inputs: tokens(count * places), targets: tokens(count * answers) }
}

export const largestGap = (x: ArrayLike<number>, y: ArrayLike<number>): number =>
  Array.from(x, (value, i) => Math.abs(value - y[i]!)).reduce((most, one) => Math.max(most, one), 0)
