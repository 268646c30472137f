/**
 * Battles of two in WebAssembly: the fastest engine on a CPU. {@link WasmMars} decides which battles come here and writes the
 * code. Equal to the oracle bit for bit.
 *
 * Battles that have come to repeat themselves are not fought to the end: when the whole state equals a remembered one, as
 * many repetitions as still fit are counted at once, and the rest is fought. No number changes by that.
 */
import type { BattleSetup, Fighter, FinalState, MarsSettings } from './battle.ts'
import { Board } from './wasm/board.ts'
import { REASON, type Side } from './wasm/layout.ts'
import type { Numbering } from './wasm/numbering.ts'
import { Repetition } from './wasm/repetition.ts'
import { WrittenKernel } from './wasm/written.ts'

/** Turns between two entries, so that the compiler may put better code in place; even. */
const SLICE = 1 << 16
/** Turns before a state is first remembered, by the size of the core. */
const FIRST_LOOK = (coreSize: number) => Math.min(2048, 4 * coreSize) & ~1
/** Comparisons that may fail before a remembered state is given up: the next one may be met sooner. */
const MOST_FAILURES = 4
/** Looking for repetition has to spare this share of the instructions, of so many late ones; else one battle in so many is looked at. */
const LEAST_SPARED = 0.08
const LOOKS_REMEMBERED = 4_000_000
const LOOKS_AT_LEAST = 16
/** Turns of both together between two looks at whether a tie is certain, at least. */
const TIE_LOOK = 256

export interface Shortcuts {
  /** Look for repetition. */
  readonly repeats: boolean
  /** See what is bound to be a tie, where no number but the winner is asked for. */
  readonly ties: boolean
}

export class WasmDuel implements Fighter {
  readonly #settings: MarsSettings
  readonly #shortcuts: Shortcuts
  readonly #board: Board
  readonly #repetition: Repetition
  #kernel: WrittenKernel
  /** Of the last battle: who began, and when did the sides die. */
  #first = 0
  readonly #diedAt: [number, number] = [-1, -1]
  #skipped = 0
  /** Of the battles in which repetition was looked for: instructions, and how many of them needed no fighting. */
  #looked = 0
  #spared = 0
  #battles = 0

  constructor(settings: MarsSettings, numbering: Numbering, shortcuts: Shortcuts) {
    this.#settings = settings
    this.#shortcuts = shortcuts
    this.#board = new Board(settings)
    this.#repetition = new Repetition(this.#board)
    this.#kernel = this.#write(numbering)
  }

  /** Instructions that were counted and not executed, since they repeat others. */
  get skipped(): number {
    return this.#skipped
  }

  /** The next battle is fought with a kernel for these instructions. */
  renumber(numbering: Numbering): void {
    this.#kernel = this.#write(numbering)
  }

  fight(setup: BattleSetup): number {
    this.#load(setup)
    return this.#fight(false)
  }

  /** Fights until the winner is certain: the other numbers are those of that moment. Returns the instructions until then. */
  fightForWinner(setup: BattleSetup): number {
    this.#load(setup)
    return this.#fight(this.#shortcuts.ties)
  }

  diedAt(warrior: number): number {
    return this.#diedAt[this.#sideOf(warrior)]
  }
  processesOf(warrior: number): number {
    return this.#board.processes(this.#sideOf(warrior))
  }
  spawnedBy(warrior: number): number {
    return this.#board.spawned(this.#sideOf(warrior))
  }
  coveredBy(warrior: number): number {
    return this.#board.covered(this.#sideOf(warrior))
  }

  /** The last battle as it ended. */
  state(): FinalState {
    return this.#board.state(this.#first, this.#kernel.numbering)
  }

  #sideOf(warrior: number): Side {
    return (warrior ^ this.#first) as Side
  }

