/**
 * What an arena does for the page beside evolution, in a worker of its own: questions by name, answered on the files that the
 * arena needs (`src/arenas/<id>/workshop.ts`). What crosses is plain and cloneable.
 */
import type { Judge } from '../core/contracts.ts'
import type { Files } from '../core/files.ts'
import type { Options } from '../core/options.ts'
import type { Result } from '../core/result.ts'
import type { Gpu } from '../gpu/device.ts'
import type { ShaderSource } from '../gpu/shaders.ts'

/** A question has a request, and somebody who is told how far it is; either may be left out. */
export type Workshop = Readonly<Record<string, (request: never, tell: never) => Promise<Result<unknown>>>>

/** A graphics card to use, asked for when one is needed first; a fault says why there is none, as a sentence. */
export type AcquireGpu = () => Promise<Result<{ readonly gpu: Gpu; readonly shaders: ShaderSource }>>

/** What an arena's `workshop.ts` exports as default. Bad files are a fault. `judge` as for `Arena.evaluator`; without `acquire` no card is wanted. */
export type CreateWorkshop = (
  files: Files,
  options: Options,
  judge?: Judge,
  acquire?: AcquireGpu,
) => Result<Workshop> | Promise<Result<Workshop>>

/** The same as the page sees it; `Api` is the arena's own word for its questions. */
export interface OpenWorkshop<Api extends Asked<Api>> {
  /** Faults beside the arena's own: `worker-broken`, and what went wrong with opening, which is tried again with the next question. */
  ask<Name extends keyof Api & string>(name: Name, ...asked: Parameters<Api[Name]>): ReturnType<Api[Name]>
  dispose(): void
}
export type Asked<Api> = Record<keyof Api, (request: never, tell: never) => Promise<Result<unknown>>>
