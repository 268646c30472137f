/**
 * The MARS for evolution on a CPU: the oracle's rules with flat typed arrays, no allocation inside a battle and memory
 * that is kept from battle to battle. Equal to the oracle bit for bit (tests/unit/mars-fast). Battles under read or
 * write limits, which no hill uses, are left to the oracle.
 */
import { Machine } from '../reference.ts'
import type { BattleEngine, BattleOutcome, BattleSetup, FinalState, MarsSettings } from './battle.ts'

// Codes of redcode/instruction.ts as literals, so that switches become jump tables; a test holds them to the tables.
const F = 0, A = 1, B = 2, AB = 3, BA = 4, X = 5 // prettier-ignore
/** By modifier: does the result go to the A field, to the B field; and is A's other field the source. */
const TO_A = [1, 1, 0, 0, 1, 1, 1]
const TO_B = [1, 0, 1, 1, 0, 1, 1]
const CROSSED_A = [0, 0, 0, 0, 1, 1, 0]
const CROSSED_B = [0, 0, 0, 1, 0, 1, 0]

/** Jumps test the fields that their modifier names; `.AB` is `.B`, `.BA` is `.A`. */
const TO_A_TESTED = [1, 1, 0, 0, 1, 1, 1]
const TO_B_TESTED = [1, 0, 1, 1, 0, 1, 1]

export class FastMars {
  readonly #settings: MarsSettings
  readonly #instructions: Uint16Array
  readonly #a: Uint16Array
  readonly #b: Uint16Array
  /** Ring buffers, one a warrior, each a power of two long. */
  #queues = new Uint16Array(0)
  /** One byte a cell and warrior: was it ever queued. */
  #seen = new Uint8Array(0)
  readonly #ring: number

  constructor(settings: MarsSettings) {
    this.#settings = settings
    this.#instructions = new Uint16Array(settings.coreSize)
    this.#a = new Uint16Array(settings.coreSize)
    this.#b = new Uint16Array(settings.coreSize)
    this.#ring = 2 ** Math.ceil(Math.log2(settings.maxProcesses + 1))
  }

  run(setup: BattleSetup, withState = false): BattleOutcome {
    const { coreSize, readLimit, writeLimit } = this.#settings
    if (readLimit !== coreSize || writeLimit !== coreSize) {
      return new Machine(this.#settings, setup).run().outcome(withState)
    }
    return this.#fight(setup, withState)
  }

  #load(setup: BattleSetup): void {
    const { coreSize } = this.#settings
    const count = setup.warriors.length
    if (this.#queues.length < count * this.#ring) {
      this.#queues = new Uint16Array(count * this.#ring)
      this.#seen = new Uint8Array(count * coreSize)
    } else this.#seen.fill(0)
    this.#instructions.fill(0)
    this.#a.fill(0)
    this.#b.fill(0)
    for (const { program, position } of setup.warriors) {
      const { instructions, a, b } = program
      for (let line = 0; line < instructions.length; line++) {
        const address = (position + line) % coreSize
        this.#instructions[address] = instructions[line]!
        this.#a[address] = a[line]!
        this.#b[address] = b[line]!
      }
    }
  }

