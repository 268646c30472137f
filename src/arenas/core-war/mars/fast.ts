/**
 * The MARS for evolution on a CPU: the oracle's rules (`../reference.ts`) in one flat array that is kept from battle to
 * battle. Equal to the oracle bit for bit (tests/unit/mars/fast.test.ts). Battles under read or write limits, which no hill
 * uses, and those that could last more than 2^31 instructions are left to the oracle, so that the hot loop (`fast-fight.ts`)
 * need not know them. No battle is cut short because
 * its result is certain: that would change how many instructions and processes are reported.
 */
import type { Cancellation } from '../../../core/result.ts'
import { Machine } from '../reference.ts'
import type { BattleEngine, BattleOutcome, BattleSetup, Fighter, FinalState, MarsSettings, PSpace } from './battle.ts'
import { ALIVE, EXECUTED, fightOn, type Layout, layoutFor, MASKS, PASS, REMAINING, TURN } from './fast-fight.ts'

/** Instructions between two entries of the hot loop: enough to make entering it cost nothing. */
const SLICE = 10_000

/** Battles under one set of rules, one after another, in the same memory. */
export class FastMars implements Fighter {
  readonly #settings: MarsSettings
  readonly #isLimited: boolean
  #layout: Layout
  #heap: Int32Array
  /** Battles whose setup brings no P-space begin with a fresh one; this says whether the last one began so. */
  #isPSpaceFresh = false
  /** Of the last battle, where the oracle fought it. */
  #outcome: BattleOutcome | null = null

  constructor(settings: MarsSettings) {
    this.#settings = settings
    this.#isLimited = settings.readLimit !== settings.coreSize || settings.writeLimit !== settings.coreSize
    this.#layout = layoutFor(settings, 2)
    this.#heap = new Int32Array(0)
  }

  /** Can the hot loop fight so many warriors under these rules? */
  isFor(warriors: number): boolean {
    return !this.#isLimited && warriors * this.#settings.maxCycles <= 0x7fffffff
  }

  /** Fights, and returns an outcome of its own. */
  run(setup: BattleSetup, withState = false): BattleOutcome {
    const count = setup.warriors.length
    if (!this.isFor(count)) return this.#slowly(setup, withState)
    const instructions = this.fight(setup)
    const outcome = {
      diedAt: new Int32Array(count),
      processes: new Uint32Array(count),
      spawned: new Uint32Array(count),
      covered: new Uint32Array(count),
      instructions,
    }
    for (let warrior = 0; warrior < count; warrior++) {
      outcome.diedAt[warrior] = this.diedAt(warrior)
      outcome.processes[warrior] = this.processesOf(warrior)
      outcome.spawned[warrior] = this.spawnedBy(warrior)
      outcome.covered[warrior] = this.coveredBy(warrior)
    }
    return withState ? { ...outcome, state: this.#state(count) } : outcome
  }

  /**
   * Fights without allocating anything, and returns the number of instructions executed; the rest of the outcome is read
   * with the methods below until the next battle. Slow, and allocating, where {@link isFor} says no.
   */
  fight(setup: BattleSetup): number {
    if (!this.isFor(setup.warriors.length)) return this.#slowly(setup, false).instructions
    this.#outcome = null
    this.#load(setup)
    const heap = this.#heap
    const layout = this.#layout
    while (heap[layout.progress + REMAINING]! > 0) fightOn(heap, layout, SLICE)
    if (setup.pspaces !== undefined) this.#givePSpaces(setup.pspaces)
    return heap[layout.progress + EXECUTED]!
  }

  /** See {@link BattleOutcome.diedAt}. */
  diedAt(warrior: number): number {
    return this.#outcome?.diedAt[warrior] ?? this.#heap[this.#layout.diedAt + warrior]!
  }

  /** See {@link BattleOutcome.processes}. */
  processesOf(warrior: number): number {
    const { heads, tails } = this.#layout
    return this.#outcome?.processes[warrior] ?? (this.#heap[tails + warrior]! - this.#heap[heads + warrior]!) | 0
  }

  /** See {@link BattleOutcome.spawned}. */
  spawnedBy(warrior: number): number {
    return this.#outcome?.spawned[warrior] ?? this.#heap[this.#layout.spawned + warrior]!
  }

  /** See {@link BattleOutcome.covered}; counts anew at each call. */
  coveredBy(warrior: number): number {
    if (this.#outcome !== null) return this.#outcome.covered[warrior]!
    const { seen, seenWords } = this.#layout
    const heap = this.#heap
    let covered = 0
    for (let at = seen + warrior * seenWords; at < seen + (warrior + 1) * seenWords; at++) covered += ones(heap[at]!)
    return covered
  }

  #slowly(setup: BattleSetup, withState: boolean): BattleOutcome {
    this.#outcome = new Machine(this.#settings, setup).run().outcome(withState)
    return this.#outcome
  }

  #load(setup: BattleSetup): void {
    const { warriors, first } = setup
    const count = warriors.length
    if (this.#heap.length === 0 || count > this.#layout.room) this.#makeRoom(count)
    const heap = this.#heap
    const { coreSize, code, order, heads, tails, diedAt, spawned, queues, ring, seen, seenWords } = this.#layout
    heap.fill(0, 0, 2 * coreSize)
    heap.fill(0, seen, seen + count * seenWords)
    for (let warrior = 0; warrior < count; warrior++) {
      const { program, position } = warriors[warrior]!
      const { instructions, a, b, start } = program
      let address = position
      for (let line = 0; line < instructions.length; line++) {
        heap[address] = a[line]! | (b[line]! << 16)
        heap[code + address] = instructions[line]!
        if (++address === coreSize) address = 0
      }
      heap[order + warrior] = (first + warrior) % count
      heap[heads + warrior] = 0
      heap[tails + warrior] = 1
      heap[diedAt + warrior] = -1
      heap[spawned + warrior] = 0
      heap[queues + warrior * ring] = (position + start) % coreSize
    }
    const at = this.#layout.progress
    heap[at + TURN] = 0
    heap[at + PASS] = 0
    heap[at + ALIVE] = count
    heap[at + REMAINING] = count * this.#settings.maxCycles
    heap[at + EXECUTED] = 0
    this.#takePSpaces(setup.pspaces)
  }

  #makeRoom(warriors: number): void {
    this.#layout = layoutFor(this.#settings, Math.max(2, warriors))
    this.#heap = new Int32Array(this.#layout.length)
    this.#heap.set(MASKS, this.#layout.masks)
    this.#isPSpaceFresh = false
  }

