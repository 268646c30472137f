/**
 * One lane of the CPU evaluator: members write warriors, and how these fare in battle is the reward. All members of a generation write with
 * the same noise and meet the same opponents at the same places, so that they differ by themselves alone (common random numbers).
 */
import type { GenomeBatch, Scores } from '../../../core/batch.ts'
import type { Evaluate, Judge } from '../../../core/contracts.ts'
import type { Hearing } from '../../../core/hearing.ts'
import type { Files } from '../../../core/files.ts'
import { numberOption, textOption, type Options } from '../../../core/options.ts'
import { ok, type Cancellation } from '../../../core/result.ts'
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
    this.jury = juryOf(options, judge)
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

const juryOf = (options: Options, judge: Judge): Jury => new Jury(judge, textOption(options, 'against') as AgainstId)

/** What a generation's texts are drawn by. */
export const textSeeds = (seed: number, count: number): readonly number[] =>
  Array.from({ length: count }, (_, text) => deriveSeed(seed, 'text', text))

/** What a member wrote, and what of its scores needs no judge. */
export interface Draft {
  readonly texts: readonly Tokens[]
  /** Share of texts unlike the trained adapter's by the same noise. */
  readonly changed: number
  /** Of its genome from the trained one. */
  readonly distance: number
  /** Multiply-adds: each token was one pass of the network. */
  readonly steps: number
}

/** One lane of writing: a draft for each genome. */
function drafterOf(press: Press, options: Options): (batch: GenomeBatch, environment: Batch, cancel: Cancellation) => readonly Draft[] {
  const { decode } = offsetCodec(options)
  const zero = zeroOf(options)
  let known: { readonly batch: Batch; readonly seeds: readonly number[]; readonly trained: readonly Tokens[] } | null = null
  return (batch, environment, cancel) => {
    if (known?.batch !== environment) {
      const seeds = textSeeds(seedOf(environment), environment.count)
      known = { batch: environment, seeds, trained: press.write(zero, seeds, cancel) }
    }
    const { seeds, trained } = known
    return genomesOf(batch, decode).map((genome): Draft => {
      const texts = press.write(genome, seeds, cancel)
      const tokens = texts.reduce((sum, text) => sum + text.length, 0)
      return { texts, changed: shareChanged(trained, texts), distance: distanceOf(genome), steps: tokens * press.macs }
    })
  }
} // prettier-ignore

/** Throws without its judge: whoever loads arenas brings it. */
export function writerEvaluator(options: Options, files: Files, judge: Judge | undefined): Evaluate<Batch> {
  if (judge === undefined) throw new Error('written warriors need a judge')
  const press = new Press(options, files, judge)
  const draft = drafterOf(press, options)
  return (batch, environment, cancel) => {
    const drafts = draft(batch, environment, cancel)
    return scoresOf(drafts, drafts.map(({ texts }) => press.jury.judge(texts, environment, cancel)))
  }
} // prettier-ignore

/** The same with the judge elsewhere: lanes write, and all that a generation has written is judged at once. */
export function writerHearing(options: Options, judge: Judge): Hearing<Batch, Draft> {
  const jury = juryOf(options, judge)
  return {
    options: jury.options,
    drafter: (files) => drafterOf(new Press(options, files, judge), options),
    async settle(drafts, environment, score) {
      const verdicts = await jury.judgeBy(score, drafts.flatMap(({ texts }) => texts), environment)
      if (!verdicts.ok) return verdicts
      const left = [...verdicts.value]
      return ok(scoresOf(drafts, drafts.map(({ texts }) => left.splice(0, texts.length))))
    },
  }
} // prettier-ignore

function scoresOf(drafts: readonly Draft[], verdicts: readonly (readonly Verdict[])[]): Scores {
  const count = drafts.length
  const objectives = new Float64Array(count * WRITER_OBJECTIVES.length)
  const measures = new Float64Array(count * 2)
  drafts.forEach(({ texts, changed, distance }, member) => {
    const judged = verdicts[member] ?? []
    const points = judged.reduce((sum, verdict) => sum + verdict.points, 0) / judged.length
    objectives.set([points, changed, tokenDistance(texts), kindsAmong(judged)], member * WRITER_OBJECTIVES.length)
    measures.set([changed, distance], member * 2)
  })
  const sum = (of: (draft: Draft) => number) => drafts.reduce((total, draft) => total + of(draft), 0)
  return { count, objectives, measures, work: { units: sum(({ texts }) => texts.length), steps: sum(({ steps }) => steps) } } // prettier-ignore
}
