/**
 * The MARS in WebAssembly, for battles of two: the fastest engine on a CPU. Its code is written here, for the rules and for
 * the instructions that the warriors at hand consist of (`wasm/`); equal to the oracle bit for bit. Other battles go to
 * {@link FastMars}.
 *
 * Battles that have come to repeat themselves are not fought to the end: when the whole state equals a remembered one, as
 * many repetitions as still fit are counted at once, and the rest is fought. No number changes by that. Whoever asks for the
 * winner alone ({@link WasmMars.winner}) is spared more: what repeats itself is a tie, and so is a battle in which both have
 * more processes than turns left, for a turn loses one process at most.
 */
import type { Cancellation } from '../../../core/result.ts'
import { OP, opcodeOf, type Program } from '../redcode/instruction.ts'
import type { BattleEngine, BattleOutcome, BattleSetup, Fighter, MarsSettings } from './battle.ts'
import { FastMars } from './fast.ts'
import { Board } from './wasm/board.ts'
import { REASON, type Side } from './wasm/layout.ts'
import { Repetition } from './wasm/repetition.ts'
import { WrittenKernel } from './wasm/written.ts'

export interface WasmOptions {
  /** Write a kernel for the warriors' own instructions; else one kernel does all. */
  readonly specialised?: boolean
  /** Look for repetition. */
  readonly repeats?: boolean
  /** See what is bound to be a tie, where the winner alone is asked for. */
  readonly ties?: boolean
}

/** Turns between two entries, so that the compiler may put better code in place; even. */
const SLICE = 1 << 16
/** Instructions with code of their own at most: more make a kernel that takes long to compile and does not fit the cache. */
const MOST_KINDS = 256
/** Instructions executed before the kernel is written anew for warriors that it knows too little of; each time more. */
const REWRITE_AFTER = 20_000_000
const PATIENCE_GROWS = 4
const MOST_PATIENCE = 2_000_000_000
/** It knows too little when this share of the warriors' lines has no code of its own. */
const STRANGE_SHARE = 0.05
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
/** What {@link WasmMars.winner} tells where nobody won. */
export const NOBODY = -1

export class WasmMars implements Fighter {
  readonly #settings: MarsSettings
  readonly #board: Board
  readonly #repetition: Repetition
  readonly #other: FastMars
  readonly #isFor: boolean
  readonly #repeats: boolean
  readonly #ties: boolean
  readonly #specialised: boolean
  #kernel: WrittenKernel
  /** Of the last battle: was it fought here, who began, when did the sides die, how many instructions were executed. */
  #isHere = false
  #first = 0
  readonly #diedAt: [number, number] = [-1, -1]
  #instructions = 0
  #executed = 0
  #skipped = 0
  /** Of the battles in which repetition was looked for: instructions, and how many of them needed no fighting. */
  #looked = 0
  #spared = 0
  #battles = 0
  #rewriteAt = 0
  #patience = REWRITE_AFTER
  /** Which warriors can fight here: those without LDP and STP. */
  readonly #fits = new WeakMap<Program, boolean>()

  constructor(settings: MarsSettings, { specialised = true, repeats = true, ties = true }: WasmOptions = {}) {
    const { coreSize, readLimit, writeLimit, maxCycles } = settings
    this.#settings = settings
    this.#board = new Board(settings)
    this.#repetition = new Repetition(this.#board)
    this.#other = new FastMars(settings)
    this.#isFor = readLimit === coreSize && writeLimit === coreSize && 2 * maxCycles <= 0x7fffffff
    this.#repeats = repeats
    this.#ties = ties
    this.#specialised = specialised
    this.#kernel = this.#write([])
  }

  /** Instructions of all battles here, as far as they were followed. */
  get executed(): number {
    return this.#executed
  }

  /** Instructions that were counted and not executed, since they repeat others. */
  get skipped(): number {
    return this.#skipped
  }

