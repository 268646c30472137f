/**
 * The oracle: the diffusion transformer and its cached sampler as a paper has them, one picture at a time, 64-bit numbers, no
 * tricks. Fast engines are checked against it.
 *
 *     h  = patch(x) + position
 *     h += gate1 * attn1(norm(h) * (1 + scale1) + shift1)      for each block; the output of each of the three
 *     h += attn2(norm(h), caption)                             components is computed, or taken from earlier steps
 *     h += gate2 * ff(norm(h) * (1 + scale2) + shift2)
 *     guess = last(norm(h) * (1 + scale) + shift)
 */
import { COMPONENTS, usesOf, type Schedule, type Use } from '../schedule.ts'
import { NULL } from '../scenes/words.ts'
import { attend, attention, gelu, linear, norm, sum, type Rows } from './layers.ts'
import { anglesOf, stepTo } from './sampler.ts'
import { PICTURE, SLOTS, type DitWeights } from './shape.ts'
import { keysAndValues, modulationOf, readCaption, type Modulation } from './text.ts'
import { tensor } from './weights.ts'

/** What one component gave in the last two steps in which it was computed: raw, before its gate. */
interface Slot {
  last: Rows
  before: Rows
}

/** One branch of one picture: with its caption, or with none. */
export class Branch {
  readonly #weights: DitWeights
  readonly #seen: readonly { readonly keys: Rows; readonly values: Rows }[]
  readonly #slots: Slot[]

  constructor(weights: DitWeights, caption: ArrayLike<number>) {
    this.#weights = weights
    const text = readCaption(weights, caption)
    this.#seen = Array.from({ length: weights.shape.blocks }, (_, block) => keysAndValues(weights, block, text))
    const none = new Float64Array(0)
    this.#slots = Array.from({ length: weights.shape.blocks * COMPONENTS.length }, () => ({ last: none, before: none }))
  }

  /** What each component computed last, block by block. */
  get outputs(): readonly Rows[] {
    return this.#slots.map(({ last }) => last)
  }

  /** What the network gives for x; `uses` are those of this step, block by block. */
  guess(x: Rows, { blocks, last }: Modulation, uses: readonly Use[]): Rows {
    const weights = this.#weights
    const { width } = weights.shape
    let h = sum(linear(weights, 'patch', x), tensor(weights, 'position'))
    blocks.forEach((modulation, block) => {
      const row = (index: number) => modulation.subarray(index * width, (index + 1) * width)
      const name = `blocks.${block}`
      const slot = (component: number, compute: () => Rows) =>
        this.#output(block * COMPONENTS.length + component, uses, compute)
      const one = slot(0, () => {
        const y = modulated(norm(h, width), row(0), row(1))
        return attention(weights, `${name}.attn1`, y, y)
      })
      h = sum(h, gated(one, row(2)))
      h = sum(h, slot(1, () => this.#look(block, norm(h, width)))) // prettier-ignore
      const two = slot(2, () => {
        const inner = linear(weights, `${name}.ff.up`, modulated(norm(h, width), row(3), row(4)))
        return linear(weights, `${name}.ff.down`, inner.map(gelu))
      })
      h = sum(h, gated(two, row(5)))
    })
    return linear(weights, 'last', modulated(norm(h, width), last.subarray(0, width), last.subarray(width)))
  }

  #look(block: number, x: Rows): Rows {
    const weights = this.#weights
    const seen = this.#seen[block]
    if (seen === undefined) throw new Error(`no block ${block}`)
    const queries = linear(weights, `blocks.${block}.attn2.query`, x)
    return linear(weights, `blocks.${block}.attn2.output`, attend(queries, seen.keys, seen.values, weights.shape.width))
  }

  #output(at: number, uses: readonly Use[], compute: () => Rows): Rows {
    const slot = this.#slots[at]
    const use = uses[at]
    if (slot === undefined || use === undefined) throw new Error(`no slot ${at}`)
    if (use.computes) {
      slot.before = slot.last
      slot.last = compute()
    }
    const { last, before } = slot
    return use.ahead === 0 ? last : last.map((value, i) => value + use.ahead * (value - (before[i] ?? 0)))
  }
}

const modulated = (x: Rows, shift: Rows, scale: Rows): Rows =>
  x.map((value, i) => value * (1 + scale[i % scale.length]!) + shift[i % shift.length]!)
const gated = (x: Rows, gate: Rows): Rows => x.map((value, i) => value * gate[i % gate.length]!)

/** Nothing that the caption says. */
export const NO_CAPTION: readonly number[] = new Array<number>(SLOTS).fill(NULL)

/**
 * Samples one picture: PICTURE clamped numbers of the network's. `noise` is as long; `angles` begin each step and end
 * at 0, one more than the schedule has steps. `onStep` sees the guess at the end after each step.
 */
export function sampleOne(
  weights: DitWeights,
  schedule: Schedule,
  caption: ArrayLike<number>,
  noise: ArrayLike<number>,
  guidance: number,
  angles: ArrayLike<number> = anglesOf(schedule.steps),
  onStep: (step: number, guess: Rows) => void = () => undefined,
): Rows {
  const slots = schedule.blocks * COMPONENTS.length
  const uses = usesOf(schedule)
  const asked = new Branch(weights, caption)
  const free = new Branch(weights, NO_CAPTION)
  const x = Float64Array.from({ length: PICTURE }, (_, i) => noise[i] ?? 0)
  let guess: Rows = x
  for (let step = 0; step < schedule.steps; step++) {
    const now = uses.slice(step * slots, (step + 1) * slots)
    const modulation = modulationOf(weights, angles[step] ?? 0)
    const toward = asked.guess(x, modulation, now)
    const away = guidance === 1 ? toward : free.guess(x, modulation, now)
    guess = toward.map((value, i) => away[i]! + guidance * (value - away[i]!))
    stepTo(x, guess, angles[step] ?? 0, angles[step + 1] ?? 0, weights.shape.output)
    onStep(step, guess)
  }
  return guess
}
