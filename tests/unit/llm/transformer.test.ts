import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { rng } from '../../../src/core/rng.ts'
import { exp, log } from '../../../src/core/exact.ts'
import { feedOf } from '../../../src/llm/transformer/network.ts'
import { gumbel, keyOf } from '../../../src/llm/transformer/noise.ts'
import { Oracle } from '../../../src/llm/transformer/oracle.ts'
import { choose } from '../../../src/llm/transformer/sampler.ts'
import { Sequence } from '../../../src/llm/transformer/sequence.ts'
import { readWeights } from '../../../src/llm/transformer/weights.ts'
import { CpuWriter } from '../../../src/llm/transformer/writer.ts'
import {
  lineDialect,
  notes,
  randomFile,
  randomParts,
  randomWeights,
  safetensors,
  SMALL,
} from '../../support/tiny-models.ts'

const never = new AbortController().signal
const dialect = lineDialect(SMALL, 4)
const planOf = (prompt: string) => {
  const plan = dialect.plan(prompt)
  if (!plan.ok) throw new Error(plan.fault.message)
  return plan.value
}

describe("a model's file", () => {
  const parts = randomParts(SMALL, rng(1))
  const sentence = (bytes: Uint8Array) => {
    const read = readWeights(bytes)
    return read.ok ? '' : read.fault.message
  }

  it('[T1] is read as it was written', () => {
    const weights = randomWeights(SMALL, 1)
    expect(weights.shape).toEqual(SMALL)
    const up = weights.layers[1]!.feed.up
    const [bytes, scale, bias] = ['weight', 'weight.scale', 'bias'].map((name) => parts.find((part) => part.name === `layers.1.feed.up.${name}`)!.values) // prettier-ignore
    expect([...up.weight.quantised]).toEqual(bytes)
    expect([...up.bias]).toEqual(bias!.map(Math.fround))
    expect([...up.weight.values]).toEqual(bytes!.map((value, at) => Math.fround(value * Math.fround(scale![Math.floor(at / SMALL.width)]!)))) // prettier-ignore
    expect(weights.metadata.get('model')).toBe('random')
  })

  it('[T1] that lacks something, or has something else, gets a sentence that names it', () => {
    for (const { name } of parts)
      expect(sentence(safetensors(parts.filter((part) => part.name !== name), notes(SMALL)))).toContain(name) // prettier-ignore
    for (const [change, says] of [
      [{ layers: '3' }, 'layers.2'],
      [{ layers: '' }, 'layers'],
      [{ layers: '1e9' }, 'layers'],
      [{ heads: '3' }, 'heads'],
      [{ width: '64' }, 'width is "64"'],
      [{ context: '12' }, 'context'],
    ] as const)
      expect(sentence(safetensors(parts, { ...notes(SMALL), ...change }))).toContain(says)
    const broken = parts.map((part) => (part.name === 'norm.gain' ? { ...part, values: part.values.map(() => NaN) } : part)) // prettier-ignore
    expect(sentence(safetensors(broken, notes(SMALL)))).toContain('norm.gain')
    const evil = '{"__proto__":{"dtype":"I8"},"constructor":1}'
    expect(sentence(Uint8Array.from([evil.length, 0, 0, 0, 0, 0, 0, 0, ...new TextEncoder().encode(evil)]))).toMatch(/cannot be used/) // prettier-ignore
  })

  it('[T1] that is cut or damaged anywhere is weights or a sentence, never a throw', () => {
    const file = randomFile(SMALL, 1)
    fc.assert(
      fc.property(fc.nat(file.length), fc.array(fc.tuple(fc.nat(3000), fc.nat(255)), { maxLength: 4 }), (length, marks) => {
        const bytes = file.slice(0, length < 64 ? length : file.length - (length % 7))
        for (const [at, value] of marks) if (at < bytes.length) bytes[at] = value
        const read = readWeights(bytes)
        if (!read.ok) expect(read.fault.message).toMatch(/^The model's file cannot be used: .+\.$/s)
      }),
      { seed: 1, numRuns: 500 },
    ) // prettier-ignore
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => !readWeights(bytes).ok),
      { seed: 1 },
    )
  })
})