  #load(setup: BattleSetup): void {
    this.#first = setup.first
    this.#board.load(setup, this.#kernel.numbering)
  }

  #write(numbering: Numbering): WrittenKernel {
    return new WrittenKernel(this.#board.layout, this.#board.memory, numbering)
  }

  /** Fights to the end, or until a tie is certain where that suffices. */
  #fight(untilCertain: boolean): number {
    const { maxCycles, maxProcesses, endsWhen } = this.#settings
    const board = this.#board
    const repetition = this.#repetition
    const diedAt = this.#diedAt
    diedAt[0] = diedAt[1] = -1
    const fight = this.#kernel.both
    let remaining = 2 * maxCycles
    let executed = 0
    let rememberedAt = 0
    let failures = 0
    let nextLook = this.#shortcuts.repeats && this.#looksPay() ? FIRST_LOOK(board.layout.coreSize) : Infinity
    const isLooking = nextLook < Infinity
    let spared = 0
    repetition.lookOut(false)
    while (remaining > 0) {
      // The state right after it was remembered is no repetition, so the first pass is done unwatched.
      const isFresh = executed > 0 && executed === rememberedAt
      let budget = isFresh ? 2 : Math.min(remaining, SLICE, nextLook - executed)
      if (untilCertain) {
        // Each turn takes one from what is left and adds one to the processes at most.
        const lacking = (remaining >> 1) + 1 - Math.min(board.processes(0), board.processes(1))
        if (lacking <= 0) break
        const tooEarly = remaining - 2 * maxProcesses
        budget = Math.min(budget, Math.max(TIE_LOOK, lacking & ~1, tooEarly))
      }
      const left = fight(budget)
      executed += budget - left
      remaining -= budget - left
      const { reason } = board
      if (reason >= REASON.death) {
        const side: Side = reason === REASON.death ? 0 : 1
        const passes = executed >> 1
        diedAt[side] = passes + 1
        executed += 1 + side
        if (endsWhen === 'none-left') {
          const survivor: Side = side === 0 ? 1 : 0
          const { turns, isDead } = this.#alone(survivor, passes + side)
          executed += turns
          if (isDead) diedAt[survivor] = passes + side + turns
        }
        break
      }
      if (reason === REASON.repeat) {
        const difference = repetition.difference()
        if (difference === 'none') {
          spared = remaining
          if (untilCertain) break
          const period = executed - rememberedAt
          const times = Math.floor(remaining / period)
          repetition.repeat(times)
          executed += times * period
          remaining -= times * period
          this.#skipped += times * period
          nextLook = Infinity
        }
        if (typeof difference === 'number' && ++failures < MOST_FAILURES) repetition.watch(difference)
        else repetition.lookOut(false)
      } else if (isFresh) repetition.lookOut(true)
      else if (executed >= nextLook) {
        repetition.remember()
        rememberedAt = executed
        failures = 0
        nextLook = 2 * executed
      }
    }
    if (isLooking) {
      this.#looked += executed + (untilCertain ? spared : 0)
      this.#spared += spared
    }
    return executed
  }

  /**
   * Looking for repetition costs a little. Warriors of one kind often repeat themselves, and those of another hardly ever: where
   * it spared too little of late, only some battles are looked at.
   */
  #looksPay(): boolean {
    if (this.#looked > LOOKS_REMEMBERED) {
      this.#looked /= 2
      this.#spared /= 2
    }
    return this.#spared >= LEAST_SPARED * this.#looked || ++this.#battles % LOOKS_AT_LEAST === 0
  }

  /** The survivor goes on until it dies or has had all its turns; it has `had` some before. */
  #alone(survivor: Side, had: number): { turns: number; isDead: boolean } {
    this.#repetition.lookOut(false)
    const { maxCycles } = this.#settings
    const fight = this.#kernel.alone(survivor)
    let turns = 0
    while (had + turns < maxCycles) {
      const budget = Math.min(SLICE, maxCycles - had - turns)
      turns += budget - fight(budget)
      if (this.#board.reason >= REASON.death) return { turns: turns + 1, isDead: true }
    }
    return { turns, isDead: false }
  }
}
