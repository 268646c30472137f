/**
 * The MARS, readable: the oracle that every faster engine is proven against. Semantics are pMARS 0.9.5's (ICWS'94 draft 3.3
 * with P-space, SEQ, SNE, NOP, `*`, `{`, `}` and read/write limits), to the last corner:
 *
 *  - operands are registers: A's is copied before B is evaluated, and MOV writes that copy;
 *  - an immediate B operand is read after A's side effects (0.9.2 read it before);
 *  - DJN counts memory down but tests the copy; DIV and MOD do the half that can be done, then the process dies;
 *  - all numbers are 0..coreSize-1 and compared as such;
 *  - predecrement and postincrement fold their intermediate cell with the write limit.
 */
import type { BattleEngine, BattleOutcome, BattleSetup, FinalState, MarsSettings, PSpace } from './mars/battle.ts'
import { aModeOf, bModeOf, MODE, MODIFIER, modifierOf, OP, opcodeOf } from './redcode/instruction.ts'

/** What happens to cells, for whoever shows a battle. All addresses 0..coreSize-1. */
export interface Observer {
  executed(address: number, warrior: number): void
  read(address: number, warrior: number): void
  written(address: number, warrior: number): void
  /** Counted up or down by an addressing mode or DJN. */
  counted(address: number, warrior: number): void
}

/** A FIFO of addresses with room for `capacity`. */
class TaskQueue {
  readonly #ring: Uint16Array
  #head = 0
  length = 0

  constructor(capacity: number) {
    this.#ring = new Uint16Array(capacity)
  }

  push(address: number): void {
    this.#ring[(this.#head + this.length++) % this.#ring.length] = address
  }

  shift(): number {
    const address = this.#ring[this.#head]!
    this.#head = (this.#head + 1) % this.#ring.length
    this.length--
    return address
  }

  /** Next process first. */
  list(): Uint16Array {
    return Uint16Array.from(
      { length: this.length },
      (_, index) => this.#ring[(this.#head + index) % this.#ring.length]!,
    )
  }
}

/** An evaluated operand: where it reads, where it writes, and the copy of the fields it read. */
interface Operand {
  readonly read: number
  readonly write: number
  readonly a: number
  readonly b: number
}

/** One battle, one instruction at a time. */
export class Machine {
  readonly settings: MarsSettings
  readonly instructions: Uint16Array
  readonly a: Uint16Array
  readonly b: Uint16Array
  readonly queues: readonly TaskQueue[]
  readonly diedAt: Int32Array
  readonly spawned: Uint32Array
  /** Turns each warrior has had. */
  readonly turns: Uint32Array
  readonly #covered: readonly Uint8Array[]
  readonly #pspaces: readonly PSpace[]
  readonly #observer: Observer | null
  /** Living warriors in the order they take turns. */
  readonly #order: number[]
  #turn = 0
  #remaining: number
  #pc = 0
  instructionsExecuted = 0

