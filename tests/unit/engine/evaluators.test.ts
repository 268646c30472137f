import { describe, expect, it, vi } from 'vitest'
import type { Evaluator, Judge } from '../../../src/core/contracts.ts'
import type { Hearing } from '../../../src/core/hearing.ts'
import type { FileSource } from '../../../src/core/files.ts'
import { fail, ok, type Result } from '../../../src/core/result.ts'
import { CpuPool, type Lane } from '../../../src/engine/cpu-pool.ts'
import { EvaluatorChooser, type EvaluatorSources, type Needs } from '../../../src/engine/evaluators.ts'
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
    { cpu: () => cpu, gpu: () => Promise.resolve(ok({ evaluator: gpu, software })) }, { id: 'toy', label: 'Toy' }, {}, choice,
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

describe('a GPU without what it has beyond the base line', () => {
  it('[K11] is asked for by name, and is alone as one that is asked for with it', async () => {
    for (const choice of ['gpu', 'plain-gpu'] as const) {
      const [gpu, cpu] = [fake('gpu', 'card'), fake('cpu', 'lanes')]
      const plainly: boolean[] = []
      const sources: EvaluatorSources = {
        cpu: () => cpu,
        gpu(_arena, _options, _needs, plain) {
          plainly.push(plain)
          return Promise.resolve(ok({ evaluator: gpu, software: true }))
        },
      }
      const next = await new EvaluatorChooser(sources, { id: 'toy', label: 'Toy' }, {}, choice).next(null)
      expect(next.ok && next.value instanceof RememberingEvaluator && next.value.inner).toBe(gpu)
      expect(plainly).toEqual([choice === 'plain-gpu'])
    }
  })
})

describe('an arena that another one judges', () => {
  const judge = { arena: { id: 'umpire' }, options: { rounds: 1 } } as unknown as Judge
  const hearing = { options: { rounds: 7 } } as unknown as Hearing
  const judged = { id: 'toy', label: 'Toy', judge: () => ({ arena: 'umpire', preset: 'any' }), hearing: () => hearing }
  const drafting = { label: 'pens', draft: () => Promise.resolve(ok([])), dispose: () => undefined }
  const chosenFor = async (choice: 'auto' | 'gpu' | 'cpu', software: boolean, found: Result<Judge | undefined> = ok(judge)) => {
    const asked: string[] = []
    const chooser = new EvaluatorChooser(
      {
        cpu: (id, options) => (asked.push(`cpu ${id} ${String(options['rounds'])}`), fake('cpu', 'lanes')),
        gpu: (id, options) => {
          asked.push(`gpu ${id} ${String(options['rounds'])}`)
          return Promise.resolve(ok({ evaluator: fake('gpu', 'card'), software }))
        },
        judged: { judge: () => Promise.resolve(found), lanes: () => drafting },
      },
      judged, {}, choice,
    )
    const next = await chooser.next(null)
    return { asked, label: next.ok ? next.value.label : '', note: chooser.note }
  } // prettier-ignore

  it('[F31] has its judge on the GPU, shared with the CPU as for the judge itself, and is drafted by lanes', async () => {
    const auto = await chosenFor('auto', false)
    expect(auto.asked).toEqual(['gpu umpire 7', 'cpu umpire 7'])
    // Until the card has compiled, the judge is on the CPU.
    expect(auto.label).toBe('pens, judged on lanes')
    expect(await chosenFor('gpu', true)).toEqual({ asked: ['gpu umpire 7'], label: 'pens, judged on card', note: '' })
  })

  it('[F31] is drafted and judged by the same lanes where there is no GPU, or no judge to be had', async () => {
    const own = 'cpu toy undefined'
    expect(await chosenFor('cpu', false)).toEqual({ asked: [own], label: 'lanes', note: '' })
    const software = await chosenFor('auto', true)
    expect(software.asked).toEqual(['gpu umpire 7', own])
    expect(software.note).toContain('software')
    expect((await chosenFor('gpu', true, fail('no-judge', 'Nobody.'))).asked).toEqual(['gpu toy undefined'])
  })
})

const rowsOf = (count: number) => ({
  count,
  stride: 1,
  words: Uint32Array.from({ length: count }, (_, index) => index),
})

/** Counts the genomes that it was asked for. */
function scoring(kind: 'gpu' | 'cpu', work: { asked: number }): Evaluator {
  return {
    kind,
    label: kind,
    evaluate({ count }) {
      work.asked += count
      const [objectives, measures] = [new Float64Array(count), new Float64Array(2 * count)]
      return Promise.resolve(ok({ count, objectives, measures, work: { units: 0, steps: 0 } }))
    },
    dispose: () => undefined,
  }
}

