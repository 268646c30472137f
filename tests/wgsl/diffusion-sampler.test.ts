import { describe, expect, it } from 'vitest'
import { createGpuSampler } from '../../src/arenas/diffusion-cache/kernel/sampler.ts'
import { fullSchedule } from '../../src/arenas/diffusion-cache/schedule.ts'
import { nodeShaders } from '../../src/cli/node-gpu.ts'
import { rng } from '../../src/core/rng.ts'
import { gpuForTests } from '../support/gpu.ts'
import { randomDit, randomRequest, randomSchedule, SMALL } from '../support/shapes-dit.ts'
import { referenceSample } from '../support/shapes-dit-reference.ts'

const { gpu } = gpuForTests()

describe('x', () => {
  it('y', async () => {
    const weights = randomDit(SMALL, 1)
    const made = await createGpuSampler(gpu(), nodeShaders, weights)
    if (!made.ok) throw new Error(made.fault.message)
    const request = randomRequest(3, 3, 5)
    const shape = { steps: 5, blocks: 2 }
    const schedules = [fullSchedule(shape), randomSchedule(shape, 0.5, rng(1)), randomSchedule(shape, 0.3, rng(2))]
    const done = await made.value.sample(schedules, request)
    if (!done.ok) throw new Error(done.fault.message)
    schedules.forEach((schedule, at) => {
      const expected = referenceSample(weights, schedule, request)
      const got = done.value.pictures.subarray(at * expected.length, (at + 1) * expected.length)
      let most = 0
      expected.forEach((value, i) => (most = Math.max(most, Math.abs(value - got[i]!))))
      console.log(at, most, expected.slice(0, 5), got.slice(0, 5))
    })
  })
})
