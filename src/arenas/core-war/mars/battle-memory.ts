/**
 * Battles of two that were fought before need not be fought again. The core is a ring, so what comes of one follows from the
 * program that begins, the other program and the distance from the one to the other, wherever they lie: a nano core has 71
 * distances, and a match on its hill 7,500 rounds. Not for warriors with LDP or STP, who remember rounds themselves.
 */
import type { Program } from '../redcode/instruction.ts'
import type { BattleSetup } from './battle.ts'

/** Bytes of tables at most; then all are forgotten. */
const MOST_BYTES = 1 << 26

/** Who is alive at the end: bit 0 for the warrior that began, bit 1 for the other; or not known. */
const UNKNOWN = 4

export class BattleMemory {
  readonly #coreSize: number
  readonly #mostBytes: number
  /** Programs of the same lines are one and the same. */
  readonly #ids = new WeakMap<Program, number>()
  readonly #byLines = new Map<string, number>()
  #programs = 0
  /** By program that begins and then by the other one: a byte a distance. */
  readonly #tables = new Map<number, Map<number, Uint8Array>>()
  #bytes = 0

  constructor(coreSize: number, mostBytes = MOST_BYTES) {
    this.#coreSize = coreSize
    this.#mostBytes = mostBytes
  }

  /** For each warrior of the setup: is it alive at the end? Undefined where that is not known. */
  recall(setup: BattleSetup): readonly [boolean, boolean] | undefined {
    const distance = this.#distance(setup)
    if (distance === null) return undefined
    const { warriors, first } = setup
    const alive = this.#tables.get(this.#idOf(warriors[first]!.program))?.get(this.#idOf(warriors[1 - first]!.program))?.[distance] // prettier-ignore
    if (alive === undefined || alive === UNKNOWN) return undefined
    const [began, other] = [(alive & 1) !== 0, (alive & 2) !== 0]
    return first === 0 ? [began, other] : [other, began]
  }

  keep(setup: BattleSetup, isAlive: readonly [boolean, boolean]): void {
    const distance = this.#distance(setup)
    if (distance === null) return
    const { warriors, first } = setup
    const table = this.#tableOf(this.#idOf(warriors[first]!.program), this.#idOf(warriors[1 - first]!.program))
    table[distance] = Number(isAlive[first]) | (Number(isAlive[1 - first]) << 1)
  }

  /** From the one that begins to the other; null where they overlap, for then it matters who was loaded last. */
  #distance({ warriors: [x, y], first }: BattleSetup): number | null {
    const [one, other] = first === 0 ? [x!, y!] : [y!, x!]
    const distance = (other.position - one.position + this.#coreSize) % this.#coreSize
    const isApart =
      distance >= one.program.instructions.length && this.#coreSize - distance >= other.program.instructions.length
    return isApart ? distance : null
  }

  #idOf(program: Program): number {
    let id = this.#ids.get(program)
    if (id === undefined) {
      const { instructions, a, b, start } = program
      const lines = [start, instructions.join(), a.join(), b.join()].join(';')
      id = this.#byLines.get(lines) ?? this.#programs++
      this.#byLines.set(lines, id)
      this.#ids.set(program, id)
    }
    return id
  }

  #tableOf(one: number, other: number): Uint8Array {
    const known = this.#tables.get(one)?.get(other)
    if (known !== undefined) return known
    if (this.#bytes + this.#coreSize > this.#mostBytes) {
      this.#tables.clear()
      this.#byLines.clear()
      this.#bytes = 0
    }
    const table = new Uint8Array(this.#coreSize).fill(UNKNOWN)
    const others = this.#tables.get(one) ?? new Map<number, Uint8Array>()
    this.#tables.set(one, others.set(other, table))
    this.#bytes += this.#coreSize
    return table
  }
}
