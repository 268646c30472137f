/**
 * Scores of an arena that another one judges, where the judge sits elsewhere than the lanes, e.g. on a graphics card: lanes draft, and
 * the judge's own evaluator scores what they drafted, a whole generation at once. Equal to the last bit to lanes that do both.
 */
import type { GenomeBatch, Scores } from '../core/batch.ts'
import type { Evaluator } from '../core/contracts.ts'
import type { Hearing } from '../core/hearing.ts'
import type { Cancellation, Result } from '../core/result.ts'

/** The first half's lanes; a CpuPool is one. */
export interface DraftingLanes {
  readonly label: string
  draft(batch: GenomeBatch, environment: unknown, cancel: Cancellation): Promise<Result<readonly unknown[]>>
  dispose(): void
}

export class JudgedEvaluator implements Evaluator {
  readonly #lanes: DraftingLanes
  readonly #judge: Evaluator
  readonly #hearing: Hearing

  /** `judge` has the settings of `hearing`; both it and the lanes are disposed with this one. */
  constructor(lanes: DraftingLanes, judge: Evaluator, hearing: Hearing) {
    this.#lanes = lanes
    this.#judge = judge
    this.#hearing = hearing
  }

  get kind(): 'gpu' | 'cpu' {
    return this.#judge.kind
  }

  get label(): string {
    return `${this.#lanes.label}, judged on ${this.#judge.label}`
  }

  async evaluate(batch: GenomeBatch, environment: unknown, cancel: Cancellation): Promise<Result<Scores>> {
    const drafts = await this.#lanes.draft(batch, environment, cancel)
    if (!drafts.ok) return drafts
    return this.#hearing.settle(drafts.value, environment, (drafted, facing) =>
      this.#judge.evaluate(drafted, facing, cancel),
    )
  }

  dispose(): void {
    this.#lanes.dispose()
    this.#judge.dispose()
  }
}
