/** A match: many rounds of the same warriors, counted as pMARS counts them. Independent of the engine that fights. */
import { OP, opcodeOf, type Program } from '../redcode/instruction.ts'
import type { BattleEngine, BattleOutcome, BattleSetup, MarsSettings, PSpace } from './battle.ts'
import type { Round } from './placement.ts'

/**
 * What became of one warrior over all rounds. `survived[k]`: rounds it survived with k others left beside it;
 * `died`: rounds it did not. A warrior all alone has only `survived[0]`: dead or alive, pMARS counts the round there.
 */
export interface Tally {
  readonly survived: readonly number[]
  readonly died: number
}

export async function playMatch(
  engine: BattleEngine,
  settings: MarsSettings,
  programs: readonly Program[],
  rounds: readonly Round[],
): Promise<Tally[]> {
  const outcomes = programs.some(usesPSpace)
    ? await playInTurn(engine, settings, programs, rounds)
    : await engine.run(
        settings,
        rounds.map((round) => setupOf(programs, round)),
      )
  return programs.map((_, warrior) => tally(outcomes, warrior, programs.length))
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
  rounds: readonly Round[],
): Promise<BattleOutcome[]> {
  const pspaces = pspacesOf(programs, settings)
  const outcomes: BattleOutcome[] = []
  for (const round of rounds) {
    const [outcome] = await engine.run(settings, [{ ...setupOf(programs, round), pspaces }])
    if (outcome === undefined) throw new Error(`engine ${engine.name} lost a battle`)
    const survivors = outcome.processes.filter((processes) => processes > 0).length
    pspaces.forEach(({ own }, warrior) => (own[0] = outcome.processes[warrior] === 0 ? 0 : survivors))
    outcomes.push(outcome)
  }
  return outcomes
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

function tally(outcomes: readonly BattleOutcome[], warrior: number, warriors: number): Tally {
  if (warriors === 1) return { survived: [outcomes.length], died: 0 }
  const survived = new Array<number>(warriors).fill(0)
  let died = 0
  for (const { processes } of outcomes) {
    if (processes[warrior] === 0) died++
    else {
      const others = processes.filter((count) => count > 0).length - 1
      survived[others] = (survived[others] ?? 0) + 1
    }
  }
  return { survived, died }
}
