import { describe, expect, it } from 'vitest'
import diffusion from '../../../src/arenas/diffusion-cache/index.ts'
import { MODEL_FILE, PRESETS } from '../../../src/arenas/diffusion-cache/options.ts'
import { FEATURES_FILE } from '../../../src/arenas/diffusion-cache/scenes/features.ts'
import { frontOf } from '../../../src/archives/pareto.ts'
import { statsIn } from '../../../src/archives/population.ts'
import type { Arena, Evaluate, Strategy } from '../../../src/core/contracts.ts'
import { loadFiles } from '../../../src/core/files.ts'
import { apply, archiveHash, initialState, makeOf, propose, record, type Make } from '../../../src/core/generation.ts'
import { lossesOf } from '../../../src/core/goals.ts'
import type { RunState } from '../../../src/core/journal.ts'
import { checkOptions } from '../../../src/core/options.ts'
import { fail, ok } from '../../../src/core/result.ts'
import { RUN_FIELDS, settingsIn } from '../../../src/core/settings.ts'
import { decodeEvo } from '../../../src/storage/import.ts'
import { encodeEvo } from '../../../src/storage/export.ts'
import { newHeader } from '../../../src/engine/library.ts'
import { progressOf } from '../../../src/engine/runner.ts'
import mapElites from '../../../src/strategies/map-elites/index.ts'
import nsga2 from '../../../src/strategies/nsga2/index.ts'
import { diffusionFiles } from '../../support/diffusion.ts'

const arena = diffusion as Arena
const strategies = [mapElites, nsga2] as Strategy<unknown>[]
const strategyOf = (id: string): Strategy<unknown> => strategies.find((one) => one.id === id)!

/** A preset with two pictures of four steps, and eight children a generation. */
function makeFor(preset: string): Make {
  const settings = settingsIn(
    arena,
    PRESETS.find(({ id }) => id === preset)!,
  )
  const options = { ...settings.options, steps: 4, pictures: 1, guidance: 1, seeds: 'few' }
  return makeOf({ ...settings, options, population: 8, seed: 3 }, arena, strategyOf(settings.strategy))
}

function evolve(make: Make, generations: number, evaluate: Evaluate<unknown>, from = initialState(make)): RunState {
  let state = from
  for (let generation = 0; generation < generations; generation++) {
    const children = propose(make, state)
    state = apply(make.shape, state, record(make, state, children, evaluate(children.batch, children.environment, { aborted: false }))) // prettier-ignore
  }
  return state
}
const evaluatorFor = (make: Make) => arena.evaluator(make.settings.options, diffusionFiles)

