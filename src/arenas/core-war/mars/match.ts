/** A match: many rounds of the same warriors, counted as pMARS counts them. Independent of the engine that fights. */
import { OP, opcodeOf, type Program } from '../redcode/instruction.ts'
import type { BattleEngine, BattleSetup, MarsSettings, PSpace } from './battle.ts'
import { BattleMemory } from './battle-memory.ts'
import type { Round } from './placement.ts'

/**
 * What became of one warrior over all rounds. `survived[k]`: rounds it survived with k others left beside it;
 * `died`: rounds it did not. A warrior all alone has only `survived[0]`: dead or alive, pMARS counts the round there.
 */
export interface Tally {
  readonly survived: readonly number[]
  readonly died: number
}
interface MutableTally {
  readonly survived: number[]
  died: number
}

/** Rounds that are fought at once: enough to keep a GPU busy, few enough to hold in memory. */
const BATCH = 4096

/**
 * Plays all rounds. Of two warriors, rounds that begin as an earlier one did, which in small cores most do, are counted as
 * that one ended; `everyRound` has them fought all the same.
 */
export async function playMatch(
  engine: BattleEngine,
  settings: MarsSettings,
  programs: readonly Program[],
  rounds: Iterable<Round>,
  everyRound = false,
): Promise<Tally[]> {
  const tallies = programs.map(() => ({ survived: new Array<number>(programs.length).fill(0), died: 0 }))
  if (programs.some(usesPSpace)) await playInTurn(engine, settings, programs, rounds, tallies)
  else if (programs.length === 2 && !everyRound) await playDuels(engine, settings, programs, rounds, tallies)
  else {
    for (const batch of batches(rounds)) {
      const setups = batch.map((round) => setupOf(programs, round))
      for (const { processes } of await engine.run(settings, setups)) count(isAlive(processes), tallies)
    }
  }
  return tallies
}

async function playDuels(
  engine: BattleEngine,
  settings: MarsSettings,
  programs: readonly Program[],
  rounds: Iterable<Round>,
  tallies: readonly MutableTally[],
): Promise<void> {
  const memory = new BattleMemory(settings.coreSize)
  for (const batch of batches(rounds)) {
    /** How many rounds of the batch each battle stands for. */
    const strange = new Map<string, { readonly setup: BattleSetup; rounds: number }>()
    for (const round of batch) {
      const setup = setupOf(programs, round)
      const known = memory.recall(setup)
      if (known !== undefined) {
        count(known, tallies)
        continue
      }
      const key = `${round.positions.join()} ${round.first}`
      const asked = strange.get(key)
      if (asked === undefined) strange.set(key, { setup, rounds: 1 })
      else asked.rounds++
    }
    const asked = [...strange.values()]
    const outcomes = await engine.run(
      settings,
      asked.map(({ setup }) => setup),
    )
    for (const [index, { processes }] of outcomes.entries()) {
      const { setup, rounds: same } = asked[index]!
      const alive = [processes[0] !== 0, processes[1] !== 0] as const
      memory.keep(setup, alive)
      count(alive, tallies, same)
    }
  }
}

function* batches(rounds: Iterable<Round>): Generator<Round[]> {
  let batch: Round[] = []
  for (const round of rounds) {
    batch.push(round)
    if (batch.length < BATCH) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}

const setupOf = (programs: readonly Program[], { positions, first }: Round): BattleSetup => ({
  warriors: programs.map((program, index) => ({ program, position: positions[index] ?? 0 })),
  first,
})

const usesPSpace = ({ instructions }: Program) =>
  instructions.some((instruction) => opcodeOf(instruction) === OP.LDP || opcodeOf(instruction) === OP.STP)

/** With P-space a round depends on the one before: what was stored, and how it ended. */
async function playInTurn(
  engine: BattleEngine,
  settings: MarsSettings,
  programs: readonly Program[],
  rounds: Iterable<Round>,
  tallies: readonly MutableTally[],
): Promise<void> {
  const pspaces = pspacesOf(programs, settings)
  for (const round of rounds) {
    const [outcome] = await engine.run(settings, [{ ...setupOf(programs, round), pspaces }])
    if (outcome === undefined) throw new Error(`engine ${engine.name} lost a battle`)
    const { processes } = outcome
    const survivors = survivorsOf(processes)
    pspaces.forEach(({ own }, warrior) => (own[0] = processes[warrior] === 0 ? 0 : survivors))
    count(isAlive(processes), tallies)
  }
}

/**
 * Fresh P-spaces; warriors with the same PIN share all cells but the first, which starts at -1. As in pMARS a warrior
 * without a PIN joins an earlier one whose PIN is 0 (but not a later one).
 */
export function pspacesOf(programs: readonly Program[], { coreSize, pspaceSize }: MarsSettings): PSpace[] {
  const byPin = new Map<number, Uint16Array>()
  return programs.map(({ pin }) => {
    const shared = byPin.get(pin ?? 0) ?? new Uint16Array(Math.max(1, pspaceSize))
    if (pin !== null) byPin.set(pin, shared)
    return { own: Uint16Array.of(coreSize - 1), shared }
  })
}

const isAlive = (processes: Uint32Array): boolean[] => Array.from(processes, (living) => living > 0)
const survivorsOf = (processes: Uint32Array) => processes.filter((living) => living > 0).length

function count(alive: readonly boolean[], tallies: readonly MutableTally[], rounds = 1): void {
  const survivors = alive.filter((lives) => lives).length
  const isAlone = tallies.length === 1
  tallies.forEach((tally, warrior) => {
    if (isAlone) tally.survived[0]! += rounds
    else if (alive[warrior] === true) tally.survived[survivors - 1]! += rounds
    else tally.died += rounds
  })
}