describe('an arena whose engines agree within a bound', () => {
  const device = { id: 'toy', label: 'Toy', rounds: 'device' } as const
  const never = { aborted: false }

  it('[N2] is scored by a real GPU alone, else by the CPU pool', async () => {
    for (const software of [false, true]) {
      const [gpu, cpu] = [fake('gpu', 'card'), fake('cpu', 'lanes')]
      const sources = { cpu: () => cpu, gpu: () => Promise.resolve(ok({ evaluator: gpu, software })) }
      const next = await new EvaluatorChooser(sources, device, {}, 'auto').next(null)
      expect(next.ok && next.value instanceof RememberingEvaluator && next.value.inner).toBe(software ? cpu : gpu)
    }
  })

  it.each(['exact', 'device'] as const)('[N2] [E18] %s: what is remembered when the engine changes', async (rounds) => {
    const [gpu, cpu] = [{ asked: 0 }, { asked: 0 }]
    const sources = {
      cpu: () => scoring('cpu', cpu),
      gpu: () => Promise.resolve(ok({ evaluator: scoring('gpu', gpu), software: false })),
    }
    const chooser = new EvaluatorChooser(sources, { ...device, rounds }, {}, 'gpu')
    const environment = {}
    const score = async () => {
      const evaluator = await chooser.next(null)
      if (!evaluator.ok) throw new Error(evaluator.fault.message)
      await evaluator.value.evaluate(rowsOf(5), environment, never)
    }
    await score()
    chooser.choose('gpu')
    await score()
    expect(gpu.asked).toBe(5)
    chooser.choose('cpu')
    await score()
    expect(cpu.asked).toBe(rounds === 'device' ? 5 : 0)
    chooser.choose('gpu')
    await score()
    expect(gpu.asked).toBe(rounds === 'device' ? 10 : 5)
  })
})

describe('the files of an arena', () => {
  const needy = {
    id: 'toy', label: 'Toy', files: () => ['models/a.bin', 'models/b.bin'],
    checkFile: (_path: string, bytes: Uint8Array) => (bytes.length > 0 ? null : 'is empty'),
  } // prettier-ignore
  const chooserWith = (file?: FileSource) => {
    const seen: Needs[] = []
    const sources: EvaluatorSources = {
      ...(file === undefined ? {} : { file }),
      cpu: (_arena, _options, needs) => {
        seen.push(needs)
        return fake('cpu', 'lanes')
      },
      gpu: (_arena, _options, needs) => {
        seen.push(needs)
        return Promise.resolve(fail('no-gpu', 'No GPU.'))
      },
    }
    return { seen, chooser: new EvaluatorChooser(sources, needy, {}, 'auto') }
  }

  it('[N1] are loaded once and given to every evaluator', async () => {
    const asked: string[] = []
    const { seen, chooser } = chooserWith((path) => {
      asked.push(path)
      return Promise.resolve(ok(Uint8Array.of(asked.length)))
    })
    expect((await chooser.next(null)).ok).toBe(true)
    chooser.choose('cpu')
    expect((await chooser.next(null)).ok).toBe(true)
    expect(asked).toEqual(['models/a.bin', 'models/b.bin'])
    expect(seen.length).toBe(3)
    for (const { files } of seen) expect([...files.values()].map(([byte]) => byte)).toEqual([1, 2])
  })

  it('[N1] missing or broken are a sentence, and are asked for again the next time', async () => {
    let state: 'missing' | 'broken' | 'good' = 'missing'
    const { seen, chooser } = chooserWith((path) =>
      Promise.resolve(
        state === 'missing'
          ? fail('no-file', `The page has no ${path}.`)
          : ok(new Uint8Array(state === 'good' ? 1 : 0)),
      ),
    )
    expect(await chooser.next(null)).toMatchObject({ fault: { message: 'The page has no models/a.bin.' } })
    state = 'broken'
    const broken = await chooser.next(null)
    expect(broken.ok ? '' : broken.fault.message).toMatch(/^models\/a\.bin is empty\. .*Toy.*\.$/)
    expect(seen).toEqual([])
    state = 'good'
    expect((await chooser.next(null)).ok).toBe(true)
    expect(await chooserWith().chooser.next(null)).toMatchObject({ ok: false, fault: { kind: 'no-files' } })
  })
})

describe('the patience of a pool', () => {
  /** A lane that needs so long for a slice; ended and begun anew it is another one. */
  const slow = (ms: number, started: { count: number }) => (): Lane => {
    started.count++
    return {
      setEnvironment: () => Promise.resolve(),
      evaluate: ({ count }) =>
        new Promise((resolve) =>
          setTimeout(
            () => resolve({ count, objectives: new Float64Array(count), measures: new Float64Array(2 * count), work: { units: 0, steps: 0 } }),
            ms,
          ),
        ), // prettier-ignore
      draft: () => Promise.resolve([]),
      dispose: () => undefined,
    }
  }
  const judged = async (genomeMs: number, ms: number, batches: number) => {
    const started = { count: 0 }
    const pool = new CpuPool(1, slow(ms, started), genomeMs)
    for (let batch = 0; batch < batches; batch++) {
      const result = pool.evaluate(rowsOf(1), {}, { aborted: false })
      await vi.advanceTimersByTimeAsync(600_000)
      expect((await result).ok).toBe(true)
    }
    return started.count
  }

  it('[N3] lasts as long as the arena says, and as it took before', async () => {
    vi.useFakeTimers()
    try {
      expect(await judged(0, 4_000, 1)).toBe(1)
      // The control: nobody said that this is slow, so the first lane is given up once.
      expect(await judged(0, 8_000, 1)).toBe(2)
      expect(await judged(0, 8_000, 5)).toBe(2)
      expect(await judged(1_500, 8_000, 1)).toBe(1)
      expect(await judged(1_500, 40_000, 1)).toBe(1)
    } finally {
      vi.useRealTimers()
    }
  })
})
