import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { rng } from '../../../src/core/rng.ts'
import { feedOf, type Feed, type Network } from '../../../src/llm/transformer/network.ts'
import { Oracle } from '../../../src/llm/transformer/oracle.ts'
import { hasSimd, WasmNetwork } from '../../../src/llm/transformer/wasm.ts'
import { CpuWriter } from '../../../src/llm/transformer/writer.ts'
import type { Shape } from '../../../src/llm/transformer/weights.ts'
import { lineDialect, NANO, randomWeights, SMALL, TINY } from '../../support/tiny-models.ts'

const never = new AbortController().signal

/** Logits of two engines lie no further apart than this share of the greatest of them. */
const BOUND = 1e-5

/** Some sequences, each in a slot, read in pieces: what is only read, then one token each. */
function feeds(shape: Shape, lengths: readonly number[], seed: number): Feed[] {
  const random = rng(seed)
  const sequences = lengths.map((length) => Array.from({ length }, () => random.int(shape.vocabulary)))
  const cuts = sequences.map(({ length }) => random.int(length))
  const read = feedOf(lengths.length * shape.context)
  sequences.forEach((tokens, slot) => {
    for (let at = 0; at < cuts[slot]!; at++) put(read, slot, at, tokens[at]!)
  })
  const next = Array.from({ length: Math.max(...lengths) }, (_, step) => {
    const feed = feedOf(lengths.length)
    sequences.forEach((tokens, slot) => {
      const at = cuts[slot]! + step
      if (at < tokens.length) put(feed, slot, at, tokens[at]!)
    })
    return feed
  })
  return [read, ...next.filter(({ count }) => count > 0)]
}

function put(feed: Feed, slot: number, position: number, token: number): void {
  feed.slots[feed.count] = slot
  feed.positions[feed.count] = position
  feed.tokens[feed.count++] = token
}

const logitsOf = (network: Network, [read, ...next]: readonly Feed[], vocabulary: number): Float32Array[] => {
  if (read!.count > 0) network.read(read!)
  return next.flatMap((feed) => {
    const logits = network.next(feed)
    return Array.from({ length: feed.count }, (_, row) => logits.slice(row * network.stride, row * network.stride + vocabulary)) // prettier-ignore
  })
}

const apart = (one: readonly Float32Array[], other: readonly Float32Array[]): number => {
  let [most, difference] = [0, 0]
  one.forEach((logits, row) => {
    logits.forEach((logit, at) => {
      most = Math.max(most, Math.abs(logit))
      difference = Math.max(difference, Math.abs(logit - other[row]![at]!))
    })
  })
  return difference / most
}

describe('the transformer in WebAssembly', () => {
  it('[T4] says what the oracle says, within a hundred-thousandth, whatever the sizes', { timeout: 60_000 }, () => {
    expect(hasSimd()).toBe(true)
    const shapes = fc.record({
      vocabulary: fc.integer({ min: 1, max: 40 }),
      context: fc.integer({ min: 1, max: 40 }),
      layers: fc.integer({ min: 1, max: 3 }),
      heads: fc.constantFrom(1, 2, 3),
      size: fc.constantFrom(4, 8, 12),
      hidden: fc.constantFrom(4, 12, 32),
    })
    fc.assert(fc.property(shapes, fc.array(fc.nat(), { minLength: 1, maxLength: 9 }), fc.nat(1000), ({ size, ...sizes }, ends, seed) => {
      const shape = { ...sizes, width: size * sizes.heads }
      const weights = randomWeights(shape, seed)
      const given = feeds(shape, ends.map((end) => 1 + (end % shape.context)), seed)
      const [oracle, wasm] = [new Oracle(weights, ends.length), new WasmNetwork(weights, ends.length)]
      expect(apart(logitsOf(oracle, given, shape.vocabulary), logitsOf(wasm, given, shape.vocabulary))).toBeLessThan(BOUND)
    }), { seed: 1, numRuns: 40 }) // prettier-ignore
  })

  it.each([['nano', NANO, 56], ['tiny', TINY, 290]] as const)('[T4] says what the oracle says in the shape of %s, to its last place', { timeout: 60_000 }, (_, shape, end) => {
    const weights = randomWeights(shape, 2)
    const given = feeds(shape, [end, 5, end - 3], 3)
    const [oracle, wasm] = [new Oracle(weights, 3), new WasmNetwork(weights, 3)]
    expect(apart(logitsOf(oracle, given, shape.vocabulary), logitsOf(wasm, given, shape.vocabulary))).toBeLessThan(BOUND)
  }) // prettier-ignore

  it('[T5] says the same to the last bit whatever the other slots hold, and used again', () => {
    const weights = randomWeights(SMALL, 4)
    const given = feeds(SMALL, [20, 24, 3, 9, 11, 24, 1], 5)
    const fresh = logitsOf(new WasmNetwork(weights, 7), given, SMALL.vocabulary)
    const used = new WasmNetwork(weights, 100)
    logitsOf(
      used,
      feeds(
        SMALL,
        Array.from({ length: 100 }, () => 24),
        6,
      ),
      SMALL.vocabulary,
    )
    expect(logitsOf(used, given, SMALL.vocabulary)).toEqual(fresh)
    // Each alone: as many logits as the tokens after its cut.
    const alone = given.slice(1).map((feed) => feed.slots.subarray(0, feed.count).indexOf(4))
    const only = (feed: Feed): Feed => {
      const one = feedOf(24)
      for (let at = 0; at < feed.count; at++) if (feed.slots[at] === 4) put(one, 0, feed.positions[at]!, feed.tokens[at]!) // prettier-ignore
      return one
    }
    const one = logitsOf(new WasmNetwork(weights, 1), given.map(only).filter(({ count }, at) => at === 0 || count > 0), SMALL.vocabulary) // prettier-ignore
    const rows = given.slice(1).map(({ count }) => count)
    const same = alone.flatMap((row, at) => row < 0 ? [] : [fresh[rows.slice(0, at).reduce((sum, count) => sum + count, 0) + row]]) // prettier-ignore
    expect(one).toEqual(same)
  })

  it('[T6] writes the texts that the oracle writes, from the same noise', { timeout: 60_000 }, async () => {
    const weights = randomWeights(NANO, 7)
    const dialect = lineDialect(NANO, 4)
    const prompts = ['write', 'mutate 5 80 130', 'keep 9 -1 130 -1 -1 -1 0', 'mutate 5']
    const writings = Array.from({ length: 48 }, (_, seed) => {
      const plan = dialect.plan(prompts[seed % 4]!)
      if (!plan.ok) throw new Error(plan.fault.message)
      return { plan: plan.value, temperature: [0, 0.5, 1][seed % 3]!, seed, most: 99 }
    })
    const write = (network: Network) => new CpuWriter(network).write(dialect, writings, () => undefined, never)
    const texts = await write(new WasmNetwork(weights, 16))
    expect(texts).toEqual(await write(new Oracle(weights, 16)))
    expect(new Set(texts.map(({ answer }) => String(answer))).size).toBeGreaterThan(25)
  })
})
