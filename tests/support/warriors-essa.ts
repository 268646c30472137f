/** The task of writing warriors as tests need it: its file, its judge, its settings. */
import { readFileSync } from 'node:fs'
import coreWar from '../../src/arenas/core-war/index.ts'
import dialects from '../../src/arenas/core-war/dialect.ts'
import arena from '../../src/arenas/singular-values/index.ts'
import { MODEL_FILES } from '../../src/arenas/singular-values/options.ts'
import type { Arena, Judge } from '../../src/core/contracts.ts'
import type { Files } from '../../src/core/files.ts'
import type { Options } from '../../src/core/options.ts'
import { fail, ok } from '../../src/core/result.ts'
import { findJudge, type Shelves } from '../../src/engine/judging.ts'

export const writerBytes = new Uint8Array(
  readFileSync(new URL(`../../public/${MODEL_FILES.warriors}`, import.meta.url)),
)
export const writerFiles: Files = new Map([[MODEL_FILES.warriors, writerBytes]])

export const writerOptions = (changed: Options = {}): Options => ({
  ...arena.presets.find(({ id }) => id === 'warriors')?.options,
  batch: 8,
  ...changed,
})

export const shelves: Shelves = {
  arena: (id) =>
    Promise.resolve(id === 'core-war' ? ok(coreWar as Arena) : fail('no-arena', `There is no arena ${id}.`)),
  dialects: (id) => Promise.resolve(id === 'core-war' ? dialects : null),
}

export async function writerJudge(options = writerOptions()): Promise<Judge> {
  const judge = await findJudge(arena as Arena, options, shelves)
  if (!judge.ok || judge.value === undefined) throw new Error('no judge')
  return judge.value
}