  #takePSpaces(spaces: readonly PSpace[] | undefined): void {
    const { coreSize, room, own, shared, pspaces, pspaceSize, isStored } = this.#layout
    const heap = this.#heap
    if (spaces === undefined) {
      if (this.#isPSpaceFresh && heap[isStored] === 0) return
      heap.fill(coreSize - 1, own, own + room)
      heap.fill(0, pspaces, pspaces + room * pspaceSize)
      for (let warrior = 0; warrior < room; warrior++) heap[shared + warrior] = pspaces + warrior * pspaceSize
    } else {
      spaces.forEach((space, warrior) => {
        const owner = spaces.findIndex((other) => other.shared === space.shared)
        heap[own + warrior] = space.own[0]!
        heap[shared + warrior] = pspaces + owner * pspaceSize
        if (owner === warrior) heap.set(space.shared.subarray(0, pspaceSize), pspaces + warrior * pspaceSize)
      })
    }
    this.#isPSpaceFresh = spaces === undefined
    heap[isStored] = 0
  }

  #givePSpaces(spaces: readonly PSpace[]): void {
    const { own, shared, isStored } = this.#layout
    const heap = this.#heap
    if (heap[isStored] === 0) return
    spaces.forEach((space, warrior) => {
      const cells = heap[shared + warrior]!
      space.own[0] = heap[own + warrior]!
      for (let cell = 1; cell < space.shared.length; cell++) space.shared[cell] = heap[cells + cell]!
    })
  }

  #state(count: number): FinalState {
    const { coreSize, code, heads, queues, ring } = this.#layout
    const heap = this.#heap
    const fields = heap.subarray(0, coreSize)
    return {
      instructions: Uint16Array.from(heap.subarray(code, code + coreSize)),
      a: Uint16Array.from(fields, (word) => word & 0xffff),
      b: Uint16Array.from(fields, (word) => word >>> 16),
      queues: Array.from({ length: count }, (_, warrior) =>
        Uint16Array.from(
          { length: this.processesOf(warrior) },
          (_, index) => heap[queues + warrior * ring + ((heap[heads + warrior]! + index) & (ring - 1))]!,
        ),
      ),
    }
  }
}

/** Number of bits set. */
function ones(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555)
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333)
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}

/** Keeps its machine for the next battles while the rules stay the same. */
export class FastEngine implements BattleEngine {
  readonly name = 'cpu'
  #machine: FastMars | null = null
  #rules = ''

  /** Fights all battles in one go, without a pause; a signal that has aborted before the start stops it. */
  run(
    settings: MarsSettings,
    setups: readonly BattleSetup[],
    options: { readonly withState?: boolean; readonly signal?: Cancellation } = {},
  ): Promise<BattleOutcome[]> {
    if (options.signal?.aborted === true) return Promise.reject(new Error('The battles were cancelled.'))
    const rules = JSON.stringify(settings)
    if (this.#machine === null || rules !== this.#rules) this.#machine = new FastMars(settings)
    this.#rules = rules
    const machine = this.#machine
    return Promise.resolve(setups.map((setup) => machine.run(setup, options.withState === true)))
  }
}
