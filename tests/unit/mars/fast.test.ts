import { describe, expect, it } from 'vitest'
import { FastEngine, FastMars } from '../../../src/arenas/core-war/mars/fast.ts'
import { MODIFIER, OPCODES } from '../../../src/arenas/core-war/redcode/instruction.ts'
import { equalsTheOracle } from '../../support/engine-suite.ts'
import { lastingBattle, rules } from '../../support/warriors.ts'

describe('the fast engine', () => {
  equalsTheOracle('M10', () => new FastEngine())

  it('[M10] tells the same without allocating an outcome', () => {
    const settings = rules(80)
    const mars = new FastMars(settings)
    for (const seed of Array.from({ length: 100 }, (_, index) => index + 1)) {
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
