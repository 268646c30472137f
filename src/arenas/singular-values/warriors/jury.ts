/**
 * Judges written warriors by battle: opponents of the setting's kind, and where they stand, drawn anew for each generation; or those
 * that are held out, at places that stay.
 */
import { batchOf, type GenomeBatch, type Scores } from '../../../core/batch.ts'
import type { Coevolution, Evaluate, Judge, Named } from '../../../core/contracts.ts'
import type { JudgeRequest, Score } from '../../../core/hearing.ts'
import { NO_FILES } from '../../../core/files.ts'
import type { Options } from '../../../core/options.ts'
import { ok, type Cancellation, type Result } from '../../../core/result.ts'
import { deriveSeed, rng } from '../../../core/rng.ts'
import { seedOf, type Batch } from '../environment.ts'
import { worldOf } from '../options.ts'
import type { AgainstId } from './against.ts'
import { OPPONENTS, sourceOf, type Opponents } from './opponents.ts'
import type { Tokens } from './scribe.ts'

/** Core War's smallest world, for the task that writes for it; no judge for the others. */
export const judgeOf = (options: Options): JudgeRequest | null =>
  worldOf(options).task === 'warriors' ? { arena: 'core-war', preset: 'nano' } : null

/** What one warrior came to. */
export interface Verdict {
  /** Points as a share of the most there is: a win 1, a tie a third. */
  readonly points: number
  /** Share of its battles that it won. */
  readonly won: number
  /** The judge's kind of it: its cell in an archive there. */
  readonly cell: number
}

/** Opponents of a generation, at most. */
const DRAWN = 20
/** Battles of a warrior in a generation, and held out. */
const BATTLES = 80
const HELD_BATTLES = 208
/** Of the places of held-out battles: the same for everybody. */
const HELD_SEED = 1

export class Jury {
  readonly #judge: Judge
  readonly #against: AgainstId
  readonly #known = new WeakMap<object, Bench>()
  /** By how many places there are: a machine each. */
  readonly #evaluators = new Map<number, Evaluate<unknown>>()
  #held: Bench | null = null

  constructor(judge: Judge, against: AgainstId) {
    this.#judge = judge
    this.#against = against
  }

  /** The judge's settings in a search. */
  get options(): Options {
    return withRounds(this.#judge, roundsFor(Math.min(DRAWN, this.#opponents.met.length), BATTLES))
  }

  /** One verdict a text. */
  judge(texts: readonly Tokens[], batch: Batch, cancel: Cancellation): readonly Verdict[] {
    return this.#here(this.#benchFor(batch), texts, cancel)
  }

  /** The same by an evaluator of the judge's that has {@link options}. */
  async judgeBy(score: Score, texts: readonly Tokens[], batch: Batch): Promise<Result<readonly Verdict[]>> {
    const bench = this.#benchFor(batch)
    const strange = bench.strange(texts)
    if (strange === null) return ok(bench.verdicts(texts))
    const scores = await score(strange.batch, bench.environment)
    if (!scores.ok) return scores
    bench.learn(strange, scores.value)
    return ok(bench.verdicts(texts))
  }

  /** Against relatives whom no search meets. */
  held(texts: readonly Tokens[], cancel: Cancellation): readonly Verdict[] {
    const { held } = this.#opponents
    this.#held ??= new Bench(this.#judge, held, roundsFor(held.length, HELD_BATTLES), HELD_SEED)
    return this.#here(this.#held, texts, cancel)
  }

  get #opponents(): Opponents {
    return OPPONENTS[this.#against]
  }

  /** By a machine of this thread. */
  #here(bench: Bench, texts: readonly Tokens[], cancel: Cancellation): readonly Verdict[] {
    const strange = bench.strange(texts)
    if (strange !== null && !cancel.aborted)
      bench.learn(strange, this.#machine(bench)(strange.batch, bench.environment, cancel))
    return bench.verdicts(texts)
  }

  #machine({ rounds, options }: Bench): Evaluate<unknown> {
    const machine = this.#evaluators.get(rounds) ?? this.#judge.arena.evaluator(options, NO_FILES)
    this.#evaluators.set(rounds, machine)
    return machine
  }