  /**
   * Tells of battles to come. Every now and then, if they bring much that has no code of its own, the kernel is written anew
   * for what occurs in them most often. Results are the same with any kernel.
   */
  prepare(setups: readonly BattleSetup[], atOnce = false): void {
    if (!this.#specialised || !this.#isFor || (this.#executed < this.#rewriteAt && !atOnce)) return
    const counts = new Map<number, number>()
    let lines = 0
    let strange = 0
    for (const { warriors } of setups) {
      for (const { program } of warriors) {
        lines += program.instructions.length
        for (const instruction of program.instructions) {
          if (!this.#kernel.hasOwnCodeFor(instruction)) strange++
          counts.set(instruction, (counts.get(instruction) ?? 0) + 1)
        }
      }
    }
    if (strange <= STRANGE_SHARE * lines) return
    this.#rewriteAt = this.#executed + this.#patience
    this.#patience = Math.min(MOST_PATIENCE, PATIENCE_GROWS * this.#patience)
    const common = [...counts].filter(([instruction]) => opcodeOf(instruction) < OP.LDP).sort(([, x], [, y]) => y - x)
    this.#kernel = this.#write(common.slice(0, MOST_KINDS).map(([instruction]) => instruction))
  }

  run(setup: BattleSetup, withState = false): BattleOutcome {
    if (!this.#begin(setup)) return this.#other.run(setup, withState)
    this.#fight(false)
    const sides = [this.#first as Side, (this.#first ^ 1) as Side]
    const board = this.#board
    return {
      diedAt: Int32Array.from(sides, (side) => this.#diedAt[side]),
      processes: Uint32Array.from(sides, (side) => board.processes(side)),
      spawned: Uint32Array.from(sides, (side) => board.spawned(side)),
      covered: Uint32Array.from(sides, (side) => board.covered(side)),
      instructions: this.#instructions,
      ...(withState ? { state: board.state(setup.first, this.#kernel) } : {}),
    }
  }

  /**
   * Fights without allocating anything, and returns the number of instructions executed; the rest of the outcome is read
   * with the methods below until the next battle.
   */
  fight(setup: BattleSetup): number {
    if (!this.#begin(setup)) return this.#other.fight(setup)
    this.#fight(false)
    return this.#instructions
  }

  /** Index of the one that won a battle of two, or {@link NOBODY}: for rules under which a death ends it. */
  winner(setup: BattleSetup): number {
    if (this.#settings.endsWhen !== 'one-left') throw new Error('a survivor goes on here: use fight')
    if (this.#begin(setup)) this.#fight(this.#ties)
    else this.#other.fight(setup)
    if (this.diedAt(0) !== -1) return this.diedAt(1) === -1 ? 1 : NOBODY
    return this.diedAt(1) === -1 ? NOBODY : 0
  }

  /** See {@link BattleOutcome.diedAt}. */
  diedAt(warrior: number): number {
    return this.#isHere ? this.#diedAt[this.#sideOf(warrior)]! : this.#other.diedAt(warrior)
  }
  /** See {@link BattleOutcome.processes}. */
  processesOf(warrior: number): number {
    return this.#isHere ? this.#board.processes(this.#sideOf(warrior)) : this.#other.processesOf(warrior)
  }
  /** See {@link BattleOutcome.spawned}. */
  spawnedBy(warrior: number): number {
    return this.#isHere ? this.#board.spawned(this.#sideOf(warrior)) : this.#other.spawnedBy(warrior)
  }
  /** See {@link BattleOutcome.covered}; counts anew at each call. */
  coveredBy(warrior: number): number {
    return this.#isHere ? this.#board.covered(this.#sideOf(warrior)) : this.#other.coveredBy(warrior)
  }

  #sideOf(warrior: number): Side {
    return (warrior ^ this.#first) as Side
  }

  /** Sets a battle up, if it can be fought here. */
  #begin(setup: BattleSetup): boolean {
    const [x, y] = setup.warriors
    this.#isHere =
      this.#isFor && setup.warriors.length === 2 && this.#canFight(x!.program) && this.#canFight(y!.program)
    this.#first = setup.first
    if (this.#isHere) this.#board.load(setup, this.#kernel)
    return this.#isHere
  }

  #write(common: readonly number[]): WrittenKernel {
    return new WrittenKernel(this.#board.layout, this.#board.memory, common)
  }

  #canFight(program: Program): boolean {
    let fits = this.#fits.get(program)
    if (fits === undefined) {
      fits = program.instructions.every((instruction) => opcodeOf(instruction) < OP.LDP)
      this.#fits.set(program, fits)
    }
    return fits
  }

  /** Fights to the end, or until a tie is certain where that suffices. */
  #fight(untilCertain: boolean): void {
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
    let nextLook = this.#repeats && this.#looksPay() ? FIRST_LOOK(board.layout.coreSize) : Infinity
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
    this.#instructions = executed
    this.#executed += executed
    if (isLooking) {
      this.#looked += executed + (untilCertain ? spared : 0)
      this.#spared += spared
    }
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

/** Keeps its machine for the next battles while the rules stay the same. */
export class WasmEngine implements BattleEngine {
  readonly name = 'wasm'
  readonly #options: WasmOptions
  #machine: WasmMars | null = null
  #rules = ''

  constructor(options: WasmOptions = {}) {
    this.#options = options
  }

  /** Fights all battles in one go, without a pause; a signal that has aborted before the start stops it. */
  run(
    settings: MarsSettings,
    setups: readonly BattleSetup[],
    options: { readonly withState?: boolean; readonly signal?: Cancellation } = {},
  ): Promise<BattleOutcome[]> {
    if (options.signal?.aborted === true) return Promise.reject(new Error('The battles were cancelled.'))
    const rules = JSON.stringify(settings)
    if (this.#machine === null || rules !== this.#rules) this.#machine = new WasmMars(settings, this.#options)
    this.#rules = rules
    const machine = this.#machine
    machine.prepare(setups, this.#options.specialised === true)
    return Promise.resolve(setups.map((setup) => machine.run(setup, options.withState === true)))
  }
}
