/**
 * The stage's state: the model behind it, which spectrum is on show, what it answers, and how the search's mean does on held-out
 * examples, generation after generation. One question at a time goes to the worker, so that evolution keeps its cores.
 */
import type { Stand } from '../../../core/journal.ts'
import type { Options } from '../../../core/options.ts'
import type { Reach } from '../calibrate.ts'
import { offsetCodec, zeroOf, type Offsets } from '../genome.ts'
import type { Precision } from '../model/shape.ts'
import { movesWeights } from '../options.ts'
import type { Asked, CostResult, MovedMatrix, Opened } from '../studio.ts'
import type { Control } from '../warriors/control.ts'
import { heldAmong, nextStand, NONE_HELD, withHeld, type Held } from './queue.ts'
import { startStudio, type Studio } from './studio.ts'

/** What is on show: the search's mean, or a chosen elite. */
export interface Shown {
  readonly name: string
  readonly offsets: Offsets
}

export interface PrecisionRow {
  readonly precision: Precision
  readonly right: number
  readonly ms: number
}

const PRECISIONS = ['f32', 'f16', 'int8', 'int4'] as const
/** After a question the worker rests so many times as long as it took. */
const REST = 3

export class Lab {
  opened = $state.raw<Opened | null>(null)
  /** Why there are no numbers, as a sentence; empty while all is well. */
  fault = $state('')
  shown = $state.raw<Shown | null>(null)
  /** Held-out share of right answers of the mean, by generation. */
  held = $state.raw<Held>(NONE_HELD)
  /** Of the one on show; NaN until it is known. */
  right = $state(NaN)
  /** Share of answers that differ between two samples of the search; NaN until it is known. */
  effect = $state(NaN)
  asked = $state.raw<readonly Asked[]>([])
  typed = $state('')
  typedFault = $state('')
  precisions = $state.raw<readonly PrecisionRow[]>([])
  costs = $state.raw<readonly CostResult[]>([])
  controls = $state.raw<readonly Control[]>([])
  /** Of the one on show, where all weights are moved. */
  moved = $state.raw<readonly MovedMatrix[]>([])
  /** What a person is waiting for. */
  measuring = $state<'' | 'precisions' | 'costs' | 'reach' | 'controls'>('')
  /** Found by a press; null before. */
  reach = $state.raw<Reach | null>(null)
  readonly zero: Offsets
  readonly #options: Options
  readonly #studio: Studio
  #stands: readonly Stand[] = []
  #samples: readonly Offsets[] = []
  #judged: Offsets | null = null
  #measured: Offsets | null = null
  #answered = ''
  #effectOf = -1
  /** Whose turn it is. */
  #turn = 0
  #busy = false
  #restUntil = 0
  #gone = false
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(options: Options, studio: Studio = startStudio(options)) {
    this.#options = options
    this.#studio = studio
    this.zero = zeroOf(options)
  }

