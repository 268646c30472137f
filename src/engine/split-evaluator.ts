/**
 * GPU and CPU pool on the same generation, each with as much of it as it has done in the same time before. A few generations
 * show how fast either is; whoever would add next to nothing is left alone, so a GPU that is slower than the CPU pool is not
 * used, nor a CPU that would only grow warm. Rows are scored alike by both, so nothing of this shows in a run.
 */
import { joinScores, sliceBatch, type GenomeBatch, type Scores } from '../core/batch.ts'
import type { Evaluator } from '../core/contracts.ts'
import type { Cancellation, Fault, Result } from '../core/result.ts'

/** The slower one's share of a generation must be at least this much, or it gets nothing. */
const LEAST_SHARE = 1 / 10
/** Whoever gets nothing is tried again after so many generations, with this much of one. */
const TRIED_AGAIN_AFTER = 200
const TRIAL_SHARE = 1 / 32
/** How fast new measurements replace old ones. */
const LEARNING = 0.3

/** Genomes that the GPU compiles its shaders with. Nobody waits for it: the CPU pool does the first generations. */
const WARM_UP = 4

/** Milliseconds a genome; null before the first measurement that counts. */
interface Speed {
  cost: number | null
  /** The first evaluation compiles, and says nothing. */
  isWarm: boolean
}

export class SplitEvaluator implements Evaluator {
  readonly #gpu: Evaluator
  readonly #cpu: Evaluator
  readonly #clock: () => number
  readonly #speeds = { gpu: { cost: null, isWarm: false } as Speed, cpu: { cost: null, isWarm: false } as Speed }
  #sinceTrial = 0
  #warmUp: Promise<void> | null = null
  #fault: Fault | null = null

  constructor(gpu: Evaluator, cpu: Evaluator, clock: () => number = () => performance.now()) {
    this.#gpu = gpu
    this.#cpu = cpu
    this.#clock = clock
  }

  /** What does most of the work. */
  get kind(): 'gpu' | 'cpu' {
    return this.gpuShare() >= 0.5 ? 'gpu' : 'cpu'
  }

  get label(): string {
    const share = this.gpuShare()
    if (share === 1) return this.#gpu.label
    if (share === 0) return this.#cpu.label
    return `${this.#gpu.label} and ${this.#cpu.label}, ${Math.round(100 * share)} % on the GPU`
  }

  /** The part of a generation that the GPU gets: 0 or 1 where the other would add too little. */
  gpuShare(): number {
    const [gpu, cpu] = [this.#speeds.gpu.cost, this.#speeds.cpu.cost]
    if (gpu === null || cpu === null) return this.#speeds.gpu.isWarm ? 0.5 : 0
    const share = cpu / (gpu + cpu)
    return share < LEAST_SHARE ? 0 : share > 1 - LEAST_SHARE ? 1 : share
  }

  async evaluate(batch: GenomeBatch, environment: unknown, cancel: Cancellation): Promise<Result<Scores>> {
    this.#warmUp ??= this.#warm(sliceBatch(batch, 0, Math.min(WARM_UP, batch.count)), environment)
    if (this.#fault !== null) return { ok: false, fault: this.#fault }
    const first = this.#speeds.gpu.isWarm ? Math.round(batch.count * this.#shareNow()) : 0
    const parts = await Promise.all([
      this.#part(this.#gpu, this.#speeds.gpu, sliceBatch(batch, 0, first), environment, cancel),
      this.#part(this.#cpu, this.#speeds.cpu, sliceBatch(batch, first, batch.count), environment, cancel),
    ])
    const scores: Scores[] = []
    for (const part of parts) {
      if (part === null) continue
      if (!part.ok) return part
      scores.push(part.value)
    }
    return { ok: true, value: joinScores(scores) }
  }

  dispose(): void {
    this.#gpu.dispose()
    this.#cpu.dispose()
  }

  async #warm(batch: GenomeBatch, environment: unknown): Promise<void> {
    const scores = await this.#gpu.evaluate(batch, environment, { aborted: false })
    if (!scores.ok) this.#fault = scores.fault
    this.#speeds.gpu.isWarm = true
  }

  #shareNow(): number {
    const share = this.gpuShare()
    if (share > 0 && share < 1) return share
    if (++this.#sinceTrial < TRIED_AGAIN_AFTER) return share
    this.#sinceTrial = 0
    return share === 0 ? TRIAL_SHARE : 1 - TRIAL_SHARE
  }

  async #part(
    evaluator: Evaluator,
    speed: Speed,
    batch: GenomeBatch,
    environment: unknown,
    cancel: Cancellation,
  ): Promise<Result<Scores> | null> {
    if (batch.count === 0) return null
    const began = this.#clock()
    const scores = await evaluator.evaluate(batch, environment, cancel)
    const cost = (this.#clock() - began) / batch.count
    if (speed.isWarm) speed.cost = speed.cost === null ? cost : speed.cost + LEARNING * (cost - speed.cost)
    speed.isWarm = true
    return scores
  }
}
