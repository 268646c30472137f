import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createGpuBattleEngine, type KernelOptions } from '../../src/arenas/core-war/kernel.ts'
import { createNodeGpu, nodeShaders } from '../../src/cli/node-gpu.ts'
import { GpuFault } from '../../src/gpu/fault.ts'
import type { Gpu } from '../../src/gpu/device.ts'
import { differences, matches } from '../golden/mars/conformance.ts'
import { expectEqualToOracle } from '../support/equal.ts'
import { randomBattle, rules } from '../support/warriors.ts'

let gpu: Gpu
const problems: string[] = []

beforeAll(async () => {
  const found = await createNodeGpu()
  if (!found.ok) throw new Error(found.fault.message)
  gpu = found.value
  gpu.device.addEventListener('uncapturederror', (event) => problems.push(event.error.message))
})

async function engine(options: KernelOptions = {}) {
  const created = await createGpuBattleEngine(gpu, nodeShaders, options)
  if (!created.ok) throw new Error(created.fault.message)
  return created.value
}
const battles = (from: number, count: number, settings: ReturnType<typeof rules>, warriors: number, pspace = false) =>
  Array.from({ length: count }, (_, index) => randomBattle(from + index, settings, warriors, pspace))

describe('the WGSL kernel', () => {
  it('[K1] [M11] agrees with every match recorded from pMARS 0.9.5', { timeout: 600_000 }, async () => {
    expect(await differences(await engine(), matches())).toEqual([])
  })

  it.each([
    ['nano', rules(80), 2, 300],
    ['tiny', rules(800, { maxCycles: 2000 }), 2, 100],
    ['one warrior', rules(80), 1, 65],
    ['a tiny process limit', rules(13, { maxProcesses: 3 }), 2, 128],
    ['a melee', rules(400, { maxCycles: 1000 }), 5, 63],
    ['a melee that goes on alone', rules(400, { maxCycles: 1000, endsWhen: 'none-left' }), 5, 64],
    ['36 warriors', rules(720, { maxCycles: 200 }), 36, 9],
    ['read and write limits', rules(120, { readLimit: 40, writeLimit: 24 }), 2, 100],
    ['8000 cells', rules(8000, { maxCycles: 2000 }), 2, 20],
    ['55440 cells', rules(55440, { maxCycles: 1000 }), 2, 4],
    ['65536 cells', rules(65536, { maxCycles: 1000, maxProcesses: 65535 }), 2, 3],
  ])('[K1] is equal to the oracle: %s', async (_name, settings, warriors, count) => {
    await expectEqualToOracle(await engine(), settings, battles(1, count, settings, warriors))
  })

  it('[K1] is equal to the oracle with P-space, shared and not', async () => {
    const settings = rules(80, { pspaceSize: 5 })
    await expectEqualToOracle(await engine(), settings, battles(1, 150, settings, 2, true))
    await expectEqualToOracle(await engine(), settings, battles(9, 50, settings, 4, true))
  })

  it.each([1, 7, 64, 1 << 20])('[K2] gives the same whatever the slice: at most %i steps', async (most) => {
    const settings = rules(20, { maxCycles: 40 })
    await expectEqualToOracle(
      await engine({ chunker: { first: Math.min(most, 64), most } }),
      settings,
      battles(3, 40, settings, 2),
    )
  })

  it.each([1, 63, 64, 65, 128])('[K2] gives the same whatever the batch: %i battles at a time', async (mostBattles) => {
    const settings = rules(80, { maxCycles: 100 })
    await expectEqualToOracle(await engine({ mostBattles }), settings, battles(5, 129, settings, 2))
  })

  it('[K2] leaves nothing of one batch in the next', async () => {
    const settings = rules(80)
    const reused = await engine()
    await reused.run(settings, battles(100, 129, settings, 2))
    await expectEqualToOracle(reused, settings, battles(1, 129, settings, 2))
  })

  it('[K3] stops with a fault when cancelled', async () => {
    const settings = rules(800, { maxCycles: 100_000 })
    const signal = { aborted: true }
    await expect((await engine()).run(settings, battles(1, 4, settings, 2), { signal })).rejects.toBeInstanceOf(
      GpuFault,
    )
  })

  it('[K3] answers a lost device with a fault instead of hanging', async () => {
    const other = await createNodeGpu()
    if (!other.ok) throw new Error(other.fault.message)
    const created = await createGpuBattleEngine(other.value, nodeShaders)
    if (!created.ok) throw new Error(created.fault.message)
    const settings = rules(800, { maxCycles: 100_000 })
    const fight = created.value.run(settings, battles(1, 64, settings, 2))
    other.value.device.destroy()
    await expect(fight).rejects.toBeInstanceOf(GpuFault)
  })

  afterAll(() => {
    expect(problems, '[K4] no validation error').toEqual([])
  })

  it('[K4] raises no validation error', () => {
    expect(problems).toEqual([])
  })
})
