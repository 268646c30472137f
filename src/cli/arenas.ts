/** Arenas and strategies for the command line, found by looking into their folders (the page does it in discover.ts). */
import { readdirSync, existsSync } from 'node:fs'
import type { Arena, Judge, Strategy } from '../core/contracts.ts'
import type { Options } from '../core/options.ts'
import { fail, ok, type Result } from '../core/result.ts'
import { findJudge } from '../engine/judging.ts'
import type { EmbeddedModels } from '../llm/dialect.ts'

const source = new URL('../', import.meta.url)

const membersOf = (kind: 'arenas' | 'strategies'): string[] =>
  readdirSync(new URL(`${kind}/`, source)).filter((name) => existsSync(new URL(`${kind}/${name}/index.ts`, source)))

async function load<T>(kind: 'arenas' | 'strategies', noun: string, id: string): Promise<Result<T>> {
  const members = membersOf(kind)
  if (!members.includes(id)) return fail(`no-${noun}`, `There is no ${noun} "${id}"; there is ${members.join(', ')}.`)
  const module = (await import(new URL(`${kind}/${id}/index.ts`, source).href)) as { default: T }
  return ok(module.default)
}

export const loadArena = (id: string): Promise<Result<Arena>> => load<Arena>('arenas', 'arena', id)
export const loadStrategy = (id: string): Promise<Result<Strategy<unknown>>> =>
  load<Strategy<unknown>>('strategies', 'strategy', id)

/** The language models of our own that an arena brings, or null. */
export async function loadDialects(id: string): Promise<EmbeddedModels | null> {
  const file = new URL(`arenas/${id}/dialect.ts`, source)
  return existsSync(file) ? ((await import(file.href)) as { default: EmbeddedModels }).default : null
}

/** The arena that judges an arena's genomes, undefined where it does so itself. */
export const loadJudge = (
  arena: Pick<Arena, 'label' | 'judge'>,
  options: Options,
): Promise<Result<Judge | undefined>> => findJudge(arena, options, { arena: loadArena, dialects: loadDialects })
