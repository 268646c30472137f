/**
 * Finds arenas by looking: a folder with an `index.ts` is one. Adding an arena adds no line here.
 * (Vite resolves the globs; the command line looks at the folders themselves, see src/cli/arenas.ts.)
 */
import type { Arena, Evaluator, Judge } from '../core/contracts.ts'
import type { Files } from '../core/files.ts'
import type { Options } from '../core/options.ts'
import { fail, ok, type Result } from '../core/result.ts'
import { findJudge } from '../engine/judging.ts'
import type { CreateSwarm } from '../engine/swarm.ts'
import type { CreateWorkshop } from '../engine/workshop.ts'
import type { Gpu } from '../gpu/device.ts'
import type { EmbeddedModels } from '../llm/dialect.ts'
import type { ShaderSource } from '../gpu/shaders.ts'
import type { Remember } from '../gpu/tuner.ts'

/** What an arena's `gpu.ts` exports as default: its evaluator on a device. */
export type CreateGpuEvaluator = (
  gpu: Gpu,
  shaders: ShaderSource,
  options: Options,
  files: Files,
  remember?: Remember,
) => Promise<Result<Evaluator>>

const arenaModules = import.meta.glob<{ default: Arena }>('./*/index.ts')
const gpuModules = import.meta.glob<{ default: CreateGpuEvaluator }>('./*/gpu.ts')
const swarmModules = import.meta.glob<{ default: CreateSwarm }>('./*/view/swarm.ts')
const workshopModules = import.meta.glob<{ default: CreateWorkshop }>('./*/workshop.ts')
const dialectModules = import.meta.glob<{ default: EmbeddedModels }>('./*/dialect.ts')

export const arenaIds = (): string[] => Object.keys(arenaModules).map((path) => path.split('/')[1] ?? '')

export async function loadArena(id: string): Promise<Result<Arena>> {
  const load = arenaModules[`./${id}/index.ts`]
  if (load === undefined) return fail('no-arena', `There is no arena "${id}" here; there is ${arenaIds().join(', ')}.`)
  return ok((await load()).default)
}

export async function loadGpuEvaluator(id: string): Promise<CreateGpuEvaluator | null> {
  const load = gpuModules[`./${id}/gpu.ts`]
  return load === undefined ? null : (await load()).default
}

export async function loadSwarm(id: string): Promise<CreateSwarm | null> {
  const load = swarmModules[`./${id}/view/swarm.ts`]
  return load === undefined ? null : (await load()).default
}

/** What an arena does for the page beside evolution, or null. */
export async function loadWorkshop(id: string): Promise<CreateWorkshop | null> {
  const load = workshopModules[`./${id}/workshop.ts`]
  return load === undefined ? null : (await load()).default
}

/** The language models of our own that an arena brings, or null. */
export async function loadDialects(id: string): Promise<EmbeddedModels | null> {
  const load = dialectModules[`./${id}/dialect.ts`]
  return load === undefined ? null : (await load()).default
}

/** The arena that judges an arena's genomes, undefined where it does so itself. */
export const loadJudge = (
  arena: Pick<Arena, 'label' | 'judge'>,
  options: Options,
): Promise<Result<Judge | undefined>> => findJudge(arena, options, { arena: loadArena, dialects: loadDialects })