  async open(): Promise<void> {
    this.fault = ''
    const opened = await this.#studio.open()
    if (this.#gone) return
    if (!opened.ok) {
      this.fault = opened.fault.message
      return
    }
    this.opened = opened.value
    this.#soon()
  }

  dispose(): void {
    this.#gone = true
    clearTimeout(this.#timer)
    this.#studio.dispose()
  }

  /** Text of a genome of this world, or null. */
  read(text: string): Offsets | null {
    const offsets = offsetCodec(this.#options).parse(text)
    return offsets.ok ? offsets.value : null
  }

  show(name: string, offsets: Offsets): void {
    if (this.shown?.name === name && same(this.shown.offsets, offsets)) return
    this.shown = { name, offsets }
    this.#soon()
  }

  /** Where the search stood so far. */
  follow(stands: readonly Stand[]): void {
    this.#stands = stands
    this.held = heldAmong(this.held, stands)
    this.#soon()
  }

  /** Two samples of the search as it is now, to see how differently they answer. */
  compare(samples: readonly Offsets[]): void {
    this.#samples = samples
    this.#soon()
  }

  say(text: string): void {
    this.typed = text.trim()
    this.typedFault = ''
    this.#soon()
  }

  async measurePrecisions(): Promise<void> {
    const { shown } = this
    if (shown === null || this.measuring !== '') return
    this.measuring = 'precisions'
    this.precisions = []
    for (const precision of PRECISIONS) {
      const held = await this.#studio.held({ genomes: [shown.offsets], precision })
      if (this.#gone) return
      if (!held.ok) this.fault = held.fault.message
      else this.precisions = [...this.precisions, { precision, right: held.value.right[0] ?? NaN, ms: held.value.ms }]
    }
    this.measuring = ''
  }

  async compareControls(): Promise<void> {
    if (this.shown === null || this.measuring !== '') return
    this.measuring = 'controls'
    const controls = await this.#studio.controls({ genome: this.shown.offsets })
    if (this.#gone) return
    if (controls.ok) this.controls = controls.value
    else this.fault = controls.fault.message
    this.measuring = ''
  }

  /** What the setting "Reach" would have to be for samples to differ as they should. */
  async findReach(sigma: number): Promise<void> {
    if (this.shown === null || this.measuring !== '') return
    this.measuring = 'reach'
    const reach = await this.#studio.reach({ genome: this.zero, sigma })
    if (this.#gone) return
    if (reach.ok) this.reach = reach.value
    else this.fault = reach.fault.message
    this.measuring = ''
  }

  async measureCosts(members: readonly number[], examples: number): Promise<void> {
    if (this.shown === null || this.measuring !== '') return
    this.measuring = 'costs'
    const costs = await this.#studio.cost({ genome: this.shown.offsets, members, examples })
    if (this.#gone) return
    if (costs.ok) this.costs = costs.value
    else this.fault = costs.fault.message
    this.measuring = ''
  }

  /** The one on show as a model of its own; null where that failed, and {@link fault} says why. */
  async save(): Promise<Uint8Array | null> {
    const saved = await this.#studio.save({ genome: this.shown?.offsets ?? this.zero })
    if (saved.ok) return saved.value
    this.fault = saved.fault.message
    return null
  }

  /** After the rest: whoever asks meanwhile changes what is asked next, not when. */
  #soon(): void {
    if (this.#gone || this.#busy || this.opened === null) return
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.#next(), Math.max(0, this.#restUntil - performance.now()))
  }

  /** What is missing. Kinds of questions take turns, for a search at work leaves no time in which nothing new is on show. */
  async #next(): Promise<void> {
    const { shown } = this
    if (this.#gone || this.#busy || shown === null) return
    this.#busy = true
    const began = performance.now()
    const kinds = [() => this.#answers(shown), () => this.#judge(shown), () => this.#move(shown), () => this.#reach(), () => this.#curve()]
    let did = false
    for (let tried = 0; tried < kinds.length && !did; tried++) did = (await kinds[this.#turn++ % kinds.length]?.()) ?? false
    this.#busy = false
    const now = performance.now()
    this.#restUntil = now + REST * (now - began)
    if (did) this.#soon()
  } // prettier-ignore

  async #answers(shown: Shown): Promise<boolean> {
    const key = `${this.typed} ${shown.offsets.join()}`
    if (key === this.#answered) return false
    this.#answered = key
    const asked = await this.#studio.ask({ genomes: [this.zero, shown.offsets], typed: this.typed })
    if (this.#gone) return true
    if (asked.ok) this.asked = asked.value
    else if (asked.fault.kind === 'not-a-question') {
      this.typedFault = asked.fault.message
      this.typed = ''
    } else this.fault = asked.fault.message
    return true
  }

  async #judge(shown: Shown): Promise<boolean> {
    if (this.#judged === shown.offsets) return false
    this.#judged = shown.offsets
    this.right = (await this.#heldOf(shown.offsets)) ?? NaN
    return true
  }

  async #move(shown: Shown): Promise<boolean> {
    if (!movesWeights(this.#options) || this.#measured === shown.offsets) return false
    this.#measured = shown.offsets
    const moved = await this.#studio.moved({ genome: shown.offsets })
    if (!this.#gone && moved.ok) this.moved = moved.value
    return true
  }

  async #reach(): Promise<boolean> {
    const generation = this.#stands.at(-1)?.generation ?? 0
    if (this.#samples.length < 2 || generation === this.#effectOf) return false
    this.#effectOf = generation
    const effect = await this.#studio.effect({ genomes: this.#samples })
    if (!this.#gone && effect.ok) this.effect = effect.value
    return true
  }

  async #curve(): Promise<boolean> {
    const stand = nextStand(this.#stands, this.held)
    if (stand === null) return false
    const right = await this.#heldOf(new Float32Array(stand.words.slice().buffer))
    if (right !== null) this.held = withHeld(this.held, stand.generation, right)
    return right !== null
  }

  async #heldOf(offsets: Offsets): Promise<number | null> {
    const held = await this.#studio.held({ genomes: [offsets] })
    if (this.#gone) return null
    if (held.ok) return held.value.right[0] ?? null
    this.fault = held.fault.message
    return null
  }
}

const same = (one: Offsets, other: Offsets): boolean =>
  one.length === other.length && one.every((value, at) => value === other[at])
