import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Chunker } from '../../../src/gpu/chunker.ts'

describe('the chunker', () => {
  it('[K5] keeps dispatches short after three tries, whatever the GPU, and when it slows down', () => {
    fc.assert(fc.property(fc.double({ min: 1e-6, max: 1, noNaN: true }), fc.double({ min: 1, max: 10, noNaN: true }), (msPerStep, slower) => {
      const chunker = new Chunker()
      const dispatch = (cost: number) => {
        const { steps } = chunker
        chunker.measured(steps, steps * cost)
        return steps * cost
      }
      for (let tries = 0; tries < 12; tries++) {
        const took = dispatch(msPerStep)
        if (tries >= 3 && msPerStep < 12) expect(took).toBeLessThanOrEqual(100)
      }
      // The one that meets the slow-down may be slow; the next knows.
      dispatch(msPerStep * slower)
      expect(dispatch(msPerStep * slower)).toBeLessThanOrEqual(Math.max(13, msPerStep * slower * 1.01))
    }), { seed: 1, numRuns: 500 }) // prettier-ignore
  })

  it('[K5] always goes on: at least one step', () => {
    const chunker = new Chunker()
    chunker.measured(64, 1e9)
    expect(chunker.steps).toBe(1)
    for (let tries = 0; tries < 30; tries++) chunker.measured(chunker.steps, 0)
    expect(chunker.steps).toBeLessThanOrEqual(1 << 20)
  })
})

describe('the shaders', () => {
  const folder = new URL('../../../shaders/', import.meta.url)
  const files = (readdirSync(folder, { recursive: true }) as string[]).filter((name) => name.endsWith('.wgsl'))

  it('[K6] bound every loop by a uniform, an override or a count, and never wait', () => {
    expect(files.length).toBeGreaterThan(0)
    for (const file of files) {
      const text = readFileSync(new URL(file, folder), 'utf8').replace(/\/\/.*/g, '')
      expect(/\bloop\s*\{|\bwhile\s*\(/.test(text), file).toBe(false)
      for (const [, condition = ''] of text.matchAll(/\bfor\s*\([^;]*;([^;]*);/g)) {
        expect(
          /budget > 0|[a-zA-Z]+( \+ 1)? < (WARRIORS|alive|length)/.test(condition),
          `${file}: for (…;${condition};…)`,
        ).toBe(true)
      }
    }
  })
})
