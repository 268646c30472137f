import { describe, expect, it } from 'vitest'
import { batchIn, batchOfGeneration } from '../../../src/arenas/singular-values/environment.ts'
import { heldExamples, searchExamples } from '../../../src/arenas/singular-values/examples.ts'
import { joined, shareRight } from '../../../src/arenas/singular-values/evaluate.ts'
import { zeroOf, type Offsets } from '../../../src/arenas/singular-values/genome.ts'
import { dimensionsOf } from '../../../src/arenas/singular-values/layout.ts'
import { loadedOf } from '../../../src/arenas/singular-values/loaded.ts'
import { loadedWriter } from '../../../src/arenas/singular-values/warriors/model.ts'
import { genomeLength } from '../../../src/arenas/singular-values/model/decompose.ts'
import { answersOf, logits } from '../../../src/arenas/singular-values/model/reference.ts'
import type { Examples } from '../../../src/arenas/singular-values/model/shape.ts'
import { WasmNet } from '../../../src/arenas/singular-values/model/wasm.ts'
import { outputsOf } from '../../../src/arenas/singular-values/model/network.ts'
import { MODEL_FILES, RANKS, worldOf, type TaskId } from '../../../src/arenas/singular-values/options.ts'
import { gradientOf } from '../../../src/arenas/singular-values/recorded.ts'
import { batchOf, joinScores, sliceBatch } from '../../../src/core/batch.ts'
import type { Strategy } from '../../../src/core/contracts.ts'
import { loadFiles } from '../../../src/core/files.ts'
import { archiveHash, makeOf } from '../../../src/core/generation.ts'
import { checkOptions, type Options } from '../../../src/core/options.ts'
import { fail, ok } from '../../../src/core/result.ts'
import { rng } from '../../../src/core/rng.ts'
import { RUN_FIELDS, settingsIn } from '../../../src/core/settings.ts'
import { newHeader } from '../../../src/engine/library.ts'
import { progressOf } from '../../../src/engine/runner.ts'
import { decodeEvo } from '../../../src/storage/import.ts'
import { encodeEvo } from '../../../src/storage/export.ts'
import cmaEs from '../../../src/strategies/cma-es/index.ts'
import eggroll from '../../../src/strategies/eggroll/index.ts'
import mapElites from '../../../src/strategies/map-elites/index.ts'
import openEs from '../../../src/strategies/open-es/index.ts'
import { evolved, singular, singularFiles, worldFor } from '../../support/singular.ts'

const strategies = [cmaEs, mapElites, openEs, eggroll] as Strategy<unknown>[]
const strategyOf = (id: string): Strategy<unknown> => strategies.find((one) => one.id === id)!

function makeFor(preset: string, change: Options = {}, seed = 3, population?: number) {
  const settings = settingsIn(
    singular,
    singular.presets.find(({ id }) => id === preset)!,
  )
  return makeOf(
    { ...settings, options: { ...settings.options, ...change }, seed, population: population ?? settings.population },
    singular,
    strategyOf(settings.strategy),
  )
}
const evaluatorFor = (options: Options) => singular.evaluator(options, singularFiles)

/** Held-out share of the mean's right answers. */
function heldOf(options: Options, words: Uint32Array | undefined): number {
  const { model, network, adapters } = loadedOf(worldOf(options), singularFiles)
  const held = heldExamples(model)
  const offsets = words === undefined ? zeroOf(options) : new Float32Array(words.slice().buffer)
  return shareRight(held, new WasmNet(network, adapters).answers(joined([offsets]), held))
}

