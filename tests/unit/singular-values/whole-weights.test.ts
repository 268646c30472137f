import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { batchIn, batchOfGeneration } from '../../../src/arenas/singular-values/environment.ts'
import { joined, shareRight } from '../../../src/arenas/singular-values/evaluate.ts'
import { heldExamples } from '../../../src/arenas/singular-values/examples.ts'
import { offsetCodec, offsetSpace, zeroOf } from '../../../src/arenas/singular-values/genome.ts'
import { loadedOf, netOf } from '../../../src/arenas/singular-values/loaded.ts'
import { logits } from '../../../src/arenas/singular-values/model/reference.ts'
import { WIDE_FILE, worldOf } from '../../../src/arenas/singular-values/options.ts'
import { spectrumPrompts } from '../../../src/arenas/singular-values/prompts.ts'
import { batchOf, joinScores, sliceBatch } from '../../../src/core/batch.ts'
import type { Strategy } from '../../../src/core/contracts.ts'
import { loadFiles } from '../../../src/core/files.ts'
import { archiveHash, makeOf } from '../../../src/core/generation.ts'
import type { Options } from '../../../src/core/options.ts'
import { ok } from '../../../src/core/result.ts'
import { rng } from '../../../src/core/rng.ts'
import { settingsIn } from '../../../src/core/settings.ts'
import { newHeader } from '../../../src/engine/library.ts'
import { progressOf } from '../../../src/engine/runner.ts'
import { readTensors } from '../../../src/share/safetensors.ts'
import { encodeEvo } from '../../../src/storage/export.ts'
import { decodeEvo } from '../../../src/storage/import.ts'
import eggroll from '../../../src/strategies/eggroll/index.ts'
import { largestGap } from '../../support/essa-members.ts'
import { evolved, singular, singularFiles, worldFor } from '../../support/singular.ts'
import { studioOf, valueOf } from '../../support/studio.ts'

const moving = (task: string, change: Options = {}): Options =>
  worldFor('eggroll', { task, directions: 48, batch: 24, ...change })

function makeFor(options: Options, seed = 3, population = 8) {
  const settings = settingsIn(
    singular,
    singular.presets.find(({ id }) => id === 'eggroll')!,
  )
  return makeOf({ ...settings, options, seed, population }, singular, eggroll as unknown as Strategy<unknown>)
}
const heldOf = (options: Options, genome: Float32Array): number => {
  const loaded = loadedOf(worldOf(options), singularFiles)
  const held = heldExamples(loaded.model)
  return shareRight(held, netOf(loaded).answers(joined([genome]), held))
}

