/**
 * The MARS in WebAssembly, for battles of two: the fastest engine on a CPU. Its code is written here, for the rules and for
 * the instructions that the warriors at hand consist of (`wasm/`); equal to the oracle bit for bit. Other battles go to
 * {@link FastMars}.
 *
 * Battles that have come to repeat themselves are not fought to the end: when the whole state equals a remembered one, as
 * many repetitions as still fit are counted at once, and the rest is fought. No number changes by that.
 */
import type { Cancellation } from '../../../core/result.ts'
import { INSTRUCTION_CODES, OP, opcodeOf, type Program } from '../redcode/instruction.ts'
import type { BattleEngine, BattleOutcome, BattleSetup, FinalState, MarsSettings } from './battle.ts'
import { FastMars } from './fast.ts'
import { compile, createMemory, type Memory } from './wasm/compile.ts'
import { kernelModule, type Side } from './wasm/kernel.ts'
import { layoutFor, REASON, SIDE, STATE, type Layout } from './wasm/layout.ts'

export interface WasmOptions {
  /** Write a kernel for the warriors' own instructions; else one kernel does all. */
  readonly specialised?: boolean
  /** Look for repetition. */
  readonly repeats?: boolean
}

type Fight = (budget: number) => number

/** Both sides take turns, or the one that is left does. */
type Turns = 'both' | Side

const SIDES = [0, 1] as const
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

/** One kernel, compiled for both sides or one when first needed. */
class Kernel {
  readonly #layout: Layout
  readonly #memory: Memory
  readonly #instructions: readonly number[]
  readonly #fights = new Map<Turns, Fight>()
  /** Packed instruction to what cells hold for it. */
  readonly numbers: Uint16Array

  constructor(layout: Layout, memory: Memory, instructions: readonly number[]) {
    this.#layout = layout
    this.#memory = memory
    this.#instructions = instructions
    this.numbers = Uint16Array.from(
      { length: INSTRUCTION_CODES },
      (_, instruction) => instruction + instructions.length,
    )
    instructions.forEach((instruction, number) => (this.numbers[instruction] = number))
  }

  hasOwnCodeFor(instruction: number): boolean {
    return this.numbers[instruction]! < this.#instructions.length
  }

  instructionOf(number: number): number {
    return this.#instructions[number] ?? number - this.#instructions.length
  }

