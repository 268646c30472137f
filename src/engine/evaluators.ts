/**
 * Which engine scores: where there is a real GPU, it and the CPU pool as their speeds demand, else the CPU pool; and what to
 * do when one is lost. Scores are equal to the last bit, so a run may change engines between any two generations.
 */
import type { Evaluator } from '../core/contracts.ts'
import type { Options } from '../core/options.ts'
import { ok, type Fault, type Result } from '../core/result.ts'
import type { EngineChoice } from './protocol.ts'
import { RememberingEvaluator, ScoreMemory } from './score-memory.ts'
import { SplitEvaluator } from './split-evaluator.ts'

/** A GPU evaluator, and whether a software adapter stands in for the hardware. */
export interface GpuOffer {
  readonly evaluator: Evaluator
  readonly software: boolean
}

export interface EvaluatorSources {
  cpu(arena: string, options: Options): Evaluator
  gpu(arena: string, options: Options): Promise<Result<GpuOffer>>
}

/** Losses forgiven in {@link LOSS_WINDOW_MS}; more than that and the run goes on on the CPU. */
const LOSSES = 2
const LOSS_WINDOW_MS = 120_000

export class EvaluatorChooser {
  readonly #sources: EvaluatorSources
  readonly #arena: string
  readonly #options: Options
  choice: EngineChoice
  #current: Evaluator | null = null
  /** Outlives the evaluators: they all say the same. */
  readonly #memory = new ScoreMemory()
  #losses: number[] = []
  #isOnGpu = false
  #gpuGivenUp = false
  /** One line for people: why it is not the GPU, or what was lost. */
  note = ''

  constructor(sources: EvaluatorSources, arena: string, options: Options, choice: EngineChoice) {
    this.#sources = sources
    this.#arena = arena
    this.#options = options
    this.choice = choice
  }

  get current(): Evaluator | null {
    return this.#current
  }

  /** Takes effect with the next generation. */
  choose(choice: EngineChoice): void {
    this.dispose()
    this.choice = choice
    this.note = ''
    this.#gpuGivenUp = false
  }

  /** The evaluator to use now; `fault` is what the last one failed with. */
  async next(fault: Fault | null): Promise<Result<Evaluator>> {
    if (fault !== null) {
      const wasOnGpu = this.#isOnGpu
      this.dispose()
      // The CPU pool replaces its own dead lanes; what it still reports, another pool would meet again.
      if (!wasOnGpu) return { ok: false, fault }
      this.#countLoss(fault)
    }
    this.#current ??= new RememberingEvaluator(await this.#choose(), this.#memory)
    return ok(this.#current)
  }

  dispose(): void {
    this.#current?.dispose()
    this.#current = null
  }

  #countLoss(fault: Fault): void {
    const now = performance.now()
    this.#losses = [...this.#losses.filter((at) => now - at < LOSS_WINDOW_MS), now]
    this.note = `The GPU was lost (${fault.message}); the generation was done again.`
    if (this.#losses.length > LOSSES) {
      this.#gpuGivenUp = true
      this.note =
        'The GPU was lost again and again, so the CPU does the work. Reload the page to try the GPU once more.'
    }
  }

  async #choose(): Promise<Evaluator> {
    this.#isOnGpu = false
    if (this.choice !== 'cpu' && !this.#gpuGivenUp) {
      const offer = await this.#sources.gpu(this.#arena, this.#options)
      if (offer.ok && (this.choice === 'gpu' || !offer.value.software)) {
        this.#isOnGpu = true
        if (this.choice === 'gpu') return offer.value.evaluator
        return new SplitEvaluator(offer.value.evaluator, this.#sources.cpu(this.#arena, this.#options))
      }
      if (offer.ok) {
        this.note = `Only a software GPU here (${offer.value.evaluator.label}): the CPU is faster.`
        offer.value.evaluator.dispose()
      } else this.note = offer.fault.message
    }
    return this.#sources.cpu(this.#arena, this.#options)
  }
}
