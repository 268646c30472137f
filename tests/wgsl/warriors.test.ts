/** What written warriors come to where Core War's own engine on the GPU fights their battles. */
import { describe, expect, it } from 'vitest'
import coreWar from '../../src/arenas/core-war/index.ts'
import createCoreWarOnGpu from '../../src/arenas/core-war/gpu.ts'
import { offsetCodec, zeroOf } from '../../src/arenas/singular-values/genome.ts'
import arena from '../../src/arenas/singular-values/index.ts'
import { createNodeGpu, nodeShaders } from '../../src/cli/node-gpu.ts'
import { batchOf } from '../../src/core/batch.ts'
import type { Arena } from '../../src/core/contracts.ts'
import { NO_FILES } from '../../src/core/files.ts'
import { ok } from '../../src/core/result.ts'
import { rng } from '../../src/core/rng.ts'
import { CpuPool } from '../../src/engine/cpu-pool.ts'
import { EvaluatorChooser, type EvaluatorSources } from '../../src/engine/evaluators.ts'
import { inlineEvaluator } from '../../src/engine/inline-evaluator.ts'
import { LaneHost } from '../../src/engine/lane.ts'
import { findJudge } from '../../src/engine/judging.ts'
import type { Gpu } from '../../src/gpu/device.ts'
import { gpuForTests } from '../support/gpu.ts'
import { shelves, writerBytes, writerFiles, writerJudge, writerOptions } from '../support/warriors-essa.ts'

gpuForTests()
const never = { aborted: false }
const writers = arena as Arena
const judge = await writerJudge()

function localPool(options = writerOptions()): CpuPool {
  return new CpuPool(1, () => {
    const lane = new LaneHost({ loadArena: () => Promise.resolve(ok(writers)), loadJudge: () => Promise.resolve(ok(judge)) }) // prettier-ignore
    const opened = lane.open('singular-values', options, writerFiles)
    return {
      setEnvironment: (environment) => opened.then(() => lane.setEnvironment(environment)),
      evaluate: (slice) => Promise.resolve(lane.evaluate(slice)),
      draft: (slice) => Promise.resolve(lane.draft(slice)),
      dispose: () => undefined,
    }
  })
}

/** The page's choice of engines with a card that can be lost; `asked` are the arenas that it was wanted for. */
function choosing(options = writerOptions()) {
  const cards: Gpu[] = []
  const asked: string[] = []
  const sources: EvaluatorSources = {
    file: () => Promise.resolve(ok(writerBytes)),
    cpu: (id, options) => (id === coreWar.id ? inlineEvaluator(coreWar as Arena, options, NO_FILES) : localPool(options)),
    async gpu(id, options) {
      asked.push(id)
      const gpu = await createNodeGpu()
      if (!gpu.ok) return gpu
      cards.push(gpu.value)
      const evaluator = await createCoreWarOnGpu(gpu.value, nodeShaders, options, NO_FILES)
      return evaluator.ok ? ok({ evaluator: evaluator.value, software: false }) : evaluator
    },
    judged: { judge: (of, world) => findJudge(of, world, shelves), lanes: (_, world) => localPool(world) },
  } // prettier-ignore
  return { asked, cards, chooser: new EvaluatorChooser(sources, writers, options, 'gpu') }
}

const codec = offsetCodec(writerOptions())
const random = rng(5)
const zero = zeroOf(writerOptions())
const batch = batchOf(codec.stride, [zero, ...[0.8].map((size) => zero.map(() => size * (2 * random.unit() - 1)))].map(codec.encode)) // prettier-ignore

describe('written warriors', () => {
  it('[F30] fought on the GPU come to the scores of the CPU, to the last bit; a lost card is told, and tried again', async () => {
    const options = writerOptions({ batch: 4 })
    const { asked, cards, chooser } = choosing(options)
    const expected = writers.evaluator(options, writerFiles, judge)
    const turned = (generation: number) => arena.turned!(arena.environment(options, 3), generation)
    const scored = async (generation: number, after: () => unknown = () => undefined) => {
      let evaluator = await chooser.next(null)
      if (!evaluator.ok) throw new Error(evaluator.fault.message)
      await after()
      let scores = await evaluator.value.evaluate(batch, turned(generation), never)
      if (!scores.ok) {
        evaluator = await chooser.next(scores.fault)
        if (!evaluator.ok) throw new Error(evaluator.fault.message)
        scores = await evaluator.value.evaluate(batch, turned(generation), never)
      }
      if (!scores.ok) throw new Error(scores.fault.message)
      return { ...scores.value, work: { units: scores.value.work.units, steps: scores.value.work.steps } }
    }
    expect(await scored(1)).toEqual(expected(batch, turned(1), never))
    expect(chooser.current?.kind).toBe('gpu')
    expect(chooser.current?.label).toContain('judged on')
    expect(chooser.note).toBe('')
    expect(await scored(2, () => cards[0]?.device.destroy())).toEqual(expected(batch, turned(2), never))
    expect(chooser.note).toContain('was lost')
    expect(chooser.current?.kind).toBe('gpu')
    chooser.choose('cpu')
    expect(await scored(3)).toEqual(expected(batch, turned(3), never))
    expect(chooser.current?.kind).toBe('cpu')
    expect(asked).toEqual(Array(2).fill('core-war'))
    chooser.dispose()
  })

  it('[F30] are asked for once, however many write them, and a stop is told as one', async () => {
    const options = writerOptions()
    const hearing = arena.hearing!(options, judge)
    const drafts = hearing.drafter(writerFiles)(batchOf(codec.stride, [zero, zero].map(codec.encode)), arena.environment(options, 1), never) // prettier-ignore
    const asked: number[] = []
    const environment = arena.environment(options, 1)
    const score = (drafted: { readonly count: number }) => {
      asked.push(drafted.count)
      return Promise.resolve({ ok: false as const, fault: { kind: 'cancelled', message: 'Stopped.' } })
    }
    const settled = await hearing.settle(drafts, environment, score)
    expect(settled).toEqual({ ok: false, fault: { kind: 'cancelled', message: 'Stopped.' } })
    expect(asked[0]).toBeLessThanOrEqual(options['batch'] as number)
    const rounds = (against: string) => arena.hearing!(writerOptions({ against }), judge).options['rounds']
    expect(['panel', 'papers', 'dwarf'].map(rounds)).toEqual([4, 20, 80])
  })
})