  fight(turns: Turns): Fight {
    const known = this.#fights.get(turns)
    if (known !== undefined) return known
    const fight = compile(kernelModule(this.#layout, this.#instructions, turns === 'both' ? SIDES : [turns]), this.#memory)
    this.#fights.set(turns, fight)
    return fight
  } // prettier-ignore
}

export class WasmMars {
  readonly #settings: MarsSettings
  readonly #layout: Layout
  readonly #memory: Memory
  readonly #bytes: Uint8Array
  readonly #halves: Uint16Array
  readonly #words: Int32Array
  readonly #other: FastMars
  readonly #isFor: boolean
  readonly #repeats: boolean
  readonly #specialised: boolean
  #kernel: Kernel
  #executed = 0
  #skipped = 0
  #rewriteAt = 0
  #patience = REWRITE_AFTER
  /** Which warriors can fight here: those without LDP and STP. */
  readonly #fits = new WeakMap<Program, boolean>()
  /** Heads of the queues when the state was remembered, by side. */
  #snapHeads: readonly [number, number] = [0, 0]
  #snapSpawned: readonly [number, number] = [0, 0]

  constructor(settings: MarsSettings, { specialised = true, repeats = true }: WasmOptions = {}) {
    const { coreSize, readLimit, writeLimit, maxCycles } = settings
    this.#settings = settings
    this.#layout = layoutFor(settings)
    this.#memory = createMemory(this.#layout.pages)
    this.#bytes = new Uint8Array(this.#memory.buffer)
    this.#halves = new Uint16Array(this.#memory.buffer)
    this.#words = new Int32Array(this.#memory.buffer)
    this.#other = new FastMars(settings)
    this.#isFor = readLimit === coreSize && writeLimit === coreSize && 2 * maxCycles <= 0x7fffffff
    this.#repeats = repeats
    this.#specialised = specialised
    this.#kernel = new Kernel(this.#layout, this.#memory, [])
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
    const counts = new Map<number, number>([[0, 1]])
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
    this.#kernel = new Kernel(this.#layout, this.#memory, common.slice(0, MOST_KINDS).map(([instruction]) => instruction))
  } // prettier-ignore

  run(setup: BattleSetup, withState = false): BattleOutcome {
    const { warriors } = setup
    const [x, y] = warriors
    if (!this.#isFor || warriors.length !== 2 || x === undefined || y === undefined) return this.#other.run(setup, withState) // prettier-ignore
    if (!this.#canFight(x.program) || !this.#canFight(y.program)) return this.#other.run(setup, withState)
    this.#load(setup)
    const { diedAt, instructions } = this.#fight()
    this.#executed += instructions
    const { first } = setup
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
      outcome.processes[warrior] = this.#countOf(side) >> 1
      outcome.spawned[warrior] = this.#spawned(side)
      outcome.covered[warrior] = this.#covered(side)
    }
    return withState ? { ...outcome, state: this.#state(first) } : outcome
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
    const reasonAt = (this.#layout.state + STATE.reason) >> 2
    const words = this.#words
    const diedAt: [number, number] = [-1, -1]
    let fight = this.#kernel.fight('both')
    let remaining = 2 * maxCycles
    let executed = 0
    let snapAt = 0
    let nextSnap = this.#repeats ? FIRST_LOOK(this.#layout.coreSize) : Infinity
    this.#lookOut(false)
    while (remaining > 0) {
      // The state right after it was remembered is no repetition, so the first pass is done unwatched.
      const isFresh = executed > 0 && executed === snapAt
      const budget = isFresh ? 2 : Math.min(remaining, SLICE, nextSnap - executed)
      const left = fight(budget)
      executed += budget - left
      remaining -= budget - left
      const reason = words[reasonAt]!
      if (reason >= REASON.death) {
        const side = (reason - REASON.death) as Side
        const passes = executed >> 1
        diedAt[side] = passes + 1
        executed += 1 + side
        if (endsWhen === 'none-left') {
          const survivor = (1 - side) as Side
          const { turns, isDead } = this.#alone(survivor, passes + side, maxCycles)
          executed += turns
          if (isDead) diedAt[survivor] = passes + side + turns
        }
        break
      }
      if (reason === REASON.repeat) {
        const difference = this.#difference()
        if (difference === SAME) {
          const period = executed - snapAt
          const times = Math.floor(remaining / period)
          this.#repeat(times)
          this.#skipped += times * period
          executed += times * period
          remaining -= times * period
          this.#lookOut(false)
          nextSnap = Infinity
          fight = this.#kernel.fight('both')
        } else if (difference === QUEUES) this.#lookOut(false)
        else this.#watch(difference)
      } else if (isFresh) this.#lookOut(true)
      else if (executed >= nextSnap) {
        this.#remember()
        snapAt = executed
        nextSnap = 2 * executed
      }
    }
    return { diedAt, instructions: executed }
  }

  /** The survivor goes on until it dies or has had all its turns; it has had `turns` of them. */
  #alone(survivor: Side, had: number, maxCycles: number): { turns: number; isDead: boolean } {
    this.#lookOut(false)
    const fight = this.#kernel.fight(survivor)
    let turns = 0
    while (had + turns < maxCycles) {
      const budget = Math.min(SLICE, maxCycles - had - turns)
      turns += budget - fight(budget)
      if (this.#words[(this.#layout.state + STATE.reason) >> 2]! >= REASON.death) return { turns: turns + 1, isDead: true }
    } // prettier-ignore
    return { turns, isDead: false }
  }

  #load({ warriors, first }: BattleSetup): void {
    const { coreSize, bases, seen, spawned, state } = this.#layout
    const words = this.#words
    const { numbers } = this.#kernel
    const empty = numbers[0]!
    words.fill(0, 0, 2 * coreSize)
    if (empty !== 0) for (let cell = 0; cell < coreSize; cell++) words[2 * cell + 1] = empty
    for (let warrior = 0; warrior < 2; warrior++) {
      const { program, position } = warriors[warrior]!
      const { instructions, a, b, start } = program
      let address = position
      for (let line = 0; line < instructions.length; line++) {
        words[2 * address] = a[line]! | (b[line]! << 16)
        words[2 * address + 1] = numbers[instructions[line]!]!
        if (++address === coreSize) address = 0
      }
      const side = warrior ^ first
      const base = bases[side]!
      words.fill(0, (base + seen) >> 2, (base + spawned + 4) >> 2)
      this.#halves[base >> 1] = (position + start) % coreSize
      words[(state + STATE.head + side * SIDE) >> 2] = 0
      words[(state + STATE.tail + side * SIDE) >> 2] = 2
    }
  }

  #spawned(side: Side): number {
    return this.#words[(this.#layout.bases[side] + this.#layout.spawned) >> 2]!
  }

  /** Bytes in the queue: two a process. */
  #countOf(side: Side): number {
    return this.#tail(side) - this.#head(side)
  }
  #head(side: Side): number {
    return this.#words[(this.#layout.state + STATE.head + side * SIDE) >> 2]!
  }
  #tail(side: Side): number {
    return this.#words[(this.#layout.state + STATE.tail + side * SIDE) >> 2]!
  }