describe('the arena', () => {
  it('[J21] settings of every preset pass the checks that settings from outside have to pass', () => {
    for (const preset of arena.presets) {
      expect(checkOptions(arena.options, preset.options), preset.id).toEqual(ok(preset.options))
      const { strategy = '', tactics = {}, ...general } = preset.run ?? {}
      expect(strategyOf(strategy), preset.id).toBeDefined()
      const tacticsKept = checkOptions(strategyOf(strategy).options ?? [], tactics)
      expect(tacticsKept.ok && Object.keys(tactics).every((key) => tacticsKept.value[key] === tactics[key])).toBe(true)
      expect(checkOptions(RUN_FIELDS, general)).toMatchObject(ok(general))
      for (const { id, arity, weight } of arena.operators(preset.options)) {
        expect(id).toMatch(/^[a-z]+$/)
        expect(weight, id).toBeGreaterThanOrEqual(0)
        expect([0, 1, 2]).toContain(arity)
      }
      const measures = arena.measures(preset.options)
      for (const axis of measures.axes) {
        expect(axis.thresholds.at(-1)).toBe(Infinity)
        expect([...axis.thresholds].sort((x, y) => x - y)).toEqual(axis.thresholds)
      }
    }
  })

  it('[J21] every preset begins with its seeds, all of them, and the first generation is the same for the same seed', () => {
    for (const { id } of arena.presets) {
      const make = makeFor(id)
      const state = initialState(make)
      const { batch } = propose(make, state)
      // All seeds of four steps, though a generation is smaller.
      expect(batch.count).toBe(make.seeds.length)
      expect(propose(make, state).batch).toEqual(batch)
      for (let i = 0; i < batch.count; i++) {
        const row = batch.words.slice(i * batch.stride, (i + 1) * batch.stride)
        expect(make.codec.check?.(row)).toBeNull()
        expect(row).toEqual(make.seeds[i])
      }
    }
  })

  it('[J22] a run of NSGA-II that is saved and gone on with is the run that was not interrupted', () => {
    const make = makeFor('quick')
    const whole = evolve(make, 4, evaluatorFor(make))
    const half = evolve(make, 2, evaluatorFor(make))
    const file = encodeEvo(newHeader('run', 'A run', make.settings, progressOf(make, half)), half, [], [])
    const read = decodeEvo(file)
    if (!read.ok) throw new Error(read.fault.message)
    const again = evolve(make, 2, evaluatorFor(make), read.value.state)
    expect(archiveHash(again.elites)).toBe(archiveHash(whole.elites))
    expect(again.evaluations).toBe(make.seeds.length + 3 * 8)
    expect(whole.elites.length).toBe(8)
    const points = whole.elites.map(({ objectives }) => lossesOf(make.shape.goals, objectives))
    expect(frontOf(points).length).toBeGreaterThan(2)
    expect(statsIn(make.shape, whole.elites).qdScore).toBeGreaterThan(0.2)
    expect(statsIn(make.shape, whole.elites).qdScore).toBeGreaterThanOrEqual(statsIn(make.shape, half.elites).qdScore)
  })

  it('[J22] MAP-Elites keeps the truest schedule of each share of compute and each place in time', () => {
    const make = makeFor('kinds')
    const { elites } = evolve(make, 3, evaluatorFor(make))
    expect(make.shape.kind).toBe('grid')
    expect(elites.length).toBeGreaterThan(6)
    expect(new Set(elites.map(({ cell }) => cell)).size).toBe(elites.length)
    // The one that computes everything is among them, and nobody's fidelity is out of range.
    expect(Math.max(...elites.map(({ objectives }) => objectives[0]!))).toBe(1)
    for (const { objectives, measures } of elites) {
      expect(objectives[0]).toBeGreaterThanOrEqual(0)
      expect(measures[0]).toBe(objectives[2])
    }
  })

  it('[J23] its files are checked: cut, spoilt, hostile, of another model or missing, each is a sentence without a path', async () => {
    const load = (path: string, change: (bytes: Uint8Array) => Uint8Array) =>
      loadFiles(arena, PRESETS[0]!.options, (asked) =>
        Promise.resolve(ok(asked === path ? change(diffusionFiles.get(asked)!.slice()) : diffusionFiles.get(asked)!)),
      )
    const nan = (bytes: Uint8Array) => (bytes.set([0xff, 0x7f, 0xff, 0x7f], bytes.length - 4), bytes)
    const damages: ((bytes: Uint8Array) => Uint8Array)[] = [
      (bytes) => bytes.slice(0, bytes.length - 1),
      (bytes) => bytes.slice(0, 9),
      () => new Uint8Array(),
      nan,
      () => new Uint8Array(64).fill(0xff),
      () => new TextEncoder().encode('<!doctype html><p>Not here</p>'),
      (bytes) => (bytes.fill(0xff, 0, 8), bytes),
      (bytes) => (bytes.fill(0x7b, 8, 4096), bytes),
    ]
    for (const path of [MODEL_FILE, FEATURES_FILE])
      for (const [at, damage] of damages.entries()) {
        const loaded = await load(path, damage)
        const said = loaded.ok ? 'no fault' : loaded.fault.message
        expect(said, `${path} ${at}`).toMatch(/^models\/shapes-\w+\.safetensors cannot be used \(.+\)\. Reload/)
        expect(said.length).toBeLessThan(400)
        expect(said).not.toMatch(/\n|\/tmp|file:|Error:| at /)
      }
    expect((await load(MODEL_FILE, (bytes) => bytes)).ok).toBe(true)
    const small = await import('node:fs').then(({ readFileSync }) => readFileSync('tests/fixtures/diffusion-cache/small.safetensors')) // prettier-ignore
    expect(arena.checkFile?.(MODEL_FILE, small)).toMatch(/^has 2 blocks of width \d+, and must have 6 of 96$/)
    const missing = await loadFiles(arena, PRESETS[0]!.options, () => Promise.resolve(fail('no-file', 'Gone.')))
    expect(missing).toEqual(fail('no-file', 'Gone.'))
  })
})
