import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Chunker } from '../../../src/gpu/chunker.ts'

/** A GPU that does `lanes` items at once, and takes a moment for any dispatch. */
const simulated = (chunker: Chunker, msPerStep: number, lanes: number, overhead = 0) => {
  let slower = 1
  return {
    slowDown(times: number) {
      slower = times
    },
    dispatch(items: number): number {
      const steps = chunker.stepsFor(items)
      const milliseconds = overhead + steps * msPerStep * slower * Math.ceil(items / lanes)
      chunker.measured({ steps, items, milliseconds })
      return milliseconds
    },
  }
}
const lanes = fc.integer({ min: 1, max: 100_000 })
const overheads = fc.double({ min: 0, max: 8, noNaN: true })
/** Milliseconds of one step of all lanes. */
const steps = fc.double({ min: 1e-5, max: 1, noNaN: true })
const batches = fc.array(fc.integer({ min: 1, max: 65_536 }), { minLength: 4, maxLength: 30 })
/** What no chunker can help: one step of these items takes as long. */
const oneStep = (items: number, width: number, msPerStep: number, overhead: number) =>
  overhead + msPerStep * Math.ceil(items / width)

describe('the chunker', () => {
  it('[K5] keeps dispatches short after three tries, whatever the GPU and however many items', () => {
    fc.assert(fc.property(steps, lanes, overheads, batches, (msPerStep, width, overhead, sizes) => {
      const gpu = simulated(new Chunker(), msPerStep, width, overhead)
      sizes.forEach((items, index) => {
        const took = gpu.dispatch(items)
        if (index >= 3) expect(took).toBeLessThanOrEqual(Math.max(100, oneStep(items, width, msPerStep, overhead)))
      })
    }), { seed: 1, numRuns: 2000 }) // prettier-ignore
  })

  it('[K5] finds its way back when the GPU is suddenly ten times as slow: the next dispatch knows', () => {
    fc.assert(fc.property(steps, lanes, fc.integer({ min: 1, max: 65_536 }), fc.double({ min: 1, max: 10, noNaN: true }), (msPerStep, width, items, times) => {
      const gpu = simulated(new Chunker(), msPerStep, width)
      for (const few of [items, items >> 1 || 1, items >> 3 || 1, items, items, items, items]) gpu.dispatch(few)
      gpu.slowDown(times)
      const one = (count: number) => oneStep(count, width, msPerStep * times, 0)
      // Even the one that meets the slow-down is not far above: its target was 12 ms.
      expect(gpu.dispatch(items)).toBeLessThanOrEqual(Math.max(125, one(items)))
      expect(gpu.dispatch(items)).toBeLessThanOrEqual(Math.max(13, one(items)))
      const fewer = items >> 1 || 1
      expect(gpu.dispatch(fewer)).toBeLessThanOrEqual(Math.max(100, one(fewer)))
    }), { seed: 2, numRuns: 1000 }) // prettier-ignore
  })

  it('[K5] begins a batch with what it learnt of the last, not with what its end has taught', () => {
    const gpu = simulated(new Chunker(), 0.001, 4096)
    const batch = () =>
      [65_536, 65_536, 65_536, 65_536, 20_000, 3000, 100, 5, 1, 1, 1].map((items) => gpu.dispatch(items))
    batch()
    const second = batch()
    expect(Math.max(...second)).toBeLessThanOrEqual(25)
    expect(second[0]).toBeGreaterThan(4)
  })

  it('[K5] always goes on: at least one step, and not more than the most', () => {
    const chunker = new Chunker({ most: 1000 })
    chunker.measured({ steps: 64, items: 1, milliseconds: 1e9 })
    expect(chunker.stepsFor(1)).toBe(1)
    expect(chunker.stepsFor(65_536)).toBe(1)
    for (let tries = 0; tries < 30; tries++) chunker.measured({ steps: chunker.stepsFor(1), items: 1, milliseconds: 0 })
    expect(chunker.stepsFor(1)).toBe(1000)
  })

  it('[K5] keeps slices sent off together short too, whatever the GPU and however fast the items get fewer', () => {
    const survivals = fc.array(fc.double({ min: 0.05, max: 1, noNaN: true }), { minLength: 40, maxLength: 40 })
    fc.assert(fc.property(steps, lanes, overheads, fc.integer({ min: 1, max: 65_536 }), survivals, (msPerStep, width, overhead, all, shares) => {
      const chunker = new Chunker()
      const time = (taken: number, items: number) => taken * msPerStep * Math.ceil(items / width)
      let items = all
      for (let sent = 0; sent < 12; sent++) {
        const slices = chunker.plan(items, Infinity, sent === 0).map((taken, at) => {
          const one = { steps: taken, items }
          items = Math.ceil(items * (shares[(sent * 5 + at) % shares.length] ?? 1))
          return one
        })
        const took = slices.map((slice) => time(slice.steps, slice.items))
        const bounds = chunker.measuredTogether(slices, overhead + took.reduce((sum, one) => sum + one, 0))
        // Rounding up to whole rounds of the GPU's width is all that proportion does not know.
        bounds.forEach(({ milliseconds }, at) => expect(milliseconds * 2 + 1e-9).toBeGreaterThanOrEqual(took[at] ?? 0))
        if (sent < 3) continue
        for (const [at, one] of took.entries())
          expect(one).toBeLessThanOrEqual(Math.max(100, oneStep(slices[at]?.items ?? 0, width, msPerStep, overhead)))
        expect(took.reduce((sum, one) => sum + one, 0)).toBeLessThanOrEqual(Math.max(200, time(1, slices[0]?.items ?? 0)))
      }
    }), { seed: 3, numRuns: 1000 }) // prettier-ignore
  })

  it('[K5] begins new items with short slices, and sends off no more than is left', () => {
    const chunker = new Chunker()
    for (let tries = 0; tries < 10; tries++)
      chunker.measured({ steps: chunker.stepsFor(1000), items: 1000, milliseconds: 1 })
    expect(chunker.plan(1000, 1600, true)).toEqual([64, 256, 1024, 4096])
    expect(chunker.plan(1000, 16, true)).toEqual([64])
    expect(new Chunker().plan(1000, Infinity, true)).toEqual([64])
  })

  it.each([1, 7, 64])('[K5] takes no more than %i steps at first', (first) => {
    expect(new Chunker({ first }).stepsFor(1)).toBe(first)
    expect(new Chunker({ first }).stepsFor(1 << 20)).toBe(1)
  })
})

describe('the shaders', () => {
  const folder = new URL('../../../shaders/', import.meta.url)
  const files = (readdirSync(folder, { recursive: true }) as string[]).filter((name) => name.endsWith('.wgsl'))

  it('[K6] bound every loop by a uniform, an override or a count, and never wait', () => {
    expect(files.length).toBeGreaterThan(0)
    let loops = 0
    for (const file of files) {
      const text = readFileSync(new URL(file, folder), 'utf8').replace(/\/\/.*/g, '')
      expect(/\bloop\s*\{|\bwhile\s*\(/.test(text), file).toBe(false)
      for (const [, condition = ''] of text.matchAll(/\bfor\s*\([^;]*;([^;]*);/g)) {
        loops++
        expect(
          /^ budget > 0( && [a-z.]+ > 0)?$|^ [a-z]+( \+ 1)? < (job\.(warriors|coreSize|maxProcesses|steps|slots|quads)|\d+|alive|length|words|outputs|shares|[A-Z_]+)$/.test(
            condition,
          ),
          `${file}: for (…;${condition};…)`,
        ).toBe(true)
      }
    }
    // A control: the pattern finds loops.
    expect(loops).toBeGreaterThan(3)
  })
})
