import { describe, expect, it } from 'vitest'
import { wayFor, type Way } from '../../src/arenas/core-war/kernel/kind.ts'
import type { Dispatch } from '../../src/gpu/chunker.ts'
import { GpuFault } from '../../src/gpu/fault.ts'
import { expectEqualToOracle } from '../support/equal.ts'
import { gpuForTests } from '../support/gpu.ts'
import { battles, rules } from '../support/warriors.ts'

const { gpu, engine, problems } = gpuForTests()

describe.each(['storage', 'local'] as const satisfies Way[])(
  'threads that fight one battle after another: %s',
  (way) => {
    // Of `local` few: every shape of its memory is compiled anew, which takes software GPUs seconds.
    const worlds = [
      ['nano', rules(80)],
      ['nano, going on alone', rules(80, { endsWhen: 'none-left' })],
      ['a tiny process limit', rules(13, { maxProcesses: 3 })],
      ...(way === 'storage'
        ? ([
            ['tiny', rules(800, { maxCycles: 500 })],
            ['1024 cells', rules(1024, { maxCycles: 200 })],
            ['one process each', rules(8, { maxProcesses: 1 })],
            ['two processes each', rules(80, { maxProcesses: 2 })],
            ['read and write limits', rules(120, { readLimit: 40, writeLimit: 24 })],
          ] as const)
        : ([
            ['one process each', rules(80, { maxProcesses: 1 })],
            ['96 cells, limits', rules(96, { maxProcesses: 50, readLimit: 12, writeLimit: 24 })],
          ] as const)),
    ] as const
    let shared: ReturnType<typeof engine> | undefined
    const sharedEngine = () => (shared ??= engine({ way, mostBattles: 64 }))

    it('[K1] [K2] are equal to the oracle in every cell, whatever the world', { timeout: 300_000 }, async () => {
      const mars = await engine({ way, mostBattles: 64 })
      for (const [name, settings] of worlds) {
        const outcomes = await expectEqualToOracle(mars, settings, battles(1, 150, settings, 2))
        expect(outcomes.filter(({ instructions }) => instructions > 40).length, name).toBeGreaterThan(30)
      }
    })

    it.each([1, 7, 64, 4096])('[K2] give the same whatever the slice: at most %i steps', async (most) => {
      const mars = await engine({ way, mostBattles: 64, chunker: { first: Math.min(most, 64), most } })
      for (const endsWhen of ['one-left', 'none-left'] as const) {
        const settings = rules(20, { maxCycles: 40, endsWhen })
        await expectEqualToOracle(mars, settings, battles(3, 100, settings, 2))
      }
    })

    it('[K2] [K7] give the same sums whatever the number of threads', async () => {
      const settings = rules(80, { maxCycles: 100 })
      const given = { candidates: battles(1, 6, settings, 2).map(({ warriors }) => warriors[0]!.program), battles: battles(20, 50, settings, 2) } // prettier-ignore
      const expected = await (await engine({ way: 'slices' })).tally(settings, given, { keepsLives: true })
      for (const mostBattles of [1, 200, 1000])
        expect(await (await engine({ way, mostBattles })).tally(settings, given, { keepsLives: true })).toEqual(
          expected,
        )
    })

    it('[K3] stop with a fault when cancelled', async () => {
      const settings = rules(80)
      const signal = { aborted: true }
      await expect((await sharedEngine()).run(settings, battles(1, 4, settings, 2), { signal })).rejects.toBeInstanceOf(
        GpuFault,
      )
    })

    it('[K5] keep their dispatches short', async () => {
      const dispatches: Dispatch[] = []
      const settings = rules(80, { maxCycles: 2000 })
      const mars = await engine({ way, onDispatch: (dispatch) => dispatches.push(dispatch) })
      await mars.run(settings, battles(1, 96, settings, 2))
      const times = dispatches.map(({ milliseconds }) => milliseconds).sort((x, y) => x - y)
      expect(times.length).toBeGreaterThan(3)
      expect(times[times.length >> 1]).toBeLessThanOrEqual(100)
    })
  },
)

describe('the way that battles are fought', () => {
  it('[K1] suits their world: workgroup memory for nano, a rota for tiny, slices for all others', () => {
    const kind = (coreSize: number, change: object = {}) =>
      ({ settings: rules(coreSize), warriors: 2, pspaces: false, fieldBits: coreSize <= 128 ? 7 : coreSize <= 1024 ? 10 : 16, ...change }) as const // prettier-ignore
    expect([80, 800, 8000].map((coreSize) => wayFor(gpu(), kind(coreSize)))).toEqual(['local', 'storage', 'slices'])
    expect(wayFor(gpu(), kind(80, { warriors: 3 }))).toBe('slices')
    expect(wayFor(gpu(), kind(80, { pspaces: true }))).toBe('slices')
    expect(wayFor(gpu(), kind(80, { settings: rules(80, { maxProcesses: 8000 }) }))).toBe('storage')
  })

  it('[K4] raises no validation error', () => {
    expect(problems).toEqual([])
  })
})