  /** Bytes are 0 or 1, and so are added four at a time, 255 times at most before they are put together. */
  #covered(side: Side): number {
    const { bases, seen, spawned } = this.#layout
    const words = this.#words
    const end = (bases[side] + spawned) >> 2
    let covered = 0
    for (let at = (bases[side] + seen) >> 2; at < end;) {
      let four = 0
      for (const stop = Math.min(end, at + 255); at < stop; at++) four += words[at]!
      covered += (four & 255) + ((four >>> 8) & 255) + ((four >>> 16) & 255) + (four >>> 24)
    }
    return covered
  }

  /** Shall the kernel come back when the remembered state seems to be there again? */
  #lookOut(isOn: boolean): void {
    const { state, snapshot, bases, ring } = this.#layout
    const pc = isOn ? this.#halves[(snapshot + bases[0] + (this.#snapHeads[0] & (ring - 1))) >> 1]! : -1
    this.#words[(state + STATE.snapPc) >> 2] = pc
  }

  #remember(): void {
    const { state, snapshot } = this.#layout
    this.#bytes.copyWithin(snapshot, 0, state)
    const words = this.#words
    words[(state + STATE.snapCount) >> 2] = this.#countOf(0)
    words[(state + STATE.snapOtherCount) >> 2] = this.#countOf(1)
    this.#snapHeads = [this.#head(0), this.#head(1)]
    this.#snapSpawned = [this.#spawned(0), this.#spawned(1)]
    this.#lookOut(false)
    this.#watch(0)
  }

  /**
   * The kernel comes back only when this cell is as it was. A cell that made a comparison fail is a good one to watch: most
   * often it counts something.
   */
  #watch(cell: number): void {
    const { state, snapshot } = this.#layout
    const words = this.#words
    words[(state + STATE.witness) >> 2] = cell * 8
    words[(state + STATE.witnessValue) >> 2] = words[(snapshot >> 2) + 2 * cell]!
    words[((state + STATE.witnessValue) >> 2) + 1] = words[(snapshot >> 2) + 2 * cell + 1]!
  }

  /** A cell that is not as it was, or {@link QUEUES}, or {@link SAME}. The numbers of processes are known to agree. */
  #difference(): number {
    const { coreSize, snapshot, bases, ring } = this.#layout
    const words = this.#words
    const before = snapshot >> 2
    for (let at = 0; at < 2 * coreSize; at++) if (words[at] !== words[before + at]) return at >> 1
    const halves = this.#halves
    for (const side of SIDES) {
      const head = this.#head(side)
      const snapHead = this.#snapHeads[side]
      for (let at = this.#countOf(side) - 2; at >= 0; at -= 2) {
        const now = halves[(bases[side] + ((head + at) & (ring - 1))) >> 1]
        if (now !== halves[(snapshot + bases[side] + ((snapHead + at) & (ring - 1))) >> 1]) return QUEUES
      }
    }
    return SAME
  }

  /** What happened since the state was remembered happens so many times more. */
  #repeat(times: number): void {
    const { bases, spawned } = this.#layout
    for (const side of SIDES) {
      const grown = this.#spawned(side) - this.#snapSpawned[side]
      this.#words[(bases[side] + spawned) >> 2]! += times * grown
    }
  }

  #state(first: number): FinalState {
    const { coreSize, bases, ring } = this.#layout
    const words = this.#words
    const cells = Array.from({ length: coreSize }, (_, cell) => 2 * cell)
    const queueOf = (side: Side) =>
      Uint16Array.from({ length: this.#countOf(side) >> 1 }, (_, at) => this.#halves[(bases[side] + ((this.#head(side) + 2 * at) & (ring - 1))) >> 1]!)
    return {
      instructions: Uint16Array.from(cells, (at) => this.#kernel.instructionOf(words[at + 1]!)),
      a: Uint16Array.from(cells, (at) => words[at]! & 0xffff),
      b: Uint16Array.from(cells, (at) => words[at]! >>> 16),
      queues: [queueOf(first === 0 ? 0 : 1), queueOf(first === 0 ? 1 : 0)],
    }
  } // prettier-ignore
}

const SAME = -1
const QUEUES = -2

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