describe('chance', () => {
  it('[T2] exp and log are within 1e-14 of the exact ones, relatively', () => {
    fc.assert(fc.property(fc.double({ min: -690, max: 690, noNaN: true }), (x) => {
      expect(Math.abs(exp(x) / Math.exp(x) - 1)).toBeLessThan(1e-14)
    }), { seed: 1, numRuns: 2000 }) // prettier-ignore
    fc.assert(fc.property(fc.double({ min: 1e-12, max: 1e12, noNaN: true }), (x) => {
      expect(Math.abs(log(x) - Math.log(x))).toBeLessThan(1e-14 * Math.max(1, Math.abs(Math.log(x))))
    }), { seed: 1, numRuns: 2000 }) // prettier-ignore
    expect([exp(0), log(1), exp(-1e9)]).toEqual([1, 0, 0])
  })

  it("[T2] noise is Gumbel's, and the same for a seed, a step and a token for ever", () => {
    const values = Array.from({ length: 200 }, (_, step) => Array.from({ length: 200 }, (_, token) => gumbel(keyOf(7, step), token))).flat() // prettier-ignore
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length
    // Euler's constant and pi^2 / 6, within three standard errors.
    expect(Math.abs(mean - 0.5772)).toBeLessThan(0.02)
    expect(Math.abs(variance - 1.6449)).toBeLessThan(0.05)
    expect(new Set(values).size).toBeGreaterThan(0.999 * values.length)
    expect([gumbel(keyOf(1, 0), 0), gumbel(keyOf(1, 26), 172), gumbel(keyOf(2147483647, 5), 9)]).toMatchInlineSnapshot(`
      [
        -0.08234390616416931,
        1.1610136032104492,
        0.5473521947860718,
      ]
    `)
  })

  it('[T2] tokens are drawn in proportion to e^(logit / temperature), and without chance the greatest', () => {
    const logits = Float32Array.of(9, 0, 1, 2, -1)
    const allowed = Int32Array.of(1, 2, 3, 4)
    const counts = [0, 0, 0, 0, 0]
    const draws = 20_000
    for (let seed = 0; seed < draws; seed++) counts[choose(logits, 0, allowed, 0.7, seed, 3)]!++
    const weights = [0, 1, 2, -1].map((logit) => Math.exp(logit / 0.7))
    const total = weights.reduce((sum, weight) => sum + weight, 0)
    expect(counts[0]).toBe(0)
    weights.forEach((weight, at) => {
      const share = weight / total
      expect(Math.abs(counts[at + 1]! / draws - share)).toBeLessThan(4 * Math.sqrt((share * (1 - share)) / draws))
    })
    for (let seed = 0; seed < 10; seed++) expect(choose(logits, 0, allowed, 0, seed, 3)).toBe(3)
  })
})

describe('a text', () => {
  const weights = randomWeights(SMALL, 3)
  const write = async (prompts: readonly string[], slots: number, change: object = {}) =>
    new CpuWriter(new Oracle(weights, slots)).write(
      dialect,
      prompts.map((prompt, at) => ({ plan: planOf(prompt), temperature: 0.8, seed: 100 + at, most: 99, ...change })),
      () => undefined,
      never,
    )

  it('[T7] has allowed tokens alone, and ends where the language ends', async () => {
    for (const { answer, finish } of await write(
      Array.from({ length: 40 }, () => 'write'),
      8,
    )) {
      expect(finish).toBe('stop')
      expect(answer.at(-1)).toBe(0)
      answer.forEach((token, at) => expect(dialect.allowed(answer.slice(0, at))[token], `token ${at}`).toBe(1))
    }
  })

  it('[T7] keeps what is to be kept and draws the rest', async () => {
    const kept = [3, 9, 15, 4, 10, 16, 0]
    const [whole, one] = await write([`keep ${kept.join(' ')}`, 'keep 3 -1 15 4 10 -1 0'], 2)
    expect(whole).toEqual({ answer: kept, finish: 'stop' })
    expect(one?.finish).toBe('stop')
    expect(one?.answer.filter((_, at) => at !== 1 && at !== 5)).toEqual([3, 15, 4, 10, 0])
    expect(dialect.allowed([3])[one!.answer[1]!]).toBe(1)
  })

  it('[T7] is cut where it may not be longer', async () => {
    const [cut] = await write(['write'], 1, { most: 2 })
    expect(cut).toMatchObject({ finish: 'length' })
    expect(cut?.answer.length).toBe(2)
    const none = new Sequence(dialect, { plan: planOf('write'), temperature: 1, seed: 1, most: 0 })
    expect([none.finish, none.answer]).toEqual(['length', []])
  })

  it('[T5] is the same alone, among others, and in any slot', async () => {
    const prompts = Array.from({ length: 30 }, (_, at) => at % 3 === 0 ? 'write' : at % 3 === 1 ? `mutate ${3 + (at % 5)} 9 15` : 'keep 3 -1 15 -1 10 16 0') // prettier-ignore
    const together = await write(prompts, 7)
    for (const slots of [1, 4, 64]) expect(await write(prompts, slots)).toEqual(together)
    expect(new Set(together.map(({ answer }) => String(answer))).size).toBeGreaterThan(20)
  })

  it('[T5] a network says the same however its tokens are split among calls', () => {
    const tokens = [1, 2, 3, 9, 15, 4, 10, 16]
    const feed = (from: number, to: number) => {
      const some = feedOf(8)
      for (let at = from; at < to; at++) {
        some.positions[some.count] = at
        some.tokens[some.count++] = tokens[at]!
      }
      return some
    }
    const network = new Oracle(weights, 1)
    network.read(feed(0, 7))
    const whole = network.next(feed(7, 8)).slice()
    for (let at = 0; at < 7; at++) network.next(feed(at, at + 1))
    expect(network.next(feed(7, 8))).toEqual(whole)
  })
})
