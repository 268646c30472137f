/** A battle to be watched: the oracle's machine, for each cell who touched it last and when, and each warrior's last steps. */
import type { BattleSetup, MarsSettings } from '../mars/battle.ts'
import { Machine, type Observer } from '../reference.ts'

/** How a cell was last touched; they are drawn differently. */
export const TOUCH = { none: 0, read: 1, counted: 2, written: 3, executed: 4 } as const

/** An instruction as it was executed. */
export interface Step {
  readonly address: number
  readonly instruction: number
  readonly a: number
  readonly b: number
}

/** Last steps kept of each warrior. */
const STEPS = 32

export class Replay {
  readonly settings: MarsSettings
  readonly setup: BattleSetup
  /** Warrior + 1 that last wrote, counted or executed each cell; 0 = nobody. */
  readonly owner: Uint8Array
  readonly touch: Uint8Array
  /** Instruction count at that moment. */
  readonly touchedAt: Float64Array
  machine: Machine
  readonly #traced: boolean
  #steps: readonly Step[][] = []

  /** Keeping steps costs time: small pictures do without. */
  constructor(settings: MarsSettings, setup: BattleSetup, traced = true) {
    this.#traced = traced
    this.settings = settings
    this.setup = setup
    this.owner = new Uint8Array(settings.coreSize)
    this.touch = new Uint8Array(settings.coreSize)
    this.touchedAt = new Float64Array(settings.coreSize)
    this.machine = this.#start()
  }

  get cycle(): number {
    return this.machine.cycle
  }

  /** What a warrior executed last, oldest first. */
  stepsOf(warrior: number): readonly Step[] {
    return this.#steps[warrior] ?? []
  }

  restart(): void {
    this.owner.fill(0)
    this.touch.fill(0)
    this.touchedAt.fill(0)
    this.machine = this.#start()
  }

  /** Runs until `cycle` is reached, the battle is over or the time is used up; true when it got there. */
  advance(cycle: number, milliseconds: number): boolean {
    const until = performance.now() + milliseconds
    const { machine } = this
    for (let steps = 1; machine.cycle < cycle && !machine.isOver; steps++) {
      machine.step()
      if (steps % 256 === 0 && performance.now() > until) return false
    }
    return true
  }

  #start(): Machine {
    let moment = 0
    const keeps = this.#traced
    const traces = this.setup.warriors.map((): Step[] => [])
    this.#steps = traces
    const touched = (kind: number) => (address: number, warrior: number) => {
      this.owner[address] = warrior + 1
      this.touch[address] = kind
      this.touchedAt[address] = moment
    }
    const executed = touched(TOUCH.executed)
    const observer: Observer = {
      executed(address, warrior) {
        moment++
        executed(address, warrior)
        const trace = keeps ? traces[warrior] : undefined
        if (trace === undefined) return
        const { instructions, a, b } = machine
        trace.push({ address, instruction: instructions[address] ?? 0, a: a[address] ?? 0, b: b[address] ?? 0 })
        if (trace.length > 2 * STEPS) trace.splice(0, STEPS)
      },
      read: () => undefined,
      written: touched(TOUCH.written),
      counted: touched(TOUCH.counted),
    }
    const machine: Machine = new Machine(this.settings, this.setup, observer)
    return machine
  }
}

/** What came of it, in a sentence; empty while it goes on. */
export function verdict(replay: Replay, names: readonly string[]): string {
  const { machine } = replay
  if (!machine.isOver) return ''
  const dead = [...machine.diedAt].flatMap((at, warrior) => (at === -1 ? [] : [{ at, name: names[warrior] ?? '' }]))
  const living = [...machine.diedAt].flatMap((at, warrior) => (at === -1 ? [names[warrior] ?? ''] : []))
  if (dead.length === 0) return `A tie: both are alive after ${replay.settings.maxCycles.toLocaleString('en')} cycles.`
  const last = dead.reduce((x, y) => (y.at > x.at ? y : x))
  return living.length === 0
    ? `Nobody is left: ${last.name} died last, in cycle ${last.at}.`
    : `${living.join(' and ')} wins: ${last.name} died in cycle ${last.at.toLocaleString('en')}.`
}
