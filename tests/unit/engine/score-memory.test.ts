import { describe, expect, it } from 'vitest'
import { batchOf, type GenomeBatch } from '../../../src/core/batch.ts'
import type { Evaluator } from '../../../src/core/contracts.ts'
import { archiveHash, initialState } from '../../../src/core/generation.ts'
import { fail, ok } from '../../../src/core/result.ts'
import { RememberingEvaluator, ScoreMemory } from '../../../src/engine/score-memory.ts'
import { Runner } from '../../../src/engine/runner.ts'
import { localPool, make } from '../../support/toy.ts'

const never = { aborted: false }
const environment = {}

/** Two objectives and two measures that tell the genome; keeps what it was asked. */
function asking(): Evaluator & { asked: number[][] } {
  return {
    kind: 'cpu',
    label: 'test',
    asked: [],
    evaluate({ count, words }) {
      this.asked.push([...words])
      return Promise.resolve(
        ok({
          count,
          objectives: Float64Array.from([...words].flatMap((word) => [word / 2, -word])),
          measures: Float64Array.from([...words].flatMap((word) => [word, word + 1])),
          work: { units: 3 * count, steps: 30 * count },
        }),
      )
    },
    dispose() {},
  }
}

const batch = (...genomes: number[]): GenomeBatch => batchOf(1, genomes.map((word) => Uint32Array.of(word))) // prettier-ignore

async function scores(evaluator: Evaluator, genomes: GenomeBatch, within: unknown = environment) {
  const result = await evaluator.evaluate(genomes, within, never)
  if (!result.ok) throw new Error(result.fault.message)
  return result.value
}

describe('scores that were given before', () => {
  it('[E18] are not asked for again, twins of a batch once', async () => {
    const inner = asking()
    const evaluator = new RememberingEvaluator(inner, new ScoreMemory())
    await scores(evaluator, batch(5, 7))
    const again = await scores(evaluator, batch(7, 9, 5, 9))
    expect(inner.asked).toEqual([[5, 7], [9]])
    expect(again.count).toBe(4)
    expect([...again.objectives]).toEqual([3.5, -7, 4.5, -9, 2.5, -5, 4.5, -9])
    expect([...again.measures]).toEqual([7, 8, 9, 10, 5, 6, 9, 10])
    expect(again.work).toEqual({ units: 3, steps: 30, remembered: 3 })
    const known = await scores(evaluator, batch(9, 5))
    expect(known.work).toEqual({ units: 0, steps: 0, remembered: 2 })
    expect(inner.asked.length).toBe(2)
  })

  it('[E18] are forgotten when the environment is another, and outlive the evaluator', async () => {
    const memory = new ScoreMemory()
    const inner = asking()
    await scores(new RememberingEvaluator(asking(), memory), batch(5))
    await scores(new RememberingEvaluator(inner, memory), batch(5))
    expect(inner.asked).toEqual([])
    await scores(new RememberingEvaluator(inner, memory), batch(5), {})
    expect(inner.asked).toEqual([[5]])
  })

  it('[E18] take up bounded room, the latest stay', async () => {
    const memory = new ScoreMemory(10)
    const inner = asking()
    const evaluator = new RememberingEvaluator(inner, memory)
    for (let word = 0; word < 1000; word++) {
      await scores(evaluator, batch(word, 7))
      expect(memory.size).toBeLessThanOrEqual(20)
    }
    // Asked for all the time, it was never forgotten.
    expect(inner.asked.flat().filter((word) => word === 7).length).toBe(1)
    await scores(evaluator, batch(998))
    expect(inner.asked.at(-1)).toEqual([999])
  })

  it('[E18] are not kept when the evaluation failed or was cancelled', async () => {
    const memory = new ScoreMemory()
    const broken: Evaluator = { ...asking(), evaluate: () => Promise.resolve(fail('gpu-lost', 'gone')) }
    const lost = await new RememberingEvaluator(broken, memory).evaluate(batch(5), environment, never)
    expect(lost).toEqual(fail('gpu-lost', 'gone'))
    const cancelled = await new RememberingEvaluator(asking(), memory).evaluate(batch(5), environment, { aborted: true }) // prettier-ignore
    expect(cancelled.ok).toBe(false)
    expect(memory.size).toBe(0)
  })

  it('[E18] change nothing in a run', async () => {
    const made = make({ seed: 3 })
    const generations = 120
    let remembered = 0
    const run = async (evaluator: Evaluator) => {
      const runner = new Runner(made, initialState(made), {
        evaluator: () => Promise.resolve(ok(evaluator)),
        generation: (_change, _state, work) => Promise.resolve(void (remembered += work.remembered ?? 0)),
        rested: () => undefined,
      })
      runner.run(generations)
      await runner.settled()
      return runner.state
    }
    const { options } = made.settings
    const whole = await run(localPool(options))
    expect(remembered).toBe(0)
    const spared = await run(new RememberingEvaluator(localPool(options), new ScoreMemory()))
    expect(remembered).toBeGreaterThan(50)
    expect(archiveHash(spared.elites)).toBe(archiveHash(whole.elites))
    expect(spared).toEqual(whole)
  })
})
