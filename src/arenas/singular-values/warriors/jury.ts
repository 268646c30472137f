/**
 * Judges written warriors by battle: opponents of the setting's kind, and where they stand, drawn anew for each generation; or those
 * that are held out, at places that stay.
 */
import { batchOf } from '../../../core/batch.ts'
import type { Coevolution, Evaluate, Judge, JudgeRequest, Named } from '../../../core/contracts.ts'
import { NO_FILES } from '../../../core/files.ts'
import type { Options } from '../../../core/options.ts'
import { ok, type Cancellation, type Result } from '../../../core/result.ts'
import { deriveSeed, rng } from '../../../core/rng.ts'
import { seedOf, type Batch } from '../environment.ts'
import { worldOf } from '../options.ts'
import type { AgainstId } from './against.ts'
import { OPPONENTS, sourceOf } from './opponents.ts'
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

  /** One verdict a text. */
  judge(texts: readonly Tokens[], batch: Batch, cancel: Cancellation): readonly Verdict[] {
    const bench = this.#known.get(batch) ?? this.#benchOf(OPPONENTS[this.#against].met, BATTLES, deriveSeed(seedOf(batch), 'battles')) // prettier-ignore
    this.#known.set(batch, bench)
    return bench.judge(texts, cancel)
  }

  /** Against relatives whom no search meets. */
  held(texts: readonly Tokens[], cancel: Cancellation): readonly Verdict[] {
    this.#held ??= this.#benchOf(OPPONENTS[this.#against].held, HELD_BATTLES, HELD_SEED, Infinity)
    return this.#held.judge(texts, cancel)
  }

  #benchOf(sources: readonly string[], battles: number, seed: number, most = DRAWN): Bench {
    const drawn = some(sources, most, seed)
    const rounds = Math.round(battles / drawn.length)
    const judge = { ...this.#judge, options: { ...this.#judge.options, rounds, opponents: 1 } }
    const evaluate = this.#evaluators.get(rounds) ?? judge.arena.evaluator(judge.options, NO_FILES)
    this.#evaluators.set(rounds, evaluate)
    return new Bench(judge, evaluate, drawn, seed)
  }
}

/** As many as there may be, without putting back, in the order in which they were drawn. */
function some<T>(all: readonly T[], most: number, seed: number): readonly T[] {
  if (all.length <= most) return all
  const random = rng(deriveSeed('opponents', seed))
  const left = [...all]
  return Array.from({ length: most }, () => left.splice(random.int(left.length), 1)).flat()
}

/** Some opponents and places; a warrior that was judged here before is not judged again. */
class Bench {
  readonly #judge: Judge
  readonly #environment: unknown
  readonly #evaluate: Evaluate<unknown>
  readonly #verdicts = new Map<string, Verdict>()

  constructor(judge: Judge, evaluate: Evaluate<unknown>, opponents: readonly string[], seed: number) {
    const { arena, options } = judge
    const coevolution = arena.coevolution?.(options)
    if (coevolution === undefined) throw new Error(`genomes of ${arena.id} do not meet each other`)
    this.#judge = judge
    this.#environment = facing(judge, coevolution, opponents, seed)
    this.#evaluate = evaluate
  }

  judge(texts: readonly Tokens[], cancel: Cancellation): readonly Verdict[] {
    const { arena, options, dialect } = this.#judge
    const codec = arena.codec(options)
    const fresh = new Map<string, unknown>()
    for (const tokens of texts) {
      const key = tokens.join()
      if (this.#verdicts.has(key) || fresh.has(key)) continue
      const warrior = codec.parse(dialect.text(tokens))
      if (warrior.ok) fresh.set(key, warrior.value)
      // An answer that was cut short may be none; the grammar allows no other.
      else this.#verdicts.set(key, NOTHING)
    }
    const keys = [...fresh.keys()]
    if (keys.length > 0 && !cancel.aborted) {
      const batch = batchOf(codec.stride, [...fresh.values()].map((warrior) => codec.encode(warrior)))
      const { objectives, measures } = this.#evaluate(batch, this.#environment, cancel)
      const { axes } = arena.measures(options)
      const width = objectives.length / keys.length
      const wins = arena.objectives(options).findIndex(({ key }) => key === 'wins')
      const bin = (axis: 0 | 1, value: number) => axes[axis].thresholds.findIndex((threshold) => value < threshold)
      keys.forEach((key, at) =>
        this.#verdicts.set(key, {
          points: objectives[at * width] ?? 0,
          won: wins === -1 ? 0 : (objectives[at * width + wins] ?? 0),
          cell: bin(0, measures[2 * at] ?? 0) * axes[1].thresholds.length + bin(1, measures[2 * at + 1] ?? 0),
        }),
      )
    }
    return texts.map((tokens) => this.#verdicts.get(tokens.join()) ?? NOTHING)
  } // prettier-ignore
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
