import { describe, expect, it } from 'vitest'
import { nodeShaders } from '../../src/cli/node-gpu.ts'
import { GpuWriter, type GpuWriterOptions } from '../../src/llm/transformer/gpu.ts'
import { feedOf } from '../../src/llm/transformer/network.ts'
import { Oracle } from '../../src/llm/transformer/oracle.ts'
import type { Writing, Written } from '../../src/llm/transformer/sequence.ts'
import type { Shape, Weights } from '../../src/llm/transformer/weights.ts'
import { CpuWriter, type Writer } from '../../src/llm/transformer/writer.ts'
import { gpuForTests } from '../support/gpu.ts'
import { lineDialect, NANO, randomWeights, SMALL } from '../support/tiny-models.ts'

const { gpu, problems } = gpuForTests()
const never = new AbortController().signal

/** Logits are told in all tests of the small shape, so that it is compiled once. */
const told: GpuWriterOptions = { onLogits: () => undefined }

async function writer(weights: Weights, options: GpuWriterOptions = {}): Promise<GpuWriter> {
  const made = await GpuWriter.create(gpu(), nodeShaders, weights, options)
  if (!made.ok) throw new Error(made.fault.message)
  return made.value
}

function asked(shape: Shape, lines: number, prompts: readonly string[], count: number) {
  const dialect = lineDialect(shape, lines)
  const writings = Array.from({ length: count }, (_, seed): Writing => {
    const plan = dialect.plan(prompts[seed % prompts.length]!)
    if (!plan.ok) throw new Error(plan.fault.message)
    return { plan: plan.value, temperature: [0.7, 1, 0][seed % 3]!, seed, most: 99 }
  })
  const write = (engine: Writer) => engine.write(dialect, writings, () => undefined, never)
  return { dialect, writings, write }
}

/** Logits lie no further apart than this share of the greatest of them. */
const BOUND = 1e-5

/** How far the logits of all draws are from the oracle's, for the texts that were written. */
function apart(
  weights: Weights,
  writings: readonly Writing[],
  texts: readonly Written[],
  logits: Float32Array,
): number {
  const { vocabulary, context } = weights.shape
  const draws = logits.length / vocabulary / texts.length
  let [most, difference] = [0, 0]
  texts.forEach(({ answer }, row) => {
    const { prompt, kept } = writings[row]!.plan
    const drawn = answer.flatMap((_, at) => ((kept?.[at] ?? -1) === -1 ? [at] : []))
    const first = drawn[0] ?? answer.length
    const oracle = new Oracle(weights, 1)
    const tokens = [...prompt, ...answer]
    const feed = feedOf(context)
    feed.count = 1
    for (let place = 0; place + 1 < tokens.length; place++) {
      feed.positions[0] = place
      feed.tokens[0] = tokens[place]!
      const expected = oracle.next(feed)
      const step = place + 1 - prompt.length
      // The end of a text may have been known already; then nobody looked at its logits.
      if (!drawn.includes(step) || (step === answer.length - 1 && answer.length % 3 === 1)) continue
      for (let token = 0; token < vocabulary; token++) {
        most = Math.max(most, Math.abs(expected[token]!))
        difference = Math.max(difference, Math.abs(expected[token]! - logits[(row * draws + step - first) * vocabulary + token]!)) // prettier-ignore
      }
    }
  })
  return difference / most
}

describe('the transformer on the GPU', () => {
  // Pipelines are compiled for each shape, which takes software GPUs seconds.
  it.each([
    ['small', SMALL, 6, ['write', 'mutate 3 9 15 4 11 16 5', 'keep 3 -1 15 4 -1 16 0', 'mutate 3', 'keep 3 9 15 0'], 22],
    ['nano', NANO, 3, ['write', 'mutate 5 80 130 7 81 131'], 4],
    ['nano, the small mind', { ...NANO, width: 48, layers: 2, hidden: 192 }, 3, ['write', 'mutate 5 80 130 7 81 131'], 4],
  ] as const)('[T4] [T6] has logits near the oracle\'s and writes its texts, from the same noise: %s', async (_, shape, lines, prompts, count) => {
    const weights = randomWeights(shape, 7)
    const { write, writings } = asked(shape, lines, prompts, count)
    let logits: Float32Array = new Float32Array()
    const texts = await write(await writer(weights, { onLogits: (all) => (logits = all) }))
    expect(apart(weights, writings, texts, logits)).toBeLessThan(BOUND)
    expect(texts).toEqual(await write(new CpuWriter(new Oracle(weights, count))))
    expect(new Set(texts.map(({ answer }) => String(answer))).size).toBeGreaterThan(count / 2)
  }) // prettier-ignore

  it('[T6] writes the texts that the oracle writes: more tokens than threads, one head, odd sizes', async () => {
    const shape = { vocabulary: 300, context: 17, width: 12, layers: 1, heads: 1, hidden: 20 }
    const weights = randomWeights(shape, 7)
    const { write } = asked(shape, 2, ['write', 'mutate 3 200'], 6)
    expect(await write(await writer(weights))).toEqual(await write(new CpuWriter(new Oracle(weights, 6))))
  })

  it('[T12] reads nothing back between tokens, and neither slice nor batch shows in the texts', async () => {
    const weights = randomWeights(SMALL, 8)
    const { write } = asked(SMALL, 5, ['write', 'mutate 3 9 15 4'], 9)
    const steps: number[] = []
    const texts = await write(await writer(weights, { ...told, onDispatch: (one) => steps.push(one) }))
    const prompts = Math.ceil(5 / 4)
    expect(steps.reduce((sum, one) => sum + one, 0)).toBe(prompts + 15)
    for (const mostRows of [1, 4, 5]) expect(await write(await writer(weights, { ...told, mostRows }))).toEqual(texts)
  })

  it('[T9] stops between dispatches when asked', async () => {
    const { dialect, writings } = asked(SMALL, 6, ['write'], 5)
    const controller = new AbortController()
    const engine = await writer(randomWeights(SMALL, 9), { ...told, onDispatch: () => controller.abort() })
    const texts = await engine.write(dialect, writings, () => undefined, controller.signal)
    expect(texts.map(({ finish }) => finish)).toEqual(writings.map(() => 'aborted'))
  })

  it('[T12] refuses a language that depends on what was drawn, rather than write what is not allowed', async () => {
    const { dialect, writings } = asked(SMALL, 6, ['write'], 3)
    const moody = { ...dialect, allowed: (answer: readonly number[]) => dialect.allowed((answer[0] ?? 3) === 3 ? answer : [...answer, 0]) } // prettier-ignore
    const engine = await writer(randomWeights(SMALL, 9), told)
    await expect(engine.write(moody, writings, () => undefined, never)).rejects.toThrow('depends on what was drawn')
  })

  it('[T12] says what it has no room for', async () => {
    const made = await GpuWriter.create(gpu(), nodeShaders, randomWeights({ ...SMALL, width: 12, heads: 3 }, 1))
    expect(made).toMatchObject({ ok: false, fault: { kind: 'no-fit' } })
  })

  it('[K4] raises no validation error', () => {
    expect(problems).toEqual([])
  })
})
