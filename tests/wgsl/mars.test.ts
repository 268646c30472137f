import { describe, expect, it } from 'vitest'
import { createGpuBattleEngine } from '../../src/arenas/core-war/kernel.ts'
import { fieldBitsFor, instructionsIn } from '../../src/arenas/core-war/kernel/cells.ts'
import { createNodeGpu, nodeShaders } from '../../src/cli/node-gpu.ts'
import type { Dispatch } from '../../src/gpu/chunker.ts'
import { GpuFault } from '../../src/gpu/fault.ts'
import type { Gpu } from '../../src/gpu/device.ts'
import { rng } from '../../src/core/rng.ts'
import { differences, matches } from '../golden/mars/conformance.ts'
import { expectEqualToOracle } from '../support/equal.ts'
import { gpuForTests } from '../support/gpu.ts'
import { battles, randomProgram, rules } from '../support/warriors.ts'

const { gpu, engine, problems } = gpuForTests()

/** The same GPU, but every buffer that it makes is full of rubbish at first. */
function poisoned({ device, ...rest }: Gpu): Gpu {
  const createBuffer = (descriptor: GPUBufferDescriptor) => {
    const buffer = device.createBuffer(descriptor)
    device.queue.writeBuffer(buffer, 0, new Uint32Array(descriptor.size / 4).fill(0xbaadf00d))
    return buffer
  }
  const proxy = new Proxy(device, {
    get(target, name) {
      if (name === 'createBuffer') return createBuffer
      const value: unknown = Reflect.get(target, name, target)
      return typeof value === 'function' ? (value.bind(target) as unknown) : value
    },
  })
  return { ...rest, device: proxy }
}

