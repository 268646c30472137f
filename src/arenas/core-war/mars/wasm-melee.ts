/**
 * Melees in WebAssembly, and warriors alone: for battles of any number of warriors without LDP, STP or limits. {@link WasmMars}
 * decides which battles come here. Equal to the oracle bit for bit.
 */
import type { BattleSetup, Fighter, FinalState, MarsSettings } from './battle.ts'
import { timeAfterDeath } from './fast-fight.ts'
import { compile, createMemory } from '../../../wasm/instance.ts'
import { countModule } from './wasm/count.ts'
import { meleeLayoutFor, meleeModule, WARRIOR, type MeleeLayout } from './wasm/melee-kernel.ts'
import type { Numbering } from './wasm/numbering.ts'
import type { Rules } from './wasm/turn.ts'

/** Turns between two entries, so that the compiler may put better code in place. */
const SLICE = 1 << 16

export class WasmMelee implements Fighter {
  readonly room: number
  readonly numbering: Numbering
  readonly #settings: MarsSettings
  readonly #layout: MeleeLayout
  readonly #bytes: Uint8Array
  readonly #halves: Uint16Array
  readonly #words: Int32Array
  readonly #turns: (turns: number) => number
  readonly #count: (from: number) => number
  readonly #diedAt: Int32Array

  /** For up to `room` warriors. */
  constructor(settings: MarsSettings, rules: Rules, numbering: Numbering, room: number) {
    this.#settings = settings
    this.room = room
    this.numbering = numbering
    this.#layout = meleeLayoutFor(rules, room)
    const memory = createMemory(this.#layout.pages)
    this.#bytes = new Uint8Array(memory.buffer)
    this.#halves = new Uint16Array(memory.buffer)
    this.#words = new Int32Array(memory.buffer)
    this.#turns = compile<{ f(turns: number): number }>(meleeModule(this.#layout, numbering.instructions), memory).f
    this.#count = compile<{ f(turns: number): number }>(countModule(this.#layout.seenBytes), memory).f
    this.#diedAt = new Int32Array(room)
  }

  fight(setup: BattleSetup): number {
    this.#load(setup)
    const { maxCycles, endsWhen } = this.#settings
    const words = this.#words
    const current = this.#layout.current >> 2
    const count = setup.warriors.length
    const living = Array.from({ length: count }, (_, turn) => (setup.first + turn) % count)
    let remaining = count * maxCycles
    let executed = 0
    /** Turns that each of the living has had, and whose turn it is. */
    let pass = 0
    let turn = 0
    while (remaining > 0) {
      const budget = Math.min(remaining, SLICE)
      const left = this.#turns(budget)
      const done = budget - left
      executed += done
      remaining -= done
      pass += Math.floor((turn + done) / living.length)
      turn = (turn + done) % living.length
      if (left === 0) continue
      // It was the last process of the one whose turn it is.
      executed++
      this.#diedAt[living[turn]!] = pass + 1
      remaining = timeAfterDeath(endsWhen === 'one-left', maxCycles, remaining, living.length, pass)
      const dead = words[current]!
      const before = this.#wordsOf(living[(turn + living.length - 1) % living.length]!)
      words[current] = words[(before + WARRIOR.next) >> 2] = words[(dead + WARRIOR.next) >> 2]!
      living.splice(turn, 1)
      if (turn < living.length) continue
      turn = 0
      pass++
    }
    return executed
  }

  diedAt(warrior: number): number {
    return this.#diedAt[warrior]!
  }
  processesOf(warrior: number): number {
    const at = this.#wordsOf(warrior)
    return (this.#words[(at + WARRIOR.tail) >> 2]! - this.#words[(at + WARRIOR.head) >> 2]!) >> 1
  }
  spawnedBy(warrior: number): number {
    return this.#words[(this.#wordsOf(warrior) + WARRIOR.spawned) >> 2]!
  }
  coveredBy(warrior: number): number {
    return this.#count(this.#layout.seen + warrior * this.#layout.seenBytes)
  }

  /** The last battle as it ended, of so many warriors. */
  state(count: number): FinalState {
    const { coreSize, queues, ring } = this.#layout
    const words = this.#words
    const cells = Array.from({ length: coreSize }, (_, cell) => 2 * cell)
    return {
      instructions: Uint16Array.from(cells, (at) => this.numbering.instructionOf(words[at + 1]!)),
      a: Uint16Array.from(cells, (at) => words[at]! & 0xffff),
      b: Uint16Array.from(cells, (at) => words[at]! >>> 16),
      queues: Array.from({ length: count }, (_, warrior) => {
        const from = words[(this.#wordsOf(warrior) + WARRIOR.head) >> 2]!
        const slot = (at: number) => (queues + warrior * ring + ((from + 2 * at) & (ring - 1))) >> 1
        return Uint16Array.from({ length: this.processesOf(warrior) }, (_, at) => this.#halves[slot(at)]!)
      }),
    }
  }

  #wordsOf(warrior: number): number {
    return this.#layout.warriors + warrior * WARRIOR.length
  }

  #load({ warriors, first }: BattleSetup): void {
    const { coreSize, current, seen, seenBytes, queues, ring } = this.#layout
    const words = this.#words
    const count = warriors.length
    this.#bytes.fill(0, 0, seen + count * seenBytes)
    for (const [warrior, { program, position }] of warriors.entries()) {
      this.numbering.place(program, position, words, coreSize)
      const own = this.#wordsOf(warrior)
      words[(own + WARRIOR.tail) >> 2] = 2
      words[(own + WARRIOR.next) >> 2] = this.#wordsOf((warrior + 1) % count)
      words[(own + WARRIOR.queue) >> 2] = queues + warrior * ring
      words[(own + WARRIOR.seen) >> 2] = seen + warrior * seenBytes
      this.#halves[(queues + warrior * ring) >> 1] = (position + program.start) % coreSize
      this.#diedAt[warrior] = -1
    }
    words[current >> 2] = this.#wordsOf(first)
  }
}