  constructor(settings: MarsSettings, setup: BattleSetup, observer: Observer | null = null) {
    const { coreSize, maxProcesses, maxCycles } = settings
    const count = setup.warriors.length
    this.settings = settings
    this.#observer = observer
    this.instructions = new Uint16Array(coreSize)
    this.a = new Uint16Array(coreSize)
    this.b = new Uint16Array(coreSize)
    this.queues = setup.warriors.map(() => new TaskQueue(maxProcesses))
    this.diedAt = new Int32Array(count).fill(-1)
    this.spawned = new Uint32Array(count)
    this.turns = new Uint32Array(count)
    this.#covered = setup.warriors.map(() => new Uint8Array(coreSize))
    this.#pspaces =
      setup.pspaces ??
      setup.warriors.map(() => ({
        own: Uint16Array.of(coreSize - 1),
        shared: new Uint16Array(Math.max(1, settings.pspaceSize)),
      }))
    this.#order = setup.warriors.map((_, index) => (setup.first + index) % count)
    this.#remaining = count * maxCycles
    setup.warriors.forEach(({ program, position }, warrior) => {
      program.instructions.forEach((instruction, line) => {
        const address = (position + line) % coreSize
        this.instructions[address] = instruction
        this.a[address] = program.a[line]!
        this.b[address] = program.b[line]!
        observer?.written(address, warrior)
      })
      this.queues[warrior]!.push((position + program.start) % coreSize)
    })
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

  coveredBy(warrior: number): number {
    return this.#covered[warrior]!.reduce((sum, one) => sum + one, 0)
  }

  /** Executes one instruction of the warrior whose turn it is. */
  step(): void {
    const warrior = this.#order[this.#turn]
    if (warrior === undefined || this.isOver) return
    const queue = this.queues[warrior]!
    const turn = ++this.turns[warrior]!
    this.instructionsExecuted++
    this.#execute(warrior, queue)
    if (queue.length > 0) {
      this.#remaining--
      this.#turn = (this.#turn + 1) % this.#order.length
    } else this.#bury(warrior, turn)
  }

  run(): this {
    while (!this.isOver) this.step()
    return this
  }

  outcome(withState: boolean): BattleOutcome {
    const { diedAt, spawned, instructionsExecuted: instructions } = this
    const state: FinalState = {
      instructions: this.instructions,
      a: this.a,
      b: this.b,
      queues: this.queues.map((queue) => queue.list()),
    }
    return {
      diedAt,
      spawned,
      instructions,
      processes: Uint32Array.from(this.queues, (queue) => queue.length),
      covered: Uint32Array.from(this.queues, (_, warrior) => this.coveredBy(warrior)),
      ...(withState ? { state } : {}),
    }
  }

  /** Takes a dead warrior out of the round, and its turns out of the time that is left. */
  #bury(warrior: number, turn: number): void {
    const left = this.#order.length
    this.diedAt[warrior] = turn
    this.#order.splice(this.#turn, 1)
    if (this.#turn === this.#order.length) this.#turn = 0
    if (this.settings.endsWhen === 'none-left') {
      this.#remaining -= 1 + this.settings.maxCycles - turn
    } else if (left <= 2) this.#remaining = 0
    // As pMARS counts: the dead one's share of what is left, rounded down, and one instruction more than that.
    else this.#remaining = this.#remaining - 2 - Math.floor((this.#remaining - 1) / left)
  }

  #enqueue(warrior: number, address: number): void {
    this.queues[warrior]!.push(address)
    this.#covered[warrior]![address] = 1
  }

