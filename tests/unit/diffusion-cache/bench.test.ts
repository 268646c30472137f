import { describe, expect, it } from 'vitest'
import { generation, macsOfPlan, macsOfSchedule, ofEveryCost } from '../../../bench/diffusion/population.ts'
import { onnxSampler } from '../../../bench/diffusion/onnx.ts'
import { pearson } from '../../../bench/stats.ts'
import { WasmSampler } from '../../../src/arenas/diffusion-cache/model/wasm.ts'
import { fullSchedule } from '../../../src/arenas/diffusion-cache/schedule.ts'
import { randomDit, randomRequest, REAL, SMALL } from '../../support/shapes-dit.ts'

const shape = { steps: 12, blocks: 6 }

describe('the benchmark of the sampler', () => {
  it('[G31] counts work that is common to several once', () => {
    const full = fullSchedule(shape)
    // 20.3 M a picture, step and branch (blocks alone), 12 steps, two branches; 2 % for what comes before and after them.
    expect(macsOfSchedule(REAL, full) / 1e6 / 24).toBeCloseTo(20.3 + 0.17, 0)
    expect(macsOfPlan(REAL, [full])).toBeCloseTo(macsOfSchedule(REAL, full))
    expect(macsOfPlan(REAL, [full, full])).toBeCloseTo(macsOfSchedule(REAL, full))
    for (const one of ofEveryCost(shape, 5, 1)) expect(macsOfPlan(REAL, [one])).toBeCloseTo(macsOfSchedule(REAL, one))
    const members = generation(shape, 24, 1)
    const sum = members.reduce((total, one) => total + macsOfSchedule(REAL, one), 0)
    expect(members.length).toBe(24)
    expect(macsOfPlan(REAL, members)).toBeLessThan(sum)
    expect(generation(shape, 24, 1)).toEqual(members)
  })

  it('[G31] has schedules of rising cost', () => {
    const costs = ofEveryCost(shape, 20, 2).map((one) => macsOfSchedule(REAL, one))
    expect(costs.at(-1)).toBe(macsOfSchedule(REAL, fullSchedule(shape)))
    expect(costs[0]! / costs.at(-1)!).toBeLessThan(0.1)
    expect(pearson(costs.map((_, at) => at), costs)).toBeGreaterThan(0.98) // prettier-ignore
  })

  it('[G31] measures against a peer that runs the same network', async () => {
    const weights = randomDit(SMALL, 5)
    const request = randomRequest(2, 3, 6)
    const found = await (await onnxSampler(weights, 2, 1))(request, 4)
    const expected = new WasmSampler(weights).sample(fullSchedule({ steps: 4, blocks: 2 }), request)
    const apart = found.map((value, i) => Math.abs(value - expected[i]!))
    expect(Math.max(...apart)).toBeLessThan(1e-5)
  })

  it("[G31] correlates by Pearson's formula", () => {
    expect(pearson([1, 2, 3], [2, 4, 6])).toBeCloseTo(1)
    expect(pearson([1, 2, 3], [3, 2, 1])).toBeCloseTo(-1)
    expect(pearson([1, 2, 3, 4], [1, 3, 2, 4])).toBeCloseTo(0.8)
    expect(pearson([1, 2, 3], [5, 5, 5])).toBeNaN()
  })
})
