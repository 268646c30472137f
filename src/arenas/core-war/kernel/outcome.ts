/** What the battles came to, read from the words of shaders/core-war/mars.wgsl. */
import type { BattleOutcome, FinalState, MarsSettings } from '../mars/battle.ts'
import { BATTLE_WORDS, WARRIOR_WORDS } from './pack.ts'

/** Cores and queues of a whole batch. */
export interface FinalWords {
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
  { cells, queues }: FinalWords,
  battle: number,
  warriors: number,
  { coreSize, maxProcesses }: MarsSettings,
  word: (warrior: number, index: number) => number,
): FinalState {
  const cell = (address: number, part: number) => cells[(battle * coreSize + address) * 2 + part]!
  return {
    instructions: Uint16Array.from({ length: coreSize }, (_, address) => cell(address, 0)),
    a: Uint16Array.from({ length: coreSize }, (_, address) => cell(address, 1) & 0xffff),
    b: Uint16Array.from({ length: coreSize }, (_, address) => cell(address, 1) >>> 16),
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