  #execute(warrior: number, queue: TaskQueue): void {
    const { coreSize } = this.settings
    const pc = (this.#pc = queue.shift())
    const instruction = this.instructions[pc]!
    const aField = this.a[pc]!
    const bField = this.b[pc]!
    const modifier = modifierOf(instruction)
    const a = this.#evaluateA(aModeOf(instruction), aField, bField, warrior)
    const b = this.#evaluateB(bModeOf(instruction), bField, warrior)
    this.#observer?.executed(pc, warrior)
    const goOn = (distance: number) => this.#enqueue(warrior, (pc + distance) % coreSize)
    switch (opcodeOf(instruction)) {
      case OP.DAT:
        return
      case OP.MOV:
        this.#move(modifier, a, b, warrior)
        return goOn(1)
      case OP.ADD:
        this.#calculate(modifier, a, b, warrior, (x, y) => (y + x) % coreSize)
        return goOn(1)
      case OP.SUB:
        this.#calculate(modifier, a, b, warrior, (x, y) => (y - x + coreSize) % coreSize)
        return goOn(1)
      case OP.MUL:
        this.#calculate(modifier, a, b, warrior, (x, y) => (y * x) % coreSize)
        return goOn(1)
      case OP.DIV:
        return this.#calculate(modifier, a, b, warrior, (x, y) => (x === 0 ? null : Math.floor(y / x)))
          ? goOn(1)
          : undefined
      case OP.MOD:
        return this.#calculate(modifier, a, b, warrior, (x, y) => (x === 0 ? null : y % x)) ? goOn(1) : undefined
      case OP.JMP:
        return this.#enqueue(warrior, a.read)
      case OP.JMZ:
        this.#observer?.read(b.read, warrior)
        return this.#tested(modifier, b).every((value) => value === 0) ? this.#enqueue(warrior, a.read) : goOn(1)
      case OP.JMN:
        this.#observer?.read(b.read, warrior)
        return this.#tested(modifier, b).some((value) => value !== 0) ? this.#enqueue(warrior, a.read) : goOn(1)
      case OP.DJN:
        this.#countDown(modifier, b.write, warrior)
        return this.#tested(modifier, b).some((value) => value !== 1) ? this.#enqueue(warrior, a.read) : goOn(1)
      case OP.CMP:
      case OP.SEQ:
        return goOn(this.#equal(modifier, a, b, warrior) ? 2 : 1)
      case OP.SNE:
        return goOn(this.#equal(modifier, a, b, warrior) ? 1 : 2)
      case OP.SLT:
        this.#look(a, b, warrior)
        return goOn(this.#pairs(modifier, a, b).every(([x, y]) => x < y) ? 2 : 1)
      case OP.SPL:
        goOn(1)
        if (queue.length < this.settings.maxProcesses) {
          this.#enqueue(warrior, a.read)
          this.spawned[warrior]!++
        }
        return
      case OP.NOP:
        return goOn(1)
      case OP.LDP:
        this.#load(modifier, a, b, warrior)
        return goOn(1)
      case OP.STP:
        this.#store(modifier, a, b, warrior)
        return goOn(1)
      default:
        throw new Error(`instruction ${instruction} has no opcode`)
    }
  }

  /** The A operand. Its pointer is always a reading one. */
  #evaluateA(mode: number, field: number, otherField: number, warrior: number): Operand {
    const pc = this.#pc
    if (mode === MODE['#']) return { read: pc, write: pc, a: field, b: otherField }
    if (mode === MODE.$) return this.#at(this.#foldRead(pc + field), 0)
    const isPlain = mode === MODE['@'] || mode === MODE['*']
    const middle = isPlain ? this.#foldRead(pc + field) : this.#foldWrite(pc + field)
    return this.#through(mode, middle, warrior, (offset) => this.#at(this.#foldRead(middle + offset), 0))
  }

  /** The B operand reads within the read limit and writes within the write limit, so it has two pointers. */
  #evaluateB(mode: number, field: number, warrior: number): Operand {
    const pc = this.#pc
    if (mode === MODE['#']) return this.#at(pc, pc)
    const read = this.#foldRead(pc + field)
    const write = this.#foldWrite(pc + field)
    if (mode === MODE.$) return this.#at(read, write)
    const isPlain = mode === MODE['@'] || mode === MODE['*']
    const middle = isPlain ? read : write
    return this.#through(mode, middle, warrior, (offset) =>
      this.#at(this.#foldRead(middle + offset), this.#foldWrite(write + offset)),
    )
  }

