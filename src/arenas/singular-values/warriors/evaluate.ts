/**
 * One lane of the CPU evaluator: members write warriors, and how these fare in battle is the reward. All members of a generation write with
 * the same noise and meet the same opponents at the same places, so that they differ by themselves alone (common random numbers).
 */
import type { Scores } from '../../../core/batch.ts'
import type { Evaluate, Judge } from '../../../core/contracts.ts'
import type { Files } from '../../../core/files.ts'
import { numberOption, textOption, type Options } from '../../../core/options.ts'
import type { Cancellation } from '../../../core/result.ts'
import { deriveSeed } from '../../../core/rng.ts'
import { seedOf, type Batch } from '../environment.ts'
import { genomesOf } from '../evaluate.ts'
import { offsetCodec, zeroOf, type Offsets } from '../genome.ts'
import { worldOf } from '../options.ts'
import { distanceOf } from '../scores.ts'
import type { AgainstId } from './against.ts'
import { Jury, type Verdict } from './jury.ts'
import { merged } from '../model/merge.ts'
import { loadedWriter } from './model.ts'
import { kindsAmong, shareChanged, WRITER_OBJECTIVES, tokenDistance } from './scores.ts'
import { Scribe, type Tokens } from './scribe.ts'

/** A world's model, who reads what it writes, and who judges it. */
export class Press {
  readonly #loaded
  readonly #scribe: Scribe
  readonly #temperature: number
  readonly jury: Jury

  constructor(options: Options, files: Files, judge: Judge, temperature = numberOption(options, 'temperature')) {
    this.#loaded = loadedWriter(worldOf(options), files)
    this.#scribe = new Scribe(this.#loaded.base, judge)
    this.#temperature = temperature
    this.jury = new Jury(judge, textOption(options, 'against') as AgainstId)
  }

  get adapters() {
    return this.#loaded.adapters
  }

  /** Numbers in the matrices of its layers: what stays frozen. */
  get weights(): number {
    const { layers, width, hidden } = this.#loaded.base.shape
    return layers * (4 * width * width + 2 * width * hidden)
  }

  /** Multiply-adds of one token, attention aside. */
  get macs(): number {
    const { vocabulary, width } = this.#loaded.base.shape
    return this.weights + vocabulary * width
  }

  /** A text for each seed. */
  write(genome: Offsets, seeds: readonly number[], cancel: Cancellation): readonly Tokens[] {
    return this.#scribe.write(this.model(genome), seeds, this.#temperature, cancel)
  }

  /** The genome as a model of its own. */
  model(genome: Offsets) {
    return merged(this.#loaded.base, this.#loaded.adapters, genome)
  }
}

/** What a generation's texts are drawn by. */
export const textSeeds = (seed: number, count: number): readonly number[] =>
  Array.from({ length: count }, (_, text) => deriveSeed(seed, 'text', text))

/** Throws without its judge: whoever loads arenas brings it. */
export function writerEvaluator(options: Options, files: Files, judge: Judge | undefined): Evaluate<Batch> {
  if (judge === undefined) throw new Error('written warriors need a judge')
  const press = new Press(options, files, judge)
  const { decode } = offsetCodec(options)
  const zero = zeroOf(options)
  let known: { readonly batch: Batch; readonly seeds: readonly number[]; readonly trained: readonly Tokens[] } | null = null // prettier-ignore
  return (batch, environment, cancel) => {
    if (known?.batch !== environment) {
      const seeds = textSeeds(seedOf(environment), environment.count)
      known = { batch: environment, seeds, trained: press.write(zero, seeds, cancel) }
    }
    const { seeds, trained } = known
    const genomes = genomesOf(batch, decode)
    const texts = genomes.map((genome) => press.write(genome, seeds, cancel))
    const verdicts = texts.map((own) => press.jury.judge(own, environment, cancel))
    return scoresOf(genomes, texts, trained, verdicts, press.macs)
  }
}

/** Each token was one pass of the network, of `macs` multiply-adds. */
function scoresOf(
  genomes: readonly Offsets[],
  texts: readonly (readonly Tokens[])[],
  trained: readonly Tokens[],
  verdicts: readonly (readonly Verdict[])[],
  macs: number,
): Scores {
  const count = genomes.length
  const objectives = new Float64Array(count * WRITER_OBJECTIVES.length)
  const measures = new Float64Array(count * 2)
  genomes.forEach((genome, member) => {
    const [own, judged] = [texts[member] ?? [], verdicts[member] ?? []]
    const changed = shareChanged(trained, own)
    const points = judged.reduce((sum, verdict) => sum + verdict.points, 0) / judged.length
    objectives.set([points, changed, tokenDistance(own), kindsAmong(judged)], member * WRITER_OBJECTIVES.length)
    measures.set([changed, distanceOf(genome)], member * 2)
  })
  const tokens = texts.flat().reduce((sum, text) => sum + text.length, 0)
  return { count, objectives, measures, work: { units: texts.flat().length, steps: tokens * macs } }
}
