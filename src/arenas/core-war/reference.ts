/**
 * The MARS, readable: the oracle that every faster engine is proven against. Semantics are pMARS 0.9.5's (ICWS'94 draft 3.3
 * with P-space, SEQ, SNE, NOP, `*`, `{`, `}` and read/write limits), to the last corner:
 *
 *  - operands are registers: A's is copied before B is evaluated, and MOV writes that copy;
 *  - an immediate B operand is read after A's side effects (0.9.2 read it before);
 *  - DJN counts memory down but tests the copy; DIV and MOD do the half that can be done, then the process dies;
 *  - all numbers are 0..coreSize-1 and compared as such;
 *  - predecrement and postincrement fold their intermediate cell with the write limit.
 *
 * One departure: pMARS's count of the instructions left runs past zero when, of three or more warriors, one dies with
 * the very last instruction; that round then goes on until one is left, for ever if need be. Here the time is up.
 */
import type { BattleEngine, BattleOutcome, BattleSetup, FinalState, MarsSettings, PSpace } from './mars/battle.ts'
import { hasFieldA, hasFieldB, Operands, type Observer } from './mars/operands.ts'
import { TaskQueue } from './mars/task-queue.ts'
import { MODIFIER, modifierOf, OP, opcodeOf } from './redcode/instruction.ts'

export type { Observer }

const UNWATCHED: Observer = {
  executed: () => undefined,
  read: () => undefined,
  written: () => undefined,
  counted: () => undefined,
}

/** One battle, one instruction at a time. */
export class Machine {
  readonly settings: MarsSettings
  readonly queues: readonly TaskQueue[]
  readonly diedAt: Int32Array
  readonly spawned: Uint32Array
  /** Turns each warrior has had. */
  readonly turns: Uint32Array
  instructionsExecuted = 0
  readonly #operands: Operands
  readonly #covered: readonly Uint8Array[]
  readonly #pspaces: readonly PSpace[]
  readonly #observer: Observer
  /** Living warriors in the order they take turns. */
  readonly #order: number[]
  /** Whose turn it is: an index into the order. */
  #turn = 0
  /** Instructions that the round may still take. */
  #remaining: number

  constructor(settings: MarsSettings, setup: BattleSetup, observer: Observer = UNWATCHED) {
    const { coreSize, maxProcesses, maxCycles } = settings
    const count = setup.warriors.length
    this.settings = settings
    this.#observer = observer
    this.#operands = new Operands(settings, observer)
    this.queues = setup.warriors.map(() => new TaskQueue(maxProcesses))
    this.diedAt = new Int32Array(count).fill(-1)
    this.spawned = new Uint32Array(count)
    this.turns = new Uint32Array(count)
    this.#covered = setup.warriors.map(() => new Uint8Array(coreSize))
    this.#pspaces = setup.pspaces ?? setup.warriors.map(() => emptyPSpace(settings))
    this.#order = setup.warriors.map((_, index) => (setup.first + index) % count)
    this.#remaining = count * maxCycles
    setup.warriors.forEach(({ program, position }, warrior) => {
      program.instructions.forEach((instruction, line) => {
        const address = (position + line) % coreSize
        this.instructions[address] = instruction
        this.a[address] = program.a[line]!
        this.b[address] = program.b[line]!
        observer.written(address, warrior)
      })
      this.queues[warrior]!.push((position + program.start) % coreSize)
    })
  }

  /** The core, packed instructions: see redcode/instruction.ts. */
  get instructions(): Uint16Array {
    return this.#operands.instructions
  }

  /** The core's A fields. */
  get a(): Uint16Array {
    return this.#operands.a
  }

  /** The core's B fields. */
  get b(): Uint16Array {
    return this.#operands.b
  }

  get isOver(): boolean {
    return this.#remaining <= 0
  }

  /** The warrior whose turn it is; undefined when all are dead. */
  get next(): number | undefined {
    return this.#order[this.#turn]
  }

  /** The living, in the order they take turns. */
  get alive(): readonly number[] {
    return this.#order
  }

  /** Cycles begun: turns of the warrior that has had most. */
  get cycle(): number {
    return Math.max(...this.turns)
  }

  /** Distinct addresses ever queued by this warrior. */
  coveredBy(warrior: number): number {
    return this.#covered[warrior]!.reduce((sum, one) => sum + one, 0)
  }

  run(): this {
    while (!this.isOver) this.step()
    return this
  }

