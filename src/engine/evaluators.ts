/**
 * Which engine scores: where there is a real GPU, it and the CPU pool as their speeds demand, else the CPU pool; and what to
 * do when one is lost. Scores are equal to the last bit, so a run may change engines between any two generations; where an
 * arena says that they are not, one engine scores alone and remembers nothing of the other's scores.
 */
import type { Arena, Evaluator } from '../core/contracts.ts'
import { loadFiles, type Files, type FileSource } from '../core/files.ts'
import type { Options } from '../core/options.ts'
import { ok, type Fault, type Result } from '../core/result.ts'
import { asksForGpu, isGpuAlone, isPlain, softwareNote, takesGpu } from './choice.ts'
import type { EngineChoice } from './protocol.ts'
import { RememberingEvaluator, ScoreMemory } from './score-memory.ts'
import { SplitEvaluator } from './split-evaluator.ts'

/** A GPU evaluator, and whether a software adapter stands in for the hardware. */
export interface GpuOffer {
  readonly evaluator: Evaluator
  readonly software: boolean
}

/** What an arena's evaluators are to be given. */
export interface Needs {
  readonly files: Files
  /** {@link Arena.genomeMs}; 0 where the arena does not say. */
  readonly genomeMs: number
}

/** Loads them; a missing or broken file is a fault. */
export async function needsOf(
  arena: Pick<Arena, 'label' | 'files' | 'checkFile' | 'genomeMs'>,
  options: Options,
  source: FileSource | undefined,
): Promise<Result<Needs>> {
  const files = await loadFiles(arena, options, source)
  return files.ok ? ok({ files: files.value, genomeMs: arena.genomeMs?.(options) ?? 0 }) : files
}

export interface EvaluatorSources {
  /** Where files of arenas come from; without it arenas that need some cannot be scored. */
  readonly file?: FileSource
  cpu(arena: string, options: Options, needs: Needs): Evaluator
  /** `plain`: without what the device has beyond the base line. */
  gpu(arena: string, options: Options, needs: Needs, plain: boolean): Promise<Result<GpuOffer>>
}

export type ScoredArena = Pick<Arena, 'id' | 'label' | 'files' | 'checkFile' | 'genomeMs' | 'rounds'>

/** Losses forgiven in {@link LOSS_WINDOW_MS}; more than that and the run goes on on the CPU. */
const LOSSES = 2
const LOSS_WINDOW_MS = 120_000

export class EvaluatorChooser {
  readonly #sources: EvaluatorSources
  readonly #arena: ScoredArena
  readonly #options: Options
  choice: EngineChoice
  #current: Evaluator | null = null
  /** Outlives the evaluators where they all say the same. */
  #memory = new ScoreMemory()
  /** Whose scores they are. */
  #remembers: Evaluator['kind'] | null = null
  #needs: Needs | null = null
  #losses: number[] = []
  #isOnGpu = false
  #gpuGivenUp = false
  /** One line for people: why it is not the GPU, or what was lost. */
  note = ''

  constructor(sources: EvaluatorSources, arena: ScoredArena, options: Options, choice: EngineChoice) {
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
    if (this.#current !== null) return ok(this.#current)
    if (this.#needs === null) {
      const needs = await needsOf(this.#arena, this.#options, this.#sources.file)
      if (!needs.ok) return needs
      this.#needs = needs.value
    }
    this.#current = this.#remembering(await this.#choose(this.#needs))
    return ok(this.#current)
  }

  #remembering(evaluator: Evaluator): Evaluator {
    const { kind } = evaluator
    if (this.#arena.rounds === 'device' && this.#remembers !== kind) this.#memory = new ScoreMemory()
    this.#remembers = kind
    return new RememberingEvaluator(evaluator, this.#memory)
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

  async #choose(needs: Needs): Promise<Evaluator> {
    const cpu = () => this.#sources.cpu(this.#arena.id, this.#options, needs)
    this.#isOnGpu = false
    if (asksForGpu(this.choice) && !this.#gpuGivenUp) {
      const offer = await this.#sources.gpu(this.#arena.id, this.#options, needs, isPlain(this.choice))
      if (offer.ok && takesGpu(this.choice, offer.value.software)) {
        this.#isOnGpu = true
        const isAlone = isGpuAlone(this.choice) || this.#arena.rounds === 'device'
        return isAlone ? offer.value.evaluator : new SplitEvaluator(offer.value.evaluator, cpu())
      }
      if (offer.ok) {
        this.note = softwareNote(offer.value.evaluator.label)
        offer.value.evaluator.dispose()
      } else this.note = offer.fault.message
    }
    return cpu()
  }
}
