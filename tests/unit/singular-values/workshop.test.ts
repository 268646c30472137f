import { describe, expect, it } from 'vitest'
import { calibrated } from '../../../src/arenas/singular-values/calibrate.ts'
import { zeroOf } from '../../../src/arenas/singular-values/genome.ts'
import { worldOf } from '../../../src/arenas/singular-values/options.ts'
import { samplesOf } from '../../../src/arenas/singular-values/samples.ts'
import { EFFECT } from '../../../src/core/effect.ts'
import type { Result } from '../../../src/core/result.ts'
import { worldFor } from '../../support/singular.ts'
import { studioOf, valueOf } from '../../support/studio.ts'

const faultOf = (result: Result<unknown>) => (result.ok ? 'no fault' : `${result.fault.kind}: ${result.fault.message}`)

describe('the workshop', () => {
  it('[Z10] tells sizes, spectra and what the trained adapter does on held-out examples', async () => {
    const clothes = valueOf(await (await studioOf(worldFor('clothes'))).open())
    expect([clothes.weights, clothes.spectra.length, clothes.examples]).toEqual([1960, 1, 2000])
    expect(clothes.trained).toBeCloseTo(0.8135, 3)
    const sums = valueOf(await (await studioOf(worldFor('sums'))).open())
    expect([sums.weights, sums.spectra.length]).toEqual([786_432, 32])
    expect(sums.trained).toBeGreaterThan(0.3)
    expect(sums.trained).toBeLessThan(0.6)
    for (const { values, unit, factor } of [...clothes.spectra, ...sums.spectra]) {
      expect([...values].sort((x, y) => y - x)).toEqual(values)
      expect(unit).toBeGreaterThan(0)
      expect(['A', 'B', 'product']).toContain(factor)
    }
  })

  it('[Z10] judges spectra on held-out examples, in other precisions too, and tells how much two answer alike', async () => {
    const options = worldFor('clothes')
    const studio = await studioOf(options)
    const zero = zeroOf(options)
    const far = zero.map((_, at) => (at % 2 === 0 ? 3 : -3))
    const { right, ms } = valueOf(await studio.held({ genomes: [zero, far] }))
    expect(right[0]).toBeCloseTo(0.8135, 3)
    expect(right[1]).toBeLessThan(right[0]!)
    expect(ms).toBeGreaterThan(0)
    for (const precision of ['f16', 'int8', 'int4'] as const)
      expect(valueOf(await studio.held({ genomes: [zero], precision })).right[0]).toBeCloseTo(0.81, 1)
    expect(valueOf(await studio.effect({ genomes: [zero, zero] }))).toBe(0)
    expect(valueOf(await studio.effect({ genomes: [zero, far] }))).toBeGreaterThan(0.1)
    const costs = valueOf(await studio.cost({ genome: zero, members: [1, 3], examples: 20 }))
    expect(costs.map(({ members }) => members)).toEqual([1, 3])
    for (const cost of costs) expect(cost.ms).toBeGreaterThanOrEqual(0)
  })

  it('[Z14] finds the reach at which samples differ in about a third of their answers', async () => {
    for (const preset of ['clothes', 'sums']) {
      const options = worldFor(preset)
      const studio = await studioOf(options)
      const { step, effect } = valueOf(await studio.reach({ genome: zeroOf(options), sigma: 0.3 }))
      expect(effect, preset).toBeGreaterThan(EFFECT.least)
      expect(effect, preset).toBeLessThan(EFFECT.most)
      expect(
        valueOf(await studio.effect({ genomes: samplesOf(zeroOf(options), 0.3, { ...worldOf(options), step }) })),
      ).toBe(effect)
      expect(valueOf(await studio.reach({ genome: zeroOf(options), sigma: 0.3 })).step).toBe(step)
      for (const sigma of [0, -1, NaN, 1e9])
        expect(faultOf(await studio.reach({ genome: zeroOf(options), sigma }))).toMatch(/^bad-request: Steps are/)
    }
    // Where nothing ever differs the longest is told, with what it comes to.
    expect(calibrated(() => 0)).toMatchObject({ effect: 0 })
    expect(calibrated((step) => Math.min(1, step / 4)).step).toBeCloseTo(1.4, 0)
  })

  it('[Z10] answers a few held-out questions, and what is typed, before and after', async () => {
    const options = worldFor('sums')
    const studio = await studioOf(options)
    const genomes = [zeroOf(options), zeroOf(options).map(() => 3)]
    const few = valueOf(await studio.ask({ genomes, typed: '' }))
    expect(few).toHaveLength(8)
    for (const { question, right, answers, picture } of few) {
      const [, a = '', b = ''] = /^(\d\d)\D(\d\d)=$/.exec(question) ?? []
      expect(right).toBe(String(Number(a) - Number(b)).padStart(3, '0'))
      expect(answers).toHaveLength(2)
      for (const answer of answers) expect(answer).toMatch(/^.{3}$/)
      expect(picture).toBeNull()
    }
    for (const typed of ['84-27', ' 84 − 27 =', '84/27', '84 -27'])
      expect(valueOf(await studio.ask({ genomes, typed }))).toMatchObject([{ question: '84/27=', right: '057' }])
    for (const typed of ['27-84', '100-1', '84', '84--27', 'x'.repeat(10_000), '<b>'])
      expect(faultOf(await studio.ask({ genomes, typed }))).toMatch(/^not-a-question: ".{1,20}" is none of the sums/)
    const clothes = await studioOf(worldFor('clothes'))
    const zero = [zeroOf(worldFor('clothes'))]
    const [shirt] = valueOf(await clothes.ask({ genomes: zero, typed: '2' }))
    expect(shirt).toMatchObject({ question: 'No. 2', right: 'shirt' })
    expect(shirt?.picture).toHaveLength(196)
    for (const typed of ['0', '2001', 'shoe', '-1'])
      expect(faultOf(await clothes.ask({ genomes: zero, typed }))).toMatch(
        /^not-a-question: .* there are 2000, from 1 on/,
      )
  })

  it('[Z10] tells what is wrong with a request', async () => {
    const studio = await studioOf(worldFor('clothes'))
    const zero = zeroOf(worldFor('clothes'))
    const wrong: readonly (readonly Float32Array[])[] = [
      [],
      [zero.slice(1)],
      [zero.map(() => NaN)],
      [zero.map(() => 1e9)],
      Array.from({ length: 257 }, () => zero),
    ]
    for (const genomes of wrong)
      for (const result of [
        await studio.held({ genomes }),
        await studio.ask({ genomes, typed: '' }),
        await studio.effect({ genomes }),
      ])
        expect(faultOf(result)).toMatch(/^bad-request: .*(from 1 to 256|does not fit this model, which has 10)/)
    for (const request of [
      { members: [0], examples: 10 },
      { members: [257], examples: 10 },
      { members: [1], examples: 0 },
      { members: [1], examples: 1e9 },
    ])
      expect(faultOf(await studio.cost({ genome: zero, ...request }))).toMatch(/^bad-request: From 1 to 256 members/)
  })
})
