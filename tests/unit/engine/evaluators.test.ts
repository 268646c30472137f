import { describe, expect, it } from 'vitest'
import type { Evaluator } from '../../../src/core/contracts.ts'
import { ok } from '../../../src/core/result.ts'
import { EvaluatorChooser } from '../../../src/engine/evaluators.ts'
import { RememberingEvaluator } from '../../../src/engine/score-memory.ts'
import { SplitEvaluator } from '../../../src/engine/split-evaluator.ts'

function fake(kind: 'gpu' | 'cpu', label: string): Evaluator & { disposed: boolean } {
  return {
    kind,
    label,
    disposed: false,
    evaluate: () => Promise.reject(new Error('nobody asks')),
    dispose() {
      this.disposed = true
    },
  }
}

async function chosen(choice: 'auto' | 'gpu' | 'cpu', software: boolean) {
  const gpu = fake('gpu', 'SwiftShader')
  const cpu = fake('cpu', 'lanes')
  const chooser = new EvaluatorChooser(
    { cpu: () => cpu, gpu: () => Promise.resolve(ok({ evaluator: gpu, software })) }, 'toy', {}, choice,
  ) // prettier-ignore
  const next = await chooser.next(null)
  // What it is that scores are remembered of.
  const remembering = next.ok ? next.value : null
  if (!(remembering instanceof RememberingEvaluator)) throw new Error('nobody remembers')
  return { evaluator: remembering.inner, gpu, cpu, note: chooser.note }
}

describe('the choice of an evaluator', () => {
  it('[E15] never falls on a software GPU by itself, whatever is fought', async () => {
    const { evaluator, gpu, cpu, note } = await chosen('auto', true)
    expect(evaluator).toBe(cpu)
    expect(gpu.disposed).toBe(true)
    expect(note).toContain('software')
    expect((await chosen('gpu', true)).evaluator.kind).toBe('gpu')
    expect((await chosen('cpu', false)).evaluator.kind).toBe('cpu')
  })

  it('[E15] falls on both where the GPU is real: measured speeds decide then', async () => {
    const { evaluator, note } = await chosen('auto', false)
    expect(evaluator).toBeInstanceOf(SplitEvaluator)
    expect(note).toBe('')
  })
})