  #at(read: number, write: number): Operand {
    return { read, write, a: this.a[read]!, b: this.b[read]! }
  }

  /** Indirection through the A or B field of `middle`, counting it down before or up after the target is copied. */
  #through(mode: number, middle: number, warrior: number, target: (offset: number) => Operand): Operand {
    const { coreSize } = this.settings
    const fields = mode === MODE['*'] || mode === MODE['{'] || mode === MODE['}'] ? this.a : this.b
    let offset = fields[middle]!
    if (mode === MODE['<'] || mode === MODE['{']) {
      offset = (offset + coreSize - 1) % coreSize
      fields[middle] = offset
      this.#observer?.counted(middle, warrior)
    } else if (mode === MODE['@'] || mode === MODE['*']) this.#observer?.read(middle, warrior)
    const operand = target(offset)
    if (mode === MODE['>'] || mode === MODE['}']) {
      fields[middle] = (offset + 1) % coreSize
      this.#observer?.counted(middle, warrior)
    }
    return operand
  }

  #foldRead(address: number): number {
    return this.#fold(address, this.settings.readLimit)
  }

  #foldWrite(address: number): number {
    return this.#fold(address, this.settings.writeLimit)
  }

  /** Brings an address back to within half the limit of the program counter. */
  #fold(address: number, limit: number): number {
    const { coreSize } = this.settings
    const offset = (address + coreSize - this.#pc) % limit
    const folded = offset <= Math.floor(limit / 2) ? offset : offset + coreSize - limit
    return (folded + this.#pc) % coreSize
  }

  /** Which fields of A (as x) meet which fields of B (as y), by modifier; `.I` is `.F` here. */
  #pairs(modifier: number, a: Operand, b: Operand): readonly (readonly [number, number])[] {
    switch (modifier) {
      case MODIFIER.A:
        return [[a.a, b.a]]
      case MODIFIER.B:
        return [[a.b, b.b]]
      case MODIFIER.AB:
        return [[a.a, b.b]]
      case MODIFIER.BA:
        return [[a.b, b.a]]
      case MODIFIER.X:
        return [
          [a.b, b.a],
          [a.a, b.b],
        ]
      default:
        return [
          [a.a, b.a],
          [a.b, b.b],
        ]
    }
  }

  /** The fields that the results of {@link #pairs} go to, in the same order. */
  #targets(modifier: number): readonly Uint16Array[] {
    switch (modifier) {
      case MODIFIER.A:
      case MODIFIER.BA:
        return [this.a]
      case MODIFIER.B:
      case MODIFIER.AB:
        return [this.b]
      default:
        return [this.a, this.b]
    }
  }

  /** Fields of B that jumps test: `.A` and `.BA` one, `.B` and `.AB` the other, the rest both. */
  #tested(modifier: number, b: Operand): readonly number[] {
    if (modifier === MODIFIER.A || modifier === MODIFIER.BA) return [b.a]
    return modifier === MODIFIER.B || modifier === MODIFIER.AB ? [b.b] : [b.a, b.b]
  }

  #move(modifier: number, a: Operand, b: Operand, warrior: number): void {
    this.#observer?.read(a.read, warrior)
    if (modifier === MODIFIER.I) this.instructions[b.write] = this.instructions[a.read]!
    const pairs = this.#pairs(modifier, a, b)
    this.#targets(modifier).forEach((fields, index) => (fields[b.write] = pairs[index]![0]))
    this.#observer?.written(b.write, warrior)
  }

  /** False when a part could not be calculated (it divides by zero); the other part is written all the same. */
  #calculate(
    modifier: number,
    a: Operand,
    b: Operand,
    warrior: number,
    calculate: (x: number, y: number) => number | null,
  ): boolean {
    this.#observer?.read(a.read, warrior)
    const pairs = this.#pairs(modifier, a, b)
    let complete = true
    this.#targets(modifier).forEach((fields, index) => {
      const [x, y] = pairs[index]!
      const result = calculate(x, y)
      if (result === null) complete = false
      else {
        fields[b.write] = result
        this.#observer?.written(b.write, warrior)
      }
    })
    return complete
  }

  #countDown(modifier: number, address: number, warrior: number): void {
    const { coreSize } = this.settings
    for (const fields of this.#targets(modifier)) fields[address] = (fields[address]! + coreSize - 1) % coreSize
    this.#observer?.counted(address, warrior)
  }

  #equal(modifier: number, a: Operand, b: Operand, warrior: number): boolean {
    this.#look(a, b, warrior)
    if (modifier === MODIFIER.I && this.instructions[a.read] !== this.instructions[b.read]) return false
    return this.#pairs(modifier, a, b).every(([x, y]) => x === y)
  }

  #look(a: Operand, b: Operand, warrior: number): void {
    this.#observer?.read(b.read, warrior)
    this.#observer?.read(a.read, warrior)
  }

  /** LDP and STP have no two-field form: `.F`, `.X` and `.I` are `.B`. */
  #oneField(modifier: number): number {
    return modifier === MODIFIER.F || modifier === MODIFIER.X || modifier === MODIFIER.I ? MODIFIER.B : modifier
  }

  #load(modifier: number, a: Operand, b: Operand, warrior: number): void {
    const one = this.#oneField(modifier)
    const [index] = this.#pairs(one, a, b)[0]!
    const { own, shared } = this.#pspaces[warrior]!
    const cell = index % Math.max(1, this.settings.pspaceSize)
    this.#observer?.read(a.read, warrior)
    this.#targets(one)[0]![b.write] = cell === 0 ? own[0]! : shared[cell]!
    this.#observer?.written(b.write, warrior)
  }

  #store(modifier: number, a: Operand, b: Operand, warrior: number): void {
    const [value, index] = this.#pairs(this.#oneField(modifier), a, b)[0]!
    const { own, shared } = this.#pspaces[warrior]!
    const cell = index % Math.max(1, this.settings.pspaceSize)
    this.#observer?.read(a.read, warrior)
    if (cell === 0) own[0] = value
    else shared[cell] = value
  }
}

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
