/** The diffusion arena with its real model, as small as tests need it; schedules drawn by fast-check. */
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import arena from '../../src/arenas/diffusion-cache/index.ts'
import { MODEL, MODEL_FILE, PRESETS } from '../../src/arenas/diffusion-cache/options.ts'
import { FEATURES_FILE } from '../../src/arenas/diffusion-cache/scenes/features.ts'
import { genesOf, type Schedule } from '../../src/arenas/diffusion-cache/schedule.ts'
import { batchOf } from '../../src/core/batch.ts'
import type { Options } from '../../src/core/options.ts'

const publicBytes = (path: string) => new Uint8Array(readFileSync(`public/${path}`))

/** What the arena's evaluators need. */
export const diffusionFiles = new Map([MODEL_FILE, FEATURES_FILE].map((path) => [path, publicBytes(path)]))

/** The first preset with some options changed. */
export const worldOf = (change: Options = {}): Options => ({ ...PRESETS[0]!.options, ...change })

/** Any genes at all: with `kinds` 2 none that follow lines. */
export const anySchedule = (steps: number, kinds: 2 | 3 = 3): fc.Arbitrary<Schedule> => {
  const length = genesOf({ steps, blocks: MODEL.blocks })
  return fc
    .uint8Array({ minLength: length, maxLength: length, max: kinds - 1 })
    .map((genes) => ({ steps, blocks: MODEL.blocks, genes }))
}

export const batchFor = (options: Options, schedules: readonly Schedule[]) => {
  const codec = arena.codec(options)
  return batchOf(codec.stride, schedules.map(codec.encode))
}
