/** What the battles came to, read from the words of shaders/core-war/mars.wgsl. */
import type { BattleOutcome, FinalState, MarsSettings } from '../mars/battle.ts'
import type { CellFormat } from './cells.ts'
import { BATTLE_WORDS, WARRIOR_WORDS } from './pack.ts'

/** Cores and queues of a whole batch. */
export interface FinalWords {
  readonly format: CellFormat
  readonly cells: Uint32Array
  readonly queues: Uint32Array
}

export function outcomeOf(
  states: Uint32Array,
  battle: number,
  warriors: number,
  settings: MarsSettings,
  final: FinalWords | null,
): BattleOutcome {
  const start = battle * (BATTLE_WORDS + warriors * WARRIOR_WORDS)
  const word = (warrior: number, index: number) => states[start + BATTLE_WORDS + warrior * WARRIOR_WORDS + index]!
  const each = Array.from({ length: warriors }, (_, warrior) => warrior)
  return {
    diedAt: Int32Array.from(each, (warrior) => word(warrior, 3) || -1),
    processes: Uint32Array.from(each, (warrior) => word(warrior, 2)),
    spawned: Uint32Array.from(each, (warrior) => word(warrior, 4)),
    covered: Uint32Array.from(each, (warrior) => word(warrior, 5)),
    instructions: states[start + 3]!,
    ...(final === null ? {} : { state: finalState(final, battle, warriors, settings, word) }),
  }
}

function finalState(
  { format, cells, queues }: FinalWords,
  battle: number,
  warriors: number,
  { coreSize, maxProcesses }: MarsSettings,
  word: (warrior: number, index: number) => number,
): FinalState {
  const core = Array.from({ length: coreSize }, (_, address) => format.read(cells, battle * coreSize + address))
  return {
    instructions: Uint16Array.from(core, ({ instruction }) => instruction),
    a: Uint16Array.from(core, ({ a }) => a),
    b: Uint16Array.from(core, ({ b }) => b),
    queues: Array.from({ length: warriors }, (_, warrior) => {
      const ring = (battle * warriors + warrior) * maxProcesses
      const head = word(warrior, 1)
      return Uint16Array.from(
        { length: word(warrior, 2) },
        (_, index) => queues[ring + ((head + index) % maxProcesses)]!,
      )
    }),
  }
}