  /** Executes one instruction of the warrior whose turn it is; nothing when the battle is over. */
  step(): void {
    const warrior = this.#order[this.#turn]
    if (warrior === undefined || this.isOver) return
    const queue = this.queues[warrior]!
    const pc = queue.shift()
    this.turns[warrior]!++
    this.instructionsExecuted++
    const instruction = this.#operands.evaluate(warrior, pc)
    this.#observer.executed(pc, warrior)
    this.#execute(opcodeOf(instruction), modifierOf(instruction))
    if (queue.length === 0) return this.#bury(warrior)
    this.#remaining--
    this.#turn = (this.#turn + 1) % this.#order.length
  }

  outcome(withState: boolean): BattleOutcome {
    const { instructions, a, b, diedAt, spawned } = this
    const state: FinalState = { instructions, a, b, queues: this.queues.map((queue) => queue.list()) }
    return {
      diedAt,
      spawned,
      instructions: this.instructionsExecuted,
      processes: Uint32Array.from(this.queues, (queue) => queue.length),
      covered: Uint32Array.from(this.queues, (_, warrior) => this.coveredBy(warrior)),
      ...(withState ? { state } : {}),
    }
  }

  /** Takes a dead warrior out of the round, and its turns out of the time that is left. */
  #bury(warrior: number): void {
    const left = this.#order.length
    this.diedAt[warrior] = this.turns[warrior]!
    this.#order.splice(this.#turn, 1)
    if (this.#turn === this.#order.length) this.#turn = 0
    if (this.settings.endsWhen === 'none-left') {
      this.#remaining -= 1 + this.settings.maxCycles - this.turns[warrior]!
    } else if (left <= 2) this.#remaining = 0
    // As pMARS counts: the dead one's share of what is left, rounded down, and one instruction more than that.
    else this.#remaining -= 2 + Math.floor((this.#remaining - 1) / left)
  }

  #execute(opcode: number, modifier: number): void {
    const { source } = this.#operands
    switch (opcode) {
      case OP.DAT:
        return
      case OP.MOV:
        this.#move(modifier)
        return this.#goOn(1)
      case OP.ADD:
      case OP.SUB:
      case OP.MUL:
      case OP.DIV:
      case OP.MOD:
        if (this.#calculate(opcode, modifier)) this.#goOn(1)
        return
      case OP.JMP:
        return this.#enqueue(source)
      case OP.JMZ:
        return this.#jumpIf(this.#isTarget(0, modifier))
      case OP.JMN:
        return this.#jumpIf(!this.#isTarget(0, modifier))
      case OP.DJN:
        this.#countDown(modifier)
        // The copy, which was read before: if it was 1, it is 0 now.
        return this.#jumpIf(!this.#operands.targetIs(1, modifier))
      case OP.CMP:
      case OP.SEQ:
        return this.#goOn(this.#isEqual(modifier) ? 2 : 1)
      case OP.SNE:
        return this.#goOn(this.#isEqual(modifier) ? 1 : 2)
      case OP.SLT:
        return this.#goOn(this.#isLess(modifier) ? 2 : 1)
      case OP.SPL:
        return this.#split(source)
      case OP.NOP:
        return this.#goOn(1)
      case OP.LDP:
        this.#load(modifier)
        return this.#goOn(1)
      case OP.STP:
        this.#store(modifier)
        return this.#goOn(1)
      default:
        throw new Error(`there is no opcode ${opcode}`)
    }
  }

