/** A file may be a run in every way and still not be one of its arena: the engine looks at what storage cannot know. */
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { WORLDS } from '../../../src/arenas/core-war/options.ts'
import { nodeModels } from '../../../src/cli/node-models.ts'
import type { Birth, RunState } from '../../../src/core/journal.ts'
import { fail, type Result } from '../../../src/core/result.ts'
import { deriveSeed, rng } from '../../../src/core/rng.ts'
import { Engine } from '../../../src/engine/engine.ts'
import { progressOf } from '../../../src/engine/runner.ts'
import { encodeEvo } from '../../../src/storage/export.ts'
import { RunLocks } from '../../../src/storage/lock.ts'
import { MemoryRuns } from '../../../src/storage/memory.ts'
import type { RunHeader } from '../../../src/storage/store.ts'
import { arena, evolve, localPool, make, strategy } from '../../support/toy.ts'

const run = make({ seed: 12 })
const { state, records } = evolve(run, 10)
const births = records.flatMap((change) => change.births)
const header: RunHeader = {
  id: '', name: 'Run', settings: run.settings, order: 0, changedAt: 0, deleted: false, ...progressOf(run, state),
} // prettier-ignore

const engineOn = (store: MemoryRuns) =>
  new Engine({
    store,
    locks: new RunLocks(undefined),
    arenas: [arena],
    strategies: [strategy],
    newId: () => 'imported',
    models: nodeModels(),
    evaluators: {
      cpu: (_arena, options) => localPool(options),
      gpu: () => Promise.resolve(fail('no-webgpu', 'No GPU here.')),
    },
  })

function value<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(result.fault.message)
  return result.value
}

/** The file of this run with one birth changed, in the archive and in the family. */
function forged(id: number, change: (birth: Birth) => Partial<Birth>): Uint8Array {
  const swap = (birth: Birth) => (birth.id === id ? { ...birth, ...change(birth) } : birth)
  const elites = state.elites.map(swap).sort((x, y) => x.cell - y.cell)
  return encodeEvo(header, { ...state, elites }, births.map(swap))
}

const elite = state.elites.at(-1)!
const dead = births.find(({ id }) => !state.elites.some((one) => one.id === id))!
const words = (change: (words: Uint32Array) => void) => (birth: Birth) => {
  const copy = birth.words.slice()
  change(copy)
  return { words: copy }
}

