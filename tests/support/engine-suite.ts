/** What every engine for evolution is put through. */
import { expect, it } from 'vitest'
import type { BattleEngine } from '../../src/arenas/core-war/mars/battle.ts'
import { expectEqualToOracle } from './equal.ts'
import { lastingBattle, randomBattle, rules } from './warriors.ts'

const seeds = (from: number, count: number) => Array.from({ length: count }, (_, index) => from + index)

/** Everything that an engine for evolution has to get right, next to the oracle. `share` of the seeds. */
export function equalsTheOracle(rule: string, engine: () => BattleEngine, share = 1): void {
  const some = (count: number) => Math.ceil(count * share)
  it.each([
    ['nano', rules(80), 2, 1500],
    ['nano for long', rules(80, { maxCycles: 30_000 }), 2, 40],
    ['tiny', rules(800), 2, 150],
    ['one warrior', rules(80), 1, 200],
    ['odd sizes', rules(13, { maxProcesses: 3 }), 2, 400],
    ['the smallest core', rules(8, { maxProcesses: 1 }), 2, 200],
    ['eight processes', rules(800, { maxProcesses: 8 }), 2, 100],
    ['a melee', rules(400), 5, 100],
    ['a melee that goes on alone', rules(400, { endsWhen: 'none-left' }), 5, 100],
    ['36 warriors', rules(720), 36, 20],
    ['36 warriors that go on alone', rules(720, { endsWhen: 'none-left' }), 36, 20],
    ['read and write limits', rules(120, { readLimit: 40, writeLimit: 24 }), 2, 200],
  ])(`[${rule}] is equal to the oracle, seeds 1 on: %s`, async (_name, settings, warriors, count) => {
    const setups = seeds(1, some(count)).map((seed) => randomBattle(seed, settings, warriors))
    await expectEqualToOracle(engine(), settings, setups)
    // Random warriors mostly die at once: others are chosen for lasting.
    const lasting = seeds(1, Math.ceil(some(count) / 5)).map((seed) => lastingBattle(seed, settings, warriors))
    const outcomes = await expectEqualToOracle(engine(), settings, lasting)
    const lengths = outcomes.map(({ instructions }) => instructions).sort((x, y) => x - y)
    expect(lengths[lengths.length >> 1]).toBeGreaterThan(40)
  })

  it.each([
    ['8000 cells', 8000],
    ['55440 cells', 55440],
    ['65536 cells', 65536],
  ])(`[${rule}] is equal to the oracle in large cores: %s`, async (_name, coreSize) => {
    const settings = rules(coreSize, { maxCycles: 4000 })
    await expectEqualToOracle(
      engine(),
      settings,
      seeds(7, some(24)).map((seed) => (seed % 2 === 0 ? randomBattle : lastingBattle)(seed, settings, 2)),
    )
  })

  it(`[${rule}] is equal to the oracle with P-space, shared and not`, async () => {
    const settings = rules(80, { pspaceSize: 5 })
    await expectEqualToOracle(
      engine(),
      settings,
      seeds(1, some(400)).map((seed) =>
        (seed % 2 === 0 ? randomBattle : lastingBattle)(seed, settings, 2 + (seed % 3), true),
      ),
    )
  })

  it(`[${rule}] is equal to the oracle where P-space is used and none was given`, async () => {
    const settings = rules(80, { pspaceSize: 5 })
    const setups = seeds(1, some(200)).map((seed) => {
      const { warriors, first } = lastingBattle(seed, settings, 2, true)
      return { warriors, first }
    })
    await expectEqualToOracle(engine(), settings, setups)
  })

  it(`[${rule}] keeps nothing of one battle for the next: with and without P-space, few warriors and many`, async () => {
    const settings = rules(240, { pspaceSize: 7 })
    const setups = seeds(1, some(120)).map((seed) =>
      lastingBattle(seed, settings, 1 + ((seed * 7) % 12), seed % 3 === 0),
    )
    await expectEqualToOracle(engine(), settings, setups)
  })

  it.each([31, 32, 33, 63, 64, 65, 127])(
    `[${rule}] marks covered cells up to the last one: core of %i`,
    async (coreSize) => {
      const settings = rules(coreSize)
      await expectEqualToOracle(engine(), settings, seeds(coreSize, some(60)).map((seed) => lastingBattle(seed, settings, 2))) // prettier-ignore
    },
  )

  it.each([1, 2, 3, 4, 7, 8, 15, 16, 17])(
    `[${rule}] fills queues of %i processes, and no longer ones`,
    async (maxProcesses) => {
      const settings = rules(200, { maxProcesses })
      await expectEqualToOracle(engine(), settings, seeds(maxProcesses, some(60)).map((seed) => lastingBattle(seed, settings, 2))) // prettier-ignore
    },
  )

  it(`[${rule}] is equal to the oracle where the cycles do not fit 31 bits`, async () => {
    const settings = rules(80, { maxCycles: 2 ** 31 })
    const bomb = randomBattle(1, rules(80), 2)
    const dat = { instructions: Uint16Array.of(0), a: Uint16Array.of(0), b: Uint16Array.of(0), start: 0, pin: null }
    const warriors = bomb.warriors.map(({ position }) => ({ position, program: dat }))
    await expectEqualToOracle(engine(), settings, [{ warriors, first: 0 }])
  })
}