  #benchFor(batch: Batch): Bench {
    const known = this.#known.get(batch)
    if (known !== undefined) return known
    const seed = deriveSeed(seedOf(batch), 'battles')
    const drawn = some(this.#opponents.met, DRAWN, seed)
    const bench = new Bench(this.#judge, drawn, roundsFor(drawn.length, BATTLES), seed)
    this.#known.set(batch, bench)
    return bench
  }
}

/** Places against each of so many opponents, for so many battles in all. */
const roundsFor = (opponents: number, battles: number): number => Math.round(battles / opponents)
const withRounds = ({ options }: Judge, rounds: number): Options => ({ ...options, rounds, opponents: 1 })

/** As many as there may be, without putting back, in the order in which they were drawn. */
function some<T>(all: readonly T[], most: number, seed: number): readonly T[] {
  if (all.length <= most) return all
  const random = rng(deriveSeed('opponents', seed))
  const left = [...all]
  return Array.from({ length: most }, () => left.splice(random.int(left.length), 1)).flat()
}

/** Warriors that nobody has judged yet, by their text. */
interface Strange {
  readonly keys: readonly string[]
  readonly batch: GenomeBatch
}

/** Some opponents and places; a warrior that was judged here before is not judged again. */
class Bench {
  readonly options: Options
  readonly rounds: number
  /** The judge's own. */
  readonly environment: unknown
  readonly #judge: Judge
  readonly #verdicts = new Map<string, Verdict>()

  constructor(judge: Judge, opponents: readonly string[], rounds: number, seed: number) {
    this.rounds = rounds
    this.options = withRounds(judge, rounds)
    this.#judge = { ...judge, options: this.options }
    const coevolution = judge.arena.coevolution?.(this.options)
    if (coevolution === undefined) throw new Error(`genomes of ${judge.arena.id} do not meet each other`)
    this.environment = facing(this.#judge, coevolution, opponents, seed)
  }

  /** Null where all are known. */
  strange(texts: readonly Tokens[]): Strange | null {
    const { arena, dialect } = this.#judge
    const codec = arena.codec(this.options)
    const fresh = new Map<string, Uint32Array>()
    for (const tokens of texts) {
      const key = tokens.join()
      if (this.#verdicts.has(key) || fresh.has(key)) continue
      const warrior = codec.parse(dialect.text(tokens))
      if (warrior.ok) fresh.set(key, codec.encode(warrior.value))
      // An answer that was cut short may be none; the grammar allows no other.
      else this.#verdicts.set(key, NOTHING)
    }
    return fresh.size === 0 ? null : { keys: [...fresh.keys()], batch: batchOf(codec.stride, [...fresh.values()]) }
  }

  /** What the judge gave them, row by row. */
  learn({ keys }: Strange, { objectives, measures }: Scores): void {
    const { arena } = this.#judge
    const { axes } = arena.measures(this.options)
    const width = objectives.length / keys.length
    const wins = arena.objectives(this.options).findIndex(({ key }) => key === 'wins')
    const bin = (axis: 0 | 1, value: number) => axes[axis].thresholds.findIndex((threshold) => value < threshold)
    keys.forEach((key, at) =>
      this.#verdicts.set(key, {
        points: objectives[at * width] ?? 0,
        won: wins === -1 ? 0 : (objectives[at * width + wins] ?? 0),
        cell: bin(0, measures[2 * at] ?? 0) * axes[1].thresholds.length + bin(1, measures[2 * at + 1] ?? 0),
      }),
    )
  }

  verdicts(texts: readonly Tokens[]): readonly Verdict[] {
    return texts.map((tokens) => this.#verdicts.get(tokens.join()) ?? NOTHING)
  }
}

const NOTHING: Verdict = { points: 0, won: 0, cell: -1 }

/** The judge's own environment, with these rivals at places of this seed. */
function facing({ arena, options }: Judge, coevolution: Coevolution, opponents: readonly string[], seed: number): unknown {
  const rivals = opponents.map((source, at) => named(arena.codec(options).parse(sourceOf(source)), `opponent ${at + 1}`))
  const broken = rivals.find((rival) => !rival.ok)
  // They are ours, and tested.
  if (broken !== undefined && !broken.ok) throw new Error(broken.fault.message)
  return coevolution.facing(arena.environment(options, deriveSeed(seed, 'places')), rivals.flatMap((rival) => (rival.ok ? [rival.value] : [])))
} // prettier-ignore

const named = (genome: Result<unknown>, name: string): Result<Named<unknown>> =>
  genome.ok ? ok({ name, genome: genome.value }) : genome
