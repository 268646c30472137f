/**
 * Scores that were given before are not worked out again. A child that the archive turned away is often born a second time:
 * every other one of a long run in a small world. Scores depend on the genome and the environment alone, so nothing of this
 * shows in a run but its speed.
 */
import { batchOf, joinScores, rowOf, type GenomeBatch, type Scores, type Work } from '../core/batch.ts'
import type { Evaluator } from '../core/contracts.ts'
import { hashWords } from '../core/hash.ts'
import { fail, ok, type Cancellation, type Result } from '../core/result.ts'

interface Row {
  readonly objectives: Float64Array
  readonly measures: Float64Array
}

/** Genomes kept at least; twice as many at most: some 25 MB, most of it their hashes. */
const KEPT = 65_536

/** Scores by hash, in one array: a million small ones would take ten times the room. */
class Shelf {
  readonly #slots = new Map<string, number>()
  #values = new Float64Array(0)
  #objectives = 0

  get size(): number {
    return this.#slots.size
  }

  recall(hash: string): Row | undefined {
    const slot = this.#slots.get(hash)
    return slot === undefined ? undefined : this.#rowAt(slot)
  }

  /** Of at most `room` hashes. */
  keep(hash: string, { objectives, measures }: Row, room: number): void {
    const width = objectives.length + measures.length
    if (this.#values.length === 0) {
      this.#values = new Float64Array(room * width)
      this.#objectives = objectives.length
    }
    const slot = this.#slots.get(hash) ?? this.#slots.size * width
    this.#slots.set(hash, slot)
    this.#values.set(objectives, slot)
    this.#values.set(measures, slot + objectives.length)
  }

  #rowAt(slot: number): Row {
    const middle = slot + this.#objectives
    // Two measures: see Arena.
    return {
      objectives: this.#values.subarray(slot, middle),
      measures: this.#values.subarray(middle, middle + MEASURES),
    }
  }
}
const MEASURES = 2

/** What is asked for again moves to the young half; when that is full, the old half is forgotten. */
export class ScoreMemory {
  readonly #kept: number
  #young = new Shelf()
  #old = new Shelf()
  #environment: unknown = null

  constructor(kept = KEPT) {
    this.#kept = kept
  }

  get size(): number {
    return this.#young.size + this.#old.size
  }

  /** Scores are worth something in their own environment only. */
  enter(environment: unknown): void {
    if (environment === this.#environment) return
    this.#environment = environment
    this.#young = new Shelf()
    this.#old = new Shelf()
  }

  recall(hash: string): Row | undefined {
    const young = this.#young.recall(hash)
    if (young !== undefined) return young
    const old = this.#old.recall(hash)
    if (old !== undefined) this.keep(hash, old)
    return old
  }

  keep(hash: string, row: Row): void {
    this.#young.keep(hash, row, this.#kept)
    if (this.#young.size < this.#kept) return
    this.#old = this.#young
    this.#young = new Shelf()
  }
}

/** Asks `inner` for what `memory` does not know. The memory may outlive the evaluator: another one would say the same. */
export class RememberingEvaluator implements Evaluator {
  readonly inner: Evaluator
  readonly #memory: ScoreMemory

  constructor(inner: Evaluator, memory: ScoreMemory) {
    this.inner = inner
    this.#memory = memory
  }

  get kind(): 'gpu' | 'cpu' {
    return this.inner.kind
  }
  get label(): string {
    return this.inner.label
  }

  async evaluate(batch: GenomeBatch, environment: unknown, cancel: Cancellation): Promise<Result<Scores>> {
    this.#memory.enter(environment)
    const hashes = Array.from({ length: batch.count }, (_, index) => hashWords(rowOf(batch, index)))
    const known = hashes.map((hash) => this.#memory.recall(hash))
    const strange = new Map<string, Uint32Array>()
    hashes.forEach((hash, index) => {
      if (known[index] === undefined) strange.set(hash, rowOf(batch, index))
    })
    const fresh = new Map<string, Row>()
    let work: Work = { units: 0, steps: 0 }
    if (strange.size > 0) {
      const scores = await this.inner.evaluate(batchOf(batch.stride, [...strange.values()]), environment, cancel)
      if (!scores.ok) return scores
      // What comes from a cancelled evaluation is thrown away by whoever cancelled it.
      if (cancel.aborted) return fail('cancelled', 'The evaluation was cancelled.')
      work = scores.value.work
      for (const [index, hash] of [...strange.keys()].entries()) {
        const row = rowAt(scores.value, index)
        fresh.set(hash, row)
        this.#memory.keep(hash, row)
      }
    }
    const rows = hashes.flatMap((hash, index) => known[index] ?? fresh.get(hash) ?? [])
    return ok({ ...joinScores(rows.map(scoresOf)), work: { ...work, remembered: batch.count - strange.size } })
  }

  dispose(): void {
    this.inner.dispose()
  }
}

const rowAt = ({ count, objectives, measures }: Scores, index: number): Row => {
  const part = (values: Float64Array) => {
    const width = values.length / count
    return values.slice(index * width, (index + 1) * width)
  }
  return { objectives: part(objectives), measures: part(measures) }
}

const scoresOf = (row: Row): Scores => ({ count: 1, ...row, work: { units: 0, steps: 0 } })
