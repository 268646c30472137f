/** Holds an engine against what pMARS 0.9.5 made of the same matches. */
import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import type {
  BattleEngine,
  BattleOutcome,
  BattleSetup,
  FinalState,
  MarsSettings,
  PSpace,
} from '../../../src/arenas/core-war/mars/battle.ts'
import { theirCodes } from '../../../src/arenas/core-war/mars/checksum.ts'
import { readOptions } from '../../../src/cli/mars/options.ts'
import { play } from '../../../src/cli/mars/play.ts'
import type { Job } from '../../fixtures/mars/pmars.ts'

export const matches = (): Job[] =>
  gunzipSync(readFileSync(new URL('../../fixtures/mars/matches.jsonl.gz', import.meta.url)))
    .toString('utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Job)

/** Every difference in one line; none is what is wanted. All matches run at once, so that engines see large batches. */
export async function differences(engine: BattleEngine, jobs: readonly Job[]): Promise<string[]> {
  const merged = merging(engine)
  const found = await Promise.all(
    jobs.map(async (job, index) => {
      const rounds: number[][] = []
      const tracing: BattleEngine = {
        name: engine.name,
        async run(settings, setups) {
          const outcomes = await merged(settings, setups)
          outcomes.forEach((outcome, at) => rounds.push(traceOf(outcome, setups[at]?.pspaces)))
          return outcomes
        },
      }
      const options = readOptions([...job.args, ...job.warriors.map((_, at) => `${at}.red`)], () => null)
      if (!options.ok) return [`match ${index}: ${options.fault.message}`]
      let out = ''
      const output = { print: (text: string) => (out += text), warn: () => undefined }
      const played = await play(options.value, job.warriors, tracing, 0, output, true)
      if (!played.ok) out += played.fault.message
      if (out !== job.out)
        return [
          `match ${index} (${job.args.join(' ')}): prints ${JSON.stringify(out)}, pMARS ${JSON.stringify(job.out)}`,
        ]
      // An unpatched pMARS tells its totals alone.
      if (job.rounds.length === 0) return []
      if (rounds.length !== job.rounds.length)
        return [`match ${index} (${job.args.join(' ')}): ${rounds.length} rounds, pMARS ${job.rounds.length}`]
      const wrong = rounds.findIndex((round, at) => round.join(' ') !== job.rounds[at]?.join(' '))
      return wrong === -1
        ? []
        : [
            `match ${index} (${job.args.join(' ')}), round ${wrong + 1}: ${rounds[wrong]!.join(' ')}, pMARS ${job.rounds[wrong]?.join(' ')}`,
          ]
    }),
  )
  return found.flat()
}

/** Puts together what is asked for in the same turn under the same rules. */
function merging(
  engine: BattleEngine,
): (settings: MarsSettings, setups: readonly BattleSetup[]) => Promise<BattleOutcome[]> {
  interface Request {
    readonly setups: readonly BattleSetup[]
    readonly resolve: (outcomes: BattleOutcome[]) => void
    readonly reject: (error: unknown) => void
  }
  const waiting = new Map<string, { settings: MarsSettings; requests: Request[] }>()
  let running: Promise<void> | null = null
  async function flush(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, 0))
    for (const [key, { settings, requests }] of waiting) {
      waiting.delete(key)
      try {
        const outcomes = await engine.run(
          settings,
          requests.flatMap(({ setups }) => setups),
          { withState: true },
        )
        for (const { setups, resolve } of requests) resolve(outcomes.splice(0, setups.length))
      } catch (error) {
        for (const { reject } of requests) reject(error)
      }
    }
    running = null
    if (waiting.size > 0) running = flush()
  }
  return (settings, setups) =>
    new Promise((resolve, reject) => {
      const key = JSON.stringify(settings)
      const group = waiting.get(key) ?? { settings, requests: [] }
      group.requests.push({ setups, resolve, reject })
      waiting.set(key, group)
      running ??= flush()
    })
}

/**
 * The same numbers that the tracing build prints: instructions, core, then processes, queue, turn of death, processes
 * spawned and cells covered of each warrior, then P-spaces.
 */
function traceOf(outcome: BattleOutcome, pspaces: readonly PSpace[] = []): number[] {
  const { instructions, processes, diedAt, spawned, covered, state } = outcome
  if (state === undefined) throw new Error('the engine gave no final state')
  const warriors = state.queues.map((queue, warrior) => [
    processes[warrior]!,
    hashOf(queue),
    diedAt[warrior]!,
    spawned[warrior]!,
    covered[warrior]!,
  ])
  const spaces = pspaces.map(({ own, shared }) => hashOf([own[0]!, ...shared.subarray(1)]))
  return [instructions, hashOf(coreValues(state)), ...warriors.flat(), ...spaces]
}

/** Opcode, modes and fields of every cell, in pMARS's numbers. */
function coreValues({ instructions, a, b }: FinalState): Uint16Array {
  const codes = new Map<number, readonly number[]>()
  const values = new Uint16Array(5 * instructions.length)
  for (const [address, instruction] of instructions.entries()) {
    const code = codes.get(instruction) ?? theirCodes(instruction)
    codes.set(instruction, code)
    values.set(code, 5 * address)
    values[5 * address + 3] = a[address]!
    values[5 * address + 4] = b[address]!
  }
  return values
}

/** FNV-1a over the low and the high byte of each value. */
function hashOf(values: ArrayLike<number>): number {
  let hash = 2166136261
  for (let index = 0; index < values.length; index++) {
    hash = Math.imul(hash ^ (values[index]! & 0xff), 16777619)
    hash = Math.imul(hash ^ ((values[index]! >> 8) & 0xff), 16777619)
  }
  return hash >>> 0
}
