/** The fast sampler on the CPU: what `reference.ts` does, for many pictures and schedules. */
import { COMPONENTS, usesOf, type Schedule } from '../schedule.ts'
import { NO_CAPTION } from './reference.ts'
import { anglesOf, stepTo } from './sampler.ts'
import { PICTURE, SLOTS, type DitWeights } from './shape.ts'
import { keysAndValues, modulationOf, readCaption, type Modulation } from './text.ts'
import { TOGETHER_PICTURES } from './wasm/layout.ts'
import { WasmNetwork } from './wasm/network.ts'

/** What is to be sampled, whatever the schedule. Plans are told apart by identity: the same object, the same pictures. */
export interface SamplePlan {
  /** SLOTS words a picture. */
  readonly captions: ArrayLike<number>
  /** PICTURE numbers a picture. */
  readonly noise: Float32Array
  readonly guidance: number
  /** Where steps begin, and 0; equal steps where it is left out. */
  readonly angles?: ArrayLike<number>
}

/** Groups of pictures whose first step is kept; of more of them it is done again. */
const KEPT_GROUPS = 16

/** The first step of a group of pictures is the same for all schedules. */
interface FirstStep {
  readonly x: Float32Array
  readonly guess: Float32Array
  readonly slots: Float32Array
}

export class WasmSampler {
  readonly #weights: DitWeights
  readonly #network: WasmNetwork
  readonly #texts = new Map<string, Float32Array>()
  readonly #modulations = new Map<number, Modulation>()
  #plan: SamplePlan | null = null
  /** How long the first step of the plan is follows from how many there are. */
  #steps = 0
  #first = new Map<number, FirstStep>()

  constructor(weights: DitWeights) {
    this.#weights = weights
    this.#network = new WasmNetwork(weights)
  }

  /** Clamped pictures in the network's numbers, PICTURE each. `onStep` sees the guesses of the pictures `from`.. after a step. */
  sample(
    schedule: Schedule,
    plan: SamplePlan,
    onStep: (step: number, from: number, guess: Float32Array) => void = () => undefined,
  ): Float32Array {
    if (this.#plan !== plan || this.#steps !== schedule.steps) {
      this.#plan = plan
      this.#steps = schedule.steps
      this.#first = new Map()
    }
    const count = plan.noise.length / PICTURE
    const pictures = new Float32Array(plan.noise.length)
    for (let from = 0; from < count; from += TOGETHER_PICTURES)
      pictures.set(this.#group(schedule, plan, from, Math.min(TOGETHER_PICTURES, count - from), onStep), from * PICTURE)
    return pictures
  }

  #group(
    schedule: Schedule,
    plan: SamplePlan,
    from: number,
    count: number,
    onStep: (step: number, from: number, guess: Float32Array) => void,
  ): Float32Array {
    const network = this.#network
    const { guidance } = plan
    const angles = plan.angles ?? anglesOf(schedule.steps)
    const slots = schedule.blocks * COMPONENTS.length
    const uses = usesOf(schedule)
    for (let i = 0; i < count; i++) {
      network.setText(
        i,
        this.#text(Array.from({ length: SLOTS }, (_, at) => plan.captions[(from + i) * SLOTS + at] ?? 0)),
      )
      if (guidance !== 1) network.setText(count + i, this.#text(NO_CAPTION))
    }
    const known = this.#first.get(from)
    const x = known === undefined ? plan.noise.slice(from * PICTURE, (from + count) * PICTURE) : known.x.slice()
    let guess = known?.guess ?? x
    if (known !== undefined) {
      network.restore(known.slots)
      onStep(0, from, guess)
    }
    for (let step = known === undefined ? 0 : 1; step < schedule.steps; step++) {
      network.setModulation(this.#modulation(angles[step] ?? 0))
      guess = this.#guess(x, count, uses.slice(step * slots, (step + 1) * slots), guidance)
      stepTo(x, guess, angles[step] ?? 0, angles[step + 1] ?? 0, this.#weights.shape.output)
      if (step === 0 && this.#first.size < KEPT_GROUPS)
        this.#first.set(from, { x: x.slice(), guess, slots: network.keep() })
      onStep(step, from, guess)
    }
    return guess
  }

  /** What the network gives, guided away from what it gives without a caption. */
  #guess(x: Float32Array, count: number, uses: ReturnType<typeof usesOf>, guidance: number): Float32Array {
    const { floats, layout } = this.#network
    const branches = guidance === 1 ? 1 : 2
    for (let branch = 0; branch < branches; branch++) floats.set(x, layout.x / 4 + branch * x.length)
    this.#network.step(branches * count, uses)
    const at = layout.guess / 4
    if (branches === 1) return floats.slice(at, at + x.length)
    const guess = new Float32Array(x.length)
    for (let i = 0; i < x.length; i++) {
      const away = floats[at + x.length + i]!
      guess[i] = away + guidance * (floats[at + i]! - away)
    }
    return guess
  }

  #text(words: readonly number[]): Float32Array {
    const key = words.join()
    const known = this.#texts.get(key)
    if (known !== undefined) return known
    const text = readCaption(this.#weights, words)
    const parts = Array.from({ length: this.#weights.shape.blocks }, (_, block) => {
      const { keys, values } = keysAndValues(this.#weights, block, text)
      return [...keys, ...values]
    })
    const packed = Float32Array.from(parts.flat())
    // Captions that people type and held-out ones would pile up for ever.
    if (this.#texts.size > 4096) this.#texts.clear()
    this.#texts.set(key, packed)
    return packed
  }

  #modulation(angle: number): Modulation {
    const known = this.#modulations.get(angle)
    if (known !== undefined) return known
    const modulation = modulationOf(this.#weights, angle)
    if (this.#modulations.size > 256) this.#modulations.clear()
    this.#modulations.set(angle, modulation)
    return modulation
  }
}
