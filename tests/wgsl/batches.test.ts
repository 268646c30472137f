import { describe, expect, it } from 'vitest'
import { ReferenceEngine } from '../../src/arenas/core-war/reference.ts'
import type { Gpu } from '../../src/gpu/device.ts'
import { GpuFault } from '../../src/gpu/fault.ts'
import { gpuForTests } from '../support/gpu.ts'
import { battles, rules } from '../support/warriors.ts'

const { gpu, engine } = gpuForTests()
const settings = rules(200)

/** The same GPU; told how many results are waited for at the same time at most, and when loads and reads begin. */
function watched({ guard, ...rest }: Gpu) {
  const waits = { now: 0, most: 0, all: 0 }
  const counting: Gpu = {
    ...rest,
    guard: async <T>(promise: Promise<T>) => {
      waits.all++
      waits.most = Math.max(waits.most, ++waits.now)
      try {
        return await guard(promise)
      } finally {
        waits.now--
      }
    },
  }
  return { counting, waits }
}

describe('battles in several batches', () => {
  it('[K10] are prepared and read while others are fought, and every one comes to the same', async () => {
    const setups = battles(3, 150, settings, 2)
    const want = await new ReferenceEngine().run(settings, setups)
    const { counting, waits } = watched(gpu())
    const mars = await engine({ mostBattles: 32, way: 'slices' }, counting)
    waits.most = 0
    const found = await mars.run(settings, setups)
    expect(found.map(({ instructions }) => instructions)).toEqual(want.map(({ instructions }) => instructions))
    expect(found.map(({ diedAt }) => [...diedAt])).toEqual(want.map(({ diedAt }) => [...diedAt]))
    expect(waits.most).toBe(2)
    mars.dispose()
  })

  it('[K10] a control: all at once, nothing is waited for beside it', async () => {
    const { counting, waits } = watched(gpu())
    const mars = await engine({ mostBattles: 150, way: 'slices' }, counting)
    waits.most = 0
    await mars.run(settings, battles(3, 150, settings, 2))
    expect(waits.all).toBeGreaterThan(3)
    expect(waits.most).toBe(1)
    mars.dispose()
  })

  it('[K10] [K3] end together when one is cancelled, and the next run is none the worse', async () => {
    const setups = battles(3, 150, settings, 2)
    const mars = await engine({ mostBattles: 32, way: 'slices' })
    let looks = 0
    // Aborted at the fifth look, in the middle of the first batches.
    const signal = { get aborted() { return ++looks >= 5 } } // prettier-ignore
    await expect(mars.run(settings, setups, { signal })).rejects.toThrow(GpuFault)
    const want = await new ReferenceEngine().run(settings, setups)
    const found = await mars.run(settings, setups)
    expect(found.map(({ diedAt }) => [...diedAt])).toEqual(want.map(({ diedAt }) => [...diedAt]))
    mars.dispose()
  })
})
