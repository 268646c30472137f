import { describe, expect, it } from 'vitest'
import { FastEngine } from '../../../src/arenas/core-war/mars/fast.ts'
import { MODIFIER, OPCODES } from '../../../src/arenas/core-war/redcode/instruction.ts'
import { expectEqualToOracle } from '../../support/equal.ts'
import { randomBattle, rules } from '../../support/warriors.ts'

const seeds = (from: number, count: number) => Array.from({ length: count }, (_, index) => from + index)

describe('the fast engine', () => {
  it.each([
    ['nano', rules(80), 2, 800],
    ['tiny', rules(800), 2, 150],
    ['one warrior', rules(80), 1, 200],
    ['odd sizes', rules(13, { maxProcesses: 3 }), 2, 400],
    ['the smallest core', rules(8, { maxProcesses: 1 }), 2, 200],
    ['eight processes', rules(800, { maxProcesses: 8 }), 2, 100],
    ['a melee', rules(400), 5, 100],
    ['a melee that goes on alone', rules(400, { endsWhen: 'none-left' }), 5, 100],
    ['36 warriors', rules(720), 36, 20],
    ['read and write limits', rules(120, { readLimit: 40, writeLimit: 24 }), 2, 200],
  ])('[M10] is equal to the oracle: %s', async (_name, settings, warriors, count) => {
    const setups = seeds(1, count).map((seed) => randomBattle(seed, settings, warriors))
    const outcomes = await expectEqualToOracle(new FastEngine(), settings, setups)
    // A control: these battles are not all over at once.
    expect(outcomes.some(({ instructions }) => instructions > 100)).toBe(true)
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
      seeds(7, 25).map((seed) => randomBattle(seed, settings, 2)),
    )
  })

  it('[M10] is equal to the oracle with P-space, shared and not', async () => {
    const settings = rules(80, { pspaceSize: 5 })
    await expectEqualToOracle(
      new FastEngine(),
      settings,
      seeds(1, 400).map((seed) => randomBattle(seed, settings, 2 + (seed % 3), true)),
    )
  })

  it('[M10] counts on the opcode and modifier codes that its switches spell out', () => {
    expect(OPCODES.join(' ')).toBe('DAT MOV ADD SUB MUL DIV MOD JMP JMZ JMN DJN CMP SEQ SNE SLT SPL NOP LDP STP')
    expect(MODIFIER).toEqual({ F: 0, A: 1, B: 2, AB: 3, BA: 4, X: 5, I: 6 })
  })
})