describe('the arena', () => {
  it('[Z13] settings of every preset pass the checks that settings from outside have to pass', () => {
    for (const preset of singular.presets) {
      expect(checkOptions(singular.options, preset.options), preset.id).toEqual(ok(preset.options))
      const { strategy = '', tactics = {}, ...general } = preset.run ?? {}
      const kept = checkOptions(strategyOf(strategy).options ?? [], tactics)
      expect(kept.ok && Object.keys(tactics).every((key) => kept.value[key] === tactics[key]), preset.id).toBe(true)
      expect(checkOptions(RUN_FIELDS, general)).toMatchObject(ok(general))
    }
    for (const population of [0, 1_000_000, 2.5, NaN]) {
      const checked = checkOptions(RUN_FIELDS, { population })
      expect(checked.ok ? 'fine' : checked.fault.message).toMatch(/^"Children a generation" \(population\) must be /)
    }
    for (const [key, value] of [
      ['rank', '64'],
      ['alpha', 0],
      ['alpha', 1.5],
      ['batch', 0],
      ['batch', 501],
      ['step', NaN],
      ['precision', 'int2'],
      ['task', 'chess'],
    ] as const) {
      const checked = checkOptions(singular.options, { [key]: value })
      expect(checked.ok ? 'fine' : checked.fault.message, key).toMatch(/^".+" \(\w+\) must be /)
    }
  })

  it('[Z2] genes are as many as the adapters of the files have, for every task, rank, form and share', () => {
    for (const task of Object.keys(MODEL_FILES) as TaskId[])
      for (const rank of task === 'fashion' ? [4] : RANKS)
        for (const svd of ['factors', 'product'])
          for (const alpha of [0.3, 1]) {
            const world = worldOf(worldFor('sums', { task, rank: String(rank), svd, alpha }))
            const { adapters } = (task === 'warriors' ? loadedWriter : loadedOf)(world, singularFiles)
            expect(genomeLength(adapters), `${task} ${rank} ${svd} ${alpha}`).toBe(dimensionsOf(world))
          }
  })

  it('[Z5] all members answer the same examples; others in the next generation, or the same where asked for', () => {
    for (const preset of ['clothes', 'sums']) {
      const options = worldFor(preset, { batch: 40 })
      const { model } = loadedOf(worldOf(options), singularFiles)
      const first = batchIn(options, 3)
      const of = (generation: number, batch = first) => searchExamples(model, batchOfGeneration(batch, generation))
      expect(of(1)).toEqual(of(1))
      expect(of(1).inputs).not.toEqual(of(2).inputs)
      expect(of(1).count).toBe(40)
      const fixed = batchIn({ ...options, fresh: false }, 3)
      // The same object, so that scores are remembered.
      expect(batchOfGeneration(fixed, 1)).toBe(batchOfGeneration(fixed, 2))
      expect(of(1, fixed)).toEqual(of(2, fixed))
      expect(of(1, batchIn(options, 4)).inputs).not.toEqual(of(1).inputs)
      const rowsOf = ({ count, inputs }: Pick<Examples, 'count' | 'inputs'>) =>
        Array.from({ length: count }, (_, at) => inputs.subarray((at * inputs.length) / count, ((at + 1) * inputs.length) / count).join()) // prettier-ignore
      const held = new Set(rowsOf(heldExamples(model)))
      expect(held.size).toBeGreaterThan(preset === 'sums' ? 300 : 1900)
      for (let generation = 1; generation <= 5; generation++)
        for (const row of rowsOf(of(generation))) expect(held.has(row)).toBe(false)
    }
  })

  it("[Z6] scores are shares of right and changed answers, and the distance, as the oracle's answers give them", () => {
    for (const preset of ['clothes', 'sums']) {
      const options = worldFor(preset, { batch: 8 })
      const { model, network, adapters } = loadedOf(worldOf(options), singularFiles)
      const environment = batchOfGeneration(batchIn(options, 1), 1)
      const examples = searchExamples(model, environment)
      const random = rng(2)
      const zero = zeroOf(options)
      const genomes: Offsets[] = [zero, ...[0.3, 1].map((size) => zero.map(() => size * (2 * random.unit() - 1)))]
      const codec = singular.codec(options)
      const scores = evaluatorFor(options)(batchOf(codec.stride, genomes.map(codec.encode)), environment, { aborted: false }) // prettier-ignore
      const answers = genomes.map((genome) =>
        answersOf(logits(network, adapters, genome, examples), outputsOf(network)),
      )
      const each = examples.targets.length / examples.count
      const share = (one: ArrayLike<number>, other: ArrayLike<number>) =>
        Array.from({ length: examples.count }, (_, at) => Array.from({ length: each }, (_, place) => one[at * each + place] === other[at * each + place]).every(Boolean)).filter(Boolean).length / examples.count // prettier-ignore
      genomes.forEach((genome, member) => {
        const size = Math.sqrt(genome.reduce((sum, offset) => sum + offset * offset, 0) / genome.length)
        const changed = 1 - share(answers[0]!, answers[member]!)
        expect(scores.objectives[member]).toBe(share(examples.targets, answers[member]!))
        expect(scores.measures[2 * member]).toBe(changed)
        expect(scores.measures[2 * member + 1]).toBeCloseTo(size, 6)
      })
      expect(scores.work.units).toBe(24)
    }
  })

  it('[Z8] after a short training ten generations gain over five points, after a full one none, and after none nothing is right', () => {
    const gain = (warmth: string) => {
      const make = makeFor('clothes', { warmth })
      const { options } = make.settings
      const { stands = [] } = evolved(make, 10, evaluatorFor(options))
      return { before: heldOf(options, undefined), after: heldOf(options, stands.at(-1)?.words) }
    }
    const short = gain('short')
    expect(short.before).toBeGreaterThan(0.7)
    expect(short.after - short.before).toBeGreaterThan(0.05)
    const full = gain('full')
    expect(full.before).toBeGreaterThan(0.9)
    expect(Math.abs(full.after - full.before)).toBeLessThan(0.03)
    const none = gain('none')
    expect([none.before, none.after]).toEqual([0, 0])
  })

  it('[Z9] a run that is saved and gone on with is the run that was not interrupted, its mean too', () => {
    for (const preset of ['clothes', 'spectra']) {
      const make = makeFor(preset, { batch: 16 }, 7, 8)
      const evaluate = evaluatorFor(make.settings.options)
      const whole = evolved(make, 6, evaluate)
      const half = evolved(make, 3, evaluate)
      const read = decodeEvo(encodeEvo(newHeader('run', 'A run', make.settings, progressOf(make, half)), half, half.elites, [])) // prettier-ignore
      if (!read.ok) throw new Error(read.fault.message)
      const again = evolved(make, 3, evaluate, read.value.state)
      expect(archiveHash(again.elites)).toBe(archiveHash(whole.elites))
      expect(again.stands).toEqual(whole.stands)
      expect(again.strategy).toEqual(whole.strategy)
      expect(whole.elites.length).toBeGreaterThan(1)
      if (preset === 'clothes') expect(whole.stands).toHaveLength(6)
      else expect(whole.stands).toBeUndefined()
    }
  })

  it('[Z9] scores do not depend on who else is in the batch', () => {
    for (const preset of ['clothes', 'sums']) {
      const options = worldFor(preset, { batch: 8 })
      const random = rng(4)
      const codec = singular.codec(options)
      const words = Array.from({ length: 5 }, () => codec.encode(zeroOf(options).map(() => random.unit() - 0.5)))
      const batch = batchOf(codec.stride, words)
      const environment = batchOfGeneration(batchIn(options, 1), 2)
      const whole = evaluatorFor(options)(batch, environment, { aborted: false })
      const parts = [[0, 1], [1, 4], [4, 5]].map(([from = 0, to = 0]) => evaluatorFor(options)(sliceBatch(batch, from, to), environment, { aborted: false })) // prettier-ignore
      expect(joinScores(parts)).toEqual(whole)
    }
  })

  it('[Z7] its files are checked: cut, spoilt, hostile, of another task or missing, each is a sentence without a path', async () => {
    const nan = (bytes: Uint8Array) => (bytes.fill(0xff, bytes.indexOf(0x7d, 4000) + 1, bytes.length), bytes)
    const damages: ((bytes: Uint8Array) => Uint8Array)[] = [
      (bytes) => bytes.slice(0, bytes.length - 1),
      (bytes) => bytes.slice(0, 9),
      () => new Uint8Array(),
      () => new Uint8Array(64).fill(0xff),
      () => new TextEncoder().encode('<!doctype html><p>Not here</p>'),
      (bytes) => (bytes.fill(0xff, 0, 8), bytes),
      (bytes) => (bytes.fill(0x7b, 8, 900), bytes),
      nan,
    ]
    for (const [task, path] of Object.entries(MODEL_FILES)) {
      const load = (change: (bytes: Uint8Array) => Uint8Array) =>
        loadFiles(singular, worldFor('sums', { task }), (asked) => Promise.resolve(ok(change(singularFiles.get(asked)!.slice())))) // prettier-ignore
      for (const [at, damage] of damages.entries()) {
        const loaded = await load(damage)
        const said = loaded.ok ? 'no fault' : loaded.fault.message
        expect(said, `${task} ${at}`).toMatch(/^models\/essa-\w+\.safetensors cannot be used \(.+\)\. Reload/)
        expect(said.length).toBeLessThan(400)
        expect(said).not.toMatch(/\n|\/tmp|file:|Error:| at /)
      }
      expect((await load((bytes) => bytes)).ok).toBe(true)
      const others = [...singularFiles].filter(([other]) => other !== path)
      for (const [, other] of others) {
        const loaded = await load(() => other)
        expect(loaded.ok ? 'no fault' : loaded.fault.message, task).toMatch(/for the task|task is/)
      }
      const missing = await loadFiles(singular, worldFor('sums', { task }), () =>
        Promise.resolve(fail('no-file', 'Gone.')),
      )
      expect(missing).toEqual(fail('no-file', 'Gone.'))
    }
  })

  it('[Z11] recorded gradient curves are read for the world that they were recorded in; notes that are none give none', () => {
    const curve = (preset: string, change: Options = {}) => {
      const world = worldOf(worldFor(preset, change))
      return gradientOf(singularFiles.get(MODEL_FILES[world.task])!, world)
    }
    for (const preset of ['clothes', 'sums']) {
      const points = curve(preset)
      expect(points.length, preset).toBeGreaterThan(5)
      expect(points[0]?.[0]).toBe(0)
      expect(points.at(-1)![1]).toBeGreaterThan(points[0]![1])
      expect(curve(preset, { precision: 'int8' })).toEqual([])
      expect(curve(preset, { alpha: 0.5 })).toEqual([])
    }
    expect(curve('sums', { rank: '8' })).toEqual([])
    expect(curve('sums', { svd: 'product' })).toEqual([])
    expect(gradientOf(new Uint8Array(3), worldOf(worldFor('clothes')))).toEqual([])
  })
})
