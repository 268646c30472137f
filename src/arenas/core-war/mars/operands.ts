/**
 * How an instruction's two operands are evaluated: where they point, what they were read as, and what the addressing
 * modes did to the core on the way. The A operand comes first, with all its side effects.
 */
import { aModeOf, bModeOf, MODE, MODIFIER } from '../redcode/instruction.ts'
import type { MarsSettings } from './battle.ts'

/** What happens to cells, for whoever shows a battle. All addresses 0..coreSize-1. */
export interface Observer {
  /** After the operands were evaluated, before the instruction has its effect. */
  executed(address: number, warrior: number): void
  read(address: number, warrior: number): void
  written(address: number, warrior: number): void
  /** Counted up or down by an addressing mode or DJN. */
  counted(address: number, warrior: number): void
}

/** Modes that go through the A field of the cell they name; the other indirect ones go through its B field. */
const isThroughA = (mode: number) => mode === MODE['*'] || mode === MODE['{'] || mode === MODE['}']
const isPredecrement = (mode: number) => mode === MODE['<'] || mode === MODE['{']
const isPostincrement = (mode: number) => mode === MODE['>'] || mode === MODE['}']
const isCounting = (mode: number) => isPredecrement(mode) || isPostincrement(mode)

/** Does an instruction with this modifier deal with B's A field; with B's B field. */
export const hasFieldA = (modifier: number) => modifier !== MODIFIER.B && modifier !== MODIFIER.AB
export const hasFieldB = (modifier: number) => modifier !== MODIFIER.A && modifier !== MODIFIER.BA

/** The cells, and the registers that the operands of the instruction under way are evaluated into. */
export class Operands {
  /** The core: `coreSize` entries each. */
  readonly instructions: Uint16Array
  readonly a: Uint16Array
  readonly b: Uint16Array
  /** Who executes, and where. */
  warrior = 0
  pc = 0
  /** The A operand: its address (it is only ever read) and the fields that stood there. */
  source = 0
  sourceA = 0
  sourceB = 0
  /** The B operand: where it is read, within the read limit; where it is written, within the write limit; its fields. */
  target = 0
  writeTo = 0
  targetA = 0
  targetB = 0
  readonly #coreSize: number
  readonly #readLimit: number
  readonly #writeLimit: number
  readonly #observer: Observer

  constructor({ coreSize, readLimit, writeLimit }: MarsSettings, observer: Observer) {
    this.instructions = new Uint16Array(coreSize)
    this.a = new Uint16Array(coreSize)
    this.b = new Uint16Array(coreSize)
    this.#coreSize = coreSize
    this.#readLimit = readLimit
    this.#writeLimit = writeLimit
    this.#observer = observer
  }

  /** Evaluates both operands of the instruction at `pc` and gives that instruction as it was fetched. */
  evaluate(warrior: number, pc: number): number {
    this.warrior = warrior
    this.pc = pc
    const instruction = this.instructions[pc]!
    // Fetched now: the A operand may change this very cell.
    const bField = this.b[pc]!
    this.#evaluateA(aModeOf(instruction), this.a[pc]!)
    this.#evaluateB(bModeOf(instruction), bField)
    return instruction
  }

  /** The field of the A operand that meets the B operand's A field. */
  forA(modifier: number): number {
    return modifier === MODIFIER.BA || modifier === MODIFIER.X ? this.sourceB : this.sourceA
  }

  /** The field of the A operand that meets the B operand's B field. */
  forB(modifier: number): number {
    return modifier === MODIFIER.AB || modifier === MODIFIER.X ? this.sourceA : this.sourceB
  }

  /** Is every field of the B operand that the modifier names equal to `value`? */
  targetIs(value: number, modifier: number): boolean {
    return (!hasFieldA(modifier) || this.targetA === value) && (!hasFieldB(modifier) || this.targetB === value)
  }

  /** An address or a sum below twice the core size, brought back into the core. */
  wrapped(address: number): number {
    return address < this.#coreSize ? address : address - this.#coreSize
  }

  minusOne(value: number): number {
    return value === 0 ? this.#coreSize - 1 : value - 1
  }

  #evaluateA(mode: number, field: number): void {
    const { pc } = this
    let at = mode === MODE['#'] ? pc : this.#foldRead(pc + field)
    let middle = at
    let offset = 0
    if (mode !== MODE['#'] && mode !== MODE.$) {
      if (isCounting(mode)) middle = this.#foldWrite(pc + field)
      offset = this.#offsetAt(middle, mode)
      at = this.#foldRead(middle + offset)
    }
    this.source = at
    this.sourceA = this.a[at]!
    this.sourceB = this.b[at]!
    if (isPostincrement(mode)) this.#countUp(middle, mode, offset)
  }

  #evaluateB(mode: number, field: number): void {
    const { pc } = this
    let from = mode === MODE['#'] ? pc : this.#foldRead(pc + field)
    let to = mode === MODE['#'] ? pc : this.#foldWrite(pc + field)
    let middle = from
    let offset = 0
    if (mode !== MODE['#'] && mode !== MODE.$) {
      if (isCounting(mode)) middle = to
      offset = this.#offsetAt(middle, mode)
      from = this.#foldRead(middle + offset)
      to = this.#foldWrite(to + offset)
    }
    this.target = from
    this.writeTo = to
    this.targetA = this.a[from]!
    this.targetB = this.b[from]!
    if (isPostincrement(mode)) this.#countUp(middle, mode, offset)
  }

  /** The offset that an indirect mode finds in its intermediate cell, counted down first where the mode says so. */
  #offsetAt(middle: number, mode: number): number {
    const fields = isThroughA(mode) ? this.a : this.b
    if (isPredecrement(mode)) {
      fields[middle] = this.minusOne(fields[middle]!)
      this.#observer.counted(middle, this.warrior)
    } else if (!isPostincrement(mode)) this.#observer.read(middle, this.warrior)
    return fields[middle]!
  }

  /** After the operand was copied, so that the copy does not show it. */
  #countUp(middle: number, mode: number, offset: number): void {
    const fields = isThroughA(mode) ? this.a : this.b
    fields[middle] = this.wrapped(offset + 1)
    this.#observer.counted(middle, this.warrior)
  }

  #foldRead(address: number): number {
    return this.#fold(address, this.#readLimit)
  }

  #foldWrite(address: number): number {
    return this.#fold(address, this.#writeLimit)
  }

  /** Brings an address, 0..2*coreSize-2, back to within half the limit of the program counter. */
  #fold(address: number, limit: number): number {
    const size = this.#coreSize
    if (limit === size) return this.wrapped(address)
    const distance = (address + size - this.pc) % limit
    const folded = distance <= Math.floor(limit / 2) ? distance : distance + size - limit
    return this.wrapped(folded + this.pc)
  }
}