describe('a world in which all weights are moved', () => {
  it('[Z15] has a genome of its directions, which comes back from words, text and points', () => {
    const options = moving('sums', { directions: 50, step: 0.5 })
    const codec = offsetCodec(options)
    const random = rng(1)
    const genome = zeroOf(options).map(() => Math.fround(random.unit() - 0.5))
    expect([genome.length, codec.stride]).toEqual([50, 50])
    const text = codec.print(genome, 'A name')
    expect(text.split('\n').slice(1, 3).map((line) => line.split(' ').length)).toEqual([18, 18]) // prettier-ignore
    const read = codec.parse(text)
    expect(read.ok && read.value).toEqual(genome)
    const space = offsetSpace(options)
    expect([space.dimensions, space.isNoise]).toEqual([50, true])
    expect(offsetSpace(worldFor('sums')).isNoise).toBe(false)
    expect(space.genome(space.point(genome))).toEqual(genome)
    // Whoever breeds them or asks models for them gets genomes too.
    for (const operator of singular.operators(options)) expect(codec.check?.(codec.encode(operator.propose([genome, zeroOf(options)], random) as Float32Array)), operator.id).toBeNull() // prettier-ignore
    expect(spectrumPrompts(options).maxTokens).toBeGreaterThan(0)
    // Writers of warriors have their singular values moved.
    expect(zeroOf(moving('warriors'))).toHaveLength(96)
  })

  it('[Z15] begins at the trained model, for every task, training and precision', () => {
    for (const task of ['fashion', 'sums']) {
      for (const warmth of task === 'sums' ? ['short'] : ['short', 'full']) {
        const [options, values] = [moving(task, { warmth }), worldFor('eggroll', { task, warmth, moved: 'values' })]
        const [own, theirs] = [options, values].map((one) => {
          const { model, network, adapters } = loadedOf(worldOf(one), singularFiles)
          const held = heldExamples(model, 4)
          return logits(network, adapters, zeroOf(values), held)
        })
        expect(largestGap(own!, theirs!) / Math.max(...theirs!.map(Math.abs)), `${task} ${warmth}`).toBeLessThan(1e-4)
      }
    }
    for (const precision of ['f16', 'int8', 'int4'])
      expect(heldOf(moving('fashion', { precision }), zeroOf(moving('fashion')))).toBeCloseTo(0.81, 1)
    // Without training there is no adapter: of the new kinds of clothes nothing is known.
    expect(heldOf(moving('fashion', { warmth: 'none' }), zeroOf(moving('fashion')))).toBe(0)
  })

  it('[Z15] tells how far weights went, in mean weights', () => {
    const options = moving('fashion')
    const codec = offsetCodec(options)
    const genomes = [zeroOf(options), zeroOf(options).map((_, at) => (at < 2 ? 0.25 : 0))]
    const evaluate = singular.evaluator(options, singularFiles)
    const { measures } = evaluate(batchOf(codec.stride, genomes.map(codec.encode)), batchOfGeneration(batchIn(options, 1), 1), { aborted: false }) // prettier-ignore
    expect([measures[0], measures[1]]).toEqual([0, 0])
    expect(measures[3]).toBeCloseTo(Math.SQRT1_2 / 2, 6)
  })

  it('[Z16] gives scores that do not depend on who else is in the batch, or was before', () => {
    for (const task of ['fashion', 'sums']) {
      const options = moving(task, { batch: 8 })
      const random = rng(4)
      const codec = offsetCodec(options)
      const words = Array.from({ length: 4 }, () => codec.encode(zeroOf(options).map(() => (random.chance(0.9) ? 0 : 0.2 * random.unit())))) // prettier-ignore
      const batch = batchOf(codec.stride, words)
      const environment = batchOfGeneration(batchIn(options, 1), 2)
      const lane = singular.evaluator(options, singularFiles)
      const whole = lane(batch, environment, { aborted: false })
      const parts = [[2, 4], [0, 2]].map(([from = 0, to = 0]) => lane(sliceBatch(batch, from, to), environment, { aborted: false })) // prettier-ignore
      expect(joinScores(parts.reverse()), task).toEqual(whole)
      expect(singular.genomeMs!(options)).toBeGreaterThan(singular.genomeMs!({ ...options, moved: 'values' }))
    }
  })

  it('[Z16] a run is saved and gone on with to the last bit, and directions come round again', () => {
    const options = moving('fashion', { directions: 16 })
    const make = makeFor(options, 7)
    const evaluate = singular.evaluator(options, singularFiles)
    const whole = evolved(make, 8, evaluate)
    const half = evolved(make, 3, evaluate)
    const read = decodeEvo(encodeEvo(newHeader('run', 'A run', make.settings, progressOf(make, half)), half, half.elites, [])) // prettier-ignore
    if (!read.ok) throw new Error(read.fault.message)
    const again = evolved(make, 5, singular.evaluator(options, singularFiles), read.value.state)
    expect(archiveHash(again.elites)).toBe(archiveHash(whole.elites))
    expect(again.stands).toEqual(whole.stands)
    expect(again.strategy).toEqual(whole.strategy)
    expect(whole.stands).toHaveLength(8)
    const other = evolved(makeFor({ ...options, noise: 2 }, 7), 8, singular.evaluator({ ...options, noise: 2 }, singularFiles)) // prettier-ignore
    expect(other.stands?.at(-1)?.words).not.toEqual(whole.stands?.at(-1)?.words)
  })

  it('[Z16] gains on held-out pictures after a short training', () => {
    const options = moving('fashion', { directions: 256, batch: 64 })
    const gains = [1, 2, 3].map((seed) => {
      const make = makeFor({ ...options, noise: seed }, seed, 24)
      const { stands = [] } = evolved(make, 15, singular.evaluator(make.settings.options, singularFiles))
      const mean = offsetCodec(options).decode(stands.at(-1)!.words)
      return heldOf(make.settings.options, mean) - heldOf(make.settings.options, zeroOf(options))
    })
    expect(gains.reduce((sum, gain) => sum + gain, 0) / 3).toBeGreaterThan(0.02)
  })

  it('[Z17] the workshop tells how far each matrix went, and answers as for singular values', async () => {
    const options = moving('fashion')
    const studio = await studioOf(options)
    const opened = valueOf(await studio.open())
    expect([opened.weights, opened.spectra, opened.gradient]).toEqual([1960, [], []])
    expect(opened.trained).toBeCloseTo(0.8135, 2)
    const genome = zeroOf(options).map((_, at) => (at === 3 ? 0.4 : 0))
    expect(valueOf(await studio.moved({ genome: zeroOf(options) }))).toEqual([{ name: 'base', share: 0 }])
    const [base] = valueOf(await studio.moved({ genome }))
    // One direction of 1960 entries: its size is 0.4 mean weights, give or take what a direction differs from others.
    expect(base!.share).toBeGreaterThan(0.2)
    expect(base!.share).toBeLessThan(0.8)
    expect(valueOf(await studio.held({ genomes: [genome], precision: 'int4' })).right[0]).toBeGreaterThan(0)
    expect(valueOf(await studio.reach({ genome: zeroOf(options), sigma: 0.3 })).effect).toBeGreaterThan(0.2)
    const bad = await studio.moved({ genome: genome.slice(1) })
    expect(bad.ok ? '' : bad.fault.message).toMatch(/does not fit this model, which has 48/)
    const none = await (await studioOf(worldFor('clothes'))).moved({ genome: zeroOf(worldFor('clothes')) })
    expect(none.ok ? '' : none.fault.message).toBe('Singular values are moved here, not weights.')
  })
})

