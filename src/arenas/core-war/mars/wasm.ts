/**
 * The MARS in WebAssembly, for battles of two: the fastest engine on a CPU. Its code is written here, for the rules and for
 * the instructions that the warriors at hand consist of (`wasm/`); equal to the oracle bit for bit. Other battles go to
 * {@link FastMars}.
 *
 * Battles that have come to repeat themselves are not fought to the end: when the whole state equals a remembered one, as
 * many repetitions as still fit are counted at once, and the rest is fought. No number changes by that.
 */
import type { Cancellation } from '../../../core/result.ts'
import { OP, opcodeOf, type Program } from '../redcode/instruction.ts'
import type { BattleEngine, BattleOutcome, BattleSetup, MarsSettings } from './battle.ts'
import { FastMars } from './fast.ts'
import { Board } from './wasm/board.ts'
import { REASON, SIDES, type Side } from './wasm/layout.ts'
import { Repetition } from './wasm/repetition.ts'
import { WrittenKernel } from './wasm/written.ts'

export interface WasmOptions {
  /** Write a kernel for the warriors' own instructions; else one kernel does all. */
  readonly specialised?: boolean
  /** Look for repetition. */
  readonly repeats?: boolean
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

export class WasmMars {
  readonly #settings: MarsSettings
  readonly #board: Board
  readonly #repetition: Repetition
  readonly #other: FastMars
  readonly #isFor: boolean
  readonly #repeats: boolean
  readonly #specialised: boolean
  #kernel: WrittenKernel
  #executed = 0
  #skipped = 0
  #rewriteAt = 0
  #patience = REWRITE_AFTER
  /** Which warriors can fight here: those without LDP and STP. */
  readonly #fits = new WeakMap<Program, boolean>()

  constructor(settings: MarsSettings, { specialised = true, repeats = true }: WasmOptions = {}) {
    const { coreSize, readLimit, writeLimit, maxCycles } = settings
    this.#settings = settings
    this.#board = new Board(settings)
    this.#repetition = new Repetition(this.#board)
    this.#other = new FastMars(settings)
    this.#isFor = readLimit === coreSize && writeLimit === coreSize && 2 * maxCycles <= 0x7fffffff
    this.#repeats = repeats
    this.#specialised = specialised
    this.#kernel = this.#write([])
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
    const { warriors, first } = setup
    const [x, y] = warriors
    const isHere = this.#isFor && warriors.length === 2 && x !== undefined && y !== undefined
    if (!isHere || !this.#canFight(x.program) || !this.#canFight(y.program)) return this.#other.run(setup, withState)
    const board = this.#board
    board.load(setup, this.#kernel)
    const { diedAt, instructions } = this.#fight()
    this.#executed += instructions
    const outcome = {
      diedAt: new Int32Array(2),
      processes: new Uint32Array(2),
      spawned: new Uint32Array(2),
      covered: new Uint32Array(2),
      instructions,
    }
    for (const side of SIDES) {
      const warrior = side ^ first
      outcome.diedAt[warrior] = diedAt[side]
      outcome.processes[warrior] = board.processes(side)
      outcome.spawned[warrior] = board.spawned(side)
      outcome.covered[warrior] = board.covered(side)
    }
    return withState ? { ...outcome, state: board.state(first, this.#kernel) } : outcome
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

  /** Fights to the end; deaths are by side, in turns as in {@link BattleOutcome.diedAt}. */
  #fight(): { diedAt: [number, number]; instructions: number } {
    const { maxCycles, endsWhen } = this.#settings
    const board = this.#board
    const repetition = this.#repetition
    const diedAt: [number, number] = [-1, -1]
    const fight = this.#kernel.fight('both')
    let remaining = 2 * maxCycles
    let executed = 0
    let rememberedAt = 0
    let failures = 0
    let nextLook = this.#repeats ? FIRST_LOOK(board.layout.coreSize) : Infinity
    repetition.lookOut(false)
    while (remaining > 0) {
      // The state right after it was remembered is no repetition, so the first pass is done unwatched.
      const isFresh = executed > 0 && executed === rememberedAt
      const budget = isFresh ? 2 : Math.min(remaining, SLICE, nextLook - executed)
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
    return { diedAt, instructions: executed }
  }

  /** The survivor goes on until it dies or has had all its turns; it has `had` some before. */
  #alone(survivor: Side, had: number): { turns: number; isDead: boolean } {
    this.#repetition.lookOut(false)
    const { maxCycles } = this.#settings
    const fight = this.#kernel.fight(survivor)
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
