import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { decompose } from '../../../src/arenas/singular-values/model/decompose.ts'
import { logits } from '../../../src/arenas/singular-values/model/reference.ts'
import type { Adapter, Examples } from '../../../src/arenas/singular-values/model/shape.ts'
import { isHeldOut, isKind, textOf, tokensOf } from '../../../src/arenas/singular-values/model/sums.ts'
import { WasmNet } from '../../../src/arenas/singular-values/model/wasm.ts'
import { readFashion, readSums } from '../../../src/arenas/singular-values/model/weights.ts'
import { largestGap } from '../../support/essa-members.ts'

interface Recorded {
  readonly offsets: readonly number[]
  readonly base: readonly number[]
  readonly short: readonly number[]
  readonly changed: readonly number[]
}
/** Made by `training/singular-values/fixtures.py` in 64 bits, which builds the changed factors themselves. */
const recorded = JSON.parse(readFileSync('tests/fixtures/singular-values/activations.json', 'utf8')) as {
  fashion: Recorded & { rows: number[]; labels: number[]; values: number[]; unit: number }
  sums: Recorded & { kind: string; read: string[]; tokens: number[][]; right: number[][]; units: number[]; values: { a: number[]; b: number[] } }
} // prettier-ignore
const fileOf = (name: string) => new Uint8Array(readFileSync(`public/models/${name}.safetensors`))

describe('the classifier that ships', () => {
  const read = readFashion(fileOf('essa-fashion'))
  if (!read.ok) throw new Error(read.fault.message)
  const { network, trainings, held } = read.value
  const { rows, labels, values, unit, offsets, base, short, changed } = recorded.fashion
  const adapters = decompose(trainings[0]!.changes, 'product', 1)
  const examples: Examples = {
    count: rows.length,
    inputs: Float32Array.from(rows.flatMap((row) => Array.from(held.pixels.subarray(row * 196, (row + 1) * 196), (pixel) => pixel / 255))),
    targets: Int32Array.from(labels),
  } // prettier-ignore

  it('[U15] has the logits that NumPy gives, as it was trained and with its singular values moved', () => {
    const [adapter] = adapters as [Adapter]
    expect(rows.map((row) => held.labels[row])).toEqual(labels)
    expect(largestGap(adapter.sA, values)).toBeLessThan(1e-6)
    expect(Math.abs(adapter.unitA - unit)).toBeLessThan(1e-6)
    const genome = Float32Array.from(offsets)
    for (const [own, theirs] of [
      [logits(network, [], [], examples), base],
      [logits(network, adapters, new Float32Array(10), examples), short],
      [logits(network, adapters, genome, examples), changed],
      [new WasmNet(network, adapters).logits(genome, examples), changed],
    ] as const)
      // prettier-ignore
      expect(largestGap(own, theirs)).toBeLessThan(1e-5)
  })
})

describe('the decoder that ships', () => {
  const read = readSums(fileOf('essa-sums'))
  if (!read.ok) throw new Error(read.fault.message)
  const { network, trainings, asked } = read.value
  const { kind, tokens, right, units, values, offsets, base, short, changed, read: texts } = recorded.sums
  const training = trainings.find(({ warmth, rank }) => warmth === 'short' && rank === 4)
  const adapters = decompose(training!.changes, 'factors', 1)
  const examples: Examples = {
    count: tokens.length,
    inputs: Int32Array.from(tokens.flat()),
    targets: Int32Array.from(right.flat()),
  }
  const genome = Float32Array.from(offsets)
  const none = new Float32Array(offsets.length)

  it('[U15] has the logits that JAX gives, as it was trained and with its singular values moved', () => {
    expect(largestGap(adapters.flatMap(({ sA }) => [...sA]), values.a)).toBeLessThan(1e-6) // prettier-ignore
    expect(largestGap(adapters.flatMap(({ sB }) => [...sB]), values.b)).toBeLessThan(1e-6) // prettier-ignore
    expect(largestGap([adapters[0]!.unitA, adapters[0]!.unitB], units)).toBeLessThan(1e-6)
    const net = new WasmNet(network, adapters)
    for (const [own, theirs] of [
      [logits(network, [], [], examples), base],
      [logits(network, adapters, none, examples), short],
      [logits(network, adapters, genome, examples), changed],
      [net.logits(none, examples), short],
      [net.logits(genome, examples), changed],
    ] as const)
      // prettier-ignore
      expect(largestGap(own, theirs)).toBeLessThan(1e-4)
    expect(largestGap(short, changed)).toBeGreaterThan(0.1)
  })

  it('[U13] was adapted to texts that are written here as they were there', () => {
    expect(asked).toBe(kind)
    if (!isKind(kind)) throw new Error(`nobody knows ${kind}`)
    texts.forEach((text, at) => {
      const [a, b] = [Number(text.slice(0, 2)), Number(text.slice(3, 5))]
      expect(isHeldOut(a, b)).toBe(true)
      const whole = textOf(kind, a, b)
      expect(whole.slice(0, 8)).toBe(text)
      expect([...tokensOf(whole)]).toEqual([...tokens[at]!, right[at]!.at(-1)!])
    })
  })
})