/** What is changed, and what the sentence has to name. The world: eighty cells, five lines. */
const lies: Readonly<Record<string, readonly [change: (birth: Birth) => Partial<Birth>, said: RegExp]>> = {
  'no line': [words((copy) => (copy[0] = 0)), /has no line/],
  'six lines': [words((copy) => (copy[0] = 6)), /6 lines where 5 are allowed/],
  'a start behind its end': [words((copy) => (copy[0] = 1 | (1 << 16))), /starts at line 2 of 1/],
  'an opcode that is not there': [words((copy) => (copy[1] = 19 << 9)), /line 1 an instruction/],
  'a modifier that is not there': [words((copy) => (copy[1] = (1 << 9) | (7 << 6))), /line 1 an instruction/],
  'LDP without a P-space': [words((copy) => (copy[1] = 17 << 9)), /line 1 an instruction/],
  'an instruction of more than 16 bits': [words((copy) => (copy[1] = (copy[1]! | 0x10000) >>> 0)), /line 1 an instruction/],
  'a number beyond the core': [words((copy) => (copy[2] = 80)), /line 1 a number beyond the core's 80 cells/],
  'another number beyond the core': [words((copy) => (copy[2] = 80 << 16)), /line 1 a number beyond/],
  'something behind its last line': [words((copy) => { copy[0] = 1; copy.fill(0, 3); copy[10] = 1 }), /after its last line/],
  'too few words': [({ words: all }) => ({ words: all.slice(0, 9) }), /9 words where 11 are needed/],
  'too many words': [({ words: all }) => ({ words: Uint32Array.of(...all, 0, 0) }), /13 words where 11 are needed/],
  'too few scores': [({ objectives }) => ({ objectives: objectives.slice(1) }), /scores that this world does not give/],
  'a score above the most there is': [({ objectives }) => ({ objectives: [1.5, ...objectives.slice(1)] }), /scores that/],
  'a cell outside the archive': [() => ({ cell: 60_000 }), /lives outside the archive/],
  'measures of another cell': [() => ({ cell: 35, measures: [0, 1] }), /cell of another kind/],
  'one measure': [({ measures }) => ({ measures: measures.slice(1) }), /cell of another kind/],
} // prettier-ignore

describe('importing a run', () => {
  it('[S16] [S13] the control: what was exported is taken in, and so is every file ever kept', async () => {
    const folder = new URL('../../golden/evo/', import.meta.url)
    const kept = readdirSync(folder).filter((name) => name.endsWith('.evo'))
    const files = [encodeEvo(header, state, births), ...kept.map((name) => readFileSync(new URL(name, folder)))]
    expect(files.length).toBeGreaterThan(1)
    for (const file of files) {
      const store = new MemoryRuns()
      const engine = engineOn(store)
      const summary = value(await engine.importRun(file))
      expect(value(await engine.exportRun('imported'))).toEqual(new Uint8Array(file))
      expect(value(await store.list())[0]).toMatchObject({ filled: summary.filled, reachable: summary.reachable })
      expect(summary.reachable).toBeGreaterThan(0)
    }
  })

  it.each(Object.keys(lies))('[S16] a warrior with %s is refused, in the archive and among the dead', async (name) => {
    const [change, said] = lies[name]!
    for (const { id } of [elite, dead]) {
      const store = new MemoryRuns()
      const answer = await engineOn(store).importRun(forged(id, change))
      expect(answer).toMatchObject({ ok: false, fault: { kind: 'bad-file' } })
      const message = answer.ok ? '' : answer.fault.message
      expect(message).toMatch(said)
      expect(message).toMatch(
        new RegExp(`^This \\.evo file is no run of Core War .*: number ${id} .*\\. Export the run once more\\.$`),
      )
      expect(value(await store.list())).toEqual([])
    }
  })

  it('[S16] settings that this version cannot run are refused, and leave no trace', async () => {
    const { settings } = run
    const wrong = [
      { ...settings, strategy: 'unheard-of' },
      { ...settings, arena: 'chess' },
      { ...settings, arenaVersion: 99 },
      { ...settings, options: { ...settings.options, coreSize: 3 } },
      { ...settings, options: { ...settings.options, maxLength: 4 } },
      { ...settings, options: { ...settings.options, coreSize: 64 } },
      { ...settings, options: { ...settings.options, axes: 'spawned-length' } },
      { ...settings, options: { ...settings.options, fitness: 'survival' } },
      { ...settings, options: { ...settings.options, icws88: true } },
    ]
    for (const one of wrong) {
      const store = new MemoryRuns()
      const answer = await engineOn(store).importRun(encodeEvo({ ...header, settings: one }, state, births))
      expect(answer.ok ? '' : answer.fault.message).toMatch(/\.$/)
      expect(value(await store.list())).toEqual([])
    }
  })

  it('[S16] a run from before an operator was added, or from after one was taken away, counts on by name', async () => {
    const { operators } = state
    const changed: RunState = {
      ...state,
      operators: [operators[3]!, { ...operators[0]!, id: 'of-old' }, operators[1]!],
    }
    const store = new MemoryRuns()
    value(await engineOn(store).importRun(encodeEvo(header, changed, births)))
    const kept = value(await store.load('imported')).state?.operators
    expect(kept?.map(({ id }) => id)).toEqual(operators.map(({ id }) => id))
    expect(kept?.[3]).toEqual(operators[3])
    expect(kept?.[0]).toEqual({ id: operators[0]!.id, proposed: 0, refused: 0, opened: 0, improved: 0 })
  })
})

describe('the check of genomes', () => {
  const presets = WORLDS.map(({ id }) => id)

  it.each(presets)('[S16] [E11] %s: whatever the operators make passes', (preset) => {
    const { options } = arena.presets.find(({ id }) => id === preset)!
    const codec = arena.codec(options)
    const random = rng(deriveSeed('check', preset))
    let parents: unknown[] = []
    for (let round = 0; round < 300; round++) {
      for (const operator of arena.operators(options)) {
        if (parents.length === 0 && operator.arity > 0) continue
        const genome = operator.propose(
          Array.from({ length: operator.arity }, () => random.pick(parents)),
          random,
        )
        if (genome === null) continue
        expect(codec.check!(codec.encode(genome)), operator.id).toBeNull()
        parents = [...parents.slice(-30), genome]
      }
    }
  })

  it.each(presets)('[S16] %s: words that pass are decoded, printed, read back and encoded to themselves', (preset) => {
    const { options } = arena.presets.find(({ id }) => id === preset)!
    const codec = arena.codec(options)
    const random = rng(deriveSeed('flip', preset))
    const newcomer = arena.operators(options).find(({ arity }) => arity === 0)!
    let passed = 0
    for (let round = 0; round < 1500; round++) {
      const flipped = codec.encode(newcomer.propose([], random))
      const length = flipped[0]! & 0xffff
      for (let flips = 1 + random.int(2); flips > 0; flips--)
        flipped[random.int(1 + 2 * length)]! ^= 1 << random.int(random.chance(0.8) ? 14 : 32)
      if (codec.check!(flipped) !== null) continue
      passed++
      const genome = codec.decode(flipped)
      expect(codec.encode(genome)).toEqual(flipped)
      const text = codec.print(genome, 'Flipped')
      expect(text).not.toContain('undefined')
      if (options['icws88'] !== true) expect(codec.encode(value(codec.parse(text)))).toEqual(flipped)
    }
    expect(passed).toBeGreaterThan(50)
    expect(passed).toBeLessThan(1400)
  })
})
