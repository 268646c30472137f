/**
 * The MARS in WebAssembly. Its code is written here, for the rules and for the instructions that the warriors at hand consist of
 * (`wasm/`): for battles of two (`wasm-duel.ts`) and for melees (`wasm-melee.ts`). Battles that neither can fight go to
 * {@link FastMars}. Equal to the oracle bit for bit.
 *
 * Whoever asks for the winner alone ({@link WasmMars.winner}) is spared more: what repeats itself is a tie, and so is a battle in
 * which both have more processes than turns left, for a turn loses one process at most.
 */
import type { Cancellation } from '../../../core/result.ts'
import { OP, opcodeOf, type Program } from '../redcode/instruction.ts'
import type { BattleEngine, BattleOutcome, BattleSetup, Fighter, MarsSettings } from './battle.ts'
import { FastMars } from './fast.ts'
import { WasmDuel, type Shortcuts } from './wasm-duel.ts'
import { WasmMelee } from './wasm-melee.ts'
import { ringOf } from './wasm/layout.ts'
import { Numbering } from './wasm/numbering.ts'

export interface WasmOptions extends Partial<Shortcuts> {
  /** Write a kernel for the warriors' own instructions; else one kernel does all. */
  readonly specialised?: boolean
}

/** Instructions with code of their own at most: more make a kernel that takes long to compile and does not fit the cache. */
const MOST_KINDS = 256
/** Instructions executed before the kernel is written anew for warriors that it knows too little of; each time more. */
const REWRITE_AFTER = 20_000_000
const PATIENCE_GROWS = 4
const MOST_PATIENCE = 2_000_000_000
/** It knows too little when this share of the warriors' lines has no code of its own. */
const STRANGE_SHARE = 0.05
/** What {@link WasmMars.winner} tells where nobody won. */
export const NOBODY = -1

export class WasmMars implements Fighter {
  readonly #settings: MarsSettings
  readonly #specialised: boolean
  readonly #duel: WasmDuel
  #melee: WasmMelee | null = null
  readonly #other: FastMars
  #numbering = new Numbering([])
  /** Who fought the last battle. */
  #last: WasmDuel | WasmMelee | FastMars
  #executed = 0
  #rewriteAt = 0
  #patience = REWRITE_AFTER
  /** Which warriors can fight here: those without LDP and STP. */
  readonly #fits = new WeakMap<Program, boolean>()

  constructor(settings: MarsSettings, { specialised = true, repeats = true, ties = true }: WasmOptions = {}) {
    this.#settings = settings
    this.#specialised = specialised
    this.#duel = new WasmDuel(settings, this.#numbering, { repeats, ties })
    this.#other = new FastMars(settings)
    this.#last = this.#other
  }

  /** Instructions of all battles here, as far as they were followed. */
  get executed(): number {
    return this.#executed
  }

  /** Instructions that were counted and not executed, since they repeat others. */
  get skipped(): number {
    return this.#duel.skipped
  }

  /**
   * Tells of battles to come. Every now and then, if they bring much that has no code of its own, the kernel is written anew
   * for what occurs in them most often. Results are the same with any kernel.
   */
  prepare(setups: readonly BattleSetup[], atOnce = false): void {
    if (!this.#specialised || !this.#isFor(2) || (this.#executed < this.#rewriteAt && !atOnce)) return
    const counts = new Map<number, number>()
    let lines = 0
    let strange = 0
    for (const { warriors } of setups) {
      for (const { program } of warriors) {
        lines += program.instructions.length
        for (const instruction of program.instructions) {
          if (!this.#numbering.hasOwnCodeFor(instruction)) strange++
          counts.set(instruction, (counts.get(instruction) ?? 0) + 1)
        }
      }
    }
    if (strange <= STRANGE_SHARE * lines) return
    this.#rewriteAt = this.#executed + this.#patience
    this.#patience = Math.min(MOST_PATIENCE, PATIENCE_GROWS * this.#patience)
    const common = [...counts].filter(([instruction]) => opcodeOf(instruction) < OP.LDP).sort(([, x], [, y]) => y - x)
    this.#numbering = new Numbering(common.slice(0, MOST_KINDS).map(([instruction]) => instruction))
    this.#duel.renumber(this.#numbering)
  }

  run(setup: BattleSetup, withState = false): BattleOutcome {
    const machine = this.#machineFor(setup)
    if (machine === this.#other) return machine.run(setup, withState)
    const instructions = this.fight(setup)
    const each = setup.warriors.map((_, warrior) => warrior)
    return {
      diedAt: Int32Array.from(each, (warrior) => machine.diedAt(warrior)),
      processes: Uint32Array.from(each, (warrior) => machine.processesOf(warrior)),
      spawned: Uint32Array.from(each, (warrior) => machine.spawnedBy(warrior)),
      covered: Uint32Array.from(each, (warrior) => machine.coveredBy(warrior)),
      instructions,
      ...(withState ? { state: machine instanceof WasmMelee ? machine.state(each.length) : this.#duel.state() } : {}),
    }
  }

  fight(setup: BattleSetup): number {
    const machine = this.#machineFor(setup)
    this.#last = machine
    const instructions = machine.fight(setup)
    this.#executed += instructions
    return instructions
  }

  /** Index of the one that won a battle of two, or {@link NOBODY}: for rules under which a death ends it. */
  winner(setup: BattleSetup): number {
    if (this.#settings.endsWhen !== 'one-left') throw new Error('a survivor goes on here: use fight')
    const machine = this.#machineFor(setup)
    this.#last = machine
    this.#executed += machine instanceof WasmDuel ? machine.fightForWinner(setup) : machine.fight(setup)
    if (machine.diedAt(0) !== -1) return machine.diedAt(1) === -1 ? 1 : NOBODY
    return machine.diedAt(1) === -1 ? NOBODY : 0
  }

  diedAt(warrior: number): number {
    return this.#last.diedAt(warrior)
  }
  processesOf(warrior: number): number {
    return this.#last.processesOf(warrior)
  }
  spawnedBy(warrior: number): number {
    return this.#last.spawnedBy(warrior)
  }
  coveredBy(warrior: number): number {
    return this.#last.coveredBy(warrior)
  }

  #machineFor({ warriors }: BattleSetup): WasmDuel | WasmMelee | FastMars {
    const count = warriors.length
    if (!this.#isFor(count) || !warriors.every(({ program }) => this.#canFight(program))) return this.#other
    if (count === 2) return this.#duel
    if (this.#melee === null || this.#melee.room < count || this.#melee.numbering !== this.#numbering) {
      const { coreSize, maxProcesses } = this.#settings
      const rules = { coreSize, maxProcesses, ring: ringOf(maxProcesses) }
      this.#melee = new WasmMelee(this.#settings, rules, this.#numbering, Math.max(count, this.#melee?.room ?? 0))
    }
    return this.#melee
  }

  #isFor(warriors: number): boolean {
    const { coreSize, readLimit, writeLimit, maxCycles } = this.#settings
    return readLimit === coreSize && writeLimit === coreSize && warriors * maxCycles <= 0x7fffffff
  }

  #canFight(program: Program): boolean {
    let fits = this.#fits.get(program)
    if (fits === undefined) {
      fits = program.instructions.every((instruction) => opcodeOf(instruction) < OP.LDP)
      this.#fits.set(program, fits)
    }
    return fits
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
