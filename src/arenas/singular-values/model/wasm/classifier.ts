/** The classifier: of a population nothing but a few numbers an example is each member's own. */
import type { FashionNetwork, Linear } from '../network.ts'
import type { Adapter, Examples } from '../shape.ts'
import { Beside } from './beside.ts'
import { fitsOf, fitted, type Engine, type Fit } from './engine.ts'
import { Machine } from './machine.ts'
import { filled, Quantiser, strideOf, Thin, Unit } from './unit.ts'

export class Classifier implements Engine {
  readonly block = 512
  products = 0
  readonly #machine = new Machine()
  readonly #base: Unit
  readonly #thin: Thin
  readonly #beside: Beside | null
  readonly #fit: Fit | null
  readonly #classes: number
  readonly #stride: number
  /** Pixels; what the base makes of them; V x; what the member makes of them. */
  readonly #places: { readonly x: number; readonly base: number; readonly thin: number; readonly out: number }
  #count = 0

  constructor({ base }: FashionNetwork, adapters: readonly Adapter[]) {
    const machine = this.#machine
    const { rows: classes, columns } = base.weight
    const fit = fitsOf(adapters).get(base.name) ?? null
    this.#fit = fit
    this.#classes = classes
    this.#stride = strideOf(classes)
    this.#base = new Unit(machine, new Quantiser(machine, this.block, columns), base, null, { to: this.#stride, then: 'store', thin: 0 }) // prettier-ignore
    this.#thin = new Thin(machine, [fit?.adapter ?? null], columns)
    this.#beside = fit === null ? null : new Beside(machine, fit.adapter, this.#thin.stride, this.#stride)
    const rows = (numbers: number) => machine.room(4 * this.block * numbers)
    this.#places = {
      x: rows(filled(columns)),
      base: rows(this.#stride),
      thin: rows(this.#thin.stride),
      out: rows(this.#stride),
    }
    machine.start()
    this.#base.pack()
    this.#thin.pack()
  }

  /** Takes another matrix of the same size; what was prepared is void. */
  replace({ weight }: Linear): void {
    this.#base.pack(weight)
  }

  prepare({ inputs, count: all }: Examples, from: number, count: number): void {
    const { floats } = this.#machine
    const { x, base, thin } = this.#places
    const columns = inputs.length / all
    for (let i = 0; i < count; i++)
      floats.set(inputs.subarray((from + i) * columns, (from + i + 1) * columns), x / 4 + i * filled(columns))
    this.#base.run(this.#base.take(x, count), base, count)
    this.#thin.run(x, thin, count)
    this.products += this.#base.products(count) + this.#thin.products(count)
    this.#count = count
  }

  run(values: Float32Array): void {
    const { base, thin, out } = this.#places
    this.#machine.floats.copyWithin(out / 4, base / 4, base / 4 + this.#count * this.#stride)
    if (this.#beside === null || this.#fit === null) return
    fitted(this.#beside, this.#fit, values)
    this.#beside.run(thin, out, this.#count)
    this.products += this.#beside.products(this.#count)
  }

  logits(example: number): Float32Array {
    const at = this.#places.out / 4 + example * this.#stride
    return this.#machine.floats.subarray(at, at + this.#classes)
  }
}