describe('the WGSL kernel', () => {
  it('[K1] [M11] agrees with every match recorded from pMARS 0.9.5', { timeout: 600_000 }, async () => {
    expect(await differences(await engine(), matches())).toEqual([])
  })

  it.each([
    ['nano', rules(80), 2, 300],
    ['tiny', rules(800, { maxCycles: 2000 }), 2, 100],
    ['one warrior', rules(80), 1, 65],
    ['one warrior that goes on alone', rules(80, { endsWhen: 'none-left' }), 1, 65],
    ['two warriors that go on alone', rules(80, { endsWhen: 'none-left' }), 2, 128],
    ['a tiny process limit', rules(13, { maxProcesses: 3 }), 2, 128],
    ['one process each', rules(8, { maxProcesses: 1 }), 2, 128],
    ['a melee', rules(400, { maxCycles: 1000 }), 5, 63],
    ['a melee that goes on alone', rules(400, { maxCycles: 1000, endsWhen: 'none-left' }), 5, 64],
    ['36 warriors', rules(720, { maxCycles: 200 }), 36, 10],
    ['36 warriors that go on alone', rules(720, { maxCycles: 200, endsWhen: 'none-left' }), 36, 10],
    ['read and write limits', rules(120, { readLimit: 40, writeLimit: 24 }), 2, 100],
    ['read and write limits in a melee', rules(121, { readLimit: 11, writeLimit: 121 }), 4, 40],
    ['8000 cells', rules(8000, { maxCycles: 2000 }), 2, 20],
    ['55440 cells', rules(55440, { maxCycles: 1000 }), 2, 4],
    ['65536 cells', rules(65536, { maxCycles: 1000, maxProcesses: 65535 }), 2, 4],
  ])('[K1] is equal to the oracle, seeds 1 on: %s', async (_name, settings, warriors, count) => {
    const outcomes = await expectEqualToOracle(await engine(), settings, battles(1, count, settings, warriors))
    // A control: half of them are not over at once.
    expect(outcomes.filter(({ instructions }) => instructions > 40).length).toBeGreaterThan(count / 4)
  })

  it('[K1] is equal to the oracle with P-space, shared and not, given and not', async () => {
    const settings = rules(80, { pspaceSize: 5 })
    const mars = await engine()
    await expectEqualToOracle(mars, settings, battles(1, 150, settings, 2, true))
    await expectEqualToOracle(mars, settings, battles(9, 50, settings, 4, true))
    const without = battles(21, 50, settings, 2, true).map(({ warriors, first }) => ({ warriors, first }))
    await expectEqualToOracle(mars, settings, without)
  })

  it('[K1] is equal to the oracle with P-space under limits', async () => {
    const settings = rules(90, { pspaceSize: 5, readLimit: 30, writeLimit: 18 })
    await expectEqualToOracle(await engine(), settings, battles(1, 80, settings, 3, true))
  })

  it.each([
    [7, rules(80), 2, false],
    [7, rules(128, { maxCycles: 400, pspaceSize: 4, readLimit: 32, writeLimit: 16 }), 3, true],
    [10, rules(80), 2, false],
    [10, rules(1024, { maxCycles: 1000, pspaceSize: 4 }), 2, true],
    [10, rules(720, { maxCycles: 300, endsWhen: 'none-left' }), 9, false],
    [16, rules(80), 2, false],
    [16, rules(80, { maxProcesses: 2, pspaceSize: 4 }), 3, true],
  ] as const)('[K1] is equal to the oracle with %i bits a field', async (fieldBits, settings, warriors, pspace) => {
    const mars = await engine({ fieldBits })
    await expectEqualToOracle(mars, settings, battles(31, 60, settings, warriors, pspace))
  })

  it('[K1] tells as many instructions apart as there are: small cells for few, large ones for many', async () => {
    const settings = rules(800, { maxCycles: 100 })
    const random = rng(6)
    const programs = Array.from({ length: 160 }, () => randomProgram(random, 800, 100, true))
    const setups = programs.map((program, index) => ({
      warriors: [program, programs[(index + 7) % programs.length]!].map((one, at) => ({ program: one, position: at * 400 })),
      first: index % 2,
    })) // prettier-ignore
    const [few, many] = [instructionsIn(programs.slice(0, 8)).length, instructionsIn(programs).length]
    expect([fieldBitsFor(800, few), fieldBitsFor(800, many), many > 4096]).toEqual([10, 16, true])
    expect([fieldBitsFor(80, many), fieldBitsFor(8000, 10), fieldBitsFor(128, 10), fieldBitsFor(129, 10)]).toEqual([7, 16, 7, 10]) // prettier-ignore
    await expectEqualToOracle(await engine(), settings, setups)
    await expectEqualToOracle(await engine(), settings, setups.slice(0, 1))
  })

  it.each([
    ['a duel', 2, false],
    ['a melee', 3, true],
  ])('[K1] relies on nothing that its buffers held before: %s', async (_name, warriors, pspace) => {
    const settings = rules(80, { pspaceSize: 5 })
    await expectEqualToOracle(await engine({}, poisoned(gpu())), settings, battles(2, 65, settings, warriors, pspace))
  })

  it('[K1] runs asked for at once do not disturb each other', async () => {
    const mars = await engine()
    const kinds = [rules(80), rules(81), rules(80, { maxCycles: 50 })]
    await Promise.all(
      kinds.map((settings, index) => expectEqualToOracle(mars, settings, battles(index, 30, settings, 2))),
    )
  })

  it.each([1, 7, 64, 1 << 20])('[K2] gives the same whatever the slice: at most %i steps', async (most) => {
    const settings = rules(20, { maxCycles: 40 })
    await expectEqualToOracle(
      await engine({ chunker: { first: Math.min(most, 64), most } }),
      settings,
      battles(3, 40, settings, 2),
    )
    const alone = rules(40, { maxCycles: 30, endsWhen: 'none-left', pspaceSize: 3 })
    for (const warriors of [1, 2, 3])
      await expectEqualToOracle(
        await engine({ chunker: { first: Math.min(most, 64), most } }),
        alone,
        battles(3, 20, alone, warriors, true),
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

  it('[K5] keeps its dispatches short', async () => {
    const dispatches: Dispatch[] = []
    const settings = rules(800, { maxCycles: 20_000 })
    await (
      await engine({ onDispatch: (dispatch) => dispatches.push(dispatch) })
    ).run(settings, battles(1, 256, settings, 2))
    const times = dispatches.map(({ milliseconds }) => milliseconds).sort((x, y) => x - y)
    expect(times.length).toBeGreaterThan(10)
    // Other programs share the machine that tests run on, so single ones may take longer.
    expect(times[times.length >> 1]).toBeLessThanOrEqual(100)
  })

  it('[K3] answers with a fault where the cycles do not fit', async () => {
    const settings = rules(80, { maxCycles: 2 ** 31 })
    await expect((await engine()).run(settings, battles(1, 1, settings, 2))).rejects.toBeInstanceOf(GpuFault)
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

  it('[K4] raises no validation error', () => {
    expect(problems).toEqual([])
  })
})
