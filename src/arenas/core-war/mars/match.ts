/** A match: many rounds of the same warriors, counted as pMARS counts them. Independent of the engine that fights. */
import { OP, opcodeOf, type Program } from '../redcode/instruction.ts'
import type { BattleEngine, BattleSetup, MarsSettings, PSpace } from './battle.ts'
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

export async function playMatch(
  engine: BattleEngine,
  settings: MarsSettings,
  programs: readonly Program[],
  rounds: Iterable<Round>,
): Promise<Tally[]> {
  const tallies = programs.map(() => ({ survived: new Array<number>(programs.length).fill(0), died: 0 }))
  if (programs.some(usesPSpace)) await playInTurn(engine, settings, programs, rounds, tallies)
  else {
    for (const batch of batches(rounds)) {
      const setups = batch.map((round) => setupOf(programs, round))
      for (const { processes } of await engine.run(settings, setups)) count(processes, tallies)
    }
  }
  return tallies
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
    count(processes, tallies)
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

const survivorsOf = (processes: Uint32Array) => processes.filter((living) => living > 0).length

function count(processes: Uint32Array, tallies: readonly MutableTally[]): void {
  const survivors = survivorsOf(processes)
  const isAlone = tallies.length === 1
  tallies.forEach((tally, warrior) => {
    if (isAlone) tally.survived[0]!++
    else if (processes[warrior] === 0) tally.died++
    else tally.survived[survivors - 1]!++
  })
}
