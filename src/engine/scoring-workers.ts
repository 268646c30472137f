/** What the workers that score offer to who started them (supervisor.ts). */
import type { GenomeBatch, Scores } from '../core/batch.ts'
import type { Files } from '../core/files.ts'
import type { Options } from '../core/options.ts'
import type { Result } from '../core/result.ts'

/** What workers/cpu.worker.ts offers: one lane. */
export interface CpuWorkerApi {
  open(arena: string, options: Options, files: Files): Promise<Result<void>>
  setEnvironment(environment: unknown): void
  evaluate(batch: GenomeBatch): Scores
  draft(batch: GenomeBatch): readonly unknown[]
}

/** What workers/gpu.worker.ts offers: one evaluator on the adapter it found. */
export interface GpuWorkerApi {
  open(
    arena: string,
    options: Options,
    files: Files,
    plain: boolean,
  ): Promise<Result<{ readonly label: string; readonly software: boolean }>>
  setEnvironment(environment: unknown): void
  evaluate(batch: GenomeBatch): Promise<Result<Scores>>
  cancel(): void
}
