import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Branch, sampleOne } from '../../../src/arenas/diffusion-cache/model/reference.ts'
import { anglesOf, noiseOf } from '../../../src/arenas/diffusion-cache/model/sampler.ts'
import { PICTURE } from '../../../src/arenas/diffusion-cache/model/shape.ts'
import { modulationOf } from '../../../src/arenas/diffusion-cache/model/text.ts'
import { WasmSampler } from '../../../src/arenas/diffusion-cache/model/wasm.ts'
import { readDit } from '../../../src/arenas/diffusion-cache/model/weights.ts'
import { COMPUTE, fullSchedule, genesOf, type Schedule } from '../../../src/arenas/diffusion-cache/schedule.ts'
import { sinCos, tanh } from '../../../src/core/exact.ts'

const folder = 'tests/fixtures/diffusion-cache'
const bytes = new Uint8Array(readFileSync(`${folder}/small.safetensors`))
const read = readDit(bytes)
if (!read.ok) throw new Error(read.fault.message)
const weights = read.value
const { blocks } = weights.shape
const recorded = JSON.parse(readFileSync(`${folder}/activations.json`, 'utf8')) as {
  captions: number[][]
  angles: number[]
  x: number[][]
  components: number[][][][]
  output: number[][]
}

const largest = (x: ArrayLike<number>, y: ArrayLike<number>): number =>
  Array.from(x, (value, i) => Math.abs(value - y[i]!)).reduce((most, one) => Math.max(most, one), 0)

const STEPS = 5
const schedules = fc
  .array(fc.constantFrom(0, 0, 1, 2), { minLength: genesOf({ steps: STEPS, blocks }), maxLength: genesOf({ steps: STEPS, blocks }) })
  .map((genes): Schedule => ({ steps: STEPS, blocks, genes: Uint8Array.from(genes) })) // prettier-ignore
const planOf = (count: number, guidance = 3) => ({
  captions: Array.from({ length: count }, (_, i) => recorded.captions[i % 2]!).flat(),
  noise: noiseOf(5, count),
  guidance,
})

describe('the oracle of the diffusion transformer', () => {
  it('[G1] gives what JAX gives, component by component', () => {
    recorded.captions.forEach((caption, i) => {
      const branch = new Branch(weights, caption)
      const all = fullSchedule({ steps: 1, blocks }).genes
      const guess = branch.guess(
        Float64Array.from(recorded.x[i]!),
        modulationOf(weights, recorded.angles[i]!),
        Array.from(all, () => ({ computes: true, ahead: 0 })),
      )
      branch.outputs.forEach((output, slot) => {
        const own = recorded.components[i]![Math.floor(slot / 3)]![slot % 3]!
        expect(largest(output.subarray(0, own.length), own)).toBeLessThan(2e-5 * Math.max(1, ...own.map(Math.abs)))
      })
      expect(largest(guess, recorded.output[i]!)).toBeLessThan(1e-4)
    })
  })

  it('[G2] computes a component that was never computed, whatever its gene; and nothing else that is not asked for', () => {
    const schedule = { steps: 4, blocks, genes: new Uint8Array(genesOf({ steps: 4, blocks })) }
    const onlyFirst = { ...schedule, genes: schedule.genes.map((_, i) => (i < blocks * 3 ? COMPUTE : 0)) }
    const sample = (one: Schedule) => sampleOne(weights, one, recorded.captions[0]!, noiseOf(1, 1), 3)
    expect(sample(schedule)).toEqual(sample(onlyFirst))
    expect(largest(sample(schedule), sample(fullSchedule(schedule)))).toBeGreaterThan(1e-3)
  })
})

describe('the sampler in WebAssembly', () => {
  const sampler = new WasmSampler(weights)

  it('[G3] agrees with the oracle within 2e-4 of the range, for any schedule', () => {
    fc.assert(
      fc.property(schedules, fc.constantFrom(1, 3), (schedule, guidance) => {
        const plan = planOf(2, guidance)
        const pictures = sampler.sample(schedule, plan)
        for (let i = 0; i < 2; i++) {
          const size = PICTURE
          const one = sampleOne(weights, schedule, plan.captions.slice(7 * i, 7 * i + 7), plan.noise.subarray(i * size, (i + 1) * size), guidance) // prettier-ignore
          expect(largest(pictures.subarray(i * size, (i + 1) * size), one)).toBeLessThan(2e-4)
        }
      }),
      { numRuns: 12 },
    )
  })

  it('[G4] gives the same bits whatever was sampled before, and however many pictures are', () => {
    fc.assert(
      fc.property(schedules, schedules, (one, other) => {
        const plan = planOf(6)
        const first = new WasmSampler(weights).sample(one, plan)
        sampler.sample(other, plan)
        expect(sampler.sample(one, plan)).toEqual(first)
        const few = { ...planOf(6), captions: plan.captions.slice(0, 7), noise: plan.noise.slice(0, PICTURE) }
        expect(sampler.sample(one, few)).toEqual(first.slice(0, PICTURE))
      }),
      { numRuns: 8 },
    )
  })

  it('[G5] tells of every step, the last of which is the picture', () => {
    const seen: number[] = []
    let last = new Float32Array(0)
    const pictures = sampler.sample(fullSchedule({ steps: STEPS, blocks }), planOf(3), (step, _, guess) => {
      seen.push(step)
      last = Float32Array.from(guess)
    })
    expect(seen).toEqual([0, 1, 2, 3, 4])
    expect(last).toEqual(pictures)
  })
})

describe('weights of the diffusion transformer', () => {
  it('[G6] are refused with a sentence where they are cut, of another shape, or no numbers', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: bytes.length - 1 }), (length) => {
        const cut = readDit(bytes.slice(0, length))
        expect(cut.ok ? '' : cut.fault.message).toMatch(/cannot be used/)
      }),
      { numRuns: 40 },
    )
    const spoilt = bytes.slice()
    spoilt.set([0, 0x7e], spoilt.length - 2)
    const none = readDit(spoilt)
    expect(none.ok ? '' : none.fault.message).toMatch(/not a number/)
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), fc.nat(bytes.length - 64), (noise, at) => {
        const changed = bytes.slice()
        changed.set(noise, at)
        readDit(changed)
      }),
    )
  })
})

describe('exact functions', () => {
  it('[G7] sine, cosine and hyperbolic tangent are within 1e-13', () => {
    fc.assert(
      fc.property(fc.double({ min: -1000, max: 1000, noNaN: true }), (x) => {
        expect(Math.abs(sinCos(x).sin - Math.sin(x))).toBeLessThan(1e-13)
        expect(Math.abs(sinCos(x).cos - Math.cos(x))).toBeLessThan(1e-13)
        expect(Math.abs(tanh(x / 50) - Math.tanh(x / 50))).toBeLessThan(1e-13)
      }),
    )
  })

  it('[G7] angles fall in equal steps to nothing, and noise of a picture is its own', () => {
    expect([...anglesOf(4)].map((angle) => Math.round(1000 * angle))).toEqual([1520, 1140, 760, 380, 0])
    expect(noiseOf(3, 5).subarray(0, 1200)).toEqual(noiseOf(3, 1))
    const many = noiseOf(9, 40)
    const mean = many.reduce((sum, one) => sum + one, 0) / many.length
    const square = many.reduce((sum, one) => sum + one * one, 0) / many.length
    expect(Math.abs(mean)).toBeLessThan(0.02)
    expect(Math.abs(square - 1)).toBeLessThan(0.03)
  })
})