  #fight(setup: BattleSetup, withState: boolean): BattleOutcome {
    this.#load(setup)
    const { coreSize: size, maxProcesses, maxCycles, endsWhen } = this.#settings
    const code = this.#instructions
    const fa = this.#a
    const fb = this.#b
    const queues = this.#queues
    const seen = this.#seen
    const ring = this.#ring
    const mask = ring - 1
    const last = size - 1
    const count = setup.warriors.length
    const pspaceSize = Math.max(1, this.#settings.pspaceSize)
    // Heads and tails only grow; their difference is the number of processes.
    const heads = new Float64Array(count)
    const tails = new Float64Array(count).fill(1)
    const diedAt = new Int32Array(count).fill(-1)
    const spawned = new Uint32Array(count)
    const covered = new Uint32Array(count)
    const turns = new Float64Array(count)
    const order: number[] = []
    for (let index = 0; index < count; index++) {
      const warrior = (setup.first + index) % count
      const { program, position } = setup.warriors[warrior]!
      order.push(warrior)
      queues[warrior * ring] = (position + program.start) % size
    }
    let alive = count
    let turn = 0
    let executed = 0
    let remaining = count * maxCycles

    while (remaining > 0) {
      const w = order[turn]!
      const base = w * ring
      const cover = w * size
      const head = heads[w]!
      let tail = tails[w]!
      const pc = queues[base + (head & mask)]!
      heads[w] = head + 1
      turns[w]!++
      executed++

      const instruction = code[pc]!
      const bValue = fb[pc]!
      const aMode = (instruction >> 3) & 7
      let pa = pc
      let aa: number
      let ab: number
      if (aMode === 0) {
        pa = pc + fa[pc]!
        if (pa >= size) pa -= size
        aa = fa[pa]!
        ab = fb[pa]!
      } else if (aMode === 1) {
        aa = fa[pc]!
        ab = bValue
      } else {
        let middle = pc + fa[pc]!
        if (middle >= size) middle -= size
        const fields = aMode >= 5 ? fa : fb
        let offset = fields[middle]!
        if (aMode === 3 || aMode === 6) {
          offset = offset === 0 ? last : offset - 1
          fields[middle] = offset
        }
        pa = middle + offset
        if (pa >= size) pa -= size
        aa = fa[pa]!
        ab = fb[pa]!
        if (aMode === 4 || aMode === 7) fields[middle] = offset === last ? 0 : offset + 1
      }

      const bMode = instruction & 7
      let pb = pc
      let ba: number
      let bb: number
      if (bMode === 0) {
        pb = pc + bValue
        if (pb >= size) pb -= size
        ba = fa[pb]!
        bb = fb[pb]!
      } else if (bMode === 1) {
        ba = fa[pc]!
        bb = fb[pc]!
      } else {
        let middle = pc + bValue
        if (middle >= size) middle -= size
        const fields = bMode >= 5 ? fa : fb
        let offset = fields[middle]!
        if (bMode === 3 || bMode === 6) {
          offset = offset === 0 ? last : offset - 1
          fields[middle] = offset
        }
        pb = middle + offset
        if (pb >= size) pb -= size
        ba = fa[pb]!
        bb = fb[pb]!
        if (bMode === 4 || bMode === 7) fields[middle] = offset === last ? 0 : offset + 1
      }

      const modifier = (instruction >> 6) & 7
      /** The next address of this process; -1 when it dies. */
      let next = pc === last ? 0 : pc + 1
      let split = -1
      switch (instruction >> 9) {
        case 0: // DAT
          next = -1
          break
        case 1: // MOV
          switch (modifier) {
            case A:
              fa[pb] = aa
              break
            case B:
              fb[pb] = ab
              break
            case AB:
              fb[pb] = aa
              break
            case BA:
              fa[pb] = ab
              break
            case X:
              fa[pb] = ab
              fb[pb] = aa
              break
            case F:
              fa[pb] = aa
              fb[pb] = ab
              break
            default:
              code[pb] = code[pa]!
              fa[pb] = aa
              fb[pb] = ab
          }
          break
        case 2: // ADD
          if (TO_A[modifier] === 1) {
            const sum = ba + (CROSSED_A[modifier] === 1 ? ab : aa)
            fa[pb] = sum >= size ? sum - size : sum
          }
          if (TO_B[modifier] === 1) {
            const sum = bb + (CROSSED_B[modifier] === 1 ? aa : ab)
            fb[pb] = sum >= size ? sum - size : sum
          }
          break
        case 3: // SUB
          if (TO_A[modifier] === 1) {
            const difference = ba - (CROSSED_A[modifier] === 1 ? ab : aa)
            fa[pb] = difference < 0 ? difference + size : difference
          }
          if (TO_B[modifier] === 1) {
            const difference = bb - (CROSSED_B[modifier] === 1 ? aa : ab)
            fb[pb] = difference < 0 ? difference + size : difference
          }
          break
        case 4: // MUL
          if (TO_A[modifier] === 1) fa[pb] = (ba * (CROSSED_A[modifier] === 1 ? ab : aa)) % size
          if (TO_B[modifier] === 1) fb[pb] = (bb * (CROSSED_B[modifier] === 1 ? aa : ab)) % size
          break
        case 5: // DIV
        case 6: { // MOD
          const isDivision = instruction >> 9 === 5
          if (TO_A[modifier] === 1) {
            const by = CROSSED_A[modifier] === 1 ? ab : aa
            if (by === 0) next = -1
            else fa[pb] = isDivision ? (ba / by) | 0 : ba % by
          }
          if (TO_B[modifier] === 1) {
            const by = CROSSED_B[modifier] === 1 ? aa : ab
            if (by === 0) next = -1
            else fb[pb] = isDivision ? (bb / by) | 0 : bb % by
          }
          break
        }
        case 7: // JMP
          next = pa
          break
        case 8: // JMZ
          if ((TO_A_TESTED[modifier] === 0 || ba === 0) && (TO_B_TESTED[modifier] === 0 || bb === 0)) next = pa
          break
        case 9: // JMN
          if ((TO_A_TESTED[modifier] === 1 && ba !== 0) || (TO_B_TESTED[modifier] === 1 && bb !== 0)) next = pa
          break
        case 10: // DJN
          if (TO_A_TESTED[modifier] === 1) {
            const value = fa[pb]!
            fa[pb] = value === 0 ? last : value - 1
          }
          if (TO_B_TESTED[modifier] === 1) {
            const value = fb[pb]!
            fb[pb] = value === 0 ? last : value - 1
          }
          if ((TO_A_TESTED[modifier] === 1 && ba !== 1) || (TO_B_TESTED[modifier] === 1 && bb !== 1)) next = pa
          break
        case 11: // CMP
        case 12: // SEQ
        case 13: { // SNE
          let equal: boolean
          switch (modifier) {
            case A:
              equal = aa === ba
              break
            case B:
              equal = ab === bb
              break
            case AB:
              equal = aa === bb
              break
            case BA:
              equal = ab === ba
              break
            case X:
              equal = aa === bb && ab === ba
              break
            case F:
              equal = aa === ba && ab === bb
              break
            default:
              equal = aa === ba && ab === bb && code[pa] === code[pb]
          }
          if (equal !== (instruction >> 9 === 13)) next = next === last ? 0 : next + 1
          break
        }
        case 14: { // SLT
          const lessA = TO_A[modifier] === 0 || (CROSSED_A[modifier] === 1 ? ab : aa) < ba
          const lessB = TO_B[modifier] === 0 || (CROSSED_B[modifier] === 1 ? aa : ab) < bb
          if (lessA && lessB) next = next === last ? 0 : next + 1
          break
        }
        case 15: // SPL
          split = pa
          break
        case 16: // NOP
          break
        case 17: { // LDP
          const cell = (modifier === A || modifier === AB ? aa : ab) % pspaceSize
          const pspace = setup.pspaces?.[w]
          const value = cell === 0 ? (pspace?.own[0] ?? last) : (pspace?.shared[cell] ?? 0)
          if (modifier === A || modifier === BA) fa[pb] = value
          else fb[pb] = value
          break
        }
        default: { // STP
          const cell = (modifier === A || modifier === BA ? ba : bb) % pspaceSize
          const value = modifier === A || modifier === AB ? aa : ab
          const pspace = setup.pspaces?.[w]
          if (pspace !== undefined) {
            if (cell === 0) pspace.own[0] = value
            else pspace.shared[cell] = value
          }
        }
      } // prettier-ignore

      if (next >= 0) {
        queues[base + (tail & mask)] = next
        tail++
        if (seen[cover + next] === 0) {
          seen[cover + next] = 1
          covered[w]!++
        }
        if (split >= 0 && tail - head - 1 < maxProcesses) {
          queues[base + (tail & mask)] = split
          tail++
          spawned[w]!++
          if (seen[cover + split] === 0) {
            seen[cover + split] = 1
            covered[w]!++
          }
        }
        tails[w] = tail
      } else if (tail - head === 1) {
        diedAt[w] = turns[w]!
        order.splice(turn, 1)
        // How time shrinks with a death: see Machine in reference.ts.
        if (endsWhen === 'none-left') remaining -= 1 + maxCycles - turns[w]!
        else if (alive <= 2) remaining = 0
        else remaining -= 2 + Math.floor((remaining - 1) / alive)
        alive--
        if (turn >= alive) turn = 0
        continue
      }
      remaining--
      turn++
      if (turn >= alive) turn = 0
    }

    const processes = Uint32Array.from({ length: count }, (_, w) => tails[w]! - heads[w]!)
    const outcome = { diedAt, processes, spawned, covered, instructions: executed }
    return withState ? { ...outcome, state: this.#state(heads, tails) } : outcome
  }

  #state(heads: Float64Array, tails: Float64Array): FinalState {
    const mask = this.#ring - 1
    return {
      instructions: this.#instructions.slice(),
      a: this.#a.slice(),
      b: this.#b.slice(),
      queues: Array.from(heads, (head, w) =>
        Uint16Array.from(
          { length: tails[w]! - head },
          (_, index) => this.#queues[w * this.#ring + ((head + index) & mask)]!,
        ),
      ),
    }
  }
}

/** One machine for each set of rules met, kept for the next battles. */
export class FastEngine implements BattleEngine {
  readonly name = 'cpu'
  #machine: FastMars | null = null
  #rules = ''

  run(
    settings: MarsSettings,
    setups: readonly BattleSetup[],
    options: { readonly withState?: boolean } = {},
  ): Promise<BattleOutcome[]> {
    const rules = JSON.stringify(settings)
    if (this.#machine === null || rules !== this.#rules) this.#machine = new FastMars(settings)
    this.#rules = rules
    const machine = this.#machine
    return Promise.resolve(setups.map((setup) => machine.run(setup, options.withState === true)))
  }
}
