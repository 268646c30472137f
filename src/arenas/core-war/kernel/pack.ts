/** Rules and P-spaces as the buffers that the shaders of shaders/core-war read. */
import type { BattleSetup, MarsSettings } from '../mars/battle.ts'

/** Words a battle and words a warrior in `states`, words a candidate in `tallies`: see job.wgsl and tally.wgsl. */
export const BATTLE_WORDS = 6
export const WARRIOR_WORDS = 6
export const TALLY_WORDS = 8
/** Words before the first candidate's. */
export const TALLIES_AT = 2
/** The word that counts the battles that are over: see tally.wgsl. */
export const FINISHED = 1

/** Which battles a dispatch is about: `Job` of job.wgsl without the rules. */
export interface Work {
  readonly first: number
  readonly each: number
  readonly count: number
  readonly steps: number
  readonly keepsLives: boolean
  readonly starts: TableStarts
}

/** Where in `tables` what begins: see setup.wgsl. */
export interface TableStarts {
  readonly programs: number
  readonly candidates: number
  readonly setups: number
  readonly lines: number
}

/** The uniform of all shaders, in the order of its fields. */
export function packJob(work: Work, warriors: number, settings: MarsSettings): Uint32Array<ArrayBuffer> {
  const { first, each, count, steps, keepsLives, starts } = work
  const { coreSize, maxProcesses, maxCycles, readLimit, writeLimit, pspaceSize, endsWhen } = settings
  return Uint32Array.of(
    first, each, count, steps, coreSize, warriors, maxProcesses, maxCycles, readLimit, writeLimit,
    Math.max(1, pspaceSize), Number(endsWhen === 'none-left'), Number(keepsLives), starts.programs, starts.candidates, starts.setups, starts.lines,
  ) // prettier-ignore
}

/** Words of P-space a battle: see pspaceSlot in mars.wgsl. */
export const pspaceWords = (warriors: number, pspaceSize: number) => warriors * (2 + Math.max(1, pspaceSize))

/** Per battle: who shares whose cells; own cells 0; the shared cells. Sharing shows by the arrays being one and the same. */
export function packPSpaces(
  setups: readonly BattleSetup[],
  { pspaceSize, coreSize }: MarsSettings,
  warriors: number,
): Uint32Array<ArrayBuffer> {
  const size = Math.max(1, pspaceSize)
  const each = pspaceWords(warriors, pspaceSize)
  const words = new Uint32Array(setups.length * each)
  setups.forEach(({ pspaces }, battle) => {
    const start = battle * each
    for (let w = 0; w < warriors; w++) {
      const space = pspaces?.[w]
      words[start + w] = space === undefined ? w : pspaces!.findIndex(({ shared }) => shared === space.shared)
      words[start + warriors + w] = space?.own[0] ?? coreSize - 1
      if (space !== undefined) words.set(space.shared, start + 2 * warriors + w * size)
    }
  })
  return words
}

/** Writes what the battles left in P-space back to where it came from. */
export function unpackPSpaces(
  words: Uint32Array,
  setups: readonly BattleSetup[],
  { pspaceSize }: MarsSettings,
  warriors: number,
): void {
  const size = Math.max(1, pspaceSize)
  const each = pspaceWords(warriors, pspaceSize)
  setups.forEach(({ pspaces }, battle) => {
    const start = battle * each
    pspaces?.forEach(({ own, shared }, w) => {
      own[0] = words[start + warriors + w]!
      const table = start + 2 * warriors + words[start + w]! * size
      for (let cell = 1; cell < size; cell++) shared[cell] = words[table + cell]!
    })
  })
}
