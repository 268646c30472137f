/** Random battles from a seed: any instruction, any core, warriors that live and warriors that do not. */
import type { BattleSetup, MarsSettings } from '../../src/arenas/core-war/mars/battle.ts'
import { FastMars } from '../../src/arenas/core-war/mars/fast.ts'
import { pspacesOf } from '../../src/arenas/core-war/mars/match.ts'
import { MODES, MODIFIERS, OP, OPCODES, pack, type Program } from '../../src/arenas/core-war/redcode/instruction.ts'
import { drawLine } from '../../src/arenas/core-war/variation/draw.ts'
import { rng, type Rng } from '../../src/core/rng.ts'

export const rules = (coreSize: number, change: Partial<MarsSettings> = {}): MarsSettings => ({
  coreSize,
  maxProcesses: Math.min(coreSize, 8000),
  maxCycles: coreSize * 10,
  readLimit: coreSize,
  writeLimit: coreSize,
  pspaceSize: 1,
  endsWhen: 'one-left',
  ...change,
})

/** Soup draws every part uniformly (LDP and STP too where `pspace`); else lines as evolution draws them. */
export function randomProgram(random: Rng, coreSize: number, length: number, soup: boolean, pspace = false): Program {
  const opcodes = OPCODES.map((_, code) => code).filter((code) => pspace || (code !== OP.LDP && code !== OP.STP))
  const lines = Array.from({ length }, () =>
    soup || (pspace && random.chance(0.3))
      ? {
          instruction: pack(
            random.pick(opcodes),
            random.int(MODIFIERS.length),
            random.int(MODES.length),
            random.int(MODES.length),
          ),
          a: field(random, coreSize),
          b: field(random, coreSize),
        }
      : drawLine({ coreSize, icws88: false }, length, random),
  )
  return {
    instructions: Uint16Array.from(lines, (line) => line.instruction),
    a: Uint16Array.from(lines, (line) => line.a),
    b: Uint16Array.from(lines, (line) => line.b),
    start: random.int(length),
    pin: pspace && random.chance(0.5) ? random.int(2) : null,
  }
}

const field = (random: Rng, coreSize: number) =>
  random.chance(0.6) ? (random.int(17) - 8 + coreSize * 8) % coreSize : random.int(coreSize)

export function randomBattle(seed: number, settings: MarsSettings, warriors: number, pspace = false): BattleSetup {
  const random = rng(seed)
  const { coreSize } = settings
  const share = Math.floor(coreSize / warriors)
  const programs = Array.from({ length: warriors }, () => {
    const length = 1 + random.int(Math.min(share, random.chance(0.3) ? 100 : 12))
    return randomProgram(random, coreSize, length, random.chance(0.3), pspace)
  })
  return {
    warriors: programs.map((program, index) => ({ program, position: index * share })),
    first: random.int(warriors),
    ...(pspace ? { pspaces: pspacesOf(programs, settings) } : {}),
  }
}

/** As {@link randomBattle}, but of warriors that each live through a good while alone, so that the battle lasts. */
export function lastingBattle(seed: number, settings: MarsSettings, warriors: number, pspace = false): BattleSetup {
  const random = rng(seed)
  const { coreSize } = settings
  const share = Math.floor(coreSize / warriors)
  const alone = new FastMars({ ...settings, maxCycles: Math.min(settings.maxCycles, 300) })
  const programs = Array.from({ length: warriors }, () => {
    let program: Program
    // Fails for nobody: an imp comes up sooner or later. Bounded all the same.
    let tries = 0
    do {
      program = randomProgram(random, coreSize, 1 + random.int(Math.min(share, 12)), random.chance(0.5), pspace)
    } while (tries++ < 500 && alone.run({ warriors: [{ program, position: 0 }], first: 0 }).diedAt[0] !== -1)
    return program
  })
  return {
    warriors: programs.map((program, index) => ({ program, position: index * share })),
    first: random.int(warriors),
    ...(pspace ? { pspaces: pspacesOf(programs, settings) } : {}),
  }
}

/** Half of them die at once, half last. */
export const battles = (from: number, count: number, settings: MarsSettings, warriors: number, pspace = false) =>
  Array.from({ length: count }, (_, index) =>
    (index % 2 === 0 ? randomBattle : lastingBattle)(from + index, settings, warriors, pspace),
  )
