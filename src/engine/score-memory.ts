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

/** Genomes kept at least; twice as many at most: some 20 MB. */
const KEPT = 65_536

/** What is asked for again moves to the young half; when that is full, the old half is forgotten. */
export class ScoreMemory {
  readonly #kept: number
  #young = new Map<string, Row>()
  #old = new Map<string, Row>()
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
    this.#young.clear()
    this.#old.clear()
  }

  recall(hash: string): Row | undefined {
    const young = this.#young.get(hash)
    if (young !== undefined) return young
    const old = this.#old.get(hash)
    if (old !== undefined) this.keep(hash, old)
    return old
  }

  keep(hash: string, row: Row): void {
    this.#young.set(hash, row)
    if (this.#young.size < this.#kept) return
    this.#old = this.#young
    this.#young = new Map()
  }
}

/** Asks `inner` for what `memory` does not know. The memory may outlive the evaluator: another one would say the same. */
export class RememberingEvaluator implements Evaluator {
  readonly #inner: Evaluator
  readonly #memory: ScoreMemory

  constructor(inner: Evaluator, memory: ScoreMemory) {
    this.#inner = inner
    this.#memory = memory
  }

  get kind(): 'gpu' | 'cpu' {
    return this.#inner.kind
  }
  get label(): string {
    return this.#inner.label
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
      const scores = await this.#inner.evaluate(batchOf(batch.stride, [...strange.values()]), environment, cancel)
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
    this.#inner.dispose()
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
