/** Other people's simulators, built by `bench/peers/build.mjs` into an ignored folder. */
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { aModeOf, bModeOf, modifierOf, OPCODES, opcodeOf, type Program } from '../../src/arenas/core-war/redcode/instruction.ts' // prettier-ignore
import { loadFile } from '../../src/arenas/core-war/redcode/listing.ts'
import type { Contestant, Results } from './contestants.ts'
import type { BattleSet } from './sets.ts'

const FOLDER = fileURLToPath(new URL('../../.cache/peers/', import.meta.url))
const BUILDER = fileURLToPath(new URL('../peers/build.mjs', import.meta.url))

/** Those that are there or can be built, and a sentence for each that cannot. */
export function peers(): { contestants: Contestant[]; missing: string[] } {
  const contestants: Contestant[] = []
  const missing: string[] = []
  for (const [name, program, create] of [
    ['pMARS 0.9.5', 'pmars', pmars],
    ['exhaust-ma', 'exhaust-drive', exhaust],
  ] as const) {
    const path = join(FOLDER, program)
    const built = existsSync(path) ? { status: 0, stderr: '' } : spawnSync(process.execPath, [BUILDER, program], { encoding: 'utf8' }) // prettier-ignore
    if (built.status === 0) contestants.push(create(name, path))
    else missing.push(`${name} is missing: ${built.stderr.trim().split('\n').at(-1)}`)
  }
  return { contestants, missing }
}

/** Instructions a process has to execute, so that starting it (some 5 ms) is a hundredth of its time. */
const WORTH_A_PROCESS = 50_000_000

/**
 * One process a pair, timed from start to end: pMARS has no other way. In a short battle the start would be most of the time, so
 * the rounds of a pair are played over and over.
 */
function pmars(name: string, path: string): Contestant {
  const files = new Map<Program, string>()
  return {
    name,
    run(set, isTiming) {
      const folder = mkdtempSync(join(tmpdir(), 'evolarium-bench-'))
      set.programs.forEach((program, index) => {
        if (files.has(program)) return
        const file = join(folder, `${index}.red`)
        writeFileSync(file, `;redcode-94\n;assert 1\n${loadFile(program, set.rules.coreSize)}`)
        files.set(program, file)
      })
      const { coreSize, maxProcesses, maxCycles, maxLength, minDistance } = set.rules
      const rules = ['-s', coreSize, '-p', maxProcesses, '-c', maxCycles, '-l', maxLength, '-d', minDistance].map(
        String,
      )
      const results: [number, number, number] = [0, 0, 0]
      const times = Math.ceil(WORTH_A_PROCESS / (set.instructions / set.pairs.length))
      const began = performance.now()
      for (const [one, other] of set.pairs) {
        const args = ['-b', '-f', '-r', String(set.rounds * (isTiming ? times : 1)), ...rules, files.get(set.programs[one]!)!, files.get(set.programs[other]!)!] // prettier-ignore
        const out = execFileSync(path, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
        const [, won, lost, tied] = /^Results: (\d+) (\d+) (\d+)/m.exec(out)!.map(Number)
        results[0] += won!
        results[1] += lost!
        results[2] += tied!
      }
      const seconds = (performance.now() - began) / 1000
      return { seconds: isTiming ? seconds / times : seconds, results }
    },
  }
}

/** exhaust's names in the order of its codes; it has no CMP, which does what SEQ does. */
const EXHAUST = 'DAT SPL MOV DJN ADD JMZ SUB SEQ SNE SLT JMN JMP NOP MUL MOD DIV LDP STP'.split(' ')

function exhaustCode(instruction: number): number {
  const opcode = OPCODES[opcodeOf(instruction)]!
  const code = EXHAUST.indexOf(opcode === 'CMP' ? 'SEQ' : opcode)
  return (code << 9) | (modifierOf(instruction) << 6) | (bModeOf(instruction) << 3) | aModeOf(instruction)
}

/** Our driver around its simulator (`bench/peers/exhaust-drive.c`) reads everything first and times the battles alone. */
function exhaust(name: string, path: string): Contestant {
  const inputs = new Map<BattleSet, string>()
  return {
    name,
    run(set) {
      let input = inputs.get(set)
      if (input === undefined) inputs.set(set, (input = inputOf(set)))
      const [seconds, ...results] = execFileSync(path, { encoding: 'utf8', input }).trim().split(' ').map(Number)
      return { seconds: seconds!, results: results as unknown as Results }
    },
  }
}

function inputOf({ rules, programs, setups }: BattleSet): string {
  const warriors = programs.map(({ instructions, a, b, start }) =>
    [`${instructions.length} ${start}`, ...Array.from(instructions, (instruction, line) => `${exhaustCode(instruction)} ${a[line]} ${b[line]}`)].join('\n'),
  ) // prettier-ignore
  const battles = setups.map(({ warriors: [one, other], first }) =>
    [programs.indexOf(one!.program), programs.indexOf(other!.program), other!.position, first].join(' '),
  )
  const head = [rules.coreSize, rules.maxProcesses, rules.maxCycles, programs.length].join(' ')
  return `${[head, ...warriors, battles.length, ...battles].join('\n')}\n`
}
