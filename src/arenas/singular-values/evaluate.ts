/** One lane of the CPU evaluator: members answer the generation's examples, and right answers are counted. */
import { rowOf, type GenomeBatch, type Scores } from '../../core/batch.ts'
import type { Evaluate } from '../../core/contracts.ts'
import type { Files } from '../../core/files.ts'
import type { Options } from '../../core/options.ts'
import type { Batch } from './environment.ts'
import { searchExamples } from './examples.ts'
import { offsetCodec, zeroOf, type Offsets } from './genome.ts'
import { loadedOf, netOf } from './loaded.ts'
import { macsOf } from './model/cost.ts'
import type { Network } from './model/network.ts'
import type { Examples } from './model/shape.ts'
import { worldOf } from './options.ts'
import { distanceIn } from './scores.ts'

export function spectrumEvaluator(options: Options, files: Files): Evaluate<Batch> {
  const world = worldOf(options)
  const loaded = loadedOf(world, files)
  const { model, network } = loaded
  const net = netOf(loaded)
  const { decode } = offsetCodec(options)
  const zero = zeroOf(options)
  let known: { readonly batch: Batch; readonly examples: Examples; readonly trained: Uint8Array } | null = null
  return (batch, environment, cancel) => {
    if (known?.batch !== environment) {
      const examples = searchExamples(model, environment)
      known = { batch: environment, examples, trained: net.answers(zero, examples) }
    }
    const { examples, trained } = known
    const genomes = genomesOf(batch, decode)
    const answers = cancel.aborted
      ? new Uint8Array(batch.count * trained.length)
      : net.answers(joined(genomes), examples)
    return scoresOf(network, genomes, examples, trained, answers, distanceIn(world))
  }
}

export const genomesOf = (batch: GenomeBatch, decode: (words: Uint32Array) => Offsets): readonly Offsets[] =>
  Array.from({ length: batch.count }, (_, member) => decode(rowOf(batch, member)))

/** One after another. */
export function joined(genomes: readonly Offsets[]): Float32Array {
  const length = genomes[0]?.length ?? 0
  const all = new Float32Array(genomes.length * length)
  genomes.forEach((genome, member) => all.set(genome, member * length))
  return all
}

/** Share of examples whose answers are all the right ones. */
export function shareRight({ count, targets }: Examples, answers: Uint8Array): number {
  return shareAlike(count, targets, answers)
}

/** Share of examples whose answers are all alike. */
export function shareAlike(count: number, one: ArrayLike<number>, other: ArrayLike<number>): number {
  const each = one.length / count
  let alike = 0
  for (let example = 0; example < count; example++) {
    let same = true
    for (let at = example * each; at < (example + 1) * each; at++) same &&= one[at] === other[at]
    if (same) alike++
  }
  return alike / count
}

/** `answers`: [member][example][answer]; `trained`: those of the adapter as it was trained. */
export function scoresOf(
  network: Network,
  genomes: readonly Offsets[],
  examples: Examples,
  trained: Uint8Array,
  answers: Uint8Array,
  distanceOf: (genome: Offsets) => number,
): Scores {
  const count = genomes.length
  const objectives = new Float64Array(count)
  const measures = new Float64Array(count * 2)
  genomes.forEach((genome, member) => {
    const own = answers.subarray(member * trained.length, (member + 1) * trained.length)
    const changed = 1 - shareAlike(examples.count, trained, own)
    objectives[member] = shareRight(examples, own)
    measures.set([changed, distanceOf(genome)], member * 2)
  })
  const places = examples.inputs.length / examples.count
  const units = count * examples.count
  return { count, objectives, measures, work: { units, steps: units * macsOf(network, places) } }
}