describe('adapters of rank 32', () => {
  const bytes = new Uint8Array(readFileSync(`public/${WIDE_FILE}`))
  const load = (options: Options, change = (own: Uint8Array) => own) => {
    const asked: string[] = []
    const files = loadFiles(singular, options, (path) => {
      asked.push(path)
      const own = singularFiles.get(path)!
      return Promise.resolve(ok(path === WIDE_FILE ? change(own.slice()) : own))
    })
    return files.then((loaded) => ({ asked, said: loaded.ok ? 'fine' : loaded.fault.message }))
  }

  it('[Z18] are loaded where they are wanted, and nowhere else', async () => {
    expect(await load(worldFor('sums', { rank: '32' }))).toEqual({ asked: ['models/essa-sums.safetensors', WIDE_FILE], said: 'fine' }) // prettier-ignore
    expect((await load(worldFor('sums'))).asked).toEqual(['models/essa-sums.safetensors'])
    expect((await load(worldFor('clothes', { rank: '32' }))).asked).toEqual(['models/essa-fashion.safetensors'])
    expect((await load(worldFor('warriors', { rank: '32' }))).asked).toEqual(['models/essa-redcode.safetensors'])
    expect(worldOf(worldFor('warriors', { rank: '32' })).rank).toBe(16)
    expect(zeroOf(worldFor('sums', { rank: '32' }))).toHaveLength(1024)
  })

  it('[Z18] are checked: cut, spoilt or of another kind, each is a sentence without a path', async () => {
    const options = worldFor('sums', { rank: '32' })
    const damages: ((own: Uint8Array) => Uint8Array)[] = [
      (own) => own.slice(0, own.length - 1),
      () => new Uint8Array(),
      (own) => own.fill(0xff, own.length - 5000),
      () => singularFiles.get('models/essa-sums.safetensors')!,
    ]
    for (const damage of damages) {
      const { said } = await load(options, damage)
      expect(said).toMatch(/^models\/essa-sums-32\.safetensors cannot be used \(.+\)\. Reload/)
      expect(said).not.toMatch(/\/tmp|file:|Error:/)
    }
  })

  it.each(['short', 'medium', 'full'])('[Z18] answer as they did where they were made: %s', (warmth) => {
    const file = readTensors(bytes)
    if (!file.ok) throw new Error(file.fault.message)
    const noted = JSON.parse(file.value.metadata.get('held') ?? '') as Readonly<Record<string, number>>
    const options = worldFor('sums', { rank: '32', warmth })
    expect(heldOf(options, zeroOf(options))).toBeCloseTo(noted[`${warmth}.r32`]!, 2)
  })
})
