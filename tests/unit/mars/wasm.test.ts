import { describe, expect, it } from 'vitest'
import { FastMars } from '../../../src/arenas/core-war/mars/fast.ts'
import { NOBODY, WasmEngine, WasmMars } from '../../../src/arenas/core-war/mars/wasm.ts'
import { compile, createMemory } from '../../../src/wasm/instance.ts'
import { i32, moduleOf } from '../../../src/wasm/encode.ts'
import { assemble } from '../../../src/arenas/core-war/redcode/assemble.ts'
import { STANDARD_94 } from '../../../src/arenas/core-war/redcode/assembly.ts'
import { rng } from '../../../src/core/rng.ts'
import { equalsTheOracle } from '../../support/engine-suite.ts'
import { lastingBattle, randomBattle, rules } from '../../support/warriors.ts'

describe('the WebAssembly engine with a kernel for the warriors at hand', () => {
  equalsTheOracle('M21', () => new WasmEngine({ specialised: true }))
})

describe('the WebAssembly engine with a kernel for all', () => {
  equalsTheOracle('M21', () => new WasmEngine({ specialised: false, repeats: false }), 0.5)
})

describe('the WebAssembly engine with a kernel for other warriors', () => {
  it.each([1, 2, 3])('[M21] mixes code of its own and code for all, seed %i', (seed) => {
    const settings = rules(80)
    const fast = new FastMars(settings)
    const mars = new WasmMars(settings)
    for (let battle = 0; battle < 300; battle++) {
      const make = battle % 2 === 0 ? lastingBattle : randomBattle
      const setup = make(1000 * seed + battle, settings, 2)
      // Written anew now and then, for one battle; the following ones bring strangers.
      if (battle % 20 === 0) mars.prepare([setup], true)
      expect(mars.run(setup, true), `battle ${battle}`).toEqual(fast.run(setup, true))
    }
  })
})

const program = (text: string, coreSize: number) => {
  const { program: assembled } = assemble(text, { ...STANDARD_94, coreSize, maxLength: 20, minDistance: 20 })
  if (assembled === null) throw new Error('the test has an error')
  return assembled
}

describe('battles that repeat themselves', () => {
  it.each([
    ['two imps', 'mov 0, 1', 'mov 0, 1'],
    ['an imp, and one that decrements elsewhere', 'mov 0, 1', 'mov 0, 1\nmov 0, 1'],
    ['two gates', 'jmp 0, <-20', 'jmp 0, }-20'],
    ['a dwarf and one that stands still', 'add #4, 3\nmov 2, @2\njmp -2\ndat #0, #0', 'jmp 0'],
    ['processes that come and go', 'spl 2\njmp -1\ndat 0, 0', 'spl 0, 0\ndat 0, 0'],
  ])('[M22] are cut short, and no number changes: %s', (_name, one, other) => {
    const settings = rules(400, { maxCycles: 50_001 })
    const setup = {
      warriors: [
        { program: program(one, 400), position: 0 },
        { program: program(other, 400), position: 202 },
      ],
      first: 0,
    }
    const mars = new WasmMars(settings)
    expect(mars.run(setup, true)).toEqual(new FastMars(settings).run(setup, true))
    expect(mars.skipped).toBeGreaterThan(80_000)
  })

  it.each([80, 257, 800])('[M22] no number changes with chance battles in a core of %i', (coreSize) => {
    const settings = rules(coreSize, { maxCycles: 40_000 })
    const [mars, whole] = [new WasmMars(settings), new WasmMars(settings, { repeats: false })]
    const battles = Array.from({ length: 400 }, (_, seed) => lastingBattle(seed + 1, settings, 2))
    for (const [index, setup] of battles.entries())
      expect(mars.run(setup, true), `battle ${index}`).toEqual(whole.run(setup, true))
    expect(mars.skipped).toBeGreaterThan(1_000_000)
    expect(whole.skipped).toBe(0)
  })
})

const winnerOf = (fast: FastMars): number => {
  if (fast.diedAt(0) !== -1) return fast.diedAt(1) === -1 ? 1 : NOBODY
  return fast.diedAt(1) === -1 ? NOBODY : 0
}

describe('asked for the winner alone', () => {
  it.each([
    ['nano', rules(80)],
    ['nano for long', rules(80, { maxCycles: 9001 })],
    ['three processes', rules(80, { maxProcesses: 3 })],
    ['more processes than cycles', rules(400, { maxCycles: 150 })],
    ['tiny', rules(800)],
    ['limits', rules(120, { readLimit: 40, writeLimit: 24 })],
  ])('[M24] it tells the same, and executes less: %s', (_name, settings) => {
    const [mars, whole, fast] = [new WasmMars(settings), new WasmMars(settings, { repeats: false, ties: false }), new FastMars(settings)] // prettier-ignore
    const winners = new Set<number>()
    for (let seed = 1; seed <= 300; seed++) {
      const setup = (seed % 3 === 0 ? randomBattle : lastingBattle)(seed, settings, 2)
      fast.fight(setup)
      const expected = winnerOf(fast)
      expect(mars.winner(setup), `seed ${seed}`).toBe(expected)
      expect(whole.winner(setup), `seed ${seed}`).toBe(expected)
      winners.add(expected)
    }
    expect(winners).toEqual(new Set([0, 1, NOBODY]))
  })

  it('[M24] it stops a battle of two swarms as soon as neither can die out', () => {
    const settings = rules(800)
    const swarm = program('spl 0\njmp -1', 800)
    const setup = { warriors: [{ program: swarm, position: 0 }, { program: swarm, position: 400 }], first: 0 } // prettier-ignore
    const mars = new WasmMars(settings)
    expect(mars.winner(setup)).toBe(NOBODY)
    // A look every 256 turns of both together.
    expect(mars.executed).toBeLessThanOrEqual(2 * (8000 - 800) + 256)
    const whole = new WasmMars(settings, { ties: false, repeats: false })
    expect(whole.winner(setup)).toBe(NOBODY)
    expect(whole.executed).toBe(16_000)
  })

  it('[M24] it is not for rules under which a survivor goes on', () => {
    const settings = rules(80, { endsWhen: 'none-left' })
    expect(() => new WasmMars(settings).winner(lastingBattle(1, settings, 2))).toThrow('goes on')
  })
})

describe('the encoder', () => {
  it('[M21] writes every number so that it is read back', () => {
    const random = rng(1)
    const edges = [0, 1, -1, 63, 64, -64, -65, 8191, 8192, -8192, -8193, 65535, 2 ** 31 - 1, -(2 ** 31)]
    for (const value of [...edges, ...Array.from({ length: 200 }, () => random.int(2 ** 32) | 0)])
      expect(compile<{ f(at: number): number }>(moduleOf(i32(value), 0, 0), createMemory(1)).f(0)).toBe(value)
  })
})
