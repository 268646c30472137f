import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { sliceBatch, type GenomeBatch } from '../../../src/core/batch.ts'
import { Breakable } from '../../../src/core/breakable.ts'
import type { Evaluator } from '../../../src/core/contracts.ts'
import { ok } from '../../../src/core/result.ts'
import { SplitEvaluator } from '../../../src/engine/split-evaluator.ts'

const never = { aborted: false }

/** Takes so many milliseconds a genome, by the faked clock. */
const evaluator = (kind: 'gpu' | 'cpu', cost: () => number): Evaluator & { rows: number } => ({
  kind,
  label: kind.toUpperCase(),
  rows: 0,
  async evaluate(batch) {
    this.rows += batch.count
    await new Promise((resolve) => setTimeout(resolve, cost() * batch.count))
    return ok({
      count: batch.count,
      objectives: Float64Array.from(batch.words, (word) => word * 2),
      measures: Float64Array.from(batch.words, (word) => word + 1),
      work: { units: batch.count, steps: 10 * batch.count },
    })
  },
  dispose() {},
})

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

async function evaluate(split: SplitEvaluator, genomes: GenomeBatch) {
  const scores = split.evaluate(genomes, {}, never)
  await vi.runAllTimersAsync()
  return scores
}

const batch = (count: number): GenomeBatch => ({
  count,
  stride: 1,
  words: Uint32Array.from({ length: count }, (_, index) => 7 * index),
})

async function settle(gpuCost: number, cpuCost: number, generations = 20) {
  const gpu = evaluator('gpu', () => gpuCost)
  const cpu = evaluator('cpu', () => cpuCost)
  const split = new SplitEvaluator(gpu, cpu)
  for (let generation = 0; generation < generations; generation++) {
    const scores = await evaluate(split, batch(64))
    if (!scores.ok) throw new Error(scores.fault.message)
    expect(scores.value.count).toBe(64)
    expect([...scores.value.objectives]).toEqual(Array.from({ length: 64 }, (_, index) => 14 * index))
    expect(scores.value.work).toEqual({ units: 64, steps: 640 })
  }
  return { split, gpu, cpu }
}

describe('GPU and CPU pool on one generation', () => {
  it.each([
    [1, 1, 0.5],
    [1, 3, 0.75],
    [4, 1, 0.2],
  ])('[E15] share by speed: %i ms and %i ms a genome', async (gpuCost, cpuCost, share) => {
    const { split } = await settle(gpuCost, cpuCost)
    expect(split.gpuShare()).toBeCloseTo(share, 1)
  })

  it('[E15] a GPU slower than the CPU pool by far gets nothing, and is tried again with little', async () => {
    const { split, gpu, cpu } = await settle(50, 1, 10)
    expect(split.gpuShare()).toBe(0)
    expect(split.kind).toBe('cpu')
    expect(split.label).toBe('CPU')
    const before = gpu.rows
    for (let generation = 0; generation < 400; generation++) await evaluate(split, batch(64))
    expect(gpu.rows - before).toBe(2 * 2)
    expect(cpu.rows).toBeGreaterThan(64 * 400)
  })

  it('[E15] a GPU that is faster by far does it alone', async () => {
    const { split } = await settle(1, 50)
    expect(split.gpuShare()).toBe(1)
    expect(split.label).toBe('GPU')
  })

  it('[E15] follows when the GPU becomes slower', async () => {
    let cost = 1
    const split = new SplitEvaluator(evaluator('gpu', () => cost), evaluator('cpu', () => 1)) // prettier-ignore
    for (let generation = 0; generation < 10; generation++) await evaluate(split, batch(64))
    cost = 40
    for (let generation = 0; generation < 30; generation++) await evaluate(split, batch(64))
    expect(split.gpuShare()).toBe(0)
  })

  it('[E15] a fault of either is the fault of the whole', async () => {
    const broken: Evaluator = {
      ...evaluator('gpu', () => 1),
      evaluate: () => Promise.resolve({ ok: false, fault: { kind: 'gpu-lost', message: 'gone' } }),
    }
    const split = new SplitEvaluator(broken, evaluator('cpu', () => 1)) // prettier-ignore
    expect(await evaluate(split, batch(8))).toMatchObject({ ok: true })
    expect(await evaluate(split, batch(8))).toMatchObject({ ok: false, fault: { kind: 'gpu-lost' } })
  })

  it('[E15] nobody waits for the GPU to compile its shaders', async () => {
    const gpu = evaluator('gpu', () => 1000)
    const split = new SplitEvaluator(gpu, evaluator('cpu', () => 1)) // prettier-ignore
    let isDone = false
    void split.evaluate(batch(64), {}, never).then(() => (isDone = true))
    await vi.advanceTimersByTimeAsync(100)
    expect(isDone).toBe(true)
    expect(split.gpuShare()).toBe(0)
  })

  it('[E15] one genome is one genome', async () => {
    const split = new SplitEvaluator(evaluator('gpu', () => 1), evaluator('cpu', () => 1)) // prettier-ignore
    for (let generation = 0; generation < 5; generation++) {
      const scores = await evaluate(split, sliceBatch(batch(9), 3, 4))
      expect(scores.ok && [...scores.value.objectives]).toEqual([42])
    }
  })
})

describe('waiting for something that may break', () => {
  it('[E16] rejects everyone who waits when it breaks, and everyone later', async () => {
    const whole = new Breakable()
    const forever = new Promise<never>(() => undefined)
    const waits = [whole.guard(forever), whole.guard(forever)]
    whole.break(new Error('first'))
    whole.break(new Error('second'))
    for (const wait of [...waits, whole.guard(Promise.resolve(1)), whole.guard(forever)])
      await expect(wait).rejects.toThrow('first')
  })

  it('[E16] passes on what comes before it breaks, and errors as they are', async () => {
    const whole = new Breakable()
    expect(await whole.guard(Promise.resolve(3))).toBe(3)
    await expect(whole.guard(Promise.reject(new TypeError('own')))).rejects.toThrow(TypeError)
  })

  it('[E16] forgets who has been answered', async () => {
    const whole = new Breakable()
    const answers = await Promise.all(Array.from({ length: 1000 }, (_, index) => whole.guard(Promise.resolve(index))))
    expect(answers.length).toBe(1000)
    expect(whole.waiting).toBe(0)
  })
})
