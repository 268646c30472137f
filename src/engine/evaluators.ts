/**
 * Which engine scores: where there is a real GPU, it and the CPU pool as their speeds demand, else the CPU pool; and what to
 * do when one is lost. Scores are equal to the last bit, so a run may change engines between any two generations; where an
 * arena says that they are not, one engine scores alone and remembers nothing of the other's scores.
 */
import type { Arena, Evaluator, Judge } from '../core/contracts.ts'
import type { Hearing } from '../core/hearing.ts'
import { loadFiles, NO_FILES, type Files, type FileSource } from '../core/files.ts'
import type { Options } from '../core/options.ts'
import { ok, type Fault, type Result } from '../core/result.ts'
import { asksForGpu, isGpuAlone, isPlain, softwareNote, takesGpu } from './choice.ts'
import { JudgedEvaluator, type DraftingLanes } from './judged-evaluator.ts'
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
  /** For arenas that another one judges; without it, lanes judge by themselves. */
  readonly judged?: JudgedSources
}

export interface JudgedSources {
  judge(arena: Pick<Arena, 'label' | 'judge'>, options: Options): Promise<Result<Judge | undefined>>
  lanes(arena: string, options: Options, needs: Needs): DraftingLanes
}

export type ScoredArena = Pick<
  Arena,
  'id' | 'label' | 'files' | 'checkFile' | 'genomeMs' | 'rounds' | 'judge' | 'hearing'
>

/** Whom a GPU is to score: the arena's own genomes, or what is drafted for its judge. */
interface OnGpu {
  readonly arena: Pick<Arena, 'id' | 'rounds'>
  readonly options: Options
  readonly needs: Needs
  /** Around the evaluator of these. */
  wrap(evaluator: Evaluator): Evaluator
}
const NO_NEEDS: Needs = { files: NO_FILES, genomeMs: 0 }

/** Losses forgiven in {@link LOSS_WINDOW_MS}; more than that and the run goes on on the CPU. */
const LOSSES = 2
const LOSS_WINDOW_MS = 120_000

export class EvaluatorChooser {
  readonly #sources: EvaluatorSources
  readonly #arena: ScoredArena
  readonly #options: Options
  readonly #forgets: boolean
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

  /** `forgets`: scores what was scored before again. */
  constructor(sources: EvaluatorSources, arena: ScoredArena, options: Options, choice: EngineChoice, forgets = false) {
    this.#forgets = forgets
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
    if (this.#forgets) return evaluator
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
    this.#isOnGpu = false
    if (asksForGpu(this.choice) && !this.#gpuGivenUp) {
      const { arena, options, needs: own, wrap } = await this.#onGpu(needs)
      const offer = await this.#sources.gpu(arena.id, options, own, isPlain(this.choice))
      if (offer.ok && takesGpu(this.choice, offer.value.software)) {
        this.#isOnGpu = true
        const isAlone = isGpuAlone(this.choice) || arena.rounds === 'device'
        const { evaluator } = offer.value
        return wrap(isAlone ? evaluator : new SplitEvaluator(evaluator, this.#sources.cpu(arena.id, options, own)))
      }
      if (offer.ok) {
        this.note = softwareNote(offer.value.evaluator.label)
        offer.value.evaluator.dispose()
      } else this.note = offer.fault.message
    }
    return this.#sources.cpu(this.#arena.id, this.#options, needs)
  }

  async #onGpu(needs: Needs): Promise<OnGpu> {
    const hearing = await this.#hearing()
    if (hearing === null) return { arena: this.#arena, options: this.#options, needs, wrap: (evaluator) => evaluator }
    const { judge, lanes, of } = hearing
    return {
      arena: judge.arena,
      options: of.options,
      // A judge needs nothing (judging.ts).
      needs: NO_NEEDS,
      wrap: (evaluator) =>
        new JudgedEvaluator(lanes(needs), new RememberingEvaluator(evaluator, new ScoreMemory()), of),
    }
  }

  /** Null where the arena judges by itself, or its judge cannot be had: then lanes say why. */
  async #hearing(): Promise<{
    readonly judge: Judge
    readonly of: Hearing
    lanes(needs: Needs): DraftingLanes
  } | null> {
    const { judged } = this.#sources
    const judge = await judged?.judge(this.#arena, this.#options)
    if (judged === undefined || judge?.ok !== true || judge.value === undefined) return null
    const of = this.#arena.hearing?.(this.#options, judge.value)
    if (of === undefined) return null
    return { judge: judge.value, of, lanes: (needs) => judged.lanes(this.#arena.id, this.#options, needs) }
  }
}