  #enqueue(address: number): void {
    const { warrior } = this.#operands
    this.queues[warrior]!.push(address)
    this.#covered[warrior]![address] = 1
  }

  #goOn(distance: number): void {
    this.#enqueue((this.#operands.pc + distance) % this.settings.coreSize)
  }

  #jumpIf(isTaken: boolean): void {
    if (isTaken) this.#enqueue(this.#operands.source)
    else this.#goOn(1)
  }

  /** The next instruction first, then the new process; only the former when there is no room for two. */
  #split(address: number): void {
    const { warrior } = this.#operands
    this.#goOn(1)
    if (this.queues[warrior]!.length >= this.settings.maxProcesses) return
    this.#enqueue(address)
    this.spawned[warrior]!++
  }

  #move(modifier: number): void {
    const { warrior, source, writeTo } = this.#operands
    this.#observer.read(source, warrior)
    if (modifier === MODIFIER.I) this.instructions[writeTo] = this.instructions[source]!
    if (hasFieldA(modifier)) this.a[writeTo] = this.#operands.forA(modifier)
    if (hasFieldB(modifier)) this.b[writeTo] = this.#operands.forB(modifier)
    this.#observer.written(writeTo, warrior)
  }

  /** False when a part could not be calculated (it divides by zero); the other part is written all the same. */
  #calculate(opcode: number, modifier: number): boolean {
    const { warrior, source, targetA, targetB } = this.#operands
    this.#observer.read(source, warrior)
    let isComplete = true
    if (hasFieldA(modifier)) isComplete = this.#put(this.a, opcode, targetA, this.#operands.forA(modifier))
    if (hasFieldB(modifier))
      isComplete = this.#put(this.b, opcode, targetB, this.#operands.forB(modifier)) && isComplete
    return isComplete
  }

  #put(fields: Uint16Array, opcode: number, x: number, y: number): boolean {
    if (y === 0 && (opcode === OP.DIV || opcode === OP.MOD)) return false
    const { warrior, writeTo } = this.#operands
    fields[writeTo] = this.#result(opcode, x, y)
    this.#observer.written(writeTo, warrior)
    return true
  }

  #result(opcode: number, x: number, y: number): number {
    const { coreSize } = this.settings
    if (opcode === OP.ADD) return this.#operands.wrapped(x + y)
    if (opcode === OP.SUB) return this.#operands.wrapped(x + coreSize - y)
    if (opcode === OP.MUL) return (x * y) % coreSize
    return opcode === OP.DIV ? Math.floor(x / y) : x % y
  }

  #isTarget(value: number, modifier: number): boolean {
    this.#observer.read(this.#operands.target, this.#operands.warrior)
    return this.#operands.targetIs(value, modifier)
  }

  #countDown(modifier: number): void {
    const { warrior, writeTo } = this.#operands
    if (hasFieldA(modifier)) this.a[writeTo] = this.#operands.minusOne(this.a[writeTo]!)
    if (hasFieldB(modifier)) this.b[writeTo] = this.#operands.minusOne(this.b[writeTo]!)
    this.#observer.counted(writeTo, warrior)
  }

  #isEqual(modifier: number): boolean {
    const { source, target, targetA, targetB } = this.#operands
    this.#look()
    return (
      (modifier !== MODIFIER.I || this.instructions[source] === this.instructions[target]) &&
      (!hasFieldA(modifier) || targetA === this.#operands.forA(modifier)) &&
      (!hasFieldB(modifier) || targetB === this.#operands.forB(modifier))
    )
  }

  #isLess(modifier: number): boolean {
    const { targetA, targetB } = this.#operands
    this.#look()
    return (
      (!hasFieldA(modifier) || this.#operands.forA(modifier) < targetA) &&
      (!hasFieldB(modifier) || this.#operands.forB(modifier) < targetB)
    )
  }

  #look(): void {
    const { warrior, source, target } = this.#operands
    this.#observer.read(target, warrior)
    this.#observer.read(source, warrior)
  }

  /** LDP: the A-value names a P-space cell, whose content goes to the B operand. */
  #load(modifier: number): void {
    const { warrior, source, writeTo } = this.#operands
    const one = oneField(modifier)
    const { own, shared } = this.#pspaces[warrior]!
    const cell = this.#cell(hasFieldA(one) ? this.#operands.forA(one) : this.#operands.forB(one))
    this.#observer.read(source, warrior)
    const fields = hasFieldA(one) ? this.a : this.b
    fields[writeTo] = cell === 0 ? own[0]! : shared[cell]!
    this.#observer.written(writeTo, warrior)
  }

  /** STP: the A-value goes to the P-space cell that the B-value names. */
  #store(modifier: number): void {
    const { warrior, source, targetA, targetB } = this.#operands
    const one = oneField(modifier)
    const { own, shared } = this.#pspaces[warrior]!
    const cell = this.#cell(hasFieldA(one) ? targetA : targetB)
    const value = hasFieldA(one) ? this.#operands.forA(one) : this.#operands.forB(one)
    this.#observer.read(source, warrior)
    if (cell === 0) own[0] = value
    else shared[cell] = value
  }

  #cell(index: number): number {
    return index % Math.max(1, this.settings.pspaceSize)
  }
}

/** LDP and STP have no two-field form: `.F`, `.X` and `.I` are `.B`. */
const oneField = (modifier: number) => (hasFieldA(modifier) && hasFieldB(modifier) ? MODIFIER.B : modifier)

const emptyPSpace = ({ coreSize, pspaceSize }: MarsSettings): PSpace => ({
  own: Uint16Array.of(coreSize - 1),
  shared: new Uint16Array(Math.max(1, pspaceSize)),
})

export class ReferenceEngine implements BattleEngine {
  readonly name = 'oracle'

  run(
    settings: MarsSettings,
    setups: readonly BattleSetup[],
    options: { readonly withState?: boolean } = {},
  ): Promise<BattleOutcome[]> {
    return Promise.resolve(
      setups.map((setup) => new Machine(settings, setup).run().outcome(options.withState === true)),
    )
  }
}
