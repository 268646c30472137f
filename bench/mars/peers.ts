/** Other people's simulators, built by `bench/peers/build.mjs` into an ignored folder. */
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, statSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { aModeOf, bModeOf, modifierOf, OPCODES, opcodeOf, type Program } from '../../src/arenas/core-war/redcode/instruction.ts' // prettier-ignore
import { loadFile } from '../../src/arenas/core-war/redcode/listing.ts'
import { byPair, type Contestant, type Results } from './contestants.ts'
import type { BattleSet } from './sets.ts'

const FOLDER = fileURLToPath(new URL('../../.cache/peers/', import.meta.url))
const BUILDER = fileURLToPath(new URL('../peers/build.mjs', import.meta.url))

/** There, and not older than the driver that goes into it. */
const isBuilt = (path: string): boolean =>
  existsSync(path) && statSync(path).mtimeMs > statSync(new URL('../peers/exhaust-drive.c', import.meta.url)).mtimeMs

/** Those that are there or can be built, and a sentence for each that cannot. */
export function peers(): { contestants: Contestant[]; missing: string[] } {
  const contestants: Contestant[] = []
  const missing: string[] = []
  for (const [name, program, create] of [
    ['pMARS 0.9.5', 'pmars', pmars],
    ['exhaust-ma', 'exhaust-drive', exhaust],
  ] as const) {
    const path = join(FOLDER, program)
    const built = isBuilt(path) ? { status: 0, stderr: '' } : spawnSync(process.execPath, [BUILDER, program], { encoding: 'utf8' }) // prettier-ignore
    if (built.status === 0) contestants.push(create(name, path))
    else missing.push(`${name} is missing: ${built.stderr.trim().split('\n').at(-1)}`)
  }
  return { contestants, missing }
}

/**
 * One process a pair, timed from start to end: pMARS has no other way. What it takes to start, measured just before with the
 * same warriors and no round, is taken off.
 */
function pmars(name: string, path: string): Contestant {
  const files = new Map<Program, string>()
  const folder = mkdtempSync(join(tmpdir(), 'evolarium-bench-'))
  process.once('exit', () => {
    rmSync(folder, { recursive: true, force: true })
  })
  return {
    name,
    run({ rules, programs, pairs, rounds }) {
      for (const program of programs) {
        if (files.has(program)) continue
        const file = join(folder, `${files.size}.red`)
        writeFileSync(file, `;redcode-94\n;assert 1\n${loadFile(program, rules.coreSize)}`)
        files.set(program, file)
      }
      const { coreSize, maxProcesses, maxCycles, maxLength, minDistance } = rules
      const options = ['-s', coreSize, '-p', maxProcesses, '-c', maxCycles, '-l', maxLength, '-d', minDistance]
      let seconds = 0
      const results = pairs.map(([one, other]): Results => {
        const play = (count: number) => {
          const args = ['-b', '-f', '-r', count, ...options, files.get(programs[one]!)!, files.get(programs[other]!)!]
          const began = performance.now()
          const out = execFileSync(path, args.map(String), { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
          return { seconds: (performance.now() - began) / 1000, out }
        }
        const start = play(0)
        const { seconds: whole, out } = play(rounds)
        seconds += whole - start.seconds
        const [, won = 0, lost = 0, tied = 0] = /^Results: (\d+) (\d+) (\d+)/m.exec(out)!.map(Number)
        return [won, lost, tied]
      })
      return { seconds, results }
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
    // It follows pMARS 0.9.2, which reads an immediate B operand earlier, so a few battles end otherwise.
    tolerance: 0.01,
    run(set) {
      let input = inputs.get(set)
      if (input === undefined) inputs.set(set, (input = inputOf(set)))
      const [seconds, winners = ''] = execFileSync(path, { encoding: 'utf8', input, maxBuffer: 2 ** 26 }).split(/\s/)
      return { seconds: Number(seconds), results: byPair(set, Array.from(winners, Number)) }
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
