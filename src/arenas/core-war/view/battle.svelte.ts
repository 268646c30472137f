/** One battle on show: plays, steps, seeks and ends. Its numbers change at most four times a second, so that they can be read. */
import { Machine } from '../reference.ts'
import type { BattleSetup, MarsSettings } from '../mars/battle.ts'
import { Replay, verdict, type Step } from './replay.ts'

/** Cycles a second. */
export const SPEEDS = [2, 5, 15, 30, 60, 150, 300, 750, 1500, 3000, 7500, 15_000, 75_000] as const
/** A battle that lasts to the end takes about this long, seconds. */
const WHOLE = 130
const SLOW = 1
/** Milliseconds of a frame that running ahead may take. */
const FRAME_MS = 6
const SCOUT_MS = 3
const NUMBERS_MS = 250
/** Cycles before a death from which its last steps are played. */
const LAST_STEPS = 16

/** What is told beside the picture. */
export interface Numbers {
  readonly cycle: number
  readonly processes: readonly number[]
  readonly verdict: string
  /** Per warrior: what it did last, and which processes wait. */
  readonly steps: readonly (readonly Step[])[]
  readonly waiting: readonly (readonly number[])[]
}

const NOTHING: Numbers = { cycle: 0, processes: [0, 0], verdict: '', steps: [], waiting: [] }
const LISTED = 6

export class Battle {
  replay = $state.raw<Replay | null>(null)
  names = $state.raw<readonly string[]>(['', ''])
  playing = $state(true)
  speed = $state(SLOW)
  numbers = $state.raw<Numbers>(NOTHING)
  /** Counts the pictures, so that a drawing follows. */
  frame = $state(0)
  /** The cycle in which it ends; null until that is known. */
  end = $state<number | null>(null)
  /** Milliseconds since it ended. */
  restedFor = 0
  #scout: Machine | null = null
  #seeking: number | null = null
  #rest = 0
  /** The speed before the last steps were shown slowly. */
  #usual: number | null = null
  #toldAt = 0

  get isOver(): boolean {
    return this.replay?.machine.isOver ?? false
  }

  /** Somebody died, so there are last steps to see. */
  get hasDeath(): boolean {
    return this.numbers.verdict !== '' && (this.replay?.machine.diedAt.some((at) => at !== -1) ?? false)
  }

  begin(settings: MarsSettings, setup: BattleSetup, names: readonly string[]): void {
    this.replay = new Replay(settings, setup)
    this.#scout = new Machine(settings, setup)
    this.names = names
    this.end = null
    this.restedFor = 0
    this.#seeking = null
    this.#hurryAgain()
    this.#show()
  }

  /** A speed that suits battles of this length. */
  suit(maxCycles: number): void {
    this.#usual = null
    this.speed = Math.max(
      SLOW + 1,
      SPEEDS.findLastIndex((speed) => speed <= maxCycles / WHOLE),
    )
  }

  clear(): void {
    this.replay = null
    this.#scout = null
    this.numbers = NOTHING
  }

  /** To be called with every frame. */
  tick(milliseconds: number): void {
    const { replay } = this
    if (replay === null) return
    this.#lookAhead(replay)
    if (this.#seeking !== null) {
      if (replay.advance(this.#seeking, FRAME_MS)) this.#seeking = null
      this.#show()
      return
    }
    if (replay.machine.isOver) {
      this.restedFor += milliseconds
      return
    }
    if (!this.playing) return
    this.#rest += ((SPEEDS[this.speed] ?? 1) * Math.min(100, milliseconds)) / 1000
    const cycles = Math.floor(this.#rest)
    if (cycles === 0) return
    this.#rest -= cycles
    replay.advance(replay.cycle + cycles, FRAME_MS)
    this.frame++
    const now = performance.now()
    if (replay.machine.isOver || now - this.#toldAt >= NUMBERS_MS) this.#tell(now)
  }

  seek(cycle: number): void {
    const { replay } = this
    if (replay === null) return
    this.playing = false
    if (cycle < replay.cycle) replay.restart()
    this.#seeking = cycle
    this.restedFor = 0
  }

  stepCycle(): void {
    if (this.replay !== null) this.seek(this.replay.cycle + 1)
  }

  stepTurn(): void {
    this.playing = false
    this.replay?.machine.step()
    this.#show()
  }

  again(): void {
    this.#hurryAgain()
    this.replay?.restart()
    this.#seeking = null
    this.restedFor = 0
    this.#show()
  }

  /** Plays the end of the one that died, slowly. */
  lastSteps(): void {
    const died = this.replay?.machine.diedAt.reduce((latest, at) => Math.max(latest, at), 0) ?? 0
    this.seek(Math.max(0, died - LAST_STEPS))
    this.#usual ??= this.speed
    this.speed = SLOW
    this.playing = true
  }

  #hurryAgain(): void {
    if (this.#usual !== null && this.speed === SLOW) this.speed = this.#usual
    this.#usual = null
  }

  /** Finds out, a little with every frame, when it will be over. */
  #lookAhead(replay: Replay): void {
    const scout = this.#scout
    if (scout === null) return
    const until = performance.now() + SCOUT_MS
    while (!scout.isOver) {
      for (let steps = 0; steps < 256 && !scout.isOver; steps++) scout.step()
      if (performance.now() > until) return
    }
    this.end = Math.min(scout.cycle, replay.settings.maxCycles)
    this.#scout = null
  }

  #show(): void {
    this.frame++
    this.#tell(performance.now())
  }

  #tell(now: number): void {
    const { replay } = this
    if (replay === null) return
    this.#toldAt = now
    const { queues } = replay.machine
    this.numbers = {
      cycle: replay.cycle,
      processes: queues.map(({ length }) => length),
      verdict: verdict(replay, this.names),
      steps: queues.map((_, warrior) => replay.stepsOf(warrior).slice(-LISTED)),
      waiting: queues.map((queue) => [...queue.list().subarray(0, LISTED)]),
    }
  }
}
