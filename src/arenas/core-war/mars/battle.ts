/**
 * What every MARS engine takes and gives: the oracle (`../reference.ts`), the fast CPU engine (`fast.ts`) and the
 * WGSL kernel (`../kernel.ts`). All three must return equal numbers for equal setups, whatever the slicing.
 */
import type { Cancellation } from '../../../core/result.ts'
import type { Program } from '../redcode/instruction.ts'

/** The rules of one battle. All sizes in cells, processes or cycles. */
export interface MarsSettings {
  /** 8..65536 (the kernel's and the oracle's fields are 16 bits wide). */
  readonly coreSize: number
  /** Longest task queue of one warrior, 1..65535. */
  readonly maxProcesses: number
  /** Turns each warrior gets before the round is a tie. */
  readonly maxCycles: number
  /** Folding distance of reads and writes (pMARS -R and -W); divides `coreSize`, which means no limit. */
  readonly readLimit: number
  readonly writeLimit: number
  /** Cells in each P-space; 0 or 1 where the hill has none (pMARS -S 1). */
  readonly pspaceSize: number
  /**
   * `one-left`: pMARS; a round of several warriors ends when one is left.
   * `none-left`: Digital Red Queen; a sole survivor goes on until it dies or the cycles are over.
   */
  readonly endsWhen: 'one-left' | 'none-left'
}

/** One warrior as it stands at the start of a battle. */
export interface Combatant {
  readonly program: Program
  /** Core address of its first line. */
  readonly position: number
}

export interface BattleSetup {
  /** 1..36 warriors; loaded in this order, later ones over earlier ones. */
  readonly warriors: readonly Combatant[]
  /** Index of the warrior that executes first; the others follow in list order, cyclically. */
  readonly first: number
  /**
   * P-spaces by warrior, `pspaceSize` cells each, values 0..coreSize-1. The engine writes into them, so they persist
   * from round to round; warriors with one pin share cells 1.. by sharing `shared`; cell 0 is always their own.
   * Left out where nobody executes LDP or STP.
   */
  readonly pspaces?: readonly PSpace[]
}

export interface PSpace {
  /** Cell 0: the result of the last round; each warrior's own. A one-cell array, so that engines can write it. */
  readonly own: Uint16Array
  /** All `pspaceSize` cells; index 0 is never used. One array object may serve several warriors. */
  readonly shared: Uint16Array
}

/** What a battle came to. Arrays have one entry a warrior, in setup order. */
export interface BattleOutcome {
  /**
   * Turns the warrior had executed when it died (its last, fatal instruction included), or -1 if it was alive at the
   * end. 1-based: a warrior whose first instruction is DAT has 1.
   */
  readonly diedAt: Int32Array
  /** Length of each task queue at the end; 0 = dead. */
  readonly processes: Uint32Array
  /** Net growths of the task queue: SPLs that found room. Digital Red Queen's `tsp`. */
  readonly spawned: Uint32Array
  /** Distinct addresses ever put in the task queue, the first process not counted. Digital Red Queen's `mc`. */
  readonly covered: Uint32Array
  /** Instructions executed by all warriors together. */
  readonly instructions: number
  /** Present when asked for: the machine as the battle left it. */
  readonly state?: FinalState
}

export interface FinalState {
  /** `coreSize` entries each. */
  readonly instructions: Uint16Array
  readonly a: Uint16Array
  readonly b: Uint16Array
  /** Each task queue, next process first. */
  readonly queues: readonly Uint16Array[]
}

/** An engine runs many battles under one set of rules; outcomes come back in the order of the setups. */
export interface BattleEngine {
  readonly name: string
  run(
    settings: MarsSettings,
    setups: readonly BattleSetup[],
    options?: { readonly withState?: boolean; readonly signal?: Cancellation },
  ): Promise<BattleOutcome[]>
}

/** Fights one battle after another without allocating anything; all but `fight` tell of the last one. */
export interface Fighter {
  /** Returns {@link BattleOutcome.instructions}. */
  fight(setup: BattleSetup): number
  diedAt(warrior: number): number
  processesOf(warrior: number): number
  spawnedBy(warrior: number): number
  coveredBy(warrior: number): number
}
