import { describe, expect, it } from 'vitest'
import { FastEngine, FastMars } from '../../../src/arenas/core-war/mars/fast.ts'
import { MODIFIER, OPCODES } from '../../../src/arenas/core-war/redcode/instruction.ts'
import { expectEqualToOracle } from '../../support/equal.ts'
import { lastingBattle, randomBattle, rules } from '../../support/warriors.ts'

const seeds = (from: number, count: number) => Array.from({ length: count }, (_, index) => from + index)

describe('the fast engine', () => {
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
  ])('[M10] is equal to the oracle, seeds 1 on: %s', async (_name, settings, warriors, count) => {
    const setups = seeds(1, count).map((seed) => randomBattle(seed, settings, warriors))
    await expectEqualToOracle(new FastEngine(), settings, setups)
    // Random warriors mostly die at once: others are chosen for lasting.
    const lasting = seeds(1, Math.ceil(count / 5)).map((seed) => lastingBattle(seed, settings, warriors))
    const outcomes = await expectEqualToOracle(new FastEngine(), settings, lasting)
    const lengths = outcomes.map(({ instructions }) => instructions).sort((x, y) => x - y)
    expect(lengths[lengths.length >> 1]).toBeGreaterThan(40)
  })

  it.each([
    ['8000 cells', 8000],
    ['55440 cells', 55440],
    ['65536 cells', 65536],
  ])('[M10] is equal to the oracle in large cores: %s', async (_name, coreSize) => {
    const settings = rules(coreSize, { maxCycles: 4000 })
    await expectEqualToOracle(
      new FastEngine(),
      settings,
      seeds(7, 24).map((seed) => (seed % 2 === 0 ? randomBattle : lastingBattle)(seed, settings, 2)),
    )
  })

  it('[M10] is equal to the oracle with P-space, shared and not', async () => {
    const settings = rules(80, { pspaceSize: 5 })
    await expectEqualToOracle(
      new FastEngine(),
      settings,
      seeds(1, 400).map((seed) =>
        (seed % 2 === 0 ? randomBattle : lastingBattle)(seed, settings, 2 + (seed % 3), true),
      ),
    )
  })

  it('[M10] is equal to the oracle where P-space is used and none was given', async () => {
    const settings = rules(80, { pspaceSize: 5 })
    const setups = seeds(1, 200).map((seed) => {
      const { warriors, first } = lastingBattle(seed, settings, 2, true)
      return { warriors, first }
    })
    await expectEqualToOracle(new FastEngine(), settings, setups)
  })

  it('[M10] keeps nothing of one battle for the next: with and without P-space, few warriors and many', async () => {
    const settings = rules(240, { pspaceSize: 7 })
    const setups = seeds(1, 120).map((seed) => lastingBattle(seed, settings, 1 + ((seed * 7) % 12), seed % 3 === 0))
    await expectEqualToOracle(new FastEngine(), settings, setups)
  })

  it.each([31, 32, 33, 63, 64, 65, 127])(
    '[M10] marks covered cells up to the last one: core of %i',
    async (coreSize) => {
      const settings = rules(coreSize)
      await expectEqualToOracle(new FastEngine(), settings, seeds(coreSize, 60).map((seed) => lastingBattle(seed, settings, 2))) // prettier-ignore
    },
  )

  it.each([1, 2, 3, 4, 7, 8, 15, 16, 17])(
    '[M10] fills queues of %i processes, and no longer ones',
    async (maxProcesses) => {
      const settings = rules(200, { maxProcesses })
      await expectEqualToOracle(new FastEngine(), settings, seeds(maxProcesses, 60).map((seed) => lastingBattle(seed, settings, 2))) // prettier-ignore
    },
  )

  it('[M10] is equal to the oracle where the cycles do not fit 31 bits', async () => {
    const settings = rules(80, { maxCycles: 2 ** 31 })
    const bomb = randomBattle(1, rules(80), 2)
    const dat = { instructions: Uint16Array.of(0), a: Uint16Array.of(0), b: Uint16Array.of(0), start: 0, pin: null }
    const warriors = bomb.warriors.map(({ position }) => ({ position, program: dat }))
    await expectEqualToOracle(new FastEngine(), settings, [{ warriors, first: 0 }])
  })

  it('[M10] tells the same without allocating an outcome', () => {
    const settings = rules(80)
    const mars = new FastMars(settings)
    for (const seed of seeds(1, 100)) {
      const setup = lastingBattle(seed, settings, 1 + (seed % 3))
      const outcome = mars.run(setup)
      expect(mars.fight(setup), `seed ${seed}`).toBe(outcome.instructions)
      const each = setup.warriors.map((_, w) => [
        mars.diedAt(w),
        mars.processesOf(w),
        mars.spawnedBy(w),
        mars.coveredBy(w),
      ])
      const { diedAt, processes, spawned, covered } = outcome
      expect(each, `seed ${seed}`).toEqual(
        setup.warriors.map((_, w) => [diedAt[w], processes[w], spawned[w], covered[w]]),
      )
    }
  })

  it('[M10] counts on the opcode and modifier codes that its switches spell out', () => {
    expect(OPCODES.join(' ')).toBe('DAT MOV ADD SUB MUL DIV MOD JMP JMZ JMN DJN CMP SEQ SNE SLT SPL NOP LDP STP')
    expect(MODIFIER).toEqual({ F: 0, A: 1, B: 2, AB: 3, BA: 4, X: 5, I: 6 })
  })
})
